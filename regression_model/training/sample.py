"""The rows that a model is trained on: all that is known of a row travels together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from regression_model.arrays import Floats, Indices


@dataclass(frozen=True)
class Sample:
    """Rows of a table, with a target each.

    Weights, groups and times are None where the config names no column for them.

    Attributes
    ----------
    X : DataFrame of shape (n_samples, n_columns)
        The raw table.
    y : ndarray of shape (n_samples,)
        The target.
    weights : ndarray of shape (n_samples,) or None
        How much each row counts, none negative.
    groups : ndarray of int, shape (n_samples,) or None
        Which group each row belongs to.
    times : ndarray of shape (n_samples,) or None
        When each row was.
    times_are_dates : bool
        Whether times are seconds since 1970, and not just numbers that grow.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> flats = Sample(pd.DataFrame({"area": [50, 70, 90]}), np.array([1.0, 2.0, 3.0]))
    >>> len(flats.take(np.array([0, 2])))
    2
    """

    X: pd.DataFrame
    y: Floats
    weights: Floats | None = None
    groups: Indices | None = None
    times: Floats | None = None
    times_are_dates: bool = False

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """Return some of the rows, given by position or as a mask."""
        return type(self)(
            self.X.iloc[rows],
            self.y[rows],
            weights=self.weights_of(rows),
            groups=None if self.groups is None else self.groups[rows],
            times=None if self.times is None else self.times[rows],
            times_are_dates=self.times_are_dates,
        )

    def weights_of(self, rows: npt.NDArray[Any]) -> Floats | None:
        """Return the weights of some rows alone, which copies no table."""
        return None if self.weights is None else self.weights[rows]

    def fit_parameters(self) -> dict[str, Any]:
        """Return what a pipeline's fit is told, for its step ``model``."""
        return {} if self.weights is None else {"model__sample_weight": self.weights}


def data_digest(names: Sequence[str], x: Floats, y: Floats) -> str:
    """Return the SHA-256 of a table as the model sees it.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    x : ndarray of shape (n_samples, n_columns)
        The encoded rows.
    y : ndarray of shape (n_samples,)
        The target.
    """
    digest = hashlib.sha256()
    digest.update("\n".join(names).encode())
    digest.update(np.ascontiguousarray(x, dtype="<f8").data)
    digest.update(np.ascontiguousarray(y, dtype="<f8").data)
    return digest.hexdigest()
