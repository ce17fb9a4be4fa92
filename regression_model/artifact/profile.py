"""Counting values as a profile counts them: who made it and who compares with it count alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats, Indices


def bins_of(values: Floats, edges: Sequence[float]) -> Indices:
    """Return the bin of each value: above the edge before it, and not above the edge behind it.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        None of them NaN.
    edges : sequence of float
        Rising; the first bin is all up to the first edge, the last all above the last.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        From 0 to ``len(edges)``.

    Examples
    --------
    >>> import numpy as np
    >>> bins_of(np.array([0.0, 0.5, 1.0, 7.0]), [0.0, 1.0]).tolist()
    [0, 1, 1, 2]
    """
    return np.searchsorted(np.asarray(edges, dtype=np.float64), values, side="left")


def bin_counts(values: Floats, edges: Sequence[float]) -> list[int]:
    """Return how many values each bin has.

    Examples
    --------
    >>> import numpy as np
    >>> bin_counts(np.array([0.0, 0.5, 1.0, 7.0]), [0.0, 1.0])
    [1, 2, 1]
    """
    counts: list[int] = np.bincount(bins_of(values, edges), minlength=len(edges) + 1).tolist()
    return counts
