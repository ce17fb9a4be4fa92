"""From a fitted pipeline to graphs: predictions, interval ends, and what explanations need."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import VotingRegressor
from sklearn.pipeline import Pipeline

from regression_model.estimators.average import BranchAverage
from regression_model.estimators.fitted import Linear, Tree, Trees
from regression_model.estimators.registry import read_fitted
from regression_model.export.graph import LANES, Frame, Graph, Lookup, Symbol, Vector
from regression_model.export.inverse import inverse
from regression_model.export.steps import no_rule, transform
from regression_model.export.trees import scaled_trees, tree_arrays, tree_ensemble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    prediction = inverse(graph, score, model.transformer_, model.smearing)
    outputs = {"score": score, "prediction": prediction}
    return graph.serialise(
        {"x": ["N", len(graph.schema)]},
        {name: (graph.column(tensor, 0), 1) for name, tensor in outputs.items()},
    )


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
    graph = Graph(pipeline[0].schema_)
    graph.add_input("score", 1)
    graph.add_input("offsets", 2)
    total = Total()
    columns = [Vector("x", i) for i in range(len(graph.schema))]
    features = [*columns, Vector("score", 0)]
    total.add_fitted(difficulty, features, 1.0)
    spread = graph.column(graph.unary("Exp", total.build(graph)), 0)
    steps = graph.wider("Mul", "offsets", spread, 2)
    ends = inverse(graph, graph.wider("Add", steps, "score", 2), pipeline[-1].transformer_, None)
    outputs = {"lower": (graph.column(ends, 0), 1), "upper": (graph.column(ends, 1), 1)}
    inputs: dict[str, list[int | str]] = {
        "x": ["N", len(graph.schema)], "score": ["N", 1], "offsets": [1, 2],
    }  # fmt: skip
    return graph.serialise(inputs, outputs)


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
    weights, constant = _plain(_merge_lookups(total.weights), total.constant)
    owner = {symbol: names.index(graph.feature_of(symbol)) for symbol in weights}
    used = list(dict.fromkeys(s for _, features in total.trees for s in features))
    graph.gather_lookups([s for s in (*used, *weights) if isinstance(s, Lookup)])
    outputs: dict[str, tuple[str, int]] = {}
    width = -(-len(names) // LANES) * LANES if weights else 0
    if weights:
        matrix = np.zeros((len(weights), width))
        matrix[np.arange(len(weights)), list(owner.values())] = list(weights.values())
        outputs["linear"] = graph.product(list(weights), matrix), width
    if used:
        outputs["tree_input"] = (graph.tensor(used), len(used))
    place = {symbol: i for i, symbol in enumerate(used)}
    trees = [(tree, [place[s] for s in features]) for tree, features in total.trees]
    arrays = {
        "features": np.array(names),
        "constant": np.array(constant),
        "means": np.zeros(width),
        "owners": np.array([names.index(graph.feature_of(s)) for s in used], dtype=np.int32),
        **tree_arrays(trees),
    }
    return graph.serialise({"x": ["N", len(graph.schema)]}, outputs), arrays


def _read(pipeline: Pipeline) -> tuple[Graph, Total]:
    """Return a graph with the shared features in it, and what all branches add to the score."""
    graph = Graph(pipeline[0].schema_)
    frame = graph.input_frame()
    for _, step in pipeline.steps[1:-1]:
        frame = transform(graph, frame, step)
    total = Total()
    _regress(graph, graph.named(frame), pipeline[-1].regressor_, 1.0, total)
    return graph, total


@dataclass
class Total:
    """A sum under construction: what all branches add to the score.

    All linear parts become one matrix product, and all trees one ensemble, however many branches
    they come from.
    """

    weights: dict[Symbol, float] = field(default_factory=dict)
    constant: float = 0.0
    trees: list[tuple[Tree, list[Symbol]]] = field(default_factory=list)

    def add(self, symbol: Symbol, weight: float) -> None:
        """Add a column times a weight."""
        self.weights[symbol] = self.weights.get(symbol, 0.0) + weight

    def add_fitted(self, model: Any, features: Sequence[Symbol], scale: float) -> None:
        """Add `scale` times the answer of a fitted estimator to features in their order."""
        fitted = read_fitted(model)
        if isinstance(fitted, Linear):
            self._add_linear(fitted, features, scale)
        elif isinstance(fitted, Trees):
            self._add_trees(fitted, features, scale)
        else:
            raise no_rule(model)

    def _add_linear(self, linear: Linear, features: Sequence[Symbol], scale: float) -> None:
        for symbol, coefficient in zip(features, linear.coefficients, strict=True):
            self.add(symbol, scale * coefficient)
        self.constant += scale * linear.intercept

    def _add_trees(self, trees: Trees, features: Sequence[Symbol], scale: float) -> None:
        self.trees += [(tree, list(features)) for tree in scaled_trees(trees, scale)]
        self.constant += scale * trees.base

    def build(self, graph: Graph) -> str:
        """Return the sum, in each of LANES equal columns."""
        weights, constant = _plain(_merge_lookups(self.weights), self.constant)
        features = list(dict.fromkeys(s for _, used in self.trees for s in used))
        graph.gather_lookups([s for s in (*features, *weights) if isinstance(s, Lookup)])
        if not self.trees:
            return graph.weighted_sum(weights, graph.constant([constant]))
        beside = list(weights) if graph.is_finite([*features, *weights]) else []
        tensor, positions = graph.any_order([*features, *beside])
        place = dict(zip([*features, *beside], positions, strict=True))
        trees = [(tree, [place[s] for s in used]) for tree, used in self.trees]
        first, used = trees[0]
        trees[0] = replace(first, value=first.value + constant), used
        added = tree_ensemble(graph, tensor, trees)
        return graph.weighted_sum(weights, added, tensor if beside else None, place)


def _plain(weights: dict[Symbol, float], constant: float) -> tuple[dict[Symbol, float], float]:
    """Take factors and shifts of vectors into the weights and the constant."""
    plain: dict[Symbol, float] = {}
    for symbol, weight in weights.items():
        if isinstance(symbol, Vector):
            constant += weight * symbol.shift
            bare = replace(symbol, factor=1.0, shift=0.0)
            plain[bare] = plain.get(bare, 0.0) + weight * symbol.factor
        else:
            plain[symbol] = weight
    return plain, constant


def _merge_lookups(weights: dict[Symbol, float]) -> dict[Symbol, float]:
    """Add up weighted lookups of one source in one table, so that they cost one value."""
    merged: dict[Symbol, float] = {}
    tables: dict[int, Floats] = {}
    for symbol, weight in weights.items():
        if isinstance(symbol, Lookup):
            tables[symbol.source] = tables.get(symbol.source, 0.0) + weight * symbol.table
        else:
            merged[symbol] = weight
    return {**merged, **{Lookup(source, table): 1.0 for source, table in tables.items()}}


def _regress(graph: Graph, frame: Frame, model: Any, scale: float, total: Total) -> None:
    """Add `scale` times a model's answer to the total."""
    rule = _COMPOSITES.get(type(model))
    if rule is not None:
        rule(graph, frame, model, scale, total)
        return
    names = getattr(model, "feature_names_in_", ())  # fitted on frames, but for unknown models
    total.add_fitted(model, [frame[name] for name in names], scale)


def _pipeline(graph: Graph, frame: Frame, model: Pipeline, scale: float, total: Total) -> None:
    for _, step in model.steps[:-1]:
        frame = transform(graph, frame, step)
    _regress(graph, frame, model[-1], scale, total)


def _scaled(graph: Graph, frame: Frame, model: BranchAverage, scale: float, total: Total) -> None:
    _average(graph, frame, model, scale * model.unit_, total)
    total.constant += scale * model.centre_


def _average(
    graph: Graph, frame: Frame, model: VotingRegressor, scale: float, total: Total
) -> None:
    weights = np.asarray(model.weights, dtype=np.float64)
    for branch, weight in zip(model.estimators_, weights / weights.sum(), strict=True):
        if weight > 0:
            _regress(graph, frame, branch, scale * weight, total)


_COMPOSITES: dict[type, Callable[[Graph, Frame, Any, float, Total], None]] = {
    Pipeline: _pipeline,
    VotingRegressor: _average,
    BranchAverage: _scaled,
}
"""Models that are made of others."""
