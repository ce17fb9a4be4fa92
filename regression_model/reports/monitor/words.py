"""What is told of promises in words: the same at a terminal and on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.reports.drift.words import loss_sentence, verdict_sentence
from regression_model.reports.monitor.evidence import ALARM
from regression_model.reports.monitor.looking import LOOK_ROWS
from regression_model.reports.monitor.looks import date_of
from regression_model.reports.numbers import count

if TYPE_CHECKING:
    from regression_model.reports.drift.drift import Drift
    from regression_model.reports.monitor.monitor import Finding, Monitor

PROOF = (
    f"evidence of {ALARM:g} is proof: chance reaches it in 5 % of all lives of a model, "
    "not of weeks"
)
_NAMES = {
    "coverage": "coverage of intervals",
    "error": "mean absolute error",
    "bias": "mean of truth less prediction",
}
_BROKEN = {
    "coverage": "truths are outside their interval more often than promised",
    "error": "errors are larger than training promised",
    "bias": "predictions are off to one side",
}
_HUGE = 1e6


def columns_of_table() -> tuple[str, ...]:
    """Return the headers of a table of promises."""
    return ("verdict", "promise", "promised", "found", "truths", "evidence")


def row_of_table(test: Finding) -> tuple[str, ...]:
    """Return the line of a promise in such a table."""
    return (
        test.verdict,
        _NAMES[test.name],
        number_text(test, test.promised),
        number_text(test, test.found) if test.n_rows else "",
        f"{test.n_rows}",
        evidence_text(test.evidence),
    )


def number_text(test: Finding, number: float) -> str:
    """Return what was promised or found: a share, or an amount in target units."""
    return format(number, ".1%" if test.name == "coverage" else ",.5g")


def evidence_text(evidence: float) -> str:
    """Return an e-value.

    Examples
    --------
    >>> evidence_text(0.5239), evidence_text(1e90)
    ('0.524', 'over 1,000,000')
    """
    return f"over {_HUGE:,.0f}" if evidence > _HUGE else f"{evidence:,.3g}"


def broken_promises(tests: list[Finding]) -> list[str]:
    """Say what is proven, nothing if nothing is."""
    return [
        f"{_BROKEN[test.name]}, most clearly since {date_of(test.since)}"
        for test in tests
        if test.since is not None
    ]


def truth_lines(monitor: Monitor) -> list[str]:
    """Say how much truth there is, how late it is, and which share never came."""
    counts = monitor.counts()
    rows = (
        f"{counts['predicted']} predictions: {counts['with_truth']} with truth, "
        f"{counts['waiting']} waiting, {counts['never_came']} never came"
    )
    lines = [rows]
    if counts["days_late_median"] is not None:
        lines.append(
            f"truth is {counts['days_late_median']:g} days late in the median, "
            f"{counts['days_late_most']} at most"
        )
    if counts["share_never_came"] is not None:
        horizon = count(monitor.state.horizon, "day")
        lines.append(
            f"of predictions older than {horizon}, {counts['share_never_came']:.1%} have none"
        )
    return lines


def drift_lines(monitor: Monitor, found: Drift | None, unit: str) -> list[str]:
    """Say what the last look has found, and how many rows wait for the next."""
    looks, lines = monitor.state.looks, []
    if looks.last is not None and found is not None:
        days = count(looks.last.days, "day")
        lines.append(f"last look for drift: on {date_of(looks.last.day)}, rows of {days}")
        lines += [verdict_sentence(found), loss_sentence(found, unit)]
    if looks.n_waiting:
        rows = count(looks.n_waiting, "counted row")
        lines.append(f"{rows} wait for {_next_look(monitor)}")
    return lines


def _next_look(monitor: Monitor) -> str:
    if monitor.state.origin != monitor.state.judge:
        return "the state that this shard is merged into"
    return f"the next look: on another day, and of {LOOK_ROWS} rows or more"
