"""The target's transform, estimators and evaluation that fit a table's size and its target."""

from __future__ import annotations

import math
from dataclasses import dataclass
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
_MIDDLING_ROWS = 6_000
_VERY_MANY_ROWS = 100_000
_ONE_HOT_LEVELS = 10
_SKEWNESS = 0.75
_SPREAD = 20.0
_FEATURES_PER_SPLIT = 10


@dataclass(frozen=True)
class Traits:
    """What a table is like, as far as estimators are concerned.

    Attributes
    ----------
    n_rows : int
        Rows with a target.
    n_columns : int
        Columns that the model may use.
    max_levels : int
        Levels of the category that has the most.
    has_gaps : bool
        Whether a number is missing anywhere.
    """

    n_rows: int
    n_columns: int
    max_levels: int = 0
    has_gaps: bool = False

    @property
    def levels(self) -> dict[str, Value]:
        """How trees take categories."""
        if not self.max_levels:
            return {}
        settings: dict[str, Value] = {"one_hot_levels": _ONE_HOT_LEVELS}
        if self.max_levels > _ONE_HOT_LEVELS:
            settings["level_counts"] = True
        return settings

    @property
    def gaps(self) -> dict[str, Value]:
        """How trees that take no missing values are told of them."""
        return {"missing_indicators": True} if self.has_gaps else {}


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
        note = "each row is predicted by a model that saw 4 in 5 of all rows"
        return EvaluationGuess(5, 1, 0.1, 0, note)
    return EvaluationGuess(5 if n_rows <= _VERY_MANY_ROWS else 3, 1, 0.1, 0, many)


def propose_average(n_rows: int) -> Average:
    """Return where weights come from; learning them fits each branch five times as often."""
    return "learned" if n_rows <= MANY_ROWS else "weighted"


def propose_estimators(traits: Traits) -> tuple[EstimatorGuess, ...]:
    """Return the branches of the model: kinds that err in different ways, for weights to choose.

    Parameters
    ----------
    traits : Traits
        Of the table.

    Returns
    -------
    tuple of EstimatorGuess
    """
    n_rows = traits.n_rows
    if n_rows > MANY_ROWS:
        return _linear(traits, 0.05), _many_rows(traits, 0.95)
    branches = [_linear(traits)]
    if n_rows <= _MIDDLING_ROWS:
        branches.append(_boosted(traits))
    if n_rows >= FEW_ROWS:
        branches.append(_binned(traits))
    return (*branches, _forest(traits))


def _linear(traits: Traits, weight: float = 1) -> EstimatorGuess:
    return EstimatorGuess(
        "linear",
        "linear: steady where rows are few, and beyond the training range",
        {
            "type": "ridge",
            **_weight(weight),
            "alpha": 10,
            "rare_level_count": 5 if traits.n_rows < FEW_ROWS else 10,
        },
    )


def _weight(weight: float) -> dict[str, Value]:
    return {"weight": weight} if weight < 1 else {}


def _boosted(traits: Traits) -> EstimatorGuess:
    is_tiny = traits.n_rows < _VERY_FEW_ROWS
    return EstimatorGuess(
        "trees",
        "trees: find steps, and what columns do together",
        {
            "type": "gradient_boosting",
            "n_estimators": 150 if is_tiny else 300,
            "learning_rate": 0.05,
            "max_depth": 3 if is_tiny else 4,
            "max_features": round(min(0.5, max(0.12, _FEATURES_PER_SPLIT / traits.n_columns)), 2),
            "min_samples_leaf": 3 if traits.n_rows < FEW_ROWS else 5,
            "subsample": 0.7,
            **traits.levels,
            **traits.gaps,
        },
    )


def _binned(traits: Traits) -> EstimatorGuess:
    return EstimatorGuess(
        "more_trees",
        "many small steps, for what takes long to learn; on binned numbers, which is fast",
        {
            "type": "hist_gradient_boosting",
            "max_iter": 1500,
            "learning_rate": 0.05,
            "max_leaf_nodes": 8,
            "min_samples_leaf": 10,
            "max_features": 0.6,
            **traits.levels,
        },
    )


def _many_rows(traits: Traits, weight: float) -> EstimatorGuess:
    return EstimatorGuess(
        "trees",
        "trees on binned numbers, which is fast on many rows",
        {
            "type": "hist_gradient_boosting",
            **_weight(weight),
            "max_iter": 400,
            "learning_rate": 0.1,
            "max_leaf_nodes": 31,
            "min_samples_leaf": 20,
            **traits.levels,
        },
    )


def _forest(traits: Traits) -> EstimatorGuess:
    return EstimatorGuess(
        "forest",
        "trees with random thresholds, averaged: steadier where the target is noisy",
        {
            "type": "extra_trees",
            "n_estimators": 100,
            "max_depth": 16,
            "max_leaf_nodes": 512,
            "min_samples_leaf": 2,
            "max_features": 0.7,
            **traits.levels,
            **traits.gaps,
        },
    )
