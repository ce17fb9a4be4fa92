"""What is told of drift in words: the same at a terminal and on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.shown_values import short
from regression_model.reports.numbers import amount, count

if TYPE_CHECKING:
    from regression_model.reports.drift.drift import Drift
    from regression_model.reports.drift.shifts import Shift

_WHAT = {
    "values": "values",
    "missing": "missing cells",
    "unseen": "levels never seen",
    "outside": "outside of training's range",
    "errors": "rows with errors",
}
_VERDICTS = {
    "drift": "drift",
    "small": "small",
    "none": "none",
    "too_few_rows": "too few rows",
}
_LEAST_P = 0.0001
_NAMED = 3


def columns_of_table() -> tuple[str, ...]:
    """Return the headers of a table of shifts."""
    return ("verdict", "column", "what", "training", "today", "shift", "p", "importance")


def row_of_table(shift: Shift) -> tuple[str, ...]:
    """Return the line of a shift in such a table."""
    before = after = ""
    if shift.share is not None and shift.trained_share is not None:
        before, after = f"{shift.trained_share:.1%}", f"{shift.share:.1%}"
    return (
        _VERDICTS[shift.verdict],
        column_text(shift),
        _WHAT[shift.what],
        before,
        after,
        size_text(shift),
        p_text(shift.p_value),
        "" if shift.importance is None else f"{shift.importance:.1%}",
    )


def column_text(shift: Shift) -> str:
    """Return what a shift is of."""
    if shift.column is not None:
        return short(shift.column)
    return "(rows)" if shift.what == "errors" else "(prediction)"


def _subject(shift: Shift) -> str:
    """Return what a shift is of, within a sentence."""
    if shift.column is not None:
        return column_text(shift)
    return _WHAT["errors"] if shift.what == "errors" else "prediction"


def p_text(p_value: float) -> str:
    """Return a p-value.

    Examples
    --------
    >>> p_text(0.0123), p_text(1e-9)
    ('0.012', '< 0.0001')
    """
    return f"< {_LEAST_P}" if p_value < _LEAST_P else f"{p_value:.2g}"


def size_text(shift: Shift) -> str:
    """Return how large a shift is: a distance from 0 to 1, or a share more or fewer."""
    if shift.share is not None:
        return f"{100 * shift.size:+.1f} points"
    moved = "" if shift.moved is None else f" ({shift.moved:.2f} sd)"
    return f"{shift.size:.2f}{moved}"


def verdict_sentence(found: Drift) -> str:
    """Say whether there is drift."""
    rows = count(found.n_rows, "row")
    if not found.n_rows:
        return "No rows: nothing can be told of drift."
    drifted = found.drifted
    if drifted:
        names = list(dict.fromkeys(map(_subject, drifted)))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return f"Drift, proven and large, in {rows}: {', '.join(names[:_NAMED])}{more}."
    if found.has_too_few_rows:
        return f"Too few to tell: {rows} cannot prove a shift of half a standard deviation."
    n_small = sum(shift.verdict == "small" for shift in found.shifts)
    small = f"; {count(n_small, 'shift')} proven, but small" if n_small else ""
    return f"No drift in {rows} that is proven and large{small}."


def loss_sentence(found: Drift, unit: str) -> str:
    """Say which error is to be expected."""
    loss = found.loss
    if loss is None:
        return "The error to expect is unknown: no row was answered, or intervals are not kept."
    said = (
        f"Mean absolute error to expect: {amount(loss.error)} {unit} ({amount(loss.low)} to "
        f"{amount(loss.high)}), at training {amount(loss.trained)}"
    )
    verdicts = {
        "worse": "; it is proven to be larger",
        "too_few_rows": "; too few rows to tell whether that is larger",
    }
    beyond = f" {loss.beyond:.1%} of the rows are beyond what training has seen."
    return f"{said}{verdicts.get(loss.verdict, '')}.{beyond}"
