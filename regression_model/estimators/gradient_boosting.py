"""``gradient_boosting``: scikit-learn's gradient boosted trees on exact thresholds."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from regression_model.estimators.estimator import Features
from regression_model.estimators.fitted import Trees
from regression_model.estimators.settings import Count, ImputedTreeSettings, Positive
from regression_model.estimators.trees import ImputedTreeEstimator, read_tree


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


class GradientBoostingEstimator(ImputedTreeEstimator[GradientBoostingSettings]):
    """scikit-learn's `GradientBoostingRegressor`, its leaf values rounded."""

    name = "gradient_boosting"
    cost = 10.0
    settings = GradientBoostingSettings
    classes = frozenset(
        {"sklearn.GradientBoostingRegressor", "regression_model.RoundedBoostingRegressor"}
    )

    def build(self, settings: GradientBoostingSettings, _: Features, seed: int) -> Any:
        """Return an unfitted `RoundedBoostingRegressor`."""
        # imports scikit-learn, which is loaded when a pipeline is built, not with the config
        from regression_model.estimators.rounded_boosting import RoundedBoostingRegressor

        return RoundedBoostingRegressor(**self.parameters(settings), random_state=seed)

    def read(self, model: Any) -> Trees:
        """Return the trees, their shrinkage, and the constant that boosting started from."""
        return Trees(
            [read_tree(tree.tree_) for tree in model.estimators_[:, 0]],
            base=float(np.ravel(model.init_.constant_)[0]),
            rate=model.learning_rate,
            single=True,
        )
