"""What a monitor has found, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.cli.terminal import show, show_table

if TYPE_CHECKING:
    from regression_model.reports.monitor.monitor import Finding, Monitor

_COLOURS = {"broken": "red", "too few rows": "yellow"}
_NAMES = {
    "coverage": "coverage of intervals",
    "error": "mean absolute error",
    "bias": "mean of truth less prediction",
}
_WORDS = {
    "coverage": "truths are outside their interval more often than promised",
    "error": "errors are larger than training promised",
    "bias": "predictions are off to one side",
}
_HUGE = 1e6


def show_monitor(monitor: Monitor) -> None:
    """Show what was promised and what was found, and how much truth there is."""
    counts, tests = monitor.counts(), monitor.tests()
    headers = ["promise", "promised", "found", "truths", "evidence", "verdict"]
    show_table(headers, map(_row, tests), right=headers[1:5], colours=_COLOURS)
    show("evidence of 20 is proof: chance reaches it in 5 % of all lives of a model, not of weeks")
    for test in tests:
        if test.verdict == "broken":
            show(f"broken: {_WORDS[test.name]}", style="red")
    show(
        f"{counts['predicted']} predictions: {counts['with_truth']} with truth, "
        f"{counts['waiting']} waiting, {counts['never_came']} never came"
    )
    if counts["days_late_median"] is not None:
        show(
            f"truth is {counts['days_late_median']:g} days late in the median, "
            f"{counts['days_late_most']} at most"
        )
    if counts["share_never_came"] is not None:
        days = monitor.state.horizon
        show(f"of predictions older than {days} days, {counts['share_never_came']:.1%} have none")


def _row(test: Finding) -> list[str]:
    shape = ".1%" if test.name == "coverage" else ",.5g"
    found = format(test.found, shape) if test.n_rows else ""
    evidence = f"over {_HUGE:,.0f}" if test.evidence > _HUGE else f"{test.evidence:,.3g}"
    return [
        _NAMES[test.name],
        format(test.promised, shape),
        found,
        f"{test.n_rows}",
        evidence,
        test.verdict,
    ]
