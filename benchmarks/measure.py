"""Timing, and the tables that are timed."""

from __future__ import annotations

import csv
import random
import statistics
import time
from pathlib import Path
from typing import Any, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DATASETS = Path(__file__).parent.parent / "regression_model" / "datasets"
WARM_UP_CALLS = 200


def microseconds(
    call: Callable[[Any], object], make_input: Callable[[Any], Any], seeds: Sequence[Any]
) -> dict[str, float]:
    """Time one call on each input, after a warm-up; return median and 99th percentile.

    Every input is made right before its call, as a caller's would be.
    """
    for seed in seeds[:WARM_UP_CALLS]:
        call(make_input(seed))
    times = []
    for seed in seeds:
        made = make_input(seed)
        start = time.perf_counter_ns()
        call(made)
        times.append((time.perf_counter_ns() - start) / 1000)
    return {"median": statistics.median(times), "p99": statistics.quantiles(times, n=100)[98]}


def rows_per_second(call: Callable[[], object], n_rows: int, repeats: int) -> float:
    """Return the median rate of a call that handles `n_rows` rows."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return n_rows / statistics.median(times)


def records(n_rows: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """Return different records as a JSON client would send them, mixed from training houses."""
    source = _typed_rows()
    rng = random.Random(seed)  # noqa: S311
    names = list(source[0])
    return [{name: rng.choice(source)[name] for name in names} for _ in range(n_rows)]


def _typed_rows() -> list[dict[str, Any]]:
    with (DATASETS / "train.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        del row["Id"], row["SalePrice"]
    return [{name: _typed(cell) for name, cell in row.items()} for row in rows]


def _typed(cell: str) -> str | int | None:
    if cell == "NA":
        return None
    return int(cell) if cell.lstrip("-").isdigit() else cell


def frame(n_rows: int, kind: str, library: str = "pandas") -> Any:
    """Return a frame of houses: ``clean``, ``broken`` (1 %) or ``warned`` (20 %).

    Half of the broken rows have an infinite number; the other half have text where a number belongs
    in pandas, whose columns may be mixed, and a number over 1e30 in polars and Arrow.
    """
    import numpy as np
    import pandas as pd

    houses = pd.read_csv(DATASETS / "train.csv").drop(columns=["Id", "SalePrice"])
    rng = np.random.default_rng(0)
    table = houses.iloc[rng.integers(0, len(houses), n_rows)].reset_index(drop=True)
    if kind == "broken":
        rows = rng.choice(n_rows, n_rows // 100, replace=False)
        half = len(rows) // 2
        table["LotFrontage"] = table["LotFrontage"].astype(float)
        table.loc[rows[:half], "LotFrontage"] = np.inf
        mixed = library == "pandas"
        table["GrLivArea"] = table["GrLivArea"].astype(object if mixed else float)
        table.loc[rows[half:], "GrLivArea"] = "big" if mixed else 1e31
    if kind == "warned":
        rows = rng.choice(n_rows, n_rows // 5, replace=False)
        half = len(rows) // 2
        table.loc[rows[:half], "LotArea"] = 300_000
        table.loc[rows[half:], "Neighborhood"] = "Atlantis"
    return _in_library(table, library)


def _in_library(table: Any, library: str) -> Any:
    if library == "pandas":
        return table
    import pyarrow as pa

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    if library == "arrow":
        return arrow
    import polars as pl

    return pl.from_arrow(arrow)
