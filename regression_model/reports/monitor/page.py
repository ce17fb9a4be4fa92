"""What a monitor has found, as a report: the promises, the weeks, and how late truth is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Listed, Pairs, Paragraph, Report, Section, Table
from regression_model.reports.drift.drift import DRIFT, WORSE
from regression_model.reports.monitor.looks import date_of
from regression_model.reports.monitor.looks_section import drift_sections
from regression_model.reports.monitor.monitor import LEAST_ROWS
from regression_model.reports.monitor.weeks import MOST_WEEKS, lateness_figure, weekly_figures
from regression_model.reports.monitor.words import (
    PROOF,
    broken_promises,
    columns_of_table,
    number_text,
    row_of_table,
)
from regression_model.reports.numbers import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.reports.blocks import Block
    from regression_model.reports.monitor.looks import Look
    from regression_model.reports.monitor.monitor import Finding, Monitor

_TESTED = """\
Evidence is an e-value: as long as a promise is kept its mean is at most 1 at any moment, so that \
it ever reaches 20 in one of twenty lives of a model, however often one looks. It is high where \
truths speak against the promise, and below 1 where they speak for it.
Coverage: truths outside of their interval, of which a share was promised. Intervals that were \
made of few residuals promise it less exactly.
Mean absolute error, and the mean of truth less prediction: what training measured out of fold, \
and two standard errors beyond. A single error, however large, is no proof.
What was found is of all truths. Half of the evidence is looked for in all of them as well, the \
rest in those since each later week: a fault of a few weeks does not vanish in good years.
Fewer than {least} truths without proof are too few to tell. Truths must be a fair sample of rows: \
where only bad cases are ever known, errors look larger than they are.
"""
_TILES = {
    "coverage": "Truths within intervals",
    "error": "Mean absolute error",
    "bias": "Truth less prediction",
}


def monitor_report(monitor: Monitor, name: str) -> Report:
    """Return what was found as a report.

    Parameters
    ----------
    monitor : Monitor
    name : str
        Of the state.

    Returns
    -------
    Report
    """
    facts, tests = monitor.model.facts, monitor.tests()
    unit = short(facts["target"].get("unit", "units"))
    return Report(
        title=f"Monitor of {short(name)}",
        subtitle=f"Model of {short(facts['target']['column'])}, version "
        f"{short(facts['model_version'])}, on {date_of(monitor.state.day)}",
        summary=_summary(tests, monitor.state.looks.last),
        tiles=list(_tiles(tests, monitor.state.looks.last, unit)),
        sections=[
            _promises_section(tests),
            *drift_sections(monitor, unit),
            _weeks_section(monitor, unit),
            _truth_section(monitor),
            Section(
                "tested",
                "What was tested, and what evidence means",
                [Listed(_TESTED.format(least=LEAST_ROWS).splitlines())],
            ),
        ],
    )


def _summary(tests: list[Finding], look: Look | None) -> str:
    broken = broken_promises(tests)
    if look is not None and look.status in (DRIFT, WORSE):
        what = "rows have shifted" if look.status == DRIFT else "rows are harder, errors larger"
        broken.append(f"{what}, by the look of {date_of(look.day)}")
    if broken:
        return f"Proven: {'; '.join(broken)}."
    if any(test.verdict == "too few rows" for test in tests):
        return "Nothing is proven, and there is too little truth yet to notice much."
    return "Nothing is proven against what training promised, and there was truth enough to notice."


def _tiles(
    tests: Sequence[Finding], look: Look | None, unit: str
) -> Iterator[tuple[str, str, str]]:
    for test in tests:
        found = number_text(test, test.found) if test.n_rows else "unknown"
        of = "of the truths" if test.name == "coverage" else unit
        promised = number_text(test, test.promised)
        yield _TILES[test.name], found, f"{of}; promised {promised}: {test.verdict}"
    if look is not None:
        yield "Drifted", str(look.n_drifted), f"of {look.n_tests}, looked on {date_of(look.day)}"


def _promises_section(tests: Sequence[Finding]) -> Section:
    table = Table(columns_of_table(), [row_of_table(test) for test in tests], n_texts=2)
    said = Paragraph(f"{PROOF[0].upper()}{PROOF[1:]}.")
    return Section("promises", "What was promised, and what was found", [table, said])


def _weeks_section(monitor: Monitor, unit: str) -> Section:
    weeks = monitor.state.weeks()
    blocks: list[Block] = []
    if not weeks:
        blocks.append(Paragraph("No truth has come yet."))
    if len(weeks) > MOST_WEEKS:
        blocks.append(Paragraph(f"The last {MOST_WEEKS} of {len(weeks)} weeks with truth."))
    blocks += weekly_figures(weeks, monitor.promise, unit)
    return Section("weeks", "Week by week", blocks)


def _truth_section(monitor: Monitor) -> Section:
    counts, horizon = monitor.counts(), count(monitor.state.horizon, "day")
    share = counts["share_never_came"]
    pairs: list[tuple[str, str | None]] = [
        ("Predictions", f"{counts['predicted']:,}"),
        ("With truth", f"{counts['with_truth']:,}"),
        ("Waiting for it", f"{counts['waiting']:,}, for at most {horizon}"),
        ("Of predictions older than that", f"{counts['settled']:,}"),
        ("Truth never came", f"{counts['never_came']:,}"),
        ("Share that never came", "none is so old" if share is None else f"{share:.1%}"),
    ]
    blocks: list[Block] = [Pairs(pairs)]
    days = monitor.days_late()
    if len(days):
        blocks.append(lateness_figure(days.tolist()))
    return Section("truth", "How late truth is, and what never came", blocks)
