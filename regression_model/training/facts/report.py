"""All that a run keeps for people, put together: the profile and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.agreement import (
    error_over_time,
    predicted_against_actual,
    residual_quantiles_by_prediction,
)
from regression_model.artifact.bins import short
from regression_model.artifact.contents import PROFILE, REPORT
from regression_model.artifact.kept import as_member
from regression_model.training.facts.effects import local_effects
from regression_model.training.facts.errors import told_errors
from regression_model.training.facts.profiles import profile_of
from regression_model.training.facts.slices import worst_slices

if TYPE_CHECKING:
    from regression_model.artifact.runtime import Engine
    from regression_model.processing.schema import Schema
    from regression_model.training.facts.folds import FoldFacts
    from regression_model.training.facts.importance import Importance
    from regression_model.training.intervals import IntervalReport
    from regression_model.training.residuals import Difficulty
    from regression_model.training.sample import Sample

_TOLD_COLUMNS = 10
"""Whose effects are told, and that are looked at in pairs for slices: the most important ones."""


def kept_members(
    facts: FoldFacts, sample: Sample, schema: Schema, engine: Engine, difficulty: Difficulty
) -> dict[str, bytes]:
    """Return the members that model cards and drift are made from.

    Parameters
    ----------
    facts : FoldFacts
    sample : Sample
    schema : Schema
        As training has learned it.
    engine : Engine
        The exported model.
    difficulty : Difficulty
        Of all rows.

    Returns
    -------
    dict of str to bytes
    """
    answers = {
        "target": sample.y,
        "prediction": facts.answers,
        "residual": difficulty.scaled(),
        "difficulty": difficulty.expected(),
    }
    profile = profile_of(schema, difficulty.x, answers, facts.least_rows)
    errors = np.abs(sample.y - facts.answers)
    told = told_errors(schema, difficulty, facts.out_of_fold, errors, facts.least_rows)
    if told is not None:
        profile["error"] = told
    report = _report(facts, sample, schema, engine, difficulty)
    return {PROFILE: as_member(profile), REPORT: as_member(report)}


def _report(
    facts: FoldFacts, sample: Sample, schema: Schema, engine: Engine, difficulty: Difficulty
) -> dict[str, Any]:
    least_rows = facts.least_rows
    seen = ~np.isnan(facts.answers)
    truth, predicted = sample.y[seen], facts.answers[seen]
    important = facts.importance.most(_TOLD_COLUMNS)
    report: dict[str, Any] = {
        "n_rows": int(seen.sum()),
        "predicted": predicted_against_actual(truth, predicted, least_rows),
        "residuals": residual_quantiles_by_prediction(truth, predicted, least_rows),
        "coverage": _coverage(facts.intervals),
        "importance": _importance(facts.importance, schema),
        "effects": local_effects(schema, engine, difficulty.x, important, least_rows),
        "slices": worst_slices(
            schema,
            difficulty.x[seen],
            difficulty.residuals[seen],
            important,
            least_rows=least_rows,
            groups=None if sample.groups is None else sample.groups[seen],
        ),
    }
    if facts.learning_curve is not None:
        report["learning_curve"] = facts.learning_curve
    if sample.times is not None:
        over_time = error_over_time(sample.times[seen], truth, predicted, least_rows)
        report["over_time"] = {"is_date": sample.times_are_dates, **over_time}
    return report


def _coverage(intervals: IntervalReport) -> list[dict[str, float]]:
    told: list[dict[str, float]] = []
    for level, quality in intervals.at_levels.items():
        coverage, width = short(quality.coverage), short(quality.mean_width)
        told.append({"level": level, "coverage": coverage, "mean_width": width})
    return told


def _importance(importance: Importance, schema: Schema) -> dict[str, Any]:
    """Return each column's, the most important first."""
    order = np.argsort(-importance.means, kind="stable").tolist()
    columns: dict[str, dict[str, float]] = {}
    for position in order:
        columns[schema.names[position]] = {
            "mean": short(float(importance.means[position])),
            "deviation": short(float(importance.deviations[position])),
        }
    return {"rows": importance.n_rows, "folds": importance.n_folds, "columns": columns}
