"""The profile of a training table: how often each column had what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.bins import (
    quantile_edges,
    short,
    to_a_thousandth,
    told_counts,
)
from regression_model.artifact.profile import bin_counts, bins_of

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.processing.schema import Column, Schema

_BINS = 10
_MOST_LEVELS = 1_000
"""Of a column: the most frequent are told one by one."""


def profile_of(schema: Schema, x: Floats, answers: dict[str, Floats], least_rows: int) -> Any:
    """Return the profile of a table's columns and of what the model answers about its rows.

    Parameters
    ----------
    schema : Schema
        As training has learned it.
    x : ndarray of shape (n_samples, n_columns)
        The encoded rows.
    answers : dict of str to ndarray of shape (n_samples,)
        By name; NaN where there is none.
    least_rows : int
        How many rows a bin or a level has that is told.

    Returns
    -------
    dict
        As ``profile.json`` has it.
    """
    columns: dict[str, Any] = {}
    for position, column in enumerate(schema.columns):
        profile = _of_column(column, x[:, position], least_rows)
        if profile is not None:
            columns[column.name] = profile
    told: dict[str, Any] = {"n_rows": len(x), "least_rows": least_rows, "columns": columns}
    for name, values in answers.items():
        profile = _of_quantity(values, least_rows)
        if profile is not None:
            told[name] = profile
    return told


def _of_column(column: Column, values: Floats, least_rows: int) -> dict[str, Any] | None:
    if column.has_levels:
        return _of_levels(values, len(column.levels), least_rows)
    return _of_quantity(values, least_rows)


def _of_levels(values: Floats, n_levels: int, least_rows: int) -> dict[str, Any] | None:
    """Count levels by position; those of too few rows are counted together as rare."""
    known = values[~np.isnan(values)].astype(np.intp)
    counts = np.bincount(known, minlength=n_levels)
    most = np.sort(np.argsort(-counts, kind="stable")[:_MOST_LEVELS])
    frequent = most[counts[most] >= least_rows]
    n_rare = int(counts.sum() - counts[frequent].sum())
    told = told_counts([*counts[frequent].tolist(), n_rare], least_rows)
    if told is None:
        return None
    return {
        "missing": len(values) - len(known),
        "levels": frequent.tolist(),
        "counts": told[:-1],
        "rare": told[-1],
    }


def _of_quantity(values: Floats, least_rows: int) -> dict[str, Any] | None:
    """Count values between quantiles."""
    known = values[~np.isnan(values)]
    if len(known) < least_rows:
        return None
    edges = quantile_edges(known, _BINS, least_rows)
    counts = bin_counts(known, edges)
    return {
        "missing": len(values) - len(known),
        "edges": edges,
        "counts": told_counts(counts, least_rows),
        "medians": _medians(known, edges, least_rows),
        "mean": to_a_thousandth(np.mean(known, keepdims=True), of=known)[0],
        "deviation": short(float(known.std())),
    }


def _medians(values: Floats, edges: list[float], least_rows: int) -> list[float]:
    """Return the median of each bin; of one of too few rows the edge beside it."""
    bins = bins_of(values, edges)
    medians: list[float] = []
    for place in range(len(edges) + 1):
        inside = values[bins == place]
        if len(inside) < least_rows:
            medians.append(edges[max(place - 1, 0)])
        else:
            medians += to_a_thousandth(np.median(inside, keepdims=True), of=values)
    return medians
