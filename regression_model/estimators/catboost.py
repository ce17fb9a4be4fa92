"""``catboost``: the symmetric boosted trees of the library of that name."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from regression_model.arrays import Floats
from regression_model.estimators.fitted import Tree, Trees
from regression_model.estimators.library import LibraryEstimator, Penalty, Share, library_classes
from regression_model.estimators.rounding import rounded
from regression_model.estimators.settings import Count, TreeSettings
from regression_model.estimators.symmetric_trees import read_symmetric_tree
from regression_model.exceptions import ArtifactError


class CatBoostSettings(TreeSettings):
    """Boosted trees of CatBoost that ask the same question all over a level."""

    type: Literal["catboost"]
    iterations: Annotated[Count, Field(description="Number of trees.")] = 600
    learning_rate: Annotated[Share, Field(description="Shrinkage of each tree.")] = 0.06
    depth: Annotated[int, Field(ge=1, le=10, description="Questions of each tree.")] = 6
    l2_leaf_reg: Annotated[Penalty, Field(description="Penalty on leaf values.")] = 3.0
    random_strength: Annotated[
        Penalty, Field(description="Chance in the choice of a question, against overfitting.")
    ] = 1.0
    subsample: Annotated[
        Share, Field(description="Share of rows that choose a tree's questions.")
    ] = 0.8
    rsm: Annotated[Share, Field(description="Share of features that a question may be about.")] = (
        1.0
    )
    border_count: Annotated[
        int, Field(ge=1, le=255, description="Thresholds that are tried of each feature.")
    ] = 254


class CatBoostEstimator(LibraryEstimator[CatBoostSettings]):
    """`catboost.CatBoostRegressor`."""

    name = "catboost"
    cost = 4.0
    library = "catboost"
    is_single = True
    settings = CatBoostSettings
    classes = library_classes("catboost.CatBoostRegressor")

    def build_plain(self, settings: CatBoostSettings, seed: int) -> Any:
        """Return an unfitted `CatBoostRegressor` that gives equal trees for equal seeds."""
        from catboost import CatBoostRegressor

        return CatBoostRegressor(
            **self.parameters(settings),
            bootstrap_type="Bernoulli",
            nan_mode="Min",
            random_seed=seed,
            thread_count=1,
            allow_writing_files=False,
            logging_level="Silent",
        )

    @staticmethod
    def round_leaves(model: Any, targets: Floats) -> None:
        """Round all leaf values at once; a model that was asked before would answer as before."""
        model.set_leaf_values(rounded(model.get_leaf_values(), targets))

    def read_trees(self, model: Any) -> Trees:
        """Return the trees, which compare in single precision, with the mean target below them."""
        with TemporaryDirectory() as folder:  # splits are told in no other public way
            path = Path(folder, "model.json")
            model.save_model(str(path), format="json")
            saved = json.loads(path.read_text(encoding="utf-8"))
        treatments = {
            each["nan_value_treatment"] for each in saved["features_info"]["float_features"]
        }
        if "AsTrue" in treatments or "oblivious_trees" not in saved:
            message = (
                "CatBoost's trees can be exported where they are symmetric and nan_mode is Min"
            )
            raise ArtifactError(message)
        scale, (bias,) = saved["scale_and_bias"]
        trees = [_read_tree(tree) for tree in saved["oblivious_trees"]]
        return Trees(trees, base=bias, rate=scale, single=True)


def _read_tree(tree: dict[str, Any]) -> Tree:
    """Return one tree, whose leaves are numbered by answers with that of the first question last.

    A feature above its border goes right, and all else left, missing ones too.
    """
    splits = (tree["splits"] or [])[::-1]  # none where chance left the tree no feature
    features = np.array([split["float_feature_index"] for split in splits], dtype=np.intp)
    borders = np.array([split["border"] for split in splits], dtype=np.float64)
    values, covers = np.array(tree["leaf_values"]), np.array(tree["leaf_weights"])
    return read_symmetric_tree(features, borders, values, covers)
