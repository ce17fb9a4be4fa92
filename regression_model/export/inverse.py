"""From scores back to target units, as nodes of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.preprocessing import FunctionTransformer, PowerTransformer

from regression_model.export.graph import LANES, Graph
from regression_model.export.steps import no_rule
from regression_model.transformers.target import square_positive

if TYPE_CHECKING:
    from regression_model.arrays import Floats


def inverse(graph: Graph, scores: str, transformer: Any, smearing: Floats | None) -> str:
    """Return scores in target units.

    Parameters
    ----------
    graph : Graph
        Receives the nodes.
    scores : str
        A tensor; of equal columns, where `smearing` is given.
    transformer : transformer
        Fitted, from target units to scores.
    smearing : ndarray of shape (n_quantiles,) or None
        Residuals over which the inverse is averaged.
    """
    function = getattr(transformer, "inverse_func", None)
    if smearing is None or (function is None and type(transformer) is FunctionTransformer):
        shift = 0.0 if smearing is None else float(np.mean(smearing))
        return _inverse(graph, _plus(graph, scores, shift), transformer)
    if function in (np.exp, np.expm1):  # the mean of exp(score + r) is exp(score) times a constant
        shift = float(np.log(np.mean(np.exp(smearing))))
        return _inverse(graph, _plus(graph, scores, shift), transformer)
    return _average(graph, scores, transformer, smearing)


def _plus(graph: Graph, scores: str, shift: float) -> str:
    return graph.elementwise("Add", scores, graph.constant([shift])) if shift else scores


def _average(graph: Graph, scores: str, transformer: Any, smearing: Floats) -> str:
    """Average the inverse over residuals, which stand side by side."""
    width = -(-len(smearing) // LANES) * LANES
    offsets = np.resize(smearing, width)
    shifted = graph.wider("Add", graph.column(scores, 0), graph.constant([offsets]), width)
    share = np.where(np.arange(width) < len(smearing), 1 / len(smearing), 0.0)
    matrix = np.repeat(share[:, None], LANES, axis=1)
    return graph.wider(
        "MatMul", _inverse(graph, shifted, transformer), graph.constant(matrix), LANES
    )


def _inverse(graph: Graph, scores: str, transformer: Any) -> str:
    if isinstance(transformer, PowerTransformer):
        return _yeo_johnson(graph, graph.in_lanes(scores), transformer)
    if not isinstance(transformer, FunctionTransformer):
        raise no_rule(transformer)
    function = transformer.inverse_func
    if function is None:
        return scores
    if function is square_positive:
        positive = graph.elementwise("Max", scores, graph.constant(0.0))
        return graph.elementwise("Mul", positive, positive)
    if function is np.exp:
        return graph.unary("Exp", scores)
    if function is np.expm1:
        return graph.elementwise("Sub", graph.unary("Exp", scores), graph.constant(1.0))
    raise no_rule(transformer)


def _yeo_johnson(graph: Graph, scores: str, transformer: PowerTransformer) -> str:
    """Invert both branches everywhere and choose by the sign, as scikit-learn does by masks."""
    scaler, power = transformer._scaler, float(transformer.lambdas_[0])  # noqa: SLF001
    zero, one = graph.constant(0.0), graph.constant(1.0)
    scaled = graph.elementwise("Mul", scores, graph.constant([float(scaler.scale_[0])]))
    value = graph.elementwise("Add", scaled, graph.constant([float(scaler.mean_[0])]))
    above = _box_cox(graph, graph.elementwise("Max", value, zero), power)
    below = graph.elementwise("Neg", graph.elementwise("Min", value, zero))
    below = _box_cox(graph, below, 2.0 - power)
    positive = graph.elementwise("Sub", above, one)
    negative = graph.same_width(graph.node("Sub", one, below), below)
    is_negative = graph.node("Less", value, zero)
    return graph.same_width(graph.node("Where", is_negative, negative, positive), scores)


def _box_cox(graph: Graph, value: str, power: float) -> str:
    """Return ``(value * power + 1) ** (1 / power)``, and its limit where power is zero."""
    if abs(power) < np.spacing(1.0):
        return graph.unary("Exp", value)
    scaled = graph.elementwise("Mul", value, graph.constant([power]))
    base = graph.elementwise("Add", scaled, graph.constant(1.0))
    return graph.elementwise("Pow", base, graph.constant([1 / power]))
