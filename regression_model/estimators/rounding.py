"""Leaf values with no more digits than they are known by."""

import numpy as np

from regression_model.arrays import Floats
from regression_model.metrics import spread

_DIGITS = 16
"""Binary digits of a leaf's value below the spread of the targets."""
_SMALLEST = -1000
"""The smallest unit's exponent, far above the smallest of all numbers, which has no digits left."""


def rounded(values: Floats, targets: Floats, rate: float = 1.0) -> Floats:
    """Return leaf values as whole multiples of a power of two, which take half the room in a file.

    A leaf is off by a 130,000th of the targets' spread at most, and a sum of a thousand by about a
    7,000th, as some are too large and others too small. What was equal or in order stays so.

    Parameters
    ----------
    values : ndarray
        What leaves say.
    targets : ndarray of shape (n_samples,)
        What they were fitted to.
    rate : float
        What values are multiplied by where they are added up.

    Examples
    --------
    >>> import numpy as np
    >>> values = rounded(np.array([0.1, 1 / 3]), targets=np.array([0.0, 2.0]))
    >>> (values * 2**16).tolist(), values.round(4).tolist()
    ([6554.0, 21845.0], [0.1, 0.3333])
    """
    exponent = np.floor(np.log2(spread(targets) / rate)) - _DIGITS
    unit = 2.0 ** max(exponent, _SMALLEST)
    return np.asarray(np.round(values / unit) * unit)
