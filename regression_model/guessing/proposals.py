"""The target's transform, estimators and evaluation that fit a table's size and its target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regression_model.guessing.guesses import (
    Effort,
    EstimatorGuess,
    EvaluationGuess,
    Transform,
    Value,
)
from regression_model.metrics import exact_unit

if TYPE_CHECKING:
    from regression_model.arrays import Floats

FEW_ROWS = 1_000
"""Below, figures of one cross-validation vary too much, and fewer trees learn all there is."""
MANY_ROWS = 20_000
"""Above, larger steps learn as much in less time."""

_VERY_FEW_ROWS = 300
_VERY_MANY_ROWS = 100_000
_ONE_HOT_LEVELS = 10
"""More columns of 0 and 1 for a category cost time, and tell trees nothing that its mean hides."""
_CROSSED_LEVELS = 50
"""For trees whose questions meet: what a level does may depend on another column."""
_FEW_LEVELS = 60
"""What linear models take one by one unless they are told to take more."""
_MOST_LEVELS = 1_000
_ONE_HOT_CELLS = 5_000_000
"""Up to so many cells of 0 and 1 a fit of lines takes half a second at most."""
_DEEP_COLUMNS = 200
"""With more, deep trees take a minute a fit, and shallow ones learn as much: measured on 1,000
columns of which four matter. Trees that may ask about some columns only do much worse there."""
_SPREAD = 1.5
"""How often the 1st percentile goes into the 99th where a logarithm is nearly a straight line."""
_OTHER_SEED = 2
"""Of branches that are there twice; the config's own is 1."""
_SKEWED = 0.3
_CHANCE = 2.0
"""Standard errors that the skewness of a symmetric target hardly ever has."""
_VARIANCE_OF_SKEWNESS = 6.0
"""Of normal values, times their number."""


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
    n_levels : int
        Levels of all categories.
    """

    n_rows: int
    n_columns: int
    max_levels: int = 0
    has_gaps: bool = False
    n_levels: int = 0

    @property
    def levels(self) -> dict[str, Value]:
        """How trees take categories: few levels one by one, many by their mean target."""
        return self.levels_up_to(_ONE_HOT_LEVELS)

    def levels_up_to(self, n_levels: int) -> dict[str, Value]:
        """The same, with so many levels taken one by one."""
        if not self.max_levels:
            return {}
        settings: dict[str, Value] = {"one_hot_levels": n_levels}
        if self.max_levels > n_levels:
            settings["level_counts"] = True
        return settings

    @property
    def levels_by_themselves(self) -> dict[str, Value]:
        """How lines take categories of many levels, where the table is not too large for that.

        The mean target of a level tells also what other columns do in its rows; a penalty on what
        each level adds beside them does not.
        """
        is_small = self.n_rows * self.n_levels <= _ONE_HOT_CELLS
        return {"max_levels": _MOST_LEVELS} if self.max_levels > _FEW_LEVELS and is_small else {}

    @property
    def gaps(self) -> dict[str, Value]:
        """How trees that take no missing values are told of them."""
        return {"missing_indicators": True} if self.has_gaps else {}


def propose_transform(y: Floats) -> tuple[Transform, str]:
    """Return what to do about the scale of a target with these known values, and why.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)

    Returns
    -------
    transform : {"none", "auto"}
    reason : str
    """
    if y.min() < 0:
        return "none", "roots and logarithms are not for targets below zero"
    low, high = np.quantile(y, [0.01, 0.99])
    if high == 0:
        return "none", "nearly all of it is zero: a logarithm would change little"
    if high <= _SPREAD * low:
        return "none", f"it spreads {high / low:.2f} times only: a logarithm would change little"
    return "auto", "none, sqrt or log: whichever errs least, out of fold, in the target's units"


def propose_minimum(y: Floats) -> tuple[int, str] | None:
    """Return the bound of a target with these known values that is a count or an amount, and why.

    Counts and amounts begin at zero: nothing is below it, the least is near it beside how far
    values spread (years and temperatures in kelvins are far away from it), and they are whole, or
    crowded at the low end (temperatures in degrees Celsius are not, that happen to be above zero).

    Parameters
    ----------
    y : ndarray of shape (n_samples,)

    Returns
    -------
    (int, str) or None
        None where there is no such evidence.
    """
    low, high = np.quantile(y, [0.1, 0.9])
    least = float(y.min())
    if least < 0 or least > (high - low) / 2:
        return None
    is_count = bool((y == np.round(y)).all())
    if not (is_count or least == 0 or _crowds_low_end(y)):
        return None
    what = "a count" if is_count else "an amount"
    reason = (
        f"no prediction is below 0: nothing in the table is, and this looks like {what}; if there "
        "can be less, take the line out"
    )
    return 0, reason


def _crowds_low_end(y: Floats) -> bool:
    """Tell whether values have a longer tail above than below, by more than chance makes."""
    unit = exact_unit(y)  # cubes of huge numbers would be infinite
    deviations = y / unit - np.mean(y / unit)
    skewness = float(np.mean(deviations**3) / np.mean(deviations**2) ** 1.5)
    by_chance = _CHANCE * float(np.sqrt(_VARIANCE_OF_SKEWNESS / len(y)))
    return skewness > max(_SKEWED, by_chance)


def propose_evaluation(n_rows: int, effort: Effort = "standard") -> EvaluationGuess:
    """Return folds, repeats and hold-out for a number of rows with a target."""
    few = "few rows: figures from few rows vary, so they are repeated"
    many = "many rows: fewer folds tell as much in less time"
    if effort == "quick":
        return EvaluationGuess(3, 1, 0.1, "for a first look: few folds, each of them once")
    if effort == "best" and n_rows <= MANY_ROWS:
        repeats = 3 if n_rows < FEW_ROWS else 1
        note = "each row is predicted by a model that saw 9 in 10 of all rows"
        return EvaluationGuess(10, repeats, 0.1, note)
    if n_rows < _VERY_FEW_ROWS:
        return EvaluationGuess(5, 3, 0.2, few)
    if n_rows < FEW_ROWS:
        return EvaluationGuess(5, 2, 0.1, few)
    if n_rows <= MANY_ROWS:
        note = "each row is predicted by a model that saw 4 in 5 of all rows"
        return EvaluationGuess(5, 1, 0.1, note)
    return EvaluationGuess(5 if n_rows <= _VERY_MANY_ROWS else 3, 1, 0.1, many)


def propose_estimators(traits: Traits, effort: Effort = "standard") -> tuple[EstimatorGuess, ...]:
    """Return the branches of the model: kinds that err in different ways, for weights to choose.

    Which they are, and their settings, were chosen by measuring: see ``benchmarks/README.md``.

    Parameters
    ----------
    traits : Traits
        Of the table.
    effort : {"quick", "standard", "best"}
        How much time the model may take.

    Returns
    -------
    tuple of EstimatorGuess
    """
    if effort == "quick":
        return (_linear(traits), _lines(), _small_steps(traits))
    trees = []
    if traits.n_columns <= _DEEP_COLUMNS and (traits.n_rows >= FEW_ROWS or effort == "best"):
        trees.append(_deep(traits))
    if traits.n_rows <= MANY_ROWS or not trees or effort == "best":
        trees.append(_shallow(traits))
    trees.append(_small_steps(traits))
    branches = [_linear(traits), _lines()]
    if traits.n_columns <= _DEEP_COLUMNS and traits.n_rows <= MANY_ROWS:
        branches.append(_curves(traits))
    branches += trees
    if effort == "best":
        branches += [*map(_again, trees), _forest(traits)]
    return tuple(branches)


def _linear(traits: Traits) -> EstimatorGuess:
    return EstimatorGuess(
        "linear",
        "linear, and steady where rows are few or cells are extreme",
        {
            "type": "ridge",
            "alpha": 10,
            "rare_level_count": 5 if traits.n_rows < FEW_ROWS else 10,
        },
    )


def _lines() -> EstimatorGuess:
    return EstimatorGuess(
        "lines",
        "straight lines: where each unit of a column adds as much, also beyond the training range",
        {
            "type": "ridge",
            "alpha": 0.0001,  # next to none: only so that columns may say the same
            "clip_quantile": "none",
            "log_skewness": "none",
            "rare_level_count": 1,
        },
    )


def _curves(traits: Traits) -> EstimatorGuess:
    return EstimatorGuess(
        "curves",
        "lines that bend, and each level by itself: where what columns do adds up",
        {
            "type": "ridge",
            "alpha": 10 if traits.n_rows < FEW_ROWS else 1,
            "knots": 5,
            "rare_level_count": 2,
            **traits.levels_by_themselves,
        },
    )


def _deep(traits: Traits) -> EstimatorGuess:
    many, crosses = traits.n_rows > MANY_ROWS, traits.max_levels > _ONE_HOT_LEVELS
    return EstimatorGuess(
        "trees",
        "trees that ask one question a level: for smooth curves, and what columns do together",
        {
            "type": "catboost",
            "iterations": 300 if many else 1000,
            # what levels of two columns do together is learned late: each pair has few rows
            "learning_rate": 0.15 if many else 0.12 if crosses else 0.06,
            "depth": 6 if many else 5,
            "border_count": 64,
            **traits.levels_up_to(_CROSSED_LEVELS),  # so that levels of two columns can meet
        },
    )


def _shallow(traits: Traits) -> EstimatorGuess:
    return EstimatorGuess(
        "shallow_trees",
        "such trees with fewer questions: steadier where the target is noisy",
        {
            "type": "catboost",
            "iterations": 300,
            "learning_rate": 0.1,
            "depth": 4,
            "border_count": 64,
            **traits.levels,
        },
    )


def _small_steps(traits: Traits) -> EstimatorGuess:
    many = traits.n_rows > MANY_ROWS
    return EstimatorGuess(
        "small_steps",
        "small trees that each ask about half of the columns: fast, and unlike the others",
        {
            "type": "lightgbm",
            "n_estimators": 1200 if many else 600,
            "learning_rate": 0.08 if many else 0.05,
            "num_leaves": 15 if many else 8,
            "min_child_samples": 20 if many else 10,
            "subsample": 0.8,
            "colsample_bytree": 0.5,
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


def _again(branch: EstimatorGuess) -> EstimatorGuess:
    """Return a branch once more, with other random numbers, whose errors average out."""
    return EstimatorGuess(
        f"{branch.name}_again",
        f"{branch.name} with another seed: what is chance in one is not in the average",
        {**branch.settings, "seed": _OTHER_SEED},
    )
