"""How far predictions are from the truth; NumPy alone, since both sides need it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


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
    spread = float(np.average(np.square(y - np.average(y, weights=weights)), weights=weights))
    square = float(np.average(np.square(errors), weights=weights))
    has_log = log and bool((y > 0).all() and (predictions > 0).all())
    log_errors = np.log(predictions) - np.log(y) if has_log else errors
    return Metrics(
        rmse_log=float(np.sqrt(np.average(np.square(log_errors), weights=weights)))
        if has_log
        else None,
        rmse=float(np.sqrt(square)),
        mae=float(np.average(np.abs(errors), weights=weights)),
        r2=1 - square / spread if len(y) > 1 and spread > 0 else None,
    )
