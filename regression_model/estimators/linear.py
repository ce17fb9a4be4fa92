"""What linear models have in common: settings, preparation, signs of coefficients, and state."""

from abc import abstractmethod
from typing import Annotated, Any, TypeVar

import numpy as np
from pydantic import Field

from regression_model.estimators.estimator import Estimator, Features, Step
from regression_model.estimators.fitted import Linear
from regression_model.estimators.settings import Count, EstimatorSettings, NonNegative

PENALTY = (
    "Strength of the penalty; with the transforms none and sqrt, the target counts in its standard "
    "deviations."
)
"""What a penalty means whose strength goes with the target's unit."""


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


LinearSettingsT = TypeVar("LinearSettingsT", bound=LinearSettings)


class LinearEstimator(Estimator[LinearSettingsT]):
    """Base of linear models: monotonic columns are kept by the signs of their coefficients."""

    shared = LinearSettings
    keeps_monotonic = True

    def steps(self, settings: LinearSettingsT, features: Features, seed: int) -> list[Step]:
        """Fill, clip, log and scale numbers; 0/1 columns for levels, or their mean target."""
        # scikit-learn and pandas are loaded when a pipeline is built, not with the config
        from regression_model.estimators.preparation import linear_steps

        return linear_steps(settings, features, seed)

    def build(self, settings: LinearSettingsT, features: Features, seed: int) -> Any:
        """Return the model, one that keeps signs where a feature has a direction."""
        model = self.build_plain(settings, seed)
        if not features.directions:
            return model
        from regression_model.estimators.signed_linear import SignedLinearRegressor  # as above

        return SignedLinearRegressor(model, features.directions)

    @abstractmethod
    def build_plain(self, settings: LinearSettingsT, seed: int) -> Any:
        """Return the unfitted model without any signs to keep."""

    def read(self, model: Any) -> Linear:
        """Return coefficients and intercept, which all of scikit-learn's call alike."""
        return Linear(np.ravel(model.coef_), float(np.ravel(model.intercept_)[0]))


def linear_classes(name: str) -> frozenset[str]:
    """Return the classes of a linear model: scikit-learn's of that name, and the one with signs."""
    return frozenset({f"sklearn.{name}", "regression_model.SignedLinearRegressor"})
