"""What is known of training rows besides their cells: how much they count, and what they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import numpy.typing as npt

    from regression_model.arrays import Floats, Indices


@dataclass(frozen=True)
class RowFacts:
    """Weights, groups and times of rows; None where the config names no column for them.

    Attributes
    ----------
    weights : ndarray of shape (n_samples,) or None
        How much each row counts, none negative.
    groups : ndarray of int, shape (n_samples,) or None
        Which group each row belongs to.
    times : ndarray of shape (n_samples,) or None
        When each row was.
    """

    weights: Floats | None = None
    groups: Indices | None = None
    times: Floats | None = None

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """Return the facts of some rows, given by position or as a mask."""
        return type(self)(*(None if v is None else v[rows] for v in self._values()))

    def fit_parameters(self) -> dict[str, Any]:
        """Return what a pipeline's fit is told, for its step ``model``."""
        return {} if self.weights is None else {"model__sample_weight": self.weights}

    def _values(self) -> tuple[Any, ...]:
        return self.weights, self.groups, self.times


NO_FACTS = RowFacts()
