"""``lightgbm``: the gradient boosted trees of the library of that name."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from regression_model.arrays import Floats
from regression_model.estimators.fitted import LEAF, Tree, Trees
from regression_model.estimators.library import LibraryEstimator, Penalty, Share, library_classes
from regression_model.estimators.rounding import rounded
from regression_model.estimators.settings import Count, TreeSettings
from regression_model.exceptions import ArtifactError

_SEEDS = 2**31
"""The library keeps seeds in 32 bits, one of which is a sign."""
_CATEGORICAL, _DEFAULT_LEFT = 1, 2
_MISSING_NEVER, _MISSING_IS_ZERO, _MISSING_IS_NAN = 0, 1, 2
"""Bits of ``decision_type``, and the two behind them."""
_NOTHING = float(np.float32(1e-35))
"""What is no larger, above or below zero, the library takes for zero when it predicts."""


class LightGBMSettings(TreeSettings):
    """Gradient boosted trees of LightGBM: fast, and can keep `monotonic`."""

    type: Literal["lightgbm"]
    n_estimators: Annotated[Count, Field(description="Number of trees.")] = 600
    learning_rate: Annotated[Share, Field(description="Shrinkage of each tree.")] = 0.05
    num_leaves: Annotated[int, Field(ge=2, le=4096, description="Leaves of each tree.")] = 15
    max_depth: Annotated[
        int | None, Field(ge=1, le=64, description="Depth of each tree; unlimited by default.")
    ] = None
    min_child_samples: Annotated[Count, Field(description="Training rows that a leaf needs.")] = 20
    reg_lambda: Annotated[Penalty, Field(description="Penalty on leaf values.")] = 0.0
    subsample: Annotated[Share, Field(description="Share of rows that each tree sees.")] = 1.0
    colsample_bytree: Annotated[
        Share, Field(description="Share of features that a tree may ask about.")
    ] = 0.5
    max_bin: Annotated[int, Field(ge=2, le=255, description="Bins of each feature.")] = 255


class LightGBMEstimator(LibraryEstimator[LightGBMSettings]):
    """`lightgbm.LGBMRegressor`."""

    name = "lightgbm"
    cost = 3.0
    library = "lightgbm"
    is_single = False
    settings = LightGBMSettings
    classes = library_classes("lightgbm.LGBMRegressor")

    def build_plain(self, settings: LightGBMSettings, seed: int) -> Any:
        """Return an unfitted `LGBMRegressor` that gives equal trees for equal seeds."""
        from lightgbm import LGBMRegressor

        parameters = self.parameters(settings)
        if settings.max_depth is None:
            parameters["max_depth"] = -1
        return LGBMRegressor(
            **parameters,
            subsample_freq=1,  # a new sample for each tree; without, there is none at all
            random_state=seed % _SEEDS,
            n_jobs=1,
            deterministic=True,
            force_col_wise=True,  # or the library times both ways, and sums differ
            verbosity=-1,
        )

    @staticmethod
    def round_leaves(model: Any, targets: Floats) -> None:
        """Round leaf values one by one, as the library takes them."""
        booster = model.booster_
        for i, tree in enumerate(_tree_texts(model)):
            values = rounded(_numbers(_fields(tree), "leaf_value"), targets)
            for leaf, value in enumerate(values.tolist()):
                booster.set_leaf_output(i, leaf, value)

    def read_trees(self, model: Any) -> Trees:
        """Return the trees, which compare in double precision and hold what boosting starts from.

        They are read from the text form: the JSON form writes infinite thresholds as 1e300.
        """
        return Trees([_read_tree(text) for text in _tree_texts(model)])


def _tree_texts(model: Any) -> list[str]:
    text: str = model.booster_.model_to_string().partition("\nend of trees")[0]
    _, *parts = text.split("\nTree=")
    return parts


def _fields(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines()[1:] if line)


def _read_tree(text: str) -> Tree:
    """Return one tree: inner nodes first, then its leaves, which the text counts from -1 down."""
    fields = _fields(text)
    leaf_values = _numbers(fields, "leaf_value")
    leaf_counts = _numbers(fields, "leaf_count")
    n_leaves = len(leaf_values)
    n_inner = n_leaves - 1
    feature = _numbers(fields, "split_feature").astype(np.intp)
    threshold = _numbers(fields, "threshold")
    kinds = _numbers(fields, "decision_type").astype(np.intp)
    if fields["is_linear"] != "0" or (kinds & _CATEGORICAL).any():
        message = "LightGBM's linear trees and its own splits by category cannot be exported"
        raise ArtifactError(message)
    sides = [_numbers(fields, name).astype(np.intp) for name in ("left_child", "right_child")]
    left, right = (np.where(side < 0, n_inner - 1 - side, side) for side in sides)
    leaf_ends = np.full(n_leaves, LEAF)
    return Tree(
        feature=np.concatenate([feature, np.zeros(n_leaves, dtype=np.intp)]),
        threshold=np.concatenate([_around_zero(threshold), np.zeros(n_leaves)]),
        left=np.concatenate([left, leaf_ends]),
        right=np.concatenate([right, leaf_ends]),
        missing_left=np.concatenate([_missing_left(kinds, threshold), np.ones(n_leaves, bool)]),
        value=np.concatenate([np.zeros(n_inner), leaf_values]),
        cover=np.concatenate([_numbers(fields, "internal_count"), leaf_counts]),
    )


def _around_zero(threshold: Any) -> Any:
    """Return thresholds that send what the library takes for zero where it sends zero."""
    around_zero = np.where(threshold >= 0, _NOTHING, np.nextafter(-_NOTHING, -np.inf))
    return np.where(np.abs(threshold) <= _NOTHING, around_zero, threshold)


def _missing_left(kinds: Any, threshold: Any) -> Any:
    """Return where NaN goes: by default where training had some, else where 0 goes."""
    missing = kinds >> 2
    if (missing == _MISSING_IS_ZERO).any():
        message = "LightGBM's zero_as_missing cannot be exported"
        raise ArtifactError(message)
    default_left = (kinds & _DEFAULT_LEFT) > 0
    return np.where(missing == _MISSING_IS_NAN, default_left, threshold >= 0)


def _numbers(fields: dict[str, str], name: str) -> Any:
    return np.array(fields[name].split(), dtype=np.float64)
