"""How often drift is alarmed for nothing, and found where it is; the error foretold, and found.

Run ``python -m benchmarks.drift`` from the repository's root; all of it is seeded.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regression_model.artifact.counts import RowCounter
from regression_model.artifact.model import Model
from regression_model.config.core import DATASET_DIR
from regression_model.predict import load_model
from regression_model.processing.report import Report
from regression_model.processing.schema import Column, Schema
from regression_model.reports.drift.drift import drift_of
from regression_model.reports.drift.shifts import shifts_of
from regression_model.training.facts.profiles import profile_of
from regression_model.training.run import run_training

if TYPE_CHECKING:
    import numpy.typing as npt

    from regression_model.reports.drift.shifts import Shift

    Floats = npt.NDArray[np.float64]

_LEAST_ROWS = 10
_COLUMNS, _LEVELED = 80, 40
_TRAINED = 1_460
_FEWEST_JUDGED = 40
_BLOCK = 16_384
_NORMAL_95 = 1.645


def _simulated_schema() -> Schema:
    """Return 80 columns: half are numbers, half have 2 to 21 levels."""
    columns = []
    for place in range(_COLUMNS):
        if place < _LEVELED:
            levels = tuple(f"level {i}" for i in range(2 + place // 2))
            columns.append(Column(f"c{place}", "category", levels=levels))
        else:
            columns.append(Column(f"c{place}", "number"))
    return Schema(tuple(columns))


def _simulated_rows(random: np.random.Generator, n_rows: int) -> Floats:
    """Draw rows: levels of falling frequency, numbers that are normal, skewed or mostly zero."""
    x = np.empty((n_rows, _COLUMNS))
    for place in range(_COLUMNS):
        if place < _LEVELED:
            weights = 0.8 ** np.arange(2 + place // 2)
            x[:, place] = random.choice(len(weights), n_rows, p=weights / weights.sum())
            continue
        values = random.normal(size=n_rows)
        if place % 3 == 1:
            values = np.exp(values)
        elif place % 3 == 2:
            values[random.random(n_rows) < 0.6] = 0.0
        values[random.random(n_rows) < (place % 5) / 50] = np.nan
        x[:, place] = values
    return x


def _shifts(schema: Schema, trained: Floats, found: Floats) -> list[Shift]:
    profile = profile_of(schema, trained, {}, _LEAST_ROWS)
    return shifts_of(RowCounter(schema, profile).count(found), profile, {})


def false_alarms(n_reports: int, n_rows: int) -> tuple[float, float]:
    """Return the shares of reports in which something is proven, and in which it is drift."""
    schema, proven, alarmed = _simulated_schema(), 0, 0
    for seed in range(n_reports):
        random = np.random.default_rng([1, n_rows, seed])
        shifts = _shifts(schema, _simulated_rows(random, _TRAINED), _simulated_rows(random, n_rows))
        verdicts = {shift.verdict for shift in shifts}
        proven += bool(verdicts & {"drift", "small"})
        alarmed += "drift" in verdicts
    return proven / n_reports, alarmed / n_reports


def found_shifts(n_reports: int, n_rows: int) -> float:
    """Return in how many reports a normal column that moved by half a deviation is drift."""
    schema, n_found = _simulated_schema(), 0
    moved = next(i for i in range(_LEVELED, _COLUMNS) if i % 3 == 0)
    for seed in range(n_reports):
        random = np.random.default_rng([2, n_rows, seed])
        trained, found = _simulated_rows(random, _TRAINED), _simulated_rows(random, n_rows)
        found[:, moved] += 0.5
        shifts = _shifts(schema, trained, found)
        n_found += any(
            shift.column == f"c{moved}" and shift.what == "values" and shift.verdict == "drift"
            for shift in shifts
        )
    return n_found / n_reports


def _encoded(model: Model, table: pd.DataFrame) -> Floats:
    blocks: list[Floats] = []
    model.answer(table, Report(), seen=blocks.append)
    return np.concatenate(blocks)


def ames_halves(n_reports: int) -> tuple[float, float]:
    """Return the same shares as `false_alarms`, of halves of the Ames table at random."""
    model, proven, alarmed = load_model(), 0, 0
    x = _encoded(model, pd.read_csv(DATASET_DIR / "train.csv"))
    for seed in range(n_reports):
        order = np.random.default_rng([3, seed]).permutation(len(x))
        half = len(x) // 2
        shifts = _shifts(model.schema, x[order[:half]], x[order[half:]])
        shifts = [shift for shift in shifts if shift.what != "outside"]  # the range is of both
        verdicts = {shift.verdict for shift in shifts}
        proven += bool(verdicts & {"drift", "small"})
        alarmed += "drift" in verdicts
    return proven / n_reports, alarmed / n_reports


def profiled_rows(n_rows: int) -> float:
    """Return the CPU seconds that it takes to count so many rows of the Ames table."""
    model = load_model()
    encoded = _encoded(model, pd.read_csv(DATASET_DIR / "train.csv"))
    rows = np.arange(_BLOCK) % len(encoded)
    block = np.ascontiguousarray(encoded[rows].T).T  # as rows are encoded: a column in one piece
    counter = RowCounter(model.schema, model.profile or {})
    counts = counter.nothing()
    started = time.process_time()
    for _ in range(n_rows // len(block)):
        counts += counter.count(block)
    return (time.process_time() - started) * n_rows / counts.n_rows


def ames_errors() -> list[dict[str, Any]]:
    """Return the error foretold and found, by neighbourhood and by year of sale."""
    table = pd.read_csv(DATASET_DIR / "train.csv")
    half = np.random.default_rng(4).permutation(len(table)) < len(table) // 2
    early = (table["YrSold"] <= 2008).to_numpy()
    found: list[dict[str, Any]] = []
    for rows in (half, ~half):
        model = _trained(table[rows])
        rest = table[~rows]
        found += [
            _compared(model, part, f"neighbourhood {name}")
            for name, part in rest.groupby("Neighborhood")
            if len(part) >= _FEWEST_JUDGED
        ]
        found += [_compared(model, part, f"year {name}") for name, part in rest.groupby("YrSold")]
    model = _trained(table[early])
    later = table[~early].groupby("YrSold")
    found += [_compared(model, part, f"year {name}, trained before it") for name, part in later]
    return found


def _trained(table: pd.DataFrame) -> Model:
    return Model(run_training(data=table).artifact)


def _compared(model: Model, part: pd.DataFrame, name: str) -> dict[str, Any]:
    rows = part.drop(columns="SalePrice")
    loss = drift_of(model, rows).loss
    if loss is None:
        raise RuntimeError("the artifact does not say how difficult rows are")
    answers = np.array(model.predict(rows)["predictions"], dtype=np.float64)
    realised = float(np.nanmean(np.abs(answers - part["SalePrice"].to_numpy())))
    return {
        "part": name,
        "rows": len(part),
        "beyond": loss.beyond,
        "foretold": loss.error,
        "low": loss.low,
        "high": loss.high,
        "found": realised,
        "ratio": loss.error / realised,
        "inside": loss.low <= realised <= loss.high,
    }


def _print_errors() -> None:
    found = pd.DataFrame(ames_errors())
    print(found.to_string(index=False, float_format=lambda value: f"{value:,.2f}"))
    near = found[found["beyond"] < 0.2]
    within = ((near["ratio"] - 1).abs() <= 0.15).mean()
    print(f"{len(near)} parts with under 20 % of rows beyond training: {within:.0%} within 15 %,")
    deviations = (near["high"] - near["low"]) / (2 * _NORMAL_95 * near["foretold"])
    by_chance = np.mean([math.erf(0.15 / each / math.sqrt(2)) for each in deviations])
    print(f"where a right figure would be for {by_chance:.0%} of parts of so few rows;")
    weighted = np.average(near["foretold"], weights=near["rows"])
    print(
        f"all of them together {weighted / np.average(near['found'], weights=near['rows']):.3f}, "
    )
    print(f"{near['inside'].mean():.0%} of the errors within the bounds (of 90 %)")


def main() -> int:
    options = _parse()
    if options.only in (None, "alarms"):
        for n_rows in (20, 100, 300, 1_000, 10_000):
            proven, alarmed = false_alarms(options.reports, n_rows)
            print(f"no drift, 80 columns, {n_rows} rows: {proven:.1%} proven, {alarmed:.1%} alarms")
        proven, alarmed = ames_halves(options.reports)
        print(f"no drift, halves of Ames: {proven:.1%} proven, {alarmed:.1%} alarms")
    if options.only in (None, "shifts"):
        for n_rows in (100, 300, 1_000):
            share = found_shifts(options.reports, n_rows)
            print(f"half a deviation, one of 80 columns, {n_rows} rows: {share:.1%} found")
    if options.only in (None, "speed"):
        print(f"1,000,000 rows of 79 columns counted in {profiled_rows(1_000_000):.2f} CPU s")
    if options.only in (None, "errors"):
        _print_errors()
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift", description=__doc__)
    parser.add_argument("--reports", type=int, default=1_000, help="simulated, of each sort")
    parser.add_argument("--only", choices=["alarms", "shifts", "speed", "errors"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
