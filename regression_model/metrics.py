"""How far predictions are from the truth; NumPy alone, since both sides need it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from regression_model.arrays import Floats

_LARGEST_EXPONENT = 1023
_ROUNDING = 1e-14
_HUGE_SHARE = 1000


@dataclass(frozen=True)
class Metrics:
    """Quality of predictions.

    Attributes
    ----------
    rmse_log : float or None
        Root mean squared error of the logarithm (RMSLE), where the target is logged.
    rmse, mae : float
        Root mean squared and mean absolute error, in target units.
    r2 : float or None
        Coefficient of determination, where there is more than one row and the truth varies.
    """

    rmse_log: float | None
    rmse: float
    mae: float
    r2: float | None

    def to_dict(self) -> dict[str, float]:
        """Return the metrics that there are, to six significant digits."""
        return {k: rounded(v) for k, v in asdict(self).items() if v is not None}


def rounded(value: Any) -> Any:
    """Return a number, or a list of numbers, to six significant digits."""
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.6g}")


def share_text(share: float) -> str:
    """Return R² as it is shown, or what else is near one; only what is good for nothing is huge.

    Examples
    --------
    >>> share_text(0.91234567), share_text(-0.1), share_text(-1.3175745e30)
    ('0.9123', '-0.1000', '-1.32e+30')
    """
    return f"{share:.4f}" if abs(share) < _HUGE_SHARE else f"{share:.3g}"


def exact_unit(values: Floats) -> float:
    """Return a power of two near the largest magnitude of values; 1 where all are zero.

    What is divided by it keeps all its digits, and its square is not beyond double precision.

    Examples
    --------
    >>> import numpy as np
    >>> exact_unit(np.array([3.0, -5.0])), exact_unit(np.zeros(2))
    (8.0, 1.0)
    """
    largest = float(np.max(np.abs(values), initial=0.0))
    if not np.isfinite(largest) or largest == 0:
        return 1.0
    return float(np.ldexp(1.0, min(int(np.frexp(largest)[1]), _LARGEST_EXPONENT)))


def spread(values: Floats) -> float:
    """Return the standard deviation of values, or their magnitude where they are all alike.

    Never zero, and in proportion to the values, whatever their unit.

    Examples
    --------
    >>> import numpy as np
    >>> spread(np.array([1e-200, 3e-200])), spread(np.array([-7.0, -7.0])), spread(np.zeros(3))
    (1e-200, 7.0, 1.0)
    """
    unit = exact_unit(values)
    small = np.asarray(values) / unit
    largest = float(np.max(np.abs(small), initial=0.0))
    deviation = float(np.std(small))
    return unit * (deviation if deviation > _ROUNDING * largest else largest) or 1.0


def measure(y: Floats, predictions: Floats, *, log: bool, weights: Floats | None = None) -> Metrics:
    """Measure predictions of shape (n_samples,) against the truth.

    Parameters
    ----------
    y, predictions : ndarray of shape (n_samples,)
        In target units.
    log : bool
        Whether the error of the logarithm is wanted; it is left out if the truth is not positive.
    weights : ndarray of shape (n_samples,), optional
        How much each row counts; rows without weight are left out.

    Returns
    -------
    Metrics

    Examples
    --------
    >>> import numpy as np
    >>> measure(np.array([100.0, 200.0]), np.array([110.0, 190.0]), log=False).mae
    10.0
    """
    if weights is not None:
        y, predictions, weights = y[weights > 0], predictions[weights > 0], weights[weights > 0]
    if not len(y):
        return Metrics(None, 0.0, 0.0, None)
    errors = predictions - y
    unit = exact_unit(np.concatenate([errors, y]))
    offsets = (y - np.average(y, weights=weights)) / unit
    variance = float(np.average(np.square(offsets), weights=weights))
    square = float(np.average(np.square(errors / unit), weights=weights))
    has_log = log and bool((y > 0).all() and (predictions > 0).all())
    log_errors = np.log(predictions) - np.log(y) if has_log else errors
    return Metrics(
        rmse_log=float(np.sqrt(np.average(np.square(log_errors), weights=weights)))
        if has_log
        else None,
        rmse=float(np.sqrt(square)) * unit,
        mae=float(np.average(np.abs(errors), weights=weights)),
        # the mean of equal targets is rounded, so that their variance may be more than zero
        r2=1 - square / variance if variance > 0 and y.min() < y.max() else None,
    )
