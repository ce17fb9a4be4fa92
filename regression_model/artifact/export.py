"""From a fitted pipeline to a graph: one rule per step, each reading fitted attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import GradientBoostingRegressor, VotingRegressor
from sklearn.linear_model import HuberRegressor, Lasso, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

from regression_model.artifact.graph import Frame, Graph, Layout, Lookup, Symbol, Vector
from regression_model.artifact.trees import Tree, read_tree, tree_ensemble
from regression_model.exceptions import ArtifactError
from regression_model.processing.features import (
    DerivedFeatures,
    Mapper,
    MedianImputer,
    QuantileClipper,
    RareLevelGrouper,
    SkewedLogTransformer,
    TemporalVariableTransformer,
)
from regression_model.processing.schema import MAX_MAGNITUDE

if TYPE_CHECKING:
    import numpy.typing as npt

    from regression_model.processing.encoder import Encoder

    Floats = npt.NDArray[np.float64]


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
    encoder: Encoder = pipeline[0]
    graph = Graph(encoder.schema_)
    frame = graph.input_frame()
    for _, step in pipeline.steps[1:-1]:
        frame = _transform(graph, frame, step)
    model: TransformedTargetRegressor = pipeline[-1]
    total = Total()
    _regress(graph, frame, model.regressor_, 1.0, total)
    score = total.build(graph)
    outputs = {"score": score, "prediction": _inverse(graph, score, model)}
    return graph.serialise({name: graph.first_column(t) for name, t in outputs.items()})


_LARGE_MEAN = 1e4


@dataclass
class Total:
    """A sum under construction: what all branches add to the score.

    All linear parts become one matrix product, and all trees that read numbers in the same
    precision one ensemble, however many branches they come from.
    """

    weights: dict[Symbol, float] = field(default_factory=dict)
    constant: float = 0.0
    trees: list[tuple[Tree, list[Symbol]]] = field(default_factory=list)

    def add(self, symbol: Symbol, weight: float) -> None:
        """Add a column times a weight."""
        self.weights[symbol] = self.weights.get(symbol, 0.0) + weight

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
            bare = Vector(symbol.tensor, symbol.position)
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


def _inverse(graph: Graph, score: str, model: TransformedTargetRegressor) -> str:
    transformer = model.transformer_
    function = getattr(transformer, "inverse_func", None)
    if isinstance(transformer, FunctionTransformer) and function is np.exp:
        return graph.unary("Exp", score)
    if isinstance(transformer, FunctionTransformer) and function is None:
        return score
    raise _no_rule(transformer)


def _no_rule(step: object) -> ArtifactError:
    return ArtifactError(f"{type(step).__name__} cannot be exported; there is no rule for it")


def _transform(graph: Graph, frame: Frame, step: Any) -> Frame:
    rule = _TRANSFORMERS.get(type(step))
    if rule is None:
        raise _no_rule(step)
    return rule(graph, frame, step)


def _regress(graph: Graph, frame: Frame, model: Any, scale: float, total: Total) -> None:
    """Add `scale` times a model's answer to the total."""
    rule = _REGRESSORS.get(type(model))
    if rule is None:
        raise _no_rule(model)
    rule(graph, frame, model, scale, total)


def _pipeline(graph: Graph, frame: Frame, model: Pipeline, scale: float, total: Total) -> None:
    for _, step in model.steps[:-1]:
        frame = _transform(graph, frame, step)
    _regress(graph, frame, model[-1], scale, total)


def _average(
    graph: Graph, frame: Frame, model: VotingRegressor, scale: float, total: Total
) -> None:
    weights = np.asarray(model.weights, dtype=np.float64)
    for branch, weight in zip(model.estimators_, weights / weights.sum(), strict=True):
        _regress(graph, frame, branch, scale * weight, total)


def _linear(_: Graph, frame: Frame, model: Any, scale: float, total: Total) -> None:
    for name, coefficient in zip(model.feature_names_in_, np.ravel(model.coef_), strict=True):
        total.add(frame[name], scale * coefficient)
    total.constant += scale * float(model.intercept_)


def _gradient_boosting(
    _: Graph, frame: Frame, model: GradientBoostingRegressor, scale: float, total: Total
) -> None:
    factor = scale * model.learning_rate
    features = [frame[name] for name in model.feature_names_in_]
    total.trees += [(read_tree(t.tree_, factor), features) for t in model.estimators_[:, 0]]
    total.constant += scale * float(np.ravel(model.init_.constant_)[0])


def _map(graph: Graph, frame: Frame, step: Mapper) -> Frame:
    if step.mappings is None:
        return frame
    mappings = dict(step.mappings)

    def on_table(table: Floats, _: int) -> Floats:
        return np.array([mappings.get(value, np.nan) for value in table.tolist()])

    return graph.change(frame, step.variables_, on_table, _only_levels(step))


