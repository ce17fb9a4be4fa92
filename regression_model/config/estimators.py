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


class RidgeSettings(LinearSettings):
    """Least squares with an L2 penalty."""

    type: Literal["ridge"]
    alpha: Annotated[Positive, Field(description="Strength of the penalty.")] = 10.0


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


EstimatorConfig = Annotated[RidgeSettings | GradientBoostingSettings, Field(discriminator="type")]
ESTIMATORS: dict[str, type[EstimatorSettings]] = {
    "ridge": RidgeSettings,
    "gradient_boosting": GradientBoostingSettings,
}
