"""Rules for steps that change numbers: gaps filled, ends clipped, logged, scaled, bent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regression_model.export.lookups import Lookup
from regression_model.export.symbols import Frame, Layout, Vector
from regression_model.export.tensors import Tensor, clip, constant, is_nan
from regression_model.transformers.numbers import above_knots, log_positive

if TYPE_CHECKING:
    from sklearn.preprocessing import StandardScaler

    from regression_model.arrays import Floats
    from regression_model.export.frames import FrameGraph
    from regression_model.transformers.numbers import (
        HingeAppender,
        MedianImputer,
        QuantileClipper,
        SkewedLogTransformer,
    )

_LARGE_MEAN = 1e4
"""A mean is large beside a spread that is smaller by more than this.

Where a linear model takes ``(x - mean) / spread`` into its coefficients, ``x / spread`` and
``mean / spread`` are rounded each by itself, and what rounding lost is as large as 1e-16 times
their size. Up to 1e4 that stays below 1e-12 of the spread.
"""


def impute(graph: FrameGraph, frame: Frame, step: MedianImputer) -> Frame:
    """Return the frame with gaps filled, and columns that say where."""
    flags: Frame = {}

    def on_table(table: Floats, i: int) -> Floats:
        return np.where(np.isnan(table), step.medians_[i], table)

    def on_tensor(tensor: Tensor, layout: Layout) -> Tensor:
        flags.update(_missing_flags(graph, frame, step, tensor, layout))
        return tensor.filled(layout.align(step.medians_, 0.0))

    filled = graph.change(frame, step.variables_, on_table, on_tensor)
    for name in step.indicated_:
        symbol = frame[name]
        if isinstance(symbol, Lookup):
            flags[name] = Lookup(symbol.source, np.isnan(symbol.table).astype(np.float64))
    for indicator, name in zip(step.indicator_names_, step.indicated_, strict=True):
        filled[indicator] = flags[name]
    return filled


def _missing_flags(
    graph: FrameGraph, frame: Frame, step: MedianImputer, tensor: Tensor, layout: Layout
) -> Frame:
    """Return for each variable of a tensor that has an indicator where it is missing."""
    missing = is_nan(tensor)
    indicated = set(step.indicated_)
    places: dict[str, int] = {}
    for position, owner in enumerate(layout.owners):
        if owner is not None and step.variables_[owner] in indicated:
            places[step.variables_[owner]] = position
    if not places:
        return {}
    flags = missing.flags(list(places.values()))
    return {
        name: Vector(flags, i, feature=graph.feature_of(frame[name]))
        for i, name in enumerate(places)
    }


def clip_ends(graph: FrameGraph, frame: Frame, step: QuantileClipper) -> Frame:
    """Return the frame with numbers clipped at quantiles."""
    lower, upper = step.lower_, step.upper_

    def on_table(table: Floats, i: int) -> Floats:
        return np.clip(table, lower[i], upper[i])

    def on_tensor(tensor: Tensor, layout: Layout) -> Tensor:
        return clip(tensor, layout.align(lower, -np.inf), layout.align(upper, np.inf))

    return graph.change(frame, step.variables_, on_table, on_tensor)


def log_skewed(graph: FrameGraph, frame: Frame, step: SkewedLogTransformer) -> Frame:
    """Return the frame with logarithms of the columns that were skewed."""
    logged = [
        name for name, is_logged in zip(step.variables_, step.logged_, strict=True) if is_logged
    ]
    # they stand here whether a column is logged or not: so equal models are equal bytes
    constant(graph, 0.0)
    constant(graph, 1.0)
    return graph.change(
        frame, logged, lambda table, _: log_positive(table), lambda tensor, _: log_positive(tensor)
    )


def scale(graph: FrameGraph, frame: Frame, step: StandardScaler) -> Frame:
    """Keep factor and shift aside: a linear model takes them into its coefficients.

    Where a mean is so large beside its spread that digits would be lost, it is subtracted first.
    """
    is_large = np.abs(step.mean_) > _LARGE_MEAN * step.scale_
    large_means = step.mean_[is_large]

    def on_table(table: Floats, i: int) -> Floats:
        centred: Floats = table - large_means[i]
        return centred

    def on_tensor(tensor: Tensor, layout: Layout) -> Tensor:
        return tensor - layout.align(large_means, 0.0)

    frame = graph.change(frame, step.feature_names_in_[is_large], on_table, on_tensor)
    small_means = np.where(is_large, 0.0, step.mean_)
    scaled: Frame = {}
    for name, mean, spread in zip(step.feature_names_in_, small_means, step.scale_, strict=True):
        symbol = frame[name]
        if isinstance(symbol, Lookup):
            scaled[name] = Lookup(symbol.source, (symbol.table - mean) / spread)
        else:
            shift = (symbol.shift - mean) / spread
            scaled[name] = replace(symbol, factor=symbol.factor / spread, shift=shift)
    return {**frame, **scaled}


def bend(graph: FrameGraph, frame: Frame, step: HingeAppender) -> Frame:
    """Return the frame with how far its numbers are above knots."""
    bent = [frame[step.variables_[i]] for i in step.bent_]
    hinges: Frame = {}
    vectors: list[int] = []
    for i, symbol in enumerate(bent):
        if isinstance(symbol, Lookup):
            table = above_knots(symbol.table, step.knots_[i])
            hinges[step.hinge_names_[i]] = Lookup(symbol.source, table)
        else:
            vectors.append(i)
    if vectors:
        symbols = [bent[i] for i in vectors]
        tensor = above_knots(graph.tensor(symbols), step.knots_[vectors])
        # a number, scaled and above its knot, is one still
        tensor = replace(tensor, is_finite=graph.is_finite(symbols))
        for position, i in enumerate(vectors):
            feature = graph.feature_of(bent[i])
            hinges[step.hinge_names_[i]] = Vector(tensor, position, feature=feature)
    return {**frame, **hinges}
