"""Boosted trees that learn how far off a prediction tends to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field

from regression_model.estimators.settings import Count, Positive, Settings
from regression_model.metrics import exact_unit

if TYPE_CHECKING:
    from regression_model.arrays import Floats

_SMALLEST_SHARE = 1e-3
"""Of the mean size: no row is taken to be easier, as the logarithm of nothing has no end."""
_SMALL_MEAN = 1e-6
"""scikit-learn starts no lower than at its epsilon; sizes below this are learned in a unit."""


class DifficultySettings(Settings):
    """Boosted trees that learn how far off a prediction tends to be; intervals scale with it."""

    max_iter: Annotated[Count, Field(description="Number of trees.")] = 60
    learning_rate: Annotated[Positive, Field(description="Shrinkage of each tree.")] = 0.05
    max_leaf_nodes: Annotated[int, Field(ge=2, le=256, description="Leaves of each tree.")] = 6
    min_samples_leaf: Annotated[Count, Field(description="Training rows that a leaf needs.")] = 40
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features tried at each split.")
    ] = 0.3


def learn_difficulty(settings: DifficultySettings, seed: int, inputs: Floats, sizes: Floats) -> Any:
    """Learn the expected size of a residual.

    Parameters
    ----------
    settings : DifficultySettings
    seed : int
    inputs : ndarray of shape (n_samples, n_inputs)
        May hold NaN.
    sizes : ndarray of shape (n_samples,)
        Residuals without their sign.

    Returns
    -------
    fitted regressor
        Its trees, as `read_fitted` gives them, add up to the logarithm of the difficulty.
    """
    # imports scikit-learn, which only training needs
    from regression_model.estimators.histogram import BinnedBoostingRegressor

    floor = max(_SMALLEST_SHARE * float(sizes.mean()), np.finfo(np.float64).tiny)
    model = BinnedBoostingRegressor(
        loss="gamma", early_stopping=False, random_state=seed, **settings.model_dump()
    )
    unit = exact_unit(sizes) if sizes.mean() < _SMALL_MEAN else 1.0
    model.fit(inputs, np.maximum(sizes, floor) / unit)
    model._baseline_prediction += np.log(unit)  # noqa: SLF001 - there is no public way
    return model
