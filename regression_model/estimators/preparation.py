"""The steps between features and estimator: what linear models and trees want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from regression_model.processing.free_names import LevelNames
from regression_model.transformers.levels import (
    AtMostFolds,
    LevelCounter,
    LevelSelector,
    RareLevelGrouper,
)
from regression_model.transformers.numbers import (
    HingeAppender,
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.estimators.estimator import Features, Step
    from regression_model.estimators.settings import (
        ImputedTreeSettings,
        LinearSettings,
        TreeSettings,
    )

_TARGET_MEAN_FOLDS = 5
"""A level's mean target in training comes from the other folds, or it would tell a row its own."""


def linear_steps(settings: LinearSettings, features: Features, seed: int) -> list[Step]:
    """Return what a linear model wants: no gaps, no tails, one scale, and columns of 0 and 1.

    Tails stay where the settings say so.
    """
    numbers, categories = list(features.numbers), list(features.categories)
    bounded = [name for name in numbers if name not in features.trends]  # a trend goes on
    steps: list[Step] = []
    if numbers:
        steps.append(("impute", MedianImputer(numbers, indicators=settings.missing_indicators)))
        if settings.clip_quantile is not None:
            steps.append(("clip", QuantileClipper(bounded, settings.clip_quantile)))
        if settings.log_skewness is not None:
            steps.append(("log", SkewedLogTransformer(bounded, settings.log_skewness)))
        steps.append(("scale", _on_columns(StandardScaler(), numbers)))
        bent = [name for name in bounded if name not in features.directions]  # bends may turn back
        if settings.knots and bent:
            steps.append(("bend", HingeAppender(bent, settings.knots)))
    if categories:
        rare = RareLevelGrouper(None, settings.rare_level_count)
        one_hot = Pipeline([("rare", rare), ("columns", _one_hot(features))])
        means = Pipeline([("means", _target_means(seed)), ("scale", StandardScaler())])
        few, many = _by_levels(categories, settings.max_levels)
        steps.append(("levels", _on_chosen([("few", one_hot, few), ("many", means, many)])))
    return steps


def level_steps(settings: TreeSettings, features: Features, seed: int) -> list[Step]:
    """Return what trees want for categories: numbers with an order."""
    categories = list(features.categories)
    if not categories:
        return []
    steps: list[Step] = []
    if settings.level_counts:
        steps.append(("counts", LevelCounter(categories)))
    means = _target_means(seed)
    if settings.one_hot_levels:
        few, many = _by_levels(categories, settings.one_hot_levels)
        chosen = [("few", _one_hot(features), few), ("many", means, many)]
        steps.append(("levels", _on_chosen(chosen)))
    else:
        steps.append(("means", _on_columns(means, categories)))
    return steps


def imputed_steps(settings: ImputedTreeSettings, features: Features) -> list[Step]:
    """Return what trees that take no missing values want for numbers."""
    numbers = list(features.numbers)
    if not numbers:
        return []
    return [("impute", MedianImputer(numbers, indicators=settings.missing_indicators))]


def _one_hot(features: Features) -> OneHotEncoder:
    """A column of 0 and 1 for each level, called unlike any column that stands beside it."""
    taken = frozenset([*features.numbers, *features.categories])
    return OneHotEncoder(
        handle_unknown="ignore",
        sparse_output=False,
        feature_name_combiner=LevelNames(taken),
    )


def _by_levels(categories: list[str], max_levels: int) -> tuple[LevelSelector, LevelSelector]:
    """Return selectors of the categories with few and with many levels."""
    few = LevelSelector(categories, max_levels, many=False)
    many = LevelSelector(categories, max_levels, many=True)
    return few, many


def _target_means(seed: int) -> TargetEncoder:
    folds = AtMostFolds(_TARGET_MEAN_FOLDS, shuffle=True, random_state=seed)
    return TargetEncoder(target_type="continuous", cv=folds)


def _on_columns(transformer: Any, names: list[str]) -> ColumnTransformer:
    """Apply a scikit-learn transformer to named columns and hand on the others."""
    return _on_chosen([("changed", transformer, names)])


def _on_chosen(transformers: Sequence[tuple[str, Any, Any]]) -> ColumnTransformer:
    return ColumnTransformer(
        list(transformers), remainder="passthrough", verbose_feature_names_out=False
    )
