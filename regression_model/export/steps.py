"""One rule per step of a pipeline: what it does to a frame of symbols."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

from regression_model.exceptions import ArtifactError
from regression_model.export.dates import date_parts
from regression_model.export.graph import Frame, Graph, Layout, Lookup, Vector
from regression_model.processing.schema import MAX_MAGNITUDE
from regression_model.transformers.date_parts import DateParts
from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer
from regression_model.transformers.levels import LevelCounter, Mapper, RareLevelGrouper
from regression_model.transformers.numbers import (
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from regression_model.arrays import Floats

_LARGE_MEAN = 1e4


def transform(graph: Graph, frame: Frame, step: Any) -> Frame:
    """Return the frame that a fitted step makes of a frame.

    Raises
    ------
    ArtifactError
        If there is no rule for the step.
    """
    rule = _TRANSFORMERS.get(type(step))
    if rule is None:
        raise no_rule(step)
    return rule(graph, frame, step)


def no_rule(step: object) -> ArtifactError:
    """Return the error for a step that cannot be exported."""
    return ArtifactError(f"{type(step).__name__} cannot be exported; there is no rule for it")


def _map(graph: Graph, frame: Frame, step: Mapper) -> Frame:
    if step.mappings is None:
        return frame
    mappings = dict(step.mappings)

    def on_table(table: Floats, _: int) -> Floats:
        mapped = np.full(len(table), np.nan)
        for level, number in mappings.items():
            mapped[_is_level(table, level)] = number
        return mapped

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
            indicators.update(
                (name, Vector(flags, i, feature=graph.feature_of(frame[name])))
                for i, name in enumerate(places)
            )
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
    names = zip(step.indicator_names_, indicated, strict=True)
    return filled | {indicator: indicators[name] for indicator, name in names}


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
            scaled[name] = replace(symbol, factor=symbol.factor / spread, shift=shift)
    return {**frame, **scaled}


def _on_columns(graph: Graph, frame: Frame, step: ColumnTransformer) -> Frame:
    changed: Frame = {}
    for _, transformer, columns in step.transformers_:
        if not len(columns):
            continue
        # beside columns that were chosen by a function, the remainder stands by position
        names = [step.feature_names_in_[c] if isinstance(c, int) else c for c in columns]
        held = {name: frame[name] for name in names}
        if transformer == "passthrough" or type(transformer) is FunctionTransformer:
            changed |= held
        else:
            changed |= transform(graph, held, transformer)
    return changed


def _chain(graph: Graph, frame: Frame, step: Pipeline) -> Frame:
    for _, each in step.steps:
        frame = transform(graph, frame, each)
    return frame


def _count(graph: Graph, frame: Frame, step: LevelCounter) -> Frame:  # noqa: ARG001
    counts: Frame = {}
    for i, name in enumerate(step.variables_):
        lookup = _lookup(frame, name, step)
        counts[step.count_names_[i]] = Lookup(lookup.source, step.counts_of(i, lookup.table))
    return {**frame, **counts}


def _one_hot(graph: Graph, frame: Frame, step: OneHotEncoder) -> Frame:  # noqa: ARG001
    out = iter(step.get_feature_names_out())
    encoded: Frame = {}
    for name, categories in zip(step.feature_names_in_, step.categories_, strict=True):
        lookup = _lookup(frame, name, step)
        for category in categories:
            is_category = _is_level(lookup.table, category).astype(np.float64)
            encoded[next(out)] = Lookup(lookup.source, is_category)
    return encoded


def _target_mean(graph: Graph, frame: Frame, step: TargetEncoder) -> Frame:  # noqa: ARG001
    encoded: Frame = {}
    for name, categories, means in zip(
        step.feature_names_in_, step.categories_, step.encodings_, strict=True
    ):
        lookup = _lookup(frame, name, step)
        table = np.full(len(lookup.table), float(step.target_mean_))
        for category, mean in zip(categories, means, strict=True):
            table[_is_level(lookup.table, category)] = mean
        encoded[name] = Lookup(lookup.source, table)
    return encoded


def _is_level(table: Floats, level: float) -> npt.NDArray[np.bool_]:
    """Tell where a level stands in a lookup's table; missing (NaN) is a level like others."""
    return np.isnan(table) if np.isnan(level) else table == level


def _lookup(frame: Frame, name: str, step: object) -> Lookup:
    symbol = frame[name]
    if not isinstance(symbol, Lookup):
        message = f"{type(step).__name__} can be exported on categorical columns only"
        raise ArtifactError(message)
    return symbol


_TRANSFORMERS: dict[type, Callable[[Graph, Frame, Any], Frame]] = {
    DateParts: date_parts,
    Mapper: _map,
    TemporalVariableTransformer: _elapsed,
    DerivedFeatures: _derive,
    RareLevelGrouper: _group,
    MedianImputer: _impute,
    QuantileClipper: _clip,
    SkewedLogTransformer: _log,
    StandardScaler: _scale,
    ColumnTransformer: _on_columns,
    Pipeline: _chain,
    LevelCounter: _count,
    OneHotEncoder: _one_hot,
    TargetEncoder: _target_mean,
}
