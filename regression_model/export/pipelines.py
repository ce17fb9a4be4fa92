"""From a fitted pipeline to graphs: predictions, interval ends, and what explanations need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import VotingRegressor
from sklearn.pipeline import Pipeline

from regression_model.estimators.average import BranchAverage
from regression_model.export.frames import FrameGraph
from regression_model.export.inverse import inverse
from regression_model.export.steps import transform
from regression_model.export.symbols import Frame, Symbol, Vector
from regression_model.export.tensors import LANES, Tensor, add_input, exp
from regression_model.export.total import Total
from regression_model.export.trees import tree_arrays
from regression_model.transformers.target import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from regression_model.arrays import Floats
    from regression_model.transformers.target import TargetRegressor


def export_pipeline(pipeline: Pipeline) -> bytes:
    """Export a fitted pipeline as a serialised ONNX model.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        What `build_pipeline` built, fitted.

    Returns
    -------
    bytes
        A graph from ``x`` [N, n_columns] to ``score`` and ``prediction``, both [N, 1], float64.

    Raises
    ------
    ArtifactError
        If a step of the pipeline has no rule for its export.
    """
    graph, total = _read(pipeline)
    score = total.build(graph)
    model: TargetRegressor = pipeline[-1]
    prediction = inverse(score, model.transformer_, model.smearing)
    first = score.column(0)  # before the other, so that graphs without bounds are the same bytes
    bounded = within(prediction.column(0), model.minimum, model.maximum)
    return graph.serialise({"score": first, "prediction": bounded})


def export_intervals(pipeline: Pipeline, difficulty: Any) -> bytes:
    """Export the ends of intervals.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted.
    difficulty : regressor
        Fitted on encoded columns and score; its trees say the logarithm of the expected residual.

    Returns
    -------
    bytes
        A graph from ``x`` [N, n_columns], ``score`` [N, 1] and ``offsets`` [1, 2], in units of
        difficulty, to ``lower`` and ``upper`` [N, 1] in target units.
    """
    graph = FrameGraph(pipeline[0].schema_)
    score = add_input(graph, "score", 1)
    offsets = add_input(graph, "offsets", 2, n_rows=1)
    total = Total()
    columns = [Vector(graph.x, i) for i in range(graph.x.width)]
    total.add_fitted(difficulty, [*columns, Vector(score, 0)], 1.0)
    spread = exp(total.build(graph)).column(0)
    model: TargetRegressor = pipeline[-1]
    ends = inverse(offsets * spread + score, model.transformer_, None)
    ends = within(ends, model.minimum, model.maximum)
    return graph.serialise({"lower": ends.column(0), "upper": ends.column(1)})


def export_explanation(pipeline: Pipeline) -> tuple[bytes, dict[str, Any]]:
    """Export what explanations need.

    Returns
    -------
    graph : bytes
        From ``x`` [N, n_columns] to ``linear`` [N, n_features], what each feature adds to the
        linear part, and ``tree_input`` [N, n_tree_inputs], what the trees compare.
    arrays : dict of str to ndarray or list
        ``features``: names; ``constant``: what is added whatever the row; ``means``: room for
        the mean of ``linear``; ``owners``: the feature that each tree input belongs to; and the
        trees' nodes.
    """
    graph, total = _read(pipeline)
    names = list(pipeline[:-1].get_feature_names_out())
    weights, constant = total.linear_part()
    compared = total.compared()
    graph.gather_lookups([*compared, *weights])
    outputs: dict[str, Tensor] = {}
    width = 0
    if weights:
        matrix = _by_feature(_owners(graph, names, weights), list(weights.values()), len(names))
        width = matrix.shape[1]
        outputs["linear"] = graph.product(list(weights), matrix)
    if compared:
        outputs["tree_input"] = graph.tensor(compared)
    arrays = {
        "features": np.array(names),
        "constant": np.array(constant),
        "means": np.zeros(width),
        "owners": np.array(_owners(graph, names, compared), dtype=np.int32),
        **tree_arrays(total.trees_on({symbol: i for i, symbol in enumerate(compared)})),
    }
    return graph.serialise(outputs), arrays


def _owners(graph: FrameGraph, names: list[str], symbols: Iterable[Symbol]) -> list[int]:
    """Return the place among the features of the one that each column comes from."""
    return [names.index(graph.feature_of(symbol)) for symbol in symbols]


def _by_feature(owners: list[int], weights: list[float], n_features: int) -> Floats:
    """Return a matrix [n_weights, n_features] that adds up weighted columns by their feature.

    It is filled up with zeros to whole LANES, so that a row's sums have the same bits in any batch.
    """
    width = -(-n_features // LANES) * LANES
    matrix = np.zeros((len(weights), width))
    for row, (owner, weight) in enumerate(zip(owners, weights, strict=True)):
        matrix[row, owner] = weight
    return matrix


def _read(pipeline: Pipeline) -> tuple[FrameGraph, Total]:
    """Return a graph with the shared features in it, and what all branches add to the score."""
    graph = FrameGraph(pipeline[0].schema_)
    frame = graph.input_frame()
    for _, step in pipeline.steps[1:-1]:
        frame = transform(graph, frame, step)
    total = Total()
    _regress(graph, graph.named(frame), pipeline[-1].regressor_, 1.0, total)
    return graph, total


def _regress(graph: FrameGraph, frame: Frame, model: Any, scale: float, total: Total) -> None:
    """Add `scale` times a model's answer to the total."""
    rule = _COMPOSITES.get(type(model))
    if rule is not None:
        rule(graph, frame, model, scale, total)
        return
    names = getattr(model, "feature_names_in_", ())  # fitted on frames, but for unknown models
    total.add_fitted(model, [frame[name] for name in names], scale)


def _pipeline(graph: FrameGraph, frame: Frame, model: Pipeline, scale: float, total: Total) -> None:
    for _, step in model.steps[:-1]:
        frame = transform(graph, frame, step)
    _regress(graph, frame, model[-1], scale, total)


def _scaled(
    graph: FrameGraph, frame: Frame, model: BranchAverage, scale: float, total: Total
) -> None:
    _average(graph, frame, model, scale * model.unit_, total)
    total.constant += scale * model.centre_


def _average(
    graph: FrameGraph, frame: Frame, model: VotingRegressor, scale: float, total: Total
) -> None:
    weights = np.asarray(model.weights, dtype=np.float64)
    for branch, weight in zip(model.estimators_, weights / weights.sum(), strict=True):
        if weight > 0:
            _regress(graph, frame, branch, scale * weight, total)


_COMPOSITES: dict[type, Callable[[FrameGraph, Frame, Any, float, Total], None]] = {
    Pipeline: _pipeline,
    VotingRegressor: _average,
    BranchAverage: _scaled,
}
"""Models that are made of others."""
