"""Two models, compared: what changes for those who call, and why a number must say so."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regression_model.batch.evaluating import evaluate_file
from regression_model.exceptions import DataError
from regression_model.processing.shown_values import short
from regression_model.processing.table_files import open_rows
from regression_model.reports.comparison.answers import are_comparable, reasons_of_answers
from regression_model.reports.comparison.change import Change, Reason
from regression_model.reports.comparison.drawn import drawn_rows, tried_rows
from regression_model.reports.comparison.explained import (
    ExplainedRow,
    explained_row,
    reasons_of_other_numbers,
)
from regression_model.reports.comparison.inputs import try_columns, try_records
from regression_model.reports.comparison.moves import Moves, moves_of_file, moves_of_rows
from regression_model.reports.comparison.pairs import pairs_of, reasons_of_names
from regression_model.reports.comparison.quality import Quality, quality_of
from regression_model.reports.comparison.versions import is_older

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.metrics import Metrics
    from regression_model.reports.comparison.inputs import Tried
    from regression_model.reports.comparison.pairs import Pairs

logger = logging.getLogger(__name__)

_ORDER = ("target", "answers", "predictions", "inputs", "columns")
"""Of what reasons are about, among those of equal weight."""


@dataclass(frozen=True)
class Comparison:
    """Two models beside each other.

    Attributes
    ----------
    old, new : Model
    pairs : Pairs
    tried : Tried
    quality : Quality or None
    moves : Moves or None
        On the file, where one is given, else on rows that are drawn. Both are None for models
        whose numbers cannot be held against each other.
    explained : list of ExplainedRow
        The rows that move most.
    on_file : (Metrics, Metrics) or None
        Of both models, on a file that has the truth.
    reasons : list of Reason
        Why the change is no smaller, the largest first.
    """

    old: Model
    new: Model
    pairs: Pairs
    tried: Tried
    quality: Quality | None
    moves: Moves | None
    explained: list[ExplainedRow]
    on_file: tuple[Metrics, Metrics] | None
    reasons: list[Reason]

    @property
    def change(self) -> Change:
        """The largest of all."""
        return max((reason.change for reason in self.reasons), default=Change.PATCH)

    @property
    def backwards(self) -> str:
        """That the new model is the older one; empty if it is not."""
        old, new = self.old.version, self.new.version
        if not is_older(new, old):
            return ""
        return (
            f"version {short(new)}, given as the new model, is older than {short(old)}, given as "
            "the old one: unless it is to be gone back to, give them the other way round"
        )

    @property
    def not_compared(self) -> str:
        """Why predictions and errors are not compared; empty if they are."""
        if self.moves is not None:
            return ""
        told = [
            f"{short(target['column'])} in {short(target['unit'])}"
            for target in (self.old.facts["target"], self.new.facts["target"])
        ]
        return (
            f"the old model predicts {told[0]}, the new one {told[1]}: neither their predictions "
            "nor their errors can be held against each other"
        )


def compare(old: Model, new: Model, data: Path | None = None) -> Comparison:
    """Compare two models.

    Parameters
    ----------
    old, new : Model
        From artifacts of any format.
    data : Path, optional
        A file of rows on which predictions are compared, with or without their truth; by default
        they are compared on rows drawn from what the artifacts tell of their training.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If the models have neither target nor columns in common, or the file lacks columns.
    """
    pairs = pairs_of(old.schema, new.schema)
    comparable = are_comparable(old, new)
    if not comparable and not pairs.both:
        raise DataError(_nothing_in_common(old, new))
    tried = try_columns(pairs)
    reasons = [*reasons_of_answers(old, new)]
    reasons += reasons_of_names(pairs, old.schema, new.schema)
    reasons += try_records(old, new, pairs)
    reasons += [change.reason() for change in tried.changes]
    moves, on_file = None, None
    if comparable:
        of_rows = [*_moves_without_file(old, new, pairs, tried)]
        if data is not None:
            of_rows.insert(0, moves_of_file(old, new, data))
            on_file = _errors_on(old, new, data)
        moves = of_rows[0]
        reasons += [*_reasons_of_moves(of_rows), *_further(old, new, pairs, of_rows)]
    return Comparison(
        old=old,
        new=new,
        pairs=pairs,
        tried=tried,
        quality=quality_of(old, new) if comparable else None,
        moves=moves,
        explained=[] if moves is None else [explained_row(old, new, row) for row in moves.rows],
        on_file=on_file,
        reasons=sorted(reasons, key=lambda each: (-each.change, _ORDER.index(each.about))),
    )


def _nothing_in_common(old: Model, new: Model) -> str:
    targets = [short(model.facts["target"]["column"]) for model in (old, new)]
    return (
        f"the models have nothing in common: one predicts {targets[0]}, the other {targets[1]}, "
        "and no column of one is a column of the other; compare two versions of one model"
    )


def _moves_without_file(old: Model, new: Model, pairs: Pairs, tried: Tried) -> Iterator[Moves]:
    yield moves_of_rows(old, new, drawn_rows(old, new, pairs), "drawn at random")
    yield moves_of_rows(old, new, tried_rows(tried.answered), "of the cells tried")


def _reasons_of_moves(of_rows: list[Moves]) -> Iterator[Reason]:
    """Yield what changes, each thing by the first rows that show it."""
    for ask in (Moves.refused, Moves.moved, Moves.answered):
        told = [reason for moves in of_rows if (reason := ask(moves)) is not None]
        yield from told[:1]


def _further(old: Model, new: Model, pairs: Pairs, of_rows: list[Moves]) -> Iterator[Reason]:
    if not any(moves.n_moved for moves in of_rows):
        yield from reasons_of_other_numbers(old, new, drawn_rows(old, new, pairs))


def _errors_on(old: Model, new: Model, data: Path) -> tuple[Metrics, Metrics] | None:
    """Return the errors of both models on a file, None where it has no truth."""
    with open_rows(data) as file:
        if not file.has(new.facts["target"]["column"]):
            return None
    try:
        return evaluate_file(old, data).metrics, evaluate_file(new, data).metrics
    except DataError as problem:  # predictions are compared without it
        logger.warning("errors on the file are not compared: %s", problem)
        return None
