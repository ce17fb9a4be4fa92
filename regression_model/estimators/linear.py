"""What linear models have in common: preparation, signs of coefficients, and state."""

from abc import abstractmethod
from typing import Any, TypeVar

import numpy as np

from regression_model.estimators.estimator import Estimator, Features, Step
from regression_model.estimators.fitted import Linear
from regression_model.estimators.settings import LinearSettings

PENALTY = (
    "Strength of the penalty; with the transforms none and sqrt, the target counts in its standard "
    "deviations."
)
"""What a penalty means whose strength goes with the target's unit."""


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
