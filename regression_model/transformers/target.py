"""The target's scale: transforms, and the regressor that works on it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.preprocessing import FunctionTransformer, PowerTransformer
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    import pandas as pd

    from regression_model.arrays import ArrayOrTensor, Floats


Transform = Literal["none", "log", "log1p", "sqrt", "yeo_johnson", "auto"]

N_QUANTILES = 50
_ROWS_AT_ONCE = 1 << 15
"""So many rows are averaged over residuals in one go, as that takes N_QUANTILES numbers of each."""
LOWEST_TARGET: dict[str, tuple[float, bool]] = {
    "log": (0.0, False), "log1p": (-1.0, False), "sqrt": (0.0, True),
}  # fmt: skip
"""The bound that targets of a transform must keep, and whether they may reach it."""
SCALED_TRANSFORMS = frozenset({"none", "sqrt"})
"""Those whose scores grow with the target's unit; logarithms and Yeo-Johnson's do not."""


def square_positive(score: Floats) -> Floats:
    """Return the square of scores, 0 for negative ones, so that it never falls."""
    return np.square(np.maximum(score, 0.0))


def make_transformer(transform: Transform) -> Any:
    """Return an unfitted scikit-learn transformer from target units to the score's scale.

    Raises
    ------
    ValueError
        If the transform is ``auto``, which training closes.
    """
    if transform == "auto":
        message = "the transform auto is chosen in training; see regression_model.training.choice"
        raise ValueError(message)
    if transform == "yeo_johnson":
        return PowerTransformer("yeo-johnson")
    functions: dict[str, tuple[Any, Any]] = {
        "none": (None, None),
        "log": (np.log, np.exp),
        "log1p": (np.log1p, np.expm1),
        "sqrt": (np.sqrt, square_positive),
    }
    func, inverse_func = functions[transform]
    return FunctionTransformer(func, inverse_func, check_inverse=False)


class TargetRegressor(TransformedTargetRegressor):  # type: ignore[misc]
    """A regressor on the score's scale that answers in target units.

    With a transform, the plain inverse of a score estimates the median of the target. Given
    residuals, the inverse is averaged over them instead, which estimates the mean. Bounds hold for
    what is answered, and not for scores.

    Parameters
    ----------
    regressor : estimator
        Works on scores.
    transformer : transformer
        From target units to scores.
    smearing : ndarray of shape (n_quantiles,), optional
        Quantiles of residuals on the score's scale.
    minimum, maximum : float, optional
        Bounds of the target: no answer is below the one or above the other.

    References
    ----------
    N. Duan, "Smearing Estimate: A Nonparametric Retransformation Method", Journal of the American
    Statistical Association 78, 1983.
    """

    def __init__(
        self,
        regressor: Any = None,
        *,
        transformer: Any = None,
        smearing: Floats | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
    ) -> None:
        super().__init__(regressor, transformer=transformer, check_inverse=False)
        self.smearing = smearing
        self.minimum = minimum
        self.maximum = maximum

    def predict(self, X: pd.DataFrame) -> Floats:
        """Predict rows, in target units.

        Parameters
        ----------
        X : DataFrame of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        return self.answers(self.predict_score(X))

    def answers(self, scores: Floats) -> Floats:
        """Return what is answered, in target units, where the scores are these; both 1-d."""
        answers = smear(self.transformer_, scores, self.smearing)
        bounded: Floats = within(answers, self.minimum, self.maximum)
        return bounded

    def predict_score(self, X: pd.DataFrame) -> Floats:
        """Predict rows, on the score's scale."""
        check_is_fitted(self)
        return np.asarray(self.regressor_.predict(X), dtype=np.float64)


def to_scores(transformer: Any, y: Floats) -> Floats:
    """Return targets of shape (n_samples,) on the score's scale."""
    return np.asarray(transformer.transform(y.reshape(-1, 1)), dtype=np.float64)[:, 0]


def from_scores(transformer: Any, scores: Floats) -> Floats:
    """Return scores of any shape in target units."""
    with np.errstate(over="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PowerTransformer warns of scores that it cannot invert
        inverse = transformer.inverse_transform(scores.reshape(-1, 1))
    return np.asarray(inverse, dtype=np.float64).reshape(scores.shape)


def smear(transformer: Any, scores: Floats, residuals: Floats | None) -> Floats:
    """Return scores of shape (n_samples,) in target units, the inverse averaged over residuals."""
    if residuals is None:
        return from_scores(transformer, scores)
    averaged = np.empty(len(scores))
    for start in range(0, len(scores), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        averaged[rows] = from_scores(transformer, scores[rows, None] + residuals).mean(axis=1)
    return averaged


def within(values: ArrayOrTensor, minimum: float | None, maximum: float | None) -> ArrayOrTensor:
    """Return values in target units, those beyond a bound put at it; without bounds as they are.

    This is the formula of the pipeline and, given a tensor, the one node of its graph.
    """
    bounded: ArrayOrTensor
    if minimum is not None and maximum is not None:
        bounded = np.clip(values, minimum, maximum)
    elif minimum is not None:
        bounded = np.maximum(values, minimum)
    elif maximum is not None:
        bounded = np.minimum(values, maximum)
    else:
        bounded = values
    return bounded


def score_bounds(
    transformer: Any, minimum: float | None, maximum: float | None
) -> tuple[float, float]:
    """Return the scores of bounds of the target; infinite where no score lies beyond one."""
    bounds = np.array([np.nan if bound is None else bound for bound in (minimum, maximum)])
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = to_scores(transformer, bounds).tolist()
    # a bound out of the transform's reach, such as the logarithm of zero, cuts nothing off
    return (
        low if np.isfinite(low) else -np.inf,
        high if np.isfinite(high) else np.inf,
    )


def residual_quantiles(residuals: Floats) -> Floats:
    """Return up to `N_QUANTILES` quantiles that stand for residuals of shape (n_samples,)."""
    count = min(N_QUANTILES, len(residuals))
    return np.asarray(np.quantile(residuals, (np.arange(count) + 0.5) / count))
