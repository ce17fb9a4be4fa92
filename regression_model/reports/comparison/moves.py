"""How predictions move: what two models answer to the same rows."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.self_test import TOLERANCE
from regression_model.batch.headers import check_columns
from regression_model.batch.judging import judge_chunk
from regression_model.batch.summary import Summary
from regression_model.metrics import rounded, spread
from regression_model.processing.chunks import Chunk
from regression_model.processing.shown_values import short
from regression_model.processing.table_files import open_rows
from regression_model.reports.comparison.change import Change, Reason
from regression_model.reports.numbers import amount, count

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.batch.judging import Judged
    from regression_model.reports.comparison.drawn import Rows

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Quantiles of the change that are told."""
MOST_MOVED = 10
"""So many rows are shown, those that move most."""


@dataclass(frozen=True)
class MovedRow:
    """A row whose prediction moves.

    Attributes
    ----------
    row : int
        Its position, counted from 0.
    before, after : float
        What the old and the new model predict.
    cells : dict of str to cell
    is_text : bool
    number_format : str or None
        As of the chunk that it is in.
    """

    row: int
    before: float
    after: float
    cells: dict[str, Any] = field(repr=False)
    is_text: bool
    number_format: str | None


@dataclass(frozen=True)
class Moves:
    """What two models answer to the same rows.

    Attributes
    ----------
    source : str
        Where the rows are from.
    n_rows : int
    before, after : ndarray of shape (n_both,)
        Predictions of the rows that both answer.
    n_refused : int
        Rows that only the old model answers.
    refusal : str
        Why, of one of them.
    n_answered : int
        Rows that only the new model answers.
    rows : list of MovedRow
        Those that move most, the first most.
    """

    source: str
    n_rows: int
    before: Floats = field(repr=False)
    after: Floats = field(repr=False)
    n_refused: int
    refusal: str
    n_answered: int
    rows: list[MovedRow] = field(repr=False)

    @property
    def changes(self) -> Floats:
        """New less old prediction, in the target's unit."""
        return self.after - self.before

    @property
    def n_moved(self) -> int:
        """How many rows move by more than arithmetic may differ."""
        return int(np.count_nonzero(have_moved(self.before, self.after)))

    def quantiles(self) -> dict[float, float]:
        """Return quantiles of the changes."""
        if not len(self.before):
            return {}
        return dict(zip(SHARES, np.quantile(self.changes, SHARES).tolist(), strict=True))

    def refused(self) -> Reason | None:
        """Return rows that are refused now as a reason, if there are any."""
        if not self.n_refused:
            return None
        said = f"{self._of_rows(self.n_refused)} were answered and are refused: {self.refusal}"
        return Reason(Change.MAJOR, "predictions", said)

    def answered(self) -> Reason | None:
        """Return rows that are answered now as a reason, if there are any."""
        if not self.n_answered:
            return None
        said = f"{self._of_rows(self.n_answered)} were refused and are answered"
        return Reason(Change.MINOR, "predictions", said)

    def moved(self) -> Reason | None:
        """Return predictions that change as a reason, if there are any."""
        if not self.n_moved:
            return None
        largest = amount(float(np.max(np.abs(self.changes))))
        said = f"predictions of {self._of_rows(self.n_moved)} change, by {largest} at most"
        return Reason(Change.MINOR, "predictions", said)

    def _of_rows(self, n: int) -> str:
        return f"{n:,} of {count(self.n_rows, 'row')} {self.source}"

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain data, without the rows."""
        return {
            "rows": self.n_rows,
            "from": self.source,
            "answered_by_both": len(self.before),
            "refused_now": self.n_refused,
            "answered_now": self.n_answered,
            "moved": self.n_moved,
            "quantiles": {f"{share:g}": rounded(q) for share, q in self.quantiles().items()},
        }


def have_moved(before: Floats, after: Floats) -> Any:
    """Tell which numbers differ by more than a patch allows, in proportion to them.

    Returns
    -------
    ndarray of bool, shape (n_samples,)
    """
    if not len(before):
        return np.zeros(0, dtype=bool)
    return np.abs(after - before) > TOLERANCE * np.maximum(np.abs(before), spread(before))


def moves_of_rows(old: Model, new: Model, rows: Rows, source: str) -> Moves:
    """Give the same rows to two models.

    Parameters
    ----------
    old, new : Model
        Whose predictions are of one target in one unit.
    rows : dict of str to list
    source : str
        Where they are from.
    """
    n_rows = max((len(cells) for cells in rows.values()), default=0)
    chunk = Chunk(start=0, columns=rows, n_rows=n_rows, is_text=False)
    return _moves(old, new, [chunk] if n_rows else [], source)


def moves_of_file(old: Model, new: Model, path: Path) -> Moves:
    """Give the rows of a file to two models.

    Raises
    ------
    DataError
        If one of them lacks columns in it that it requires.
    """
    with open_rows(path) as file:
        for model in (old, new):
            check_columns(model, file, Summary())
        return _moves(old, new, file.chunks(), f"of {short(path.name)}")


def _moves(old: Model, new: Model, chunks: Iterable[Chunk], source: str) -> Moves:
    parts: list[tuple[Floats, Floats]] = []
    most: list[tuple[float, int, MovedRow]] = []
    n_rows = n_refused = n_answered = 0
    refusal = ""
    for chunk in chunks:
        was, now = (judge_chunk(m, chunk, Summary(), list_warnings=False) for m in (old, new))
        before, after = was.numbers["prediction"], now.numbers["prediction"]
        n_rows += chunk.n_rows
        lost = np.flatnonzero(~np.isnan(before) & np.isnan(after))
        n_refused += len(lost)
        n_answered += int(np.count_nonzero(np.isnan(before) & ~np.isnan(after)))
        if len(lost) and not refusal:
            refusal = _why(now, int(lost[0]))
        are_both = ~np.isnan(before) & ~np.isnan(after)
        parts.append((before[are_both], after[are_both]))
        _keep_most(most, chunk, before, after)
    befores, afters = ([part[i] for part in parts] for i in (0, 1))
    return Moves(
        source=source,
        n_rows=n_rows,
        before=np.concatenate([np.empty(0), *befores]),
        after=np.concatenate([np.empty(0), *afters]),
        n_refused=n_refused,
        refusal=refusal,
        n_answered=n_answered,
        rows=[row for _, _, row in sorted(most, key=lambda each: (-each[0], -each[1]))],
    )


def _why(judged: Judged, row: int) -> str:
    reason = judged.reasons.get(row)
    return "" if reason is None else short(reason.message)


def _keep_most(
    most: list[tuple[float, int, MovedRow]], chunk: Chunk, before: Floats, after: Floats
) -> None:
    """Keep the rows that move most, of equal moves the first."""
    sizes = np.nan_to_num(np.abs(after - before), nan=-1.0)
    for place in np.argsort(-sizes, kind="stable")[:MOST_MOVED].tolist():
        size, position = float(sizes[place]), -(chunk.start + place)
        is_full = len(most) == MOST_MOVED
        if size <= 0 or (is_full and (size, position) <= most[0][:2]):
            break
        row = MovedRow(
            row=-position,
            before=float(before[place]),
            after=float(after[place]),
            cells=chunk.row(place),
            is_text=chunk.is_text,
            number_format=chunk.number_format,
        )
        add = heapq.heapreplace if is_full else heapq.heappush
        add(most, (size, position, row))
