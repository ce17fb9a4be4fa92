"""`init` and `train`, unchanged, beside CatBoost's defaults with native categories.

``python -m benchmarks.beside`` prints the root mean squared error on rows kept aside, and times.
CatBoost gets the same training rows; its categories are the columns of text, missing cells in them
a level of their own, and dates the seconds since 1970.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from catboost import CatBoostRegressor
from sklearn.model_selection import train_test_split

from benchmarks.tables import TABLES, TARGET, large, read
from regression_model.config.core import load_config
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.predict import load_model
from regression_model.processing.table_files import read_table
from regression_model.train_pipeline import run_training

Make = Callable[[np.random.Generator], pd.DataFrame]

_DATE_SHARE = 0.95


def main() -> None:
    options = _parse()
    tables = {name: make for name, make in TABLES.items() if name in (options.only or TABLES)}
    if options.large:
        tables = {"large": large}
    for path, target in options.csv or []:
        tables[Path(path).stem] = partial(_read, Path(path), target)
    print("table rows ours catboost ratio init_s train_s catboost_s", flush=True)
    ratios = []
    for name, make in tables.items():
        found = np.array([beside(make, seed) for seed in range(options.seeds)])
        ours, theirs, *seconds = found.mean(axis=0)
        ratios.append(float(np.mean(found[:, 0] / found[:, 1])))
        shown = " ".join(f"{s:.1f}" for s in seconds)
        print(f"{name} {ours:.5g} {theirs:.5g} {ratios[-1]:.3f} {shown}", flush=True)
    print(f"mean ratio {np.mean(ratios):.3f}, worst {max(ratios):.3f}")


def _read(path: Path, target: str, _: np.random.Generator) -> pd.DataFrame:
    return read(path, target)


def beside(make: Make, seed: int) -> tuple[float, ...]:
    """Return both errors, then the seconds of init, train and CatBoost, for one split."""
    frame = make(np.random.default_rng(seed))
    train, test = train_test_split(frame, test_size=0.25, random_state=seed)
    ours, init_seconds, train_seconds = with_us(train, test)
    started = time.perf_counter()
    theirs = with_catboost(train, test)
    return ours, theirs, init_seconds, train_seconds, time.perf_counter() - started


def with_us(train: pd.DataFrame, test: pd.DataFrame) -> tuple[float, float, float]:
    """Write a table, guess its config, train, predict."""
    with tempfile.TemporaryDirectory() as folder:
        table, config = Path(folder) / "table.csv", Path(folder) / "table.yml"
        train.to_csv(table, index=False)
        started = time.perf_counter()
        config.write_text(write_config(infer(read_table(table), TARGET), table.name))
        ready = time.perf_counter()
        run_training(load_config(config), artifact_path=Path(folder) / "table.zip")
        trained = time.perf_counter()
        model = load_model(Path(folder) / "table.zip")
        answers = model.predict(test.drop(columns=TARGET))["predictions"]
        predicted = np.array(answers, dtype=np.float64)
    return _rmse(test[TARGET], predicted), ready - started, trained - ready


def with_catboost(train: pd.DataFrame, test: pd.DataFrame) -> float:
    """Fit CatBoost's defaults on the same rows."""
    both = pd.concat([train, test])
    X = both.drop(columns=TARGET)
    categories = []
    for name in X.columns:
        if pd.api.types.is_numeric_dtype(X[name]):
            continue
        as_dates = pd.to_datetime(X[name], errors="coerce", format="ISO8601")
        if as_dates.notna().mean() > _DATE_SHARE:
            X[name] = as_dates.astype("int64") / 1e9
        else:
            X[name] = X[name].astype(object).where(X[name].notna(), "missing").astype(str)
            categories.append(name)
    model = CatBoostRegressor(
        verbose=False, cat_features=categories, random_seed=0, allow_writing_files=False
    )
    model.fit(X[: len(train)], train[TARGET])
    return _rmse(test[TARGET], model.predict(X[len(train) :]))


def _rmse(truth: pd.Series, predicted: np.ndarray) -> float:
    return float(np.sqrt(np.mean((truth.to_numpy() - predicted) ** 2)))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(TABLES), help="these tables alone")
    parser.add_argument("--csv", nargs=2, action="append", metavar=("FILE", "TARGET"))
    parser.add_argument("--seeds", type=int, default=1, help="splits of each table")
    parser.add_argument("--large", action="store_true", help="300,000 rows instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
