"""The target's transform, estimators and evaluation that fit a table's size and its target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from regression_model.config.guesses import (
    Average,
    EstimatorGuess,
    EvaluationGuess,
    Transform,
    Value,
)

if TYPE_CHECKING:
    from regression_model.config.facts import Floats

FEW_ROWS = 1_000
MANY_ROWS = 20_000

_VERY_FEW_ROWS = 300
_VERY_MANY_ROWS = 100_000
_SKEWNESS = 0.75
_SPREAD = 20.0
_FEATURES_PER_SPLIT = 10
_LEARNED_ROWS = 3_000
_EXTRA_TREES = EstimatorGuess(
    "forest",
    "trees with random thresholds, averaged: steadier where the target is noisy",
    {
        "type": "extra_trees",
        "n_estimators": 100,
        "max_depth": 16,
        "max_leaf_nodes": 512,
        "min_samples_leaf": 2,
        "max_features": 0.7,
    },
)


def propose_transform(y: Floats) -> tuple[Transform, str]:
    """Return the transform that suits a target's known values, shape (n_samples,), and why."""
    if y.min() < 0:
        return "none", "logarithms are not for targets below zero"
    transform: Transform = "log" if y.min() > 0 else "log1p"
    skewness, logged = _skewness(y), _skewness(np.log(y) if transform == "log" else np.log1p(y))
    low, high = np.quantile(y, [0.01, 0.99])
    if skewness > _SKEWNESS and abs(logged) < skewness / 2:
        reason = f"its skewness is {skewness:.2g}, that of its logarithm {logged:.2g}"
        return transform, f"{reason}: errors count in proportion"
    if high > _SPREAD * low > 0 and abs(logged) < max(1.0, abs(skewness)):
        return transform, f"it spreads over {high / low:,.0f} times: errors count in proportion"
    return "none", f"its skewness is {skewness:.2g}, that of its logarithm {logged:.2g}"


def _skewness(values: Floats) -> float:
    centred = values - values.mean()
    scale = math.sqrt(float(np.mean(centred**2)))
    return float(np.mean(centred**3)) / scale**3 if scale else 0.0


def propose_evaluation(n_rows: int) -> EvaluationGuess:
    """Return folds, repeats and hold-out for a number of rows with a target."""
    few = "few rows: figures from few rows vary, so they are repeated"
    many = "many rows: fewer folds tell as much in less time"
    if n_rows < _VERY_FEW_ROWS:
        return EvaluationGuess(5, 3, 0.2, 2, few)
    if n_rows < FEW_ROWS:
        return EvaluationGuess(5, 2, 0.1, 3, few)
    if n_rows <= MANY_ROWS:
        inner = 3 if n_rows <= _LEARNED_ROWS else 0
        note = "each row is predicted by a model that saw 9 in 10 of the rest"
        return EvaluationGuess(10, 1, 0.1, inner, note)
    return EvaluationGuess(5 if n_rows <= _VERY_MANY_ROWS else 3, 1, 0.1, 0, many)


def propose_average(n_rows: int) -> Average:
    """Return where weights come from; learning them fits each branch five times as often."""
    return "learned" if n_rows <= _LEARNED_ROWS else "weighted"


def propose_estimators(
    n_rows: int, n_columns: int, y: Floats, transform: Transform
) -> tuple[EstimatorGuess, ...]:
    """Return the branches of the model.

    Penalties of lasso and huber depend on the target's scale, which a logarithm makes comparable;
    without it least squares with an L2 penalty, which does not, stands for the linear part.
    """
    linear: dict[str, Value] = {"rare_level_count": 5 if n_rows < FEW_ROWS else 10}
    if propose_average(n_rows) == "learned":
        note = "linear: steady where rows are few, and beyond the training range"
        steady = EstimatorGuess("linear", note, {"type": "ridge", "alpha": 10, **linear})
        return steady, _propose_trees(n_rows, n_columns, 1), _EXTRA_TREES
    if transform == "none" or n_rows < FEW_ROWS or n_rows > MANY_ROWS:
        note = "linear: steady where rows are few, and beyond the training range"
        weight = 0.3 if n_rows <= MANY_ROWS else 0.1
        penalised: dict[str, Value] = {"type": "ridge", "weight": weight, "alpha": 10, **linear}
        first = [EstimatorGuess("linear", note, penalised)]
    else:
        logged = np.log(y) if transform == "log" else np.log1p(y)
        alpha = float(f"{0.0015 * float(np.std(logged)):.1g}")
        robust: dict[str, Value] = {"type": "huber", "weight": 0.2, "alpha": 100, **linear}
        sparse: dict[str, Value] = {"type": "lasso", "weight": 0.2, "alpha": alpha, **linear}
        first = [
            EstimatorGuess("robust", "linear: rows far off count less", robust),
            EstimatorGuess("sparse", "linear: leaves features out that tell nothing", sparse),
        ]
    return (
        *first,
        _propose_trees(n_rows, n_columns, 1 - sum(float(e.settings["weight"]) for e in first)),
    )


def _propose_trees(n_rows: int, n_columns: int, weight: float) -> EstimatorGuess:
    note = "trees: find steps, and what columns do together"
    settings: dict[str, Value] = {
        "type": "gradient_boosting",
        **({"weight": round(weight, 2)} if weight < 1 else {}),
        "n_estimators": 150 if n_rows < _VERY_FEW_ROWS else 300,
        "learning_rate": 0.05,
        "max_depth": 3 if n_rows < _VERY_FEW_ROWS else 4,
        "max_features": round(min(0.5, max(0.12, _FEATURES_PER_SPLIT / n_columns)), 2),
        "min_samples_leaf": 3 if n_rows < FEW_ROWS else 5,
        "subsample": 0.7,
    }
    if n_rows > MANY_ROWS:
        note += "; on binned numbers, which is fast on many rows"
        settings = {
            "type": "hist_gradient_boosting",
            "weight": round(weight, 2),
            "max_iter": 300,
            "learning_rate": 0.1,
            "max_leaf_nodes": 31,
            "min_samples_leaf": 20,
        }
    return EstimatorGuess("trees", note, settings)
