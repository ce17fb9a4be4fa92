"""How far what training reports of a model is from the truth, over fresh tables.

Run ``python -m benchmarks.honesty --tables 200`` from the repository's root. Each table is drawn
from a process that is known, a model is trained on it as ``init`` proposes, and what training
reports is compared with what the model does on many fresh rows of the same process.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from regression_model.artifact.model import Model
from regression_model.config.core import Config, ModelConfig, parse_config
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.training.run import run_training

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Process = Callable[[pd.DataFrame, np.random.Generator], Floats]

_FRESH_ROWS = 20_000
_FEWEST_ROWS, _MOST_ROWS = 150, 2_000
_LEVELS = ("north", "south", "east", "west", "centre")
_CHEAP = {
    "linear": {"type": "ridge", "alpha": 1},
    "binned": {"type": "hist_gradient_boosting", "max_iter": 80, "max_leaf_nodes": 8},
    "forest": {"type": "extra_trees", "n_estimators": 20, "min_samples_leaf": 2},
}


def _linear(X: pd.DataFrame, random: np.random.Generator) -> Floats:
    noise = random.normal(size=len(X))
    return np.asarray(20 + 3 * X["a"] - 2 * X["b"] + X["c"] + 2 * noise, dtype=np.float64)


def _crossed(X: pd.DataFrame, random: np.random.Generator) -> Floats:
    curve = 4 * np.sin(2 * X["a"]) + 3 * X["b"] * X["c"] + 2 * np.maximum(X["d"], 0)
    return np.asarray(curve + random.normal(size=len(X)), dtype=np.float64)


def _heavy_tailed(X: pd.DataFrame, random: np.random.Generator) -> Floats:
    return _linear(X, random) + 2 * random.standard_t(4, len(X))


def _skewed(X: pd.DataFrame, random: np.random.Generator) -> Floats:
    score = 3 + 0.4 * X["a"] - 0.3 * X["b"] + 0.3 * random.normal(size=len(X))
    return np.asarray(np.exp(score), dtype=np.float64)


def _of_places(X: pd.DataFrame, random: np.random.Generator) -> Floats:
    heights = dict(zip(_LEVELS, (0.0, 4.0, -3.0, 1.0, 8.0), strict=True))
    spread = np.where(X["place"] == "centre", 3.0, 1.0)
    noise = spread * random.normal(size=len(X))
    return np.asarray(X["place"].map(heights) + 2 * X["a"] * X["d"] + noise, dtype=np.float64)


PROCESSES: dict[str, Process] = {
    "linear": _linear,
    "crossed": _crossed,
    "heavy-tailed": _heavy_tailed,
    "skewed": _skewed,
    "of places": _of_places,
}


def draw(process: str, n_rows: int, random: np.random.Generator) -> pd.DataFrame:
    """Return rows of a process, with their target."""
    X = pd.DataFrame({name: random.normal(size=n_rows) for name in "abcdef"})
    X["place"] = random.choice(_LEVELS, n_rows)
    return X.assign(y=PROCESSES[process](X, random))


def propose(table: pd.DataFrame, *, cheap: bool) -> Config:
    """Return what ``init`` proposes for a table; cheap: with few trees."""
    cells = {name: [str(cell) for cell in table[name]] for name in table.columns}
    config = parse_config(write_config(infer(cells, "y"), "table.csv"), Path("table.yml"))
    if not cheap:
        return config
    settings = config.model_config.model_dump(mode="json") | {"estimators": _CHEAP}
    return replace(config, model_config=ModelConfig.model_validate(settings))


def compare(seed: int, *, cheap: bool) -> dict[str, float]:
    """Return what was reported of one model less the truth: errors relative, coverage absolute."""
    random = np.random.default_rng([seed, 15])
    process = list(PROCESSES)[seed % len(PROCESSES)]
    n_rows = int(np.exp(random.uniform(np.log(_FEWEST_ROWS), np.log(_MOST_ROWS))))
    table, fresh = draw(process, n_rows, random), draw(process, _FRESH_ROWS, random)
    config = propose(table, cheap=cheap)
    result = run_training(config, data=table)
    reported, intervals = result.quality.cross_validation.pooled, result.quality.intervals
    answers = Model(result.artifact).predict(fresh.drop(columns="y"), interval=intervals.level)
    truth = fresh["y"].to_numpy()
    fewer = _fit_on_fewer(result.pipeline, table, config, random)
    errors = truth - np.array(answers["predictions"], dtype=np.float64)
    inside = (truth >= np.array(answers["lower"])) & (truth <= np.array(answers["upper"]))
    return {
        "RMSE": reported.rmse / _rmse(errors) - 1,
        "RMSE, beside a model of as many rows as a fold's": reported.rmse
        / _rmse(truth - fewer.predict(fresh.drop(columns="y")))
        - 1,
        "MAE": reported.mae / float(np.mean(np.abs(errors))) - 1,
        "RMSE of the hold-out": result.quality.hold_out.rmse / _rmse(errors) - 1,
        "coverage": intervals.scaled.coverage - float(inside.mean()),
        "coverage less the level": float(inside.mean()) - intervals.level,
    }


def _rmse(errors: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


def _fit_on_fewer(
    pipeline: Any, table: pd.DataFrame, config: Config, random: np.random.Generator
) -> Any:
    """Fit the chosen model anew to as many rows as the model of a fold learns from."""
    plan = config.model_config.evaluation
    share = (1 - plan.hold_out) * (1 - 1 / plan.folds)
    rows = table.iloc[random.permutation(len(table))[: int(share * len(table))]]
    return clone(pipeline).fit(rows.drop(columns="y"), rows["y"])


def main() -> int:
    options = _parse()
    found: list[dict[str, float]] = []
    started = time.perf_counter()
    for seed in range(options.first, options.first + options.tables):
        if time.perf_counter() - started > options.minutes * 60:
            break
        found.append(compare(seed, cheap=options.cheap))
    print(f"{len(found)} tables: mean, 5th and 95th percentile of what is reported less the truth")
    for name in found[0]:
        values = 100 * np.array([differences[name] for differences in found])
        low, high = np.quantile(values, [0.05, 0.95])
        error = values.std() / np.sqrt(len(values))
        print(f"{name}: {values.mean():+.2f} % (± {error:.2f}), {low:+.1f} to {high:+.1f}")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.honesty", description=__doc__)
    parser.add_argument("--tables", type=int, default=200, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first one's seed")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no table after these")
    parser.add_argument("--cheap", action="store_true", help="with few trees, not as init proposes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
