"""The estimators that a config may name, and their settings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
_PENALTY = (
    "Strength of the penalty; with the transforms none and sqrt, the target counts in its standard "
    "deviations."
)


class Settings(BaseModel):
    """Base of all settings: unknown keys are errors, values do not change."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class EstimatorSettings(Settings):
    """What every estimator has."""

    weight: Annotated[Positive, Field(description="Share in the weighted average.")] = 1.0


class LinearSettings(EstimatorSettings):
    """Preparation of numbers and levels for a linear model."""

    clip_quantile: Annotated[
        float,
        Field(ge=0, lt=0.5, description="Numbers are clipped at this quantile and its mirror."),
    ] = 0.005
    log_skewness: Annotated[
        NonNegative, Field(description="Numbers more skewed than this are logged.")
    ] = 0.75
    rare_level_count: Annotated[
        Count, Field(description="Levels with fewer training rows are put together.")
    ] = 10
    missing_indicators: Annotated[
        bool, Field(description="Whether to add 0/1 columns that say where a number was missing.")
    ] = True
    max_levels: Annotated[
        Count,
        Field(
            description="A category with more levels becomes one number, the mean target of its "
            "level shrunk to the overall mean, and not a 0/1 column per level."
        ),
    ] = 60


class TreeSettings(EstimatorSettings):
    """Preparation of levels for trees."""

    one_hot_levels: Annotated[
        int,
        Field(
            ge=0,
            le=1000,
            description="A category with at most so many levels becomes a 0/1 column per level; "
            "others become one number, the mean target of the level, shrunk.",
        ),
    ] = 0
    level_counts: Annotated[
        bool, Field(description="Whether to add, for each category, how common its level is.")
    ] = False


class ImputedTreeSettings(TreeSettings):
    """Preparation of numbers for trees that take no missing values."""

    missing_indicators: Annotated[
        bool, Field(description="Whether to add 0/1 columns that say where a number was missing.")
    ] = False


class RidgeSettings(LinearSettings):
    """Least squares with an L2 penalty."""

    type: Literal["ridge"]
    alpha: Annotated[Positive, Field(description="Strength of the penalty.")] = 10.0


class LassoSettings(LinearSettings):
    """Least squares with an L1 penalty, which leaves features out."""

    type: Literal["lasso"]
    alpha: Annotated[Positive, Field(description=_PENALTY)] = 0.0006
    max_iter: Annotated[Count, Field(description="Passes over the features.")] = 10_000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.001


class ElasticNetSettings(LinearSettings):
    """Least squares with a mixture of both penalties."""

    type: Literal["elastic_net"]
    alpha: Annotated[Positive, Field(description=_PENALTY)] = 0.001
    l1_ratio: Annotated[float, Field(gt=0, le=1, description="Share of the L1 penalty.")] = 0.5
    max_iter: Annotated[Count, Field(description="Passes over the features.")] = 10_000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.001


class HuberSettings(LinearSettings):
    """A robust loss with an L2 penalty: rows far off count less."""

    type: Literal["huber"]
    alpha: Annotated[Positive, Field(description=_PENALTY)] = 100.0
    epsilon: Annotated[
        float, Field(ge=1, description="Residuals larger than this many scales count less.")
    ] = 1.35
    max_iter: Annotated[Count, Field(description="Steps of the solver.")] = 5000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.00001


class GradientBoostingSettings(ImputedTreeSettings):
    """Gradient boosted trees."""

    type: Literal["gradient_boosting"]
    n_estimators: Annotated[Count, Field(description="Number of trees.")] = 300
    learning_rate: Annotated[Positive, Field(description="Shrinkage of each tree.")] = 0.05
    max_depth: Annotated[int, Field(ge=1, le=12, description="Depth of each tree.")] = 4
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features tried at each split.")
    ] = 0.3
    min_samples_leaf: Annotated[Count, Field(description="Training rows that a leaf needs.")] = 8
    subsample: Annotated[
        float, Field(gt=0, le=1, description="Share of rows that each tree sees.")
    ] = 0.7
    loss: Annotated[
        Literal["squared_error", "absolute_error", "huber"], Field(description="Loss function.")
    ] = "squared_error"
    alpha: Annotated[
        float, Field(gt=0, lt=1, description="Share of residuals that huber takes squared.")
    ] = 0.9