def _group(graph: Graph, frame: Frame, step: RareLevelGrouper) -> Frame:
    def on_table(table: Floats, i: int) -> Floats:
        return np.where(np.isin(table, step.kept_[i]), table, step.other)

    return graph.change(frame, step.variables_, on_table, _only_levels(step))


def _only_levels(step: object) -> Callable[[str, Layout], str]:
    def refuse(_tensor: str, _layout: Layout) -> str:
        message = f"{type(step).__name__} can be exported on categorical columns only"
        raise ArtifactError(message)

    return refuse


def _elapsed(graph: Graph, frame: Frame, step: TemporalVariableTransformer) -> Frame:
    names = step.variables_
    reference = graph.tensor([frame[step.reference_]])
    times = graph.tensor([frame[name] for name in names])
    tensor = graph.node("Sub", reference, times)
    graph.same_width(tensor, times)
    return {**frame, **{name: Vector(tensor, i) for i, name in enumerate(names)}}


def _derive(graph: Graph, frame: Frame, step: DerivedFeatures) -> Frame:
    """Compute features in rounds; an operation waits until none of its kind is still missing."""
    waiting: dict[str, tuple[str, Any]] = dict(step.features_)
    frame = dict(frame)
    while waiting:
        able = {name: f for name, f in waiting.items() if frame.keys() >= set(f[1])}
        awaited = {f[0] for name, f in waiting.items() if name not in able}
        ready = {name: f for name, f in able.items() if f[0] not in awaited} or able
        frame |= _derive_round(graph, frame, ready)
        waiting = {name: f for name, f in waiting.items() if name not in ready}
    return frame


def _derive_round(graph: Graph, frame: Frame, ready: dict[str, tuple[str, Any]]) -> Frame:
    """Gather all operands at once, and compute features of one operation together."""
    alike: dict[tuple[str, int], list[str]] = {}
    for name, (operation, parents) in ready.items():
        alike.setdefault((operation, len(parents)), []).append(name)
    operands = [
        [frame[ready[name][1][i]] for name in names]
        for (_, n_parents), names in alike.items()
        for i in range(n_parents)
    ]
    gathered = graph.tensor([symbol for operand in operands for symbol in operand])
    tensors = iter(graph.split(gathered, [len(operand) for operand in operands]))
    results = [
        _operate(graph, operation, [next(tensors) for _ in range(n_parents)])
        for operation, n_parents in alike
    ]
    tensor = graph.concatenate(results)
    if {"product", "ratio"} & {operation for operation, _ in alike}:
        limits = graph.constant(-MAX_MAGNITUDE), graph.constant(MAX_MAGNITUDE)
        tensor = graph.elementwise("Clip", tensor, *limits)
    names = [name for group in alike.values() for name in group]
    return {name: Vector(tensor, i) for i, name in enumerate(names)}


def _operate(graph: Graph, operation: str, operands: list[str]) -> str:
    """The nodes of `derive`, on tensors."""
    zero = graph.constant(0.0)
    first, *others = operands
    if operation == "presence":
        return graph.elementwise("Sign", graph.elementwise("Max", first, zero))
    result = first
    for other in others:
        result = graph.elementwise(_OPERATORS[operation], result, other)
    if operation == "ratio":
        to_zero = graph.node("Equal", others[0], zero)
        nan = graph.constant(np.nan)
        quotient, result = result, graph.node("Where", to_zero, nan, result)
        graph.same_width(result, quotient)
    return result


_OPERATORS = {"sum": "Add", "difference": "Sub", "product": "Mul", "ratio": "Div"}


def _impute(graph: Graph, frame: Frame, step: MedianImputer) -> Frame:
    indicators: Frame = {}
    indicated = dict.fromkeys(step.indicated_)

    def fill(tensor: str, layout: Layout) -> str:
        missing = graph.node("IsNaN", tensor)
        places = {
            step.variables_[owner]: position
            for position, owner in enumerate(layout.owners)
            if owner is not None and step.variables_[owner] in indicated
        }
        if places:
            flags = graph.take_bool(missing, list(places.values()))
            indicators.update((name, Vector(flags, i)) for i, name in enumerate(places))
        return graph.node(
            "Where", missing, graph.constant(layout.align(step.medians_, 0.0)), tensor
        )

    filled = graph.change(
        frame,
        step.variables_,
        lambda table, i: np.where(np.isnan(table), step.medians_[i], table),
        fill,
        makes_finite=True,
    )
    for name in indicated:
        symbol = frame[name]
        if isinstance(symbol, Lookup):
            table = np.isnan(symbol.table).astype(np.float64)
            indicators[name] = Lookup(symbol.source, table)
    return filled | {f"{name}_missing": indicators[name] for name in indicated}


