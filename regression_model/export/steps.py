"""One rule for each type of step of a pipeline: what it does to a frame of symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

from regression_model.export.computed_steps import date_parts, derive_features, elapsed_times
from regression_model.export.level_steps import (
    count_levels,
    group_rare_levels,
    level_means,
    map_levels,
    one_column_a_level,
)
from regression_model.export.number_steps import bend, clip_ends, impute, log_skewed, scale
from regression_model.export.refusals import no_rule
from regression_model.transformers.date_parts import DateParts
from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer
from regression_model.transformers.levels import LevelCounter, Mapper, RareLevelGrouper
from regression_model.transformers.numbers import (
    HingeAppender,
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.export.frames import FrameGraph
    from regression_model.export.symbols import Frame


def transform(graph: FrameGraph, frame: Frame, step: Any) -> Frame:
    """Return the frame that a fitted step makes of a frame.

    Raises
    ------
    ArtifactError
        If there is no rule for the step.
    """
    rule = _RULES.get(type(step))
    if rule is None:
        raise no_rule(step)
    return rule(graph, frame, step)


def _chain(graph: FrameGraph, frame: Frame, step: Pipeline) -> Frame:
    for _, each in step.steps:
        frame = transform(graph, frame, each)
    return frame


def _on_columns(graph: FrameGraph, frame: Frame, step: ColumnTransformer) -> Frame:
    changed: Frame = {}
    for _, transformer, columns in step.transformers_:
        if not len(columns):
            continue
        # beside columns that were chosen by a function, the remainder stands by position
        names = [step.feature_names_in_[c] if isinstance(c, int) else c for c in columns]
        chosen = {name: frame[name] for name in names}
        # scikit-learn puts a FunctionTransformer without function where "passthrough" was asked
        if transformer == "passthrough" or type(transformer) is FunctionTransformer:
            changed |= chosen
        else:
            changed |= transform(graph, chosen, transformer)
    return changed


_RULES: dict[type, Callable[[FrameGraph, Frame, Any], Frame]] = {
    Pipeline: _chain,
    ColumnTransformer: _on_columns,
    DateParts: date_parts,
    TemporalVariableTransformer: elapsed_times,
    DerivedFeatures: derive_features,
    Mapper: map_levels,
    RareLevelGrouper: group_rare_levels,
    LevelCounter: count_levels,
    OneHotEncoder: one_column_a_level,
    TargetEncoder: level_means,
    MedianImputer: impute,
    QuantileClipper: clip_ends,
    SkewedLogTransformer: log_skewed,
    StandardScaler: scale,
    HingeAppender: bend,
}
"""Exact types: a subclass may compute something else."""
