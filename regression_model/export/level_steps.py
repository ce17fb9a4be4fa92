"""Rules for steps that change encoded levels: all of it happens in the tables of lookups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.export.lookups import Lookup
from regression_model.export.refusals import needs_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from sklearn.preprocessing import OneHotEncoder, TargetEncoder

    from regression_model.arrays import Floats
    from regression_model.export.frames import FrameGraph
    from regression_model.export.symbols import Frame, Layout
    from regression_model.export.tensors import Tensor
    from regression_model.transformers.levels import LevelCounter, Mapper, RareLevelGrouper


def map_levels(graph: FrameGraph, frame: Frame, step: Mapper) -> Frame:
    """Return the frame with numbers in place of levels; a level without one becomes NaN."""
    if step.mappings is None:
        return frame
    mappings = dict(step.mappings)

    def on_table(table: Floats, _: int) -> Floats:
        mapped = np.full(len(table), np.nan)
        for level, number in mappings.items():
            mapped[_is_level(table, level)] = number
        return mapped

    return graph.change(frame, step.variables_, on_table, _refuse_vectors(step))


def group_rare_levels(graph: FrameGraph, frame: Frame, step: RareLevelGrouper) -> Frame:
    """Return the frame with one level in place of all rare ones."""

    def on_table(table: Floats, i: int) -> Floats:
        return np.where(np.isin(table, step.kept_[i]), table, step.other)

    return graph.change(frame, step.variables_, on_table, _refuse_vectors(step))


def count_levels(_: FrameGraph, frame: Frame, step: LevelCounter) -> Frame:
    """Return the frame with how common each level is."""
    counts: Frame = {}
    for i, name in enumerate(step.variables_):
        lookup = _lookup(frame, name, step)
        counts[step.count_names_[i]] = Lookup(lookup.source, step.counts_of(i, lookup.table))
    return {**frame, **counts}


def one_column_a_level(_: FrameGraph, frame: Frame, step: OneHotEncoder) -> Frame:
    """Return a frame of 0 and 1, a column for each level."""
    features = iter(step.get_feature_names_out())
    encoded: Frame = {}
    for name, categories in zip(step.feature_names_in_, step.categories_, strict=True):
        lookup = _lookup(frame, name, step)
        for category in categories:
            is_category = _is_level(lookup.table, category).astype(np.float64)
            encoded[next(features)] = Lookup(lookup.source, is_category)
    return encoded


def level_means(_: FrameGraph, frame: Frame, step: TargetEncoder) -> Frame:
    """Return a frame of mean targets; that of all rows for a level never seen."""
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
        raise needs_levels(step)
    return symbol


def _refuse_vectors(step: object) -> Callable[[Tensor, Layout], Tensor]:
    def refuse(_tensor: Tensor, _layout: Layout) -> Tensor:
        raise needs_levels(step)

    return refuse