def _clip(graph: Graph, frame: Frame, step: QuantileClipper) -> Frame:
    lower, upper = step.lower_, step.upper_

    def on_tensor(tensor: str, layout: Layout) -> str:
        low = graph.constant(layout.align(lower, -np.inf))
        high = graph.constant(layout.align(upper, np.inf))
        return graph.node("Min", graph.node("Max", tensor, low), high)

    return graph.change(
        frame, step.variables_, lambda table, i: np.clip(table, lower[i], upper[i]), on_tensor
    )


def _log(graph: Graph, frame: Frame, step: SkewedLogTransformer) -> Frame:
    logged = [n for n, is_logged in zip(step.variables_, step.logged_, strict=True) if is_logged]
    zero, one = graph.constant(0.0), graph.constant(1.0)

    def on_tensor(tensor: str, _: Layout) -> str:
        positive = graph.elementwise("Add", graph.elementwise("Max", tensor, zero), one)
        return graph.unary("Log", positive)

    return graph.change(
        frame, logged, lambda table, _: np.log(np.maximum(table, 0.0) + 1.0), on_tensor
    )


def _scale(graph: Graph, frame: Frame, step: StandardScaler) -> Frame:
    """Keep factor and shift aside: a linear model takes them into its coefficients.

    Where a mean is so large beside its spread that digits would be lost, it is subtracted first.
    """
    means = np.where(np.abs(step.mean_) > _LARGE_MEAN * step.scale_, step.mean_, 0.0)
    names = step.feature_names_in_[means != 0]
    frame = graph.change(
        frame,
        names,
        lambda table, i: table - means[means != 0][i],
        lambda tensor, layout: graph.node(
            "Sub", tensor, graph.constant(layout.align(means[means != 0], 0.0))
        ),
    )
    scaled: Frame = {}
    for name, mean, spread in zip(
        step.feature_names_in_, step.mean_ - means, step.scale_, strict=True
    ):
        symbol = frame[name]
        if isinstance(symbol, Lookup):
            scaled[name] = Lookup(symbol.source, (symbol.table - mean) / spread)
        else:
            shift = (symbol.shift - mean) / spread
            scaled[name] = Vector(symbol.tensor, symbol.position, symbol.factor / spread, shift)
    return {**frame, **scaled}


def _on_columns(graph: Graph, frame: Frame, step: ColumnTransformer) -> Frame:
    changed: Frame = {}
    for _, transformer, names in step.transformers_:
        held = {name: frame[name] for name in names}
        if transformer == "passthrough" or type(transformer) is FunctionTransformer:
            changed |= held
        else:
            changed |= _transform(graph, held, transformer)
    return changed


def _one_hot(graph: Graph, frame: Frame, step: OneHotEncoder) -> Frame:  # noqa: ARG001
    out = iter(step.get_feature_names_out())
    encoded: Frame = {}
    for name, categories in zip(step.feature_names_in_, step.categories_, strict=True):
        lookup = _lookup(frame, name, step)
        for category in categories:
            encoded[next(out)] = Lookup(
                lookup.source, (lookup.table == category).astype(np.float64)
            )
    return encoded


def _target_mean(graph: Graph, frame: Frame, step: TargetEncoder) -> Frame:  # noqa: ARG001
    encoded: Frame = {}
    for name, categories, means in zip(
        step.feature_names_in_, step.categories_, step.encodings_, strict=True
    ):
        lookup = _lookup(frame, name, step)
        table = np.full(len(lookup.table), float(step.target_mean_))
        for category, mean in zip(categories, means, strict=True):
            table[np.isclose(lookup.table, category, rtol=0, atol=0, equal_nan=True)] = mean
        encoded[name] = Lookup(lookup.source, table)
    return encoded


def _lookup(frame: Frame, name: str, step: object) -> Lookup:
    symbol = frame[name]
    if not isinstance(symbol, Lookup):
        message = f"{type(step).__name__} can be exported on categorical columns only"
        raise ArtifactError(message)
    return symbol


_TRANSFORMERS: dict[type, Callable[[Graph, Frame, Any], Frame]] = {
    Mapper: _map,
    TemporalVariableTransformer: _elapsed,
    DerivedFeatures: _derive,
    RareLevelGrouper: _group,
    MedianImputer: _impute,
    QuantileClipper: _clip,
    SkewedLogTransformer: _log,
    StandardScaler: _scale,
    ColumnTransformer: _on_columns,
    OneHotEncoder: _one_hot,
    TargetEncoder: _target_mean,
}
_REGRESSORS: dict[type, Callable[[Graph, Frame, Any, float, Total], None]] = {
    Pipeline: _pipeline,
    VotingRegressor: _average,
    Ridge: _linear,
    Lasso: _linear,
    HuberRegressor: _linear,
    GradientBoostingRegressor: _gradient_boosting,
}
