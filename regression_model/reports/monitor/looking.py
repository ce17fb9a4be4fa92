"""Counts that are added to a state, and looked at once there are enough of them."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import reduce
from hashlib import blake2b
from operator import add
from typing import TYPE_CHECKING

from regression_model.artifact.strict_json import MAX_BYTES
from regression_model.batch.counted import counted_from, counts_text, read_counts
from regression_model.exceptions import DataError
from regression_model.reports.drift.drift import drift_of_counts
from regression_model.reports.drift.spending import level_of_days
from regression_model.reports.monitor.looks import MOST_DRIFTED, CountedFile, Look

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.batch.counted import Counted
    from regression_model.reports.drift.drift import Drift
    from regression_model.reports.monitor.state import State

LOOK_ROWS = 200
"""Fewer wait for more, as a few rows spend days and prove nothing.

It depends on how many rows there are alone: who looked sooner where rows are odd would alarm more
often for nothing.
"""


def with_counts(state: State, model: Model, path: Path) -> tuple[State, int]:
    """Return the state with a file of counts, and how many of its rows are new.

    Raises
    ------
    ArtifactError
        If the model keeps no profile.
    DataError
        If it is no file of counts, or of another model.
    """
    counted = read_counts(path, model)
    text = counts_text(counted, model)
    n_rows = counted.counts.n_rows
    name = blake2b(text, digest_size=16, key=state.secret).hexdigest()
    if not n_rows or name in state.looks.files:
        return state, 0
    file = CountedFile(state.day, n_rows, zlib.compress(text))
    return replace(state, looks=state.looks.with_file(name, file)), n_rows


def looked_at(state: State, model: Model) -> State:
    """Return the state after a look at all rows that wait for one, if it is time for it.

    It is where a day has gone by since the last look, there are `LOOK_ROWS` rows or more, and the
    state is none of a shard.

    Raises
    ------
    DataError
        If what waits is damaged.
    """
    looks, days = state.looks, state.day - state.looks.until
    if state.origin != state.judge or days < 1 or looks.n_waiting < LOOK_ROWS:
        return state
    counted = reduce(add, [_unpacked(file.packed, model) for file in looks.waiting])
    found = drift_of_counts(model, counted.counts, counted.summary, level_of_days(days))
    look = Look(
        day=state.day,
        days=days,
        n_rows=found.n_rows,
        status=found.status(),
        n_tests=len(found.shifts),
        n_drifted=len(found.drifted),
        drifted=tuple(replace(shift, expected=None) for shift in found.drifted[:MOST_DRIFTED]),
        error=None if found.loss is None else found.loss.error,
        packed=zlib.compress(counts_text(counted, model)),
    )
    return replace(state, looks=looks.with_look(look))


def drift_of_look(look: Look, model: Model) -> Drift:
    """Return all that the last look has told.

    Raises
    ------
    DataError
        If what is kept of it is damaged.
    """
    counted = _unpacked(look.packed, model)
    return drift_of_counts(model, counted.counts, counted.summary, level_of_days(look.days))


def _unpacked(packed: bytes, model: Model) -> Counted:
    """Return counts as they were before they were compressed, judged like any others."""
    where = "what the state keeps of rows that were counted"
    try:
        text = zlib.decompressobj().decompress(packed, MAX_BYTES + 1)
    except zlib.error as problem:
        message = f"{where} is damaged ({problem}): take the state from a backup"
        raise DataError(message) from problem
    return counted_from(text, where, model)
