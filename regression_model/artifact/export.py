"""From a fitted pipeline to a graph: one rule per step, each reading fitted attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import GradientBoostingRegressor, VotingRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

from regression_model.artifact.graph import Frame, Graph, Lookup, Vector
from regression_model.artifact.trees import as_float32, read_tree, tree_ensemble
from regression_model.exceptions import ArtifactError
from regression_model.processing.encoder import Encoder
from regression_model.processing.features import (
    DerivedFeatures,
    Mapper,
    MedianImputer,
    QuantileClipper,
    RareLevelGrouper,
    SkewedLogTransformer,
    TemporalVariableTransformer,
    derive,
)
from regression_model.processing.schema import MAX_MAGNITUDE

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Terms = tuple[list[str], float]


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
    terms, constant = _regress(graph, frame, model.regressor_, 1.0)
    score = _add_up(graph, terms, constant)
    return graph.serialise({"score": score, "prediction": _inverse(graph, score, model)})


def _add_up(graph: Graph, terms: list[str], constant: float) -> str:
    total, *others = terms
    for term in others:
        total = graph.node("Add", total, term)
    return graph.node("Add", total, graph.constant(constant)) if constant else total


def _inverse(graph: Graph, score: str, model: TransformedTargetRegressor) -> str:
    transformer = model.transformer_
    function = getattr(transformer, "inverse_func", None)
    if isinstance(transformer, FunctionTransformer) and function is np.exp:
        return graph.node("Exp", score)
    if isinstance(transformer, FunctionTransformer) and function is None:
        return score
    raise _no_rule(transformer)


def _no_rule(step: object) -> ArtifactError:
    return ArtifactError(f"{type(step).__name__} cannot be exported; there is no rule for it")


def _transform(graph: Graph, frame: Frame, step: Any) -> Frame:  # noqa: ANN401
    rule = _TRANSFORMERS.get(type(step))
    if rule is None:
        raise _no_rule(step)
    return rule(graph, frame, step)


def _regress(graph: Graph, frame: Frame, model: Any, scale: float) -> Terms:  # noqa: ANN401
    """Return tensors [N, 1] and a constant that add up to `scale` times the model's answer."""
    rule = _REGRESSORS.get(type(model))
    if rule is None:
        raise _no_rule(model)
    return rule(graph, frame, model, scale)


def _pipeline(graph: Graph, frame: Frame, model: Pipeline, scale: float) -> Terms:
    for _, step in model.steps[:-1]:
        frame = _transform(graph, frame, step)
    return _regress(graph, frame, model[-1], scale)


def _average(graph: Graph, frame: Frame, model: VotingRegressor, scale: float) -> Terms:
    weights = np.asarray(model.weights, dtype=np.float64)
    terms: list[str] = []
    constant = 0.0
    for branch, weight in zip(model.estimators_, weights / weights.sum(), strict=True):
        new_terms, new_constant = _regress(graph, frame, branch, scale * weight)
        terms += new_terms
        constant += new_constant
    return terms, constant


def _linear(graph: Graph, frame: Frame, model: Any, scale: float) -> Terms:  # noqa: ANN401
    weights = dict(zip(model.feature_names_in_, scale * np.ravel(model.coef_), strict=True))
    terms, constant = graph.weighted_sum(frame, weights)
    return terms, constant + scale * float(model.intercept_)


def _gradient_boosting(
    graph: Graph, frame: Frame, model: GradientBoostingRegressor, scale: float
) -> Terms:
    factor = scale * model.learning_rate
    trees = [read_tree(tree.tree_, factor) for tree in model.estimators_[:, 0]]
    tensor, positions = graph.any_order(frame, list(model.feature_names_in_))
    features = [positions[name] for name in model.feature_names_in_]
    total = tree_ensemble(graph, as_float32(graph, tensor), trees, features)
    return [total], scale * float(np.ravel(model.init_.constant_)[0])


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


def _only_levels(step: object) -> Callable[[str, list[int]], str]:
    def refuse(_tensor: str, _positions: list[int]) -> str:
        message = f"{type(step).__name__} can be exported on categorical columns only"
        raise ArtifactError(message)

    return refuse


def _elapsed(graph: Graph, frame: Frame, step: TemporalVariableTransformer) -> Frame:
    names = step.variables_
    reference = graph.tensor(frame, [step.reference_])
    tensor = graph.node("Sub", reference, graph.tensor(frame, names))
    return {**frame, **{name: Vector(tensor, i) for i, name in enumerate(names)}}


