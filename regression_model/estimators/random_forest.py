"""``random_forest``: trees on samples of the rows, averaged."""

from typing import Any, Literal

from regression_model.estimators.estimator import Features
from regression_model.estimators.forest import ForestEstimator, ForestSettings


class RandomForestSettings(ForestSettings):
    """Trees on samples of the rows, averaged."""

    type: Literal["random_forest"]


class RandomForestEstimator(ForestEstimator[RandomForestSettings]):
    """scikit-learn's `RandomForestRegressor`."""

    name = "random_forest"
    cost = 12.0
    settings = RandomForestSettings
    classes = frozenset({"sklearn.RandomForestRegressor"})

    def build(self, settings: RandomForestSettings, _: Features, seed: int) -> Any:
        """Return an unfitted `RandomForestRegressor`."""
        from sklearn.ensemble import RandomForestRegressor

        return RandomForestRegressor(**self.parameters(settings), random_state=seed)