class HistGradientBoostingSettings(TreeSettings):
    """Gradient boosted trees on binned numbers: fast on many rows, can keep `monotonic`."""

    type: Literal["hist_gradient_boosting"]
    max_iter: Annotated[Count, Field(description="Number of trees.")] = 300
    learning_rate: Annotated[Positive, Field(description="Shrinkage of each tree.")] = 0.05
    max_leaf_nodes: Annotated[int, Field(ge=2, le=4096, description="Leaves of each tree.")] = 15
    max_depth: Annotated[
        int | None, Field(ge=1, le=64, description="Depth of each tree; unlimited by default.")
    ] = None
    min_samples_leaf: Annotated[Count, Field(description="Training rows that a leaf needs.")] = 20
    l2_regularization: Annotated[NonNegative, Field(description="Penalty on leaf values.")] = 0.0
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features tried at each split.")
    ] = 0.5
    max_bins: Annotated[int, Field(ge=2, le=255, description="Bins of each feature.")] = 255
    loss: Annotated[
        Literal["squared_error", "absolute_error"], Field(description="Loss function.")
    ] = "squared_error"


class SymmetricBoostingSettings(TreeSettings):
    """Boosted trees that ask the same question all over a level: good at smooth functions."""

    type: Literal["symmetric_boosting"]
    n_estimators: Annotated[Count, Field(description="Number of trees.")] = 1000
    learning_rate: Annotated[Positive, Field(description="Shrinkage of each tree.")] = 0.06
    max_depth: Annotated[int, Field(ge=1, le=10, description="Questions of each tree.")] = 6
    l2_regularization: Annotated[Positive, Field(description="Penalty on leaf values.")] = 3.0
    max_bins: Annotated[int, Field(ge=2, le=255, description="Bins of each feature.")] = 128
    subsample: Annotated[
        float, Field(gt=0, le=1, description="Share of rows that choose a tree's questions.")
    ] = 0.8
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features that a tree may ask about.")
    ] = 1.0
    random_strength: Annotated[
        NonNegative, Field(description="Chance in the choice of a question, against overfitting.")
    ] = 1.0


class ForestSettings(ImputedTreeSettings):
    """Limits of a forest, so that its artifact stays small."""

    n_estimators: Annotated[Count, Field(description="Number of trees.")] = 100
    max_depth: Annotated[int, Field(ge=1, le=30, description="Depth of each tree.")] = 12
    max_leaf_nodes: Annotated[int, Field(ge=2, le=65536, description="Leaves of each tree.")] = 256
    min_samples_leaf: Annotated[Count, Field(description="Training rows that a leaf needs.")] = 3
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features tried at each split.")
    ] = 0.33


class RandomForestSettings(ForestSettings):
    """Trees on samples of the rows, averaged."""

    type: Literal["random_forest"]


class ExtraTreesSettings(ForestSettings):
    """Trees with random thresholds, averaged."""

    type: Literal["extra_trees"]


class DifficultySettings(Settings):
    """Boosted trees that learn how far off a prediction tends to be; intervals scale with it."""

    max_iter: Annotated[Count, Field(description="Number of trees.")] = 60
    learning_rate: Annotated[Positive, Field(description="Shrinkage of each tree.")] = 0.05
    max_leaf_nodes: Annotated[int, Field(ge=2, le=256, description="Leaves of each tree.")] = 6
    min_samples_leaf: Annotated[Count, Field(description="Training rows that a leaf needs.")] = 40
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features tried at each split.")
    ] = 0.3


EstimatorConfig = Annotated[
    RidgeSettings
    | LassoSettings
    | ElasticNetSettings
    | HuberSettings
    | GradientBoostingSettings
    | HistGradientBoostingSettings
    | SymmetricBoostingSettings
    | RandomForestSettings
    | ExtraTreesSettings,
    Field(discriminator="type"),
]
ESTIMATORS: dict[str, type[EstimatorSettings]] = {
    "ridge": RidgeSettings,
    "lasso": LassoSettings,
    "elastic_net": ElasticNetSettings,
    "huber": HuberSettings,
    "gradient_boosting": GradientBoostingSettings,
    "hist_gradient_boosting": HistGradientBoostingSettings,
    "symmetric_boosting": SymmetricBoostingSettings,
    "random_forest": RandomForestSettings,
    "extra_trees": ExtraTreesSettings,
}
MONOTONIC_ESTIMATORS = ("hist_gradient_boosting", "ridge", "lasso", "elastic_net", "huber")
"""Those that can keep a monotonic column."""