def _derive(graph: Graph, frame: Frame, step: DerivedFeatures) -> Frame:
    """Compute features in rounds: all of one operation whose parents are there, at once."""
    waiting = dict(step.features_)
    frame = dict(frame)
    while waiting:
        first, (operation, parents) = next(iter(waiting.items()))
        alike = [
            name
            for name, (other, others) in waiting.items()
            if (other, len(others)) == (operation, len(parents)) and frame.keys() >= set(others)
        ] or [first]
        operands = [
            graph.tensor(frame, [waiting[name][1][i] for name in alike])
            for i in range(len(parents))
        ]
        tensor = _operate(graph, operation, operands)
        for i, name in enumerate(alike):
            frame[name] = Vector(tensor, i)
            del waiting[name]
    return frame


def _operate(graph: Graph, operation: str, operands: list[str]) -> str:
    """The nodes of `derive`, on tensors."""
    zero, nan = graph.constant(0.0), graph.constant(np.nan)
    first, *others = operands
    result = first
    for other in others:
        result = graph.node(_OPERATORS[operation], result, other)
    if operation == "ratio":
        result = graph.node("Where", graph.node("Equal", others[0], zero), nan, result)
    if operation == "presence":
        present = graph.node("Cast", graph.node("Greater", first, zero), to=TensorProto.DOUBLE)
        return graph.node("Where", graph.node("IsNaN", first), nan, present)
    limits = graph.constant(-MAX_MAGNITUDE), graph.constant(MAX_MAGNITUDE)
    return graph.node("Clip", result, *limits)


_OPERATORS = {"sum": "Add", "difference": "Sub", "product": "Mul", "ratio": "Div"}


def _impute(graph: Graph, frame: Frame, step: MedianImputer) -> Frame:
    medians = step.medians_
    indicators = graph.change(
        frame,
        step.indicated_,
        lambda table, _: np.isnan(table).astype(np.float64),
        lambda tensor, _: graph.node("Cast", graph.node("IsNaN", tensor), to=TensorProto.DOUBLE),
    )
    filled = graph.change(
        frame,
        step.variables_,
        lambda table, i: np.where(np.isnan(table), medians[i], table),
        lambda tensor, places: graph.node(
            "Where", graph.node("IsNaN", tensor), graph.constant(medians[places]), tensor
        ),
    )
    return filled | {f"{name}_missing": indicators[name] for name in step.indicated_}


def _clip(graph: Graph, frame: Frame, step: QuantileClipper) -> Frame:
    lower, upper = step.lower_, step.upper_
    return graph.change(
        frame,
        step.variables_,
        lambda table, i: np.clip(table, lower[i], upper[i]),
        lambda tensor, places: graph.node(
            "Min",
            graph.node("Max", tensor, graph.constant(lower[places])),
            graph.constant(upper[places]),
        ),
    )


def _log(graph: Graph, frame: Frame, step: SkewedLogTransformer) -> Frame:
    logged = [
        name for name, is_logged in zip(step.variables_, step.logged_, strict=True) if is_logged
    ]
    one = graph.constant(1.0)

    def on_tensor(tensor: str, _: list[int]) -> str:
        positive = graph.node("Max", graph.node("Add", tensor, one), one)
        return graph.node("Log", positive)

    return graph.change(frame, logged, lambda table, _: np.log1p(np.maximum(table, 0.0)), on_tensor)


def _scale(graph: Graph, frame: Frame, step: StandardScaler) -> Frame:  # noqa: ARG001
    """Keep factor and shift aside: a linear model takes them into its coefficients."""
    scaled: Frame = {}
    for name, mean, spread in zip(step.feature_names_in_, step.mean_, step.scale_, strict=True):
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
            table[np.isnan(lookup.table) if category != category else lookup.table == category] = (
                mean  # noqa: PLR0124
            )
        encoded[name] = Lookup(lookup.source, table)
    return encoded


def _lookup(frame: Frame, name: str, step: object) -> Lookup:
    symbol = frame[name]
    if not isinstance(symbol, Lookup):
        _only_levels(step)("", [])
        raise TypeError
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
_REGRESSORS: dict[type, Callable[[Graph, Frame, Any, float], Any]] = {
    Pipeline: _pipeline,
    VotingRegressor: _average,
    Ridge: _linear,
    GradientBoostingRegressor: _gradient_boosting,
}
