"""What estimators of boosting libraries have in common, which are imported when one is built."""

from abc import abstractmethod
from importlib import import_module
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from regression_model.arrays import Floats
from regression_model.estimators.estimator import Features
from regression_model.estimators.fitted import LEAF, Tree, Trees
from regression_model.estimators.trees import TreeEstimator, TreeSettingsT
from regression_model.exceptions import MissingExtraError

Share = Annotated[float, Field(ge=1e-6, le=1)]
"""Libraries compute with some in single precision, where very small ones are zero."""
Penalty = Annotated[float, Field(ge=0, le=1e6)]
"""A larger one leaves nothing of the leaves, and is infinite in single precision in the end."""


class LibraryEstimator(TreeEstimator[TreeSettingsT]):
    """Base of boosted trees from a library of its own, which is imported as it is installed.

    The settings have a ``subsample``, the share of rows that each tree sees.
    """

    keeps_monotonic = True
    is_single: ClassVar[bool]
    """Whether the library keeps features and targets in single precision."""

    def build(self, settings: TreeSettingsT, features: Features, seed: int) -> Any:
        """Return an unfitted `LibraryRegressor`.

        Raises
        ------
        MissingExtraError
            If the library is not installed, or does not load here.
        """
        try:
            import_module(self.library)
        except ModuleNotFoundError as problem:
            message = (
                f"the estimator {self.name} needs {problem.name}, which is not installed; "
                'install the extra with: pip install "evergreen-regression[train]"'
            )
            raise MissingExtraError(message) from problem
        except (ImportError, OSError) as problem:  # a shared library of the system's is not there
            message = f"the estimator {self.name} needs {self.library}, which fails: {problem}"
            raise MissingExtraError(message) from problem
        # imports scikit-learn, which is loaded when a pipeline is built, not with the config
        from regression_model.estimators.library_regressor import LibraryRegressor

        return LibraryRegressor(
            self.build_plain(settings, seed),
            share=self.parameters(settings)["subsample"],
            directions=dict(features.directions),
            single=self.is_single,
            round_leaves=self.round_leaves,
        )

    @abstractmethod
    def build_plain(self, settings: TreeSettingsT, seed: int) -> Any:
        """Return the library's own unfitted regressor, on one thread, silent, writing no files."""

    @staticmethod
    @abstractmethod
    def round_leaves(model: Any, targets: Floats) -> None:
        """Round the leaf values of the library's own regressor, fitted and not yet used."""

    def read(self, model: Any) -> Trees:
        """Return the trees of a `LibraryRegressor`'s fitted model."""
        if type(model).__name__ == "DummyRegressor":  # the mean, where nothing could be learned
            return Trees([_leaf(float(np.ravel(model.constant_)[0]))])
        return self.read_trees(model)

    @abstractmethod
    def read_trees(self, model: Any) -> Trees:
        """Return the trees of the library's own fitted regressor."""


def library_classes(name: str) -> frozenset[str]:
    """Return what a fitted model may be: the library's regressor, or the mean of the target."""
    return frozenset({name, "sklearn.DummyRegressor"})


def _leaf(value: float) -> Tree:
    return Tree(
        feature=np.zeros(1, dtype=np.intp),
        threshold=np.zeros(1),
        left=np.array([LEAF]),
        right=np.array([LEAF]),
        missing_left=np.ones(1, dtype=bool),
        value=np.array([value]),
        cover=np.ones(1),
    )
