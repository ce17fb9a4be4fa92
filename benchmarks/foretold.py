"""The error that `drift` foretells, without a truth, beside the error that was found.

Run ``python -m benchmarks.foretold`` from the repository's root; all of it is seeded. Models are
trained on one half of each table, as ``init`` proposes, and judged on parts of the other half.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.tables import TABLES, TARGET
from regression_model.config.core import DATASET_DIR, parse_config
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.predict import load_model
from regression_model.reports.drift.drift import drift_of
from regression_model.training.run import run_training

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model
    from regression_model.config.core import Config

_IN_TIME = ("weather",)
"""Tables whose rows are judged in time order: the later half is foretold from the earlier."""
_LEAST_ROWS = 200
_LEAST_ROWS_OF_AMES = 40
_MOST_LEVELS = 4
_QUARTERS = 4
_FEW_BEYOND = 0.2
_NEAR = 0.15
_NORMAL_95 = 1.645

Compared = list[dict[str, Any]]


def of_tables(keep: Path) -> Compared:
    """Return the error foretold and found of parts of the benchmark's tables."""
    found: Compared = []
    for name, make in TABLES.items():
        frame = make(np.random.default_rng(0))
        is_first = np.random.default_rng(4).permutation(len(frame)) < len(frame) // 2
        if name in _IN_TIME:
            is_first = np.arange(len(frame)) < len(frame) // 2
        first = frame[is_first].reset_index(drop=True)
        model = _trained(keep / f"{name}.zip", first, _proposed(first))
        for part, rows in _parts(frame[~is_first].reset_index(drop=True), model):
            found.append({"table": name, **_compared(model, rows, TARGET, part)})
    return found


def _proposed(table: pd.DataFrame) -> Config:
    cells = {
        name: ["" if pd.isna(cell) else str(cell) for cell in table[name]] for name in table.columns
    }
    return parse_config(write_config(infer(cells, TARGET), "table.csv"), Path("table.yml"))


def _parts(table: pd.DataFrame, model: Model) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield quarters by the most important number, and the most frequent levels of a column."""
    yield "all", table
    columns = [name for name in _by_importance(model) if name in table]
    is_number = {name: pd.api.types.is_numeric_dtype(table[name]) for name in columns}
    for name in [name for name in columns if is_number[name]][:1]:
        quarters = pd.qcut(table[name].rank(method="first"), _QUARTERS, labels=False)
        yield from ((f"{name}, quarter {i}", table[quarters == i]) for i in range(_QUARTERS))
    for name in [name for name in columns if not is_number[name]][:1]:
        for level in table[name].value_counts().index[:_MOST_LEVELS]:
            yield f"{name}, {level}", table[table[name] == level]


def _by_importance(model: Model) -> list[str]:
    """Return columns, the most important first, as a report has them."""
    return list((model.report or {})["importance"]["columns"])


def of_ames(keep: Path) -> Compared:
    """Return the error foretold and found, by neighbourhood and by year of sale."""
    table = pd.read_csv(DATASET_DIR / "train.csv")
    half = np.random.default_rng(4).permutation(len(table)) < len(table) // 2
    found: Compared = []
    for number, rows in enumerate((half, ~half)):
        model, rest = _trained(keep / f"Ames {number}.zip", table[rows]), table[~rows]
        for column in ("Neighborhood", "YrSold"):
            found += [
                _compared(model, part, "SalePrice", f"{column}, {name}")
                for name, part in rest.groupby(column)
                if len(part) >= _LEAST_ROWS_OF_AMES
            ]
    early = (table["YrSold"] <= 2008).to_numpy()
    model = _trained(keep / "Ames to 2008.zip", table[early])
    for name, part in table[~early].groupby("YrSold"):
        found.append(_compared(model, part, "SalePrice", f"YrSold, {name}, trained before it"))
    return [{"table": "Ames", **each} for each in found]


def _trained(path: Path, table: pd.DataFrame, config: Config | None = None) -> Model:
    """Return a model, which is trained where it is not kept."""
    if not path.exists():
        print("training", path.stem, file=sys.stderr, flush=True)
        run_training(config, data=table, artifact_path=path)
    return load_model(path)


def _compared(model: Model, part: pd.DataFrame, target: str, name: str) -> dict[str, Any]:
    rows = part.drop(columns=target)
    loss = drift_of(model, rows).loss
    if loss is None:
        raise RuntimeError("the artifact does not say how difficult rows are")
    answers = np.array(model.predict(rows)["predictions"], dtype=np.float64)
    realised = float(np.nanmean(np.abs(answers - part[target].to_numpy())))
    return {
        "part": name,
        "rows": len(part),
        "beyond": loss.beyond,
        "trained": loss.trained,
        "foretold": loss.error,
        "low": loss.low,
        "high": loss.high,
        "found": realised,
        "ratio": loss.error / realised,
        "inside": loss.low <= realised <= loss.high,
    }


def _print(title: str, found: Compared, least_rows: int) -> None:
    parts = pd.DataFrame(found)
    print(parts.to_string(index=False, float_format=lambda value: f"{value:,.3g}"))
    near = parts[(parts["beyond"] < _FEW_BEYOND) & (parts["part"] != "all")]
    near = near[near["rows"] >= least_rows]
    whole = parts[parts["part"] == "all"]
    print(f"{title}: {len(near)} parts with under 20 % of rows beyond training")
    print(f"  within 15 % of what was found: {_within(near['ratio']):.0%}")
    print(f"  the same of training's error: {_within(near['trained'] / near['found']):.0%}")
    deviations = (near["high"] - near["low"]) / (2 * _NORMAL_95 * near["foretold"])
    by_chance = np.mean([math.erf(_NEAR / each / math.sqrt(2)) for each in deviations])
    print(f"  the same of a right figure, for parts of so few rows: {by_chance:.0%}")
    print(f"  within the bounds, which are for 90 %: {near['inside'].mean():.0%}")
    print(f"  foretold, of what was found, at the median: {near['ratio'].median():.2f}")
    if len(whole):
        print(f"  of {len(whole)} whole tables within 15 %: {_within(whole['ratio']):.0%}")


def _within(ratios: pd.Series[float]) -> float:
    return float(((ratios - 1).abs() <= _NEAR).mean())


def main() -> int:
    options = _parse()
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or Path(folder)
        keep.mkdir(exist_ok=True)
        if options.only in (None, "ames"):
            _print("Ames", of_ames(keep), _LEAST_ROWS_OF_AMES)
        if options.only in (None, "tables"):
            _print("tables", of_tables(keep), _LEAST_ROWS)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.foretold", description=__doc__)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="of models; what is there stays"
    )
    parser.add_argument("--only", choices=["ames", "tables"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
