"""``hist_gradient_boosting``: scikit-learn's gradient boosted trees on binned numbers."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from regression_model.estimators.estimator import Features
from regression_model.estimators.fitted import LEAF, Tree, Trees
from regression_model.estimators.settings import Count, NonNegative, Positive, TreeSettings
from regression_model.estimators.trees import TreeEstimator


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


class HistGradientBoostingEstimator(TreeEstimator[HistGradientBoostingSettings]):
    """scikit-learn's `HistGradientBoostingRegressor`, also where a column has nothing to bin."""

    name = "hist_gradient_boosting"
    cost = 8.0
    settings = HistGradientBoostingSettings
    classes = frozenset({"regression_model.BinnedBoostingRegressor"})
    keeps_monotonic = True

    def build(self, settings: HistGradientBoostingSettings, features: Features, seed: int) -> Any:
        """Return an unfitted `BinnedBoostingRegressor`, which keeps the features' directions."""
        # imports scikit-learn, which is loaded when a pipeline is built, not with the config
        from regression_model.estimators.histogram import BinnedBoostingRegressor

        return BinnedBoostingRegressor(
            **self.parameters(settings),
            early_stopping=False,
            monotonic_cst=dict(features.directions) or None,
            random_state=seed,
        )

    def read(self, model: Any) -> Trees:
        """Return the trees, which compare in double precision, and what boosting started from."""
        return Trees(
            [read_histogram_tree(tree.nodes) for (tree,) in model._predictors],  # noqa: SLF001
            base=float(np.ravel(model._baseline_prediction)[0]),  # noqa: SLF001
        )


def read_histogram_tree(nodes: Any) -> Tree:
    """Return one tree from its table of nodes; shrinkage is in its leaves already."""
    is_leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int64),
        threshold=np.where(is_leaf, 0.0, nodes["num_threshold"]),
        left=np.where(is_leaf, LEAF, nodes["left"].astype(np.int64)),
        right=np.where(is_leaf, LEAF, nodes["right"].astype(np.int64)),
        missing_left=nodes["missing_go_to_left"].astype(bool),
        value=nodes["value"],
        cover=nodes["count"].astype(np.float64),
    )
