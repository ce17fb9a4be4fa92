"""Rows drawn from what artifacts tell of their training: no row of a table, but like them.

Each column is drawn by itself, as an artifact tells nothing of how columns go together.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.processing.column import Column
    from regression_model.reports.comparison.pairs import Pairs
    from regression_model.reports.comparison.trials import Cell

Rows = dict[str, list[Any]]
"""Cells by column, as callers of the old model name it."""

_SEED = 20_261_126
_MOST_ROWS = 2_000
_MOST_CELLS = 1_000_000
_LEAST_ROWS = 20
_TRIED_ROWS = 50
_DIGITS = 4
_AT_MEDIANS = 0.5
"""The share of rows that have the median of their bin: many columns have few different numbers."""


def drawn_rows(old: Model, new: Model, pairs: Pairs) -> Rows:
    """Draw rows of both models' columns; equal models give equal rows.

    Parameters
    ----------
    old, new : Model
    pairs : Pairs

    Returns
    -------
    dict of str to list
        At most 2,000 rows, fewer where there are many columns.
    """
    generator = np.random.default_rng(_SEED)
    before, after = _profiles(old), _profiles(new)
    n_columns = len(pairs.both) + len(pairs.removed) + len(pairs.added)
    n_rows = min(_MOST_ROWS, max(_LEAST_ROWS, _MOST_CELLS // max(n_columns, 1)))
    rows: Rows = {}
    for column, counterpart in pairs.both:
        profile, source = before.get(column.name), column
        if profile is None and counterpart.name in after:
            profile, source = after[counterpart.name], counterpart
        rows[column.name] = _drawn(source, profile, n_rows, generator)
    for column in pairs.removed:
        rows[column.name] = _drawn(column, before.get(column.name), n_rows, generator)
    for column in pairs.added:
        rows[column.name] = _drawn(column, after.get(column.name), n_rows, generator)
    return rows


def tried_rows(answered: dict[str, list[Cell]]) -> Rows:
    """Return rows of the cells that were tried: at all ends, of all kinds, missing, never seen.

    Parameters
    ----------
    answered : dict of str to list
        Of each column the cells that both models answer.
    """
    rows: Rows = {}
    n_rows = min(_TRIED_ROWS, max((len(cells) for cells in answered.values()), default=0))
    for name, cells in answered.items():
        if cells:
            rows[name] = [cells[row % len(cells)] for row in range(n_rows)]
    return rows


def _profiles(model: Model) -> dict[str, Any]:
    profile: dict[str, Any] = model.profile or {}
    columns: dict[str, Any] = profile.get("columns", {})
    return columns


def _drawn(
    column: Column, profile: dict[str, Any] | None, n_rows: int, generator: np.random.Generator
) -> list[Any]:
    """Return cells of a column, as often missing as in training."""
    if column.has_levels:
        values = generator.choice(max(len(column.levels), 1), n_rows, p=_shares(column, profile))
        known = [column.levels[place] if column.levels else None for place in values.tolist()]
    elif column.kind == "boolean":
        share = 0.5 if profile is None else profile.get("mean", 0.5)
        known = (generator.random(n_rows) < share).tolist()
    else:
        known = list(_as_cells(column, _quantities(column, profile, n_rows, generator)))
    missing = generator.random(n_rows) < _missing_share(column, profile)
    return [None if is_missing else cell for cell, is_missing in zip(known, missing, strict=True)]


def _missing_share(column: Column, profile: dict[str, Any] | None) -> float:
    if column.required:
        return 0.0
    if profile is None:
        return column.missing_share
    n_rows = profile["missing"] + sum(profile["counts"]) + profile.get("rare", 0)
    return float(profile["missing"] / max(n_rows, 1))


def _shares(column: Column, profile: dict[str, Any] | None) -> Floats:
    """Return how often each level is drawn: those that are not told share what is left."""
    n_levels = max(len(column.levels), 1)
    counts = np.ones(n_levels)
    if profile is not None and "levels" in profile:
        n_rare = n_levels - len(profile["levels"])
        counts = np.full(n_levels, profile["rare"] / max(n_rare, 1))
        counts[profile["levels"]] = profile["counts"]
    total = counts.sum()
    return counts / total if total > 0 else np.full(n_levels, 1 / n_levels)


def _quantities(
    column: Column, profile: dict[str, Any] | None, n_rows: int, generator: np.random.Generator
) -> Floats:
    """Draw numbers within bins as often as in training."""
    low, high = _span(column)
    if profile is None or "edges" not in profile:
        return _plain(generator.uniform(low, high, n_rows), low, high)
    edges = np.array(profile["edges"], dtype=np.float64)
    borders = np.concatenate([[min([low, *edges])], edges, [max([high, *edges])]])
    counts = np.array(profile["counts"], dtype=np.float64)
    shares = counts / counts.sum() if counts.sum() > 0 else np.full(len(counts), 1 / len(counts))
    bins = generator.choice(len(counts), n_rows, p=shares)
    within = _plain(generator.uniform(borders[bins], borders[bins + 1]), borders[0], borders[-1])
    medians = np.array(profile["medians"], dtype=np.float64)[bins]
    return np.where(generator.random(n_rows) < _AT_MEDIANS, medians, within)


def _plain(values: Floats, low: float, high: float) -> Floats:
    """Return numbers as a person would write them, still between their ends."""
    return np.clip([float(f"{value:.{_DIGITS}g}") for value in values.tolist()], low, high)


def _span(column: Column) -> tuple[float, float]:
    """Return between which numbers a column is, as far as is known."""
    if column.training_range is not None or not column.is_number:
        return column.silent_range
    low = 0.0 if column.minimum is None else column.minimum
    high = max(low, 1.0) if column.maximum is None else column.maximum
    return min(low, high), high


def _as_cells(column: Column, values: Floats) -> Iterator[Any]:
    for value in values.tolist():
        whole = column.kind == "integer"
        yield math.floor(value + 0.5) if whole else column.of_kind.decode(value)
