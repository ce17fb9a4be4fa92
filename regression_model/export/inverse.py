"""From scores back to target units, as nodes of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.preprocessing import FunctionTransformer, PowerTransformer

from regression_model.export.refusals import no_rule
from regression_model.export.tensors import (
    LANES,
    Tensor,
    constant,
    exp,
    maximum,
    minimum,
    power,
    where,
)
from regression_model.transformers.target import square_positive

if TYPE_CHECKING:
    from regression_model.arrays import Floats

_EXPONENTIALS = (np.exp, np.expm1)
_FUNCTIONS = (*_EXPONENTIALS, square_positive)
"""Inverses that are known to compute nothing but what tensors can; they write their nodes."""


def inverse(scores: Tensor, transformer: Any, smearing: Floats | None) -> Tensor:
    """Return scores in target units.

    Parameters
    ----------
    scores : Tensor
        Of equal columns, where `smearing` is given.
    transformer : transformer
        Fitted, from target units to scores.
    smearing : ndarray of shape (n_quantiles,) or None
        Residuals over which the inverse is averaged.
    """
    if smearing is None:
        return _inverse(scores, transformer)
    function = getattr(transformer, "inverse_func", None)
    if function is None and type(transformer) is FunctionTransformer:
        return _inverse(_shifted(scores, float(np.mean(smearing))), transformer)
    if function in _EXPONENTIALS:
        # the mean of exp(score + residual) is exp(score) times a constant
        shift = float(np.log(np.mean(np.exp(smearing))))
        return _inverse(_shifted(scores, shift), transformer)
    return _average(scores, transformer, smearing)


def _shifted(scores: Tensor, shift: float) -> Tensor:
    return scores + np.array([shift]) if shift else scores


def _average(scores: Tensor, transformer: Any, smearing: Floats) -> Tensor:
    """Average the inverse over residuals, which stand side by side.

    They are repeated up to whole LANES; a repeated one has no share in the average.
    """
    n_residuals = len(smearing)
    width = -(-n_residuals // LANES) * LANES
    offsets = np.resize(smearing, (1, width))
    share = np.where(np.arange(width) < n_residuals, 1 / n_residuals, 0.0)
    values = _inverse(scores.column(0) + offsets, transformer)
    return values @ np.repeat(share[:, None], LANES, axis=1)


def _inverse(scores: Tensor, transformer: Any) -> Tensor:
    if isinstance(transformer, PowerTransformer):
        return _yeo_johnson(scores.in_lanes(), transformer)
    if not isinstance(transformer, FunctionTransformer):
        raise no_rule(transformer)
    function = transformer.inverse_func
    if function is None:
        return scores
    if function not in _FUNCTIONS:
        raise no_rule(transformer)
    in_target_units: Tensor = function(scores)
    return in_target_units


def _yeo_johnson(scores: Tensor, transformer: PowerTransformer) -> Tensor:
    """Invert both branches everywhere and choose by the sign, as scikit-learn does by masks.

    It is written again here since scikit-learn's own works through masks and SciPy, which no
    tensor can follow.
    """
    scaler, exponent = transformer._scaler, float(transformer.lambdas_[0])  # noqa: SLF001
    zero, one = constant(scores.graph, 0.0), constant(scores.graph, 1.0)
    value = scores * scaler.scale_ + scaler.mean_
    above = _box_cox(maximum(value, zero), exponent)
    below = _box_cox(-minimum(value, zero), 2.0 - exponent)
    positive = above - one
    negative = one - below
    return where(value < zero, negative, positive)


def _box_cox(value: Tensor, exponent: float) -> Tensor:
    """Return ``(value * exponent + 1) ** (1 / exponent)``; its limit where that is zero."""
    if abs(exponent) < np.spacing(1.0):
        return exp(value)
    return power(value * [exponent] + 1.0, [1 / exponent])
