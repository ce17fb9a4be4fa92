"""``extra_trees``: trees with random thresholds, averaged."""

from typing import Any, Literal

from regression_model.estimators.estimator import Features
from regression_model.estimators.forest import ForestEstimator, ForestSettings


class ExtraTreesSettings(ForestSettings):
    """Trees with random thresholds, averaged."""

    type: Literal["extra_trees"]


class ExtraTreesEstimator(ForestEstimator[ExtraTreesSettings]):
    """scikit-learn's `ExtraTreesRegressor`."""

    name = "extra_trees"
    cost = 6.0
    settings = ExtraTreesSettings
    classes = frozenset({"sklearn.ExtraTreesRegressor"})

    def build(self, settings: ExtraTreesSettings, _: Features, seed: int) -> Any:
        """Return an unfitted `ExtraTreesRegressor`."""
        from sklearn.ensemble import ExtraTreesRegressor

        return ExtraTreesRegressor(**self.parameters(settings), random_state=seed)
