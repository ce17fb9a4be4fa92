"""What is measured beside one another, each fit in a process of its own.

``python -m benchmarks.systems SYSTEM TRAIN TEST TARGET`` prints a JSON object: what the system
answers for the rows of one CSV file after a fit on another, and what the fit took. A fit begins at
the file and ends when rows could be answered; libraries are loaded before it. This module imports
nothing of ours but in `ours`, so it runs in environments that hold another system alone.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

Answer = Callable[[Path], Iterable[float]]
"""Of a fitted system: from a CSV file to an answer for each of its rows."""

_DATE_SHARE = 0.95
_SECONDS = 1_800
"""What AutoGluon may take at most."""


def main() -> None:
    options = _parse()
    for library in LIBRARIES[options.system]:
        if importlib.util.find_spec(library):
            importlib.import_module(library)
    cpu, wall = _cpu_seconds(), time.perf_counter()
    answer = SYSTEMS[options.system](options.train, options.target)
    took = {"wall": time.perf_counter() - wall}
    _end_workers()
    took["cpu"] = _cpu_seconds() - cpu
    answers = [float(each) for each in answer(options.test)]
    print(json.dumps({**took, "answers": answers}))


def ours(table: Path, target: str) -> Answer:
    """Do what ``init`` and then ``train`` do, and change nothing between them."""
    from regression_model.config.core import load_config
    from regression_model.guessing.inference import infer
    from regression_model.guessing.writing import write_config
    from regression_model.predict import load_model
    from regression_model.processing.table_files import read_table
    from regression_model.train_pipeline import run_training

    config, artifact = table.with_suffix(".yml"), table.with_suffix(".zip")
    config.write_text(write_config(infer(read_table(table), target), table.name), encoding="utf-8")
    run_training(load_config(config), artifact_path=artifact)
    model = load_model(artifact)

    def answer(test: Path) -> npt.NDArray[np.float64]:
        answers = model.predict(pd.read_csv(test).drop(columns=target))["predictions"]
        return np.array(answers, dtype=np.float64)  # None is NaN

    return answer


def catboost(table: Path, target: str) -> Answer:
    """Fit CatBoost's defaults; a missing cell of text is a level of its own."""
    from catboost import CatBoostRegressor

    def prepared(frame: pd.DataFrame) -> pd.DataFrame:
        X = _with_seconds(frame.drop(columns=target), dates)
        for name in texts:
            X[name] = X[name].astype(object).where(X[name].notna(), "missing").astype(str)
        return X

    train = pd.read_csv(table)
    dates, texts = _dates_and_texts(train.drop(columns=target))
    model = CatBoostRegressor(
        verbose=False, cat_features=texts, random_seed=0, allow_writing_files=False
    )
    model.fit(prepared(train), train[target])
    return lambda test: model.predict(prepared(pd.read_csv(test)))


def lightgbm(table: Path, target: str) -> Answer:
    """Fit LightGBM's defaults, with categories of its own; a level not seen before is missing."""
    from lightgbm import LGBMRegressor

    def prepared(frame: pd.DataFrame) -> pd.DataFrame:
        X = _with_seconds(frame.drop(columns=target), dates)
        for name in texts:
            X[name] = pd.Categorical(X[name], categories=levels[name])
        return X

    train = pd.read_csv(table)
    dates, texts = _dates_and_texts(train.drop(columns=target))
    levels = {name: sorted(train[name].dropna().unique()) for name in texts}
    model = LGBMRegressor(random_state=0, verbosity=-1)
    model.fit(prepared(train), train[target])
    return lambda test: model.predict(prepared(pd.read_csv(test)))


def autogluon(table: Path, target: str) -> Answer:
    """Fit AutoGluon's preset ``medium_quality``, of all models whose libraries are there."""
    from autogluon.tabular import TabularPredictor

    predictor = TabularPredictor(
        label=target,
        problem_type="regression",  # or counts would be classes
        path=str(table.with_suffix(".autogluon")),
        verbosity=0,
    )
    predictor.fit(
        pd.read_csv(table),
        presets="medium_quality",
        time_limit=_SECONDS,
        num_cpus=os.cpu_count(),
        num_gpus=0,
    )
    return lambda test: predictor.predict(pd.read_csv(test))


SYSTEMS: dict[str, Callable[[Path, str], Answer]] = {
    "ours": ours,
    "CatBoost": catboost,
    "LightGBM": lightgbm,
    "AutoGluon": autogluon,
}
LIBRARIES = {
    "ours": ["regression_model.train_pipeline", "catboost", "lightgbm"],
    "CatBoost": ["catboost"],
    "LightGBM": ["lightgbm"],
    "AutoGluon": [
        *["autogluon.tabular", "catboost", "lightgbm", "xgboost"],
        *["torch", "fastai.tabular.all"],
    ],
}
"""What a fit imports besides, by system; AutoGluon does without what is not there."""


def _dates_and_texts(X: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the names of columns of dates, and of other columns that are not numbers."""
    dates: list[str] = []
    texts: list[str] = []
    for name in X.columns:
        if pd.api.types.is_numeric_dtype(X[name]):
            continue
        as_dates = pd.to_datetime(X[name], errors="coerce", format="ISO8601")
        is_date = as_dates.notna().mean() > _DATE_SHARE
        (dates if is_date else texts).append(str(name))
    return dates, texts


def _with_seconds(X: pd.DataFrame, dates: list[str]) -> pd.DataFrame:
    """Return a copy in which dates are the seconds since 1970."""
    X = X.copy()
    for name in dates:
        as_dates = pd.to_datetime(X[name], errors="coerce", format="ISO8601")
        X[name] = (as_dates - pd.Timestamp(0)).dt.total_seconds()
    return X


def _cpu_seconds() -> float:
    """Return what this process and those have used that it started and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _end_workers() -> None:
    """End the processes that joblib keeps for further work, so that theirs is counted."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.systems", description=__doc__)
    parser.add_argument("system", choices=list(SYSTEMS))
    parser.add_argument("train", type=Path, help="a CSV file; what a fit writes is put beside it")
    parser.add_argument("test", type=Path, help="another one")
    parser.add_argument("target", help="the column to predict")
    return parser.parse_args()


if __name__ == "__main__":
    main()
