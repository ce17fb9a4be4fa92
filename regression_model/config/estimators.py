"""The estimators that a config may name, and their settings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


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


class RidgeSettings(LinearSettings):
    """Least squares with an L2 penalty."""

    type: Literal["ridge"]
    alpha: Annotated[Positive, Field(description="Strength of the penalty.")] = 10.0


class LassoSettings(LinearSettings):
    """Least squares with an L1 penalty, which leaves features out."""

    type: Literal["lasso"]
    alpha: Annotated[Positive, Field(description="Strength of the penalty.")] = 0.0006
    max_iter: Annotated[Count, Field(description="Passes over the features.")] = 10_000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.001


class HuberSettings(LinearSettings):
    """A robust loss with an L2 penalty: rows far off count less."""

    type: Literal["huber"]
    alpha: Annotated[Positive, Field(description="Strength of the penalty.")] = 100.0
    epsilon: Annotated[
        float, Field(ge=1, description="Residuals larger than this many scales count less.")
    ] = 1.35
    max_iter: Annotated[Count, Field(description="Steps of the solver.")] = 5000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.00001


class GradientBoostingSettings(EstimatorSettings):
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


EstimatorConfig = Annotated[
    RidgeSettings | LassoSettings | HuberSettings | GradientBoostingSettings,
    Field(discriminator="type"),
]
ESTIMATORS: dict[str, type[EstimatorSettings]] = {
    "ridge": RidgeSettings,
    "lasso": LassoSettings,
    "huber": HuberSettings,
    "gradient_boosting": GradientBoostingSettings,
}
