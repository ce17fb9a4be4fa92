"""The page at ``/drift``: the last complete window, and what of the running one is seen so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from regression_model.reports.blocks import Figure, Pairs, Paragraph, Section
from regression_model.reports.drift.page import drift_report
from regression_model.reports.drift.spending import ALARMS_A_YEAR
from regression_model.reports.drift.words import verdict_sentence
from regression_model.reports.page import page, policy

if TYPE_CHECKING:
    from regression_model.reports.blocks import Block, Report
    from regression_model.serving.drift.reports import ModelDrift, WindowDrift


class Page(NamedTuple):
    """A page, and the headers without which it is not to be sent."""

    html: str
    headers: dict[str, str]


def drift_page(told: ModelDrift) -> Page:
    """Return what has drifted of a model as a page.

    Parameters
    ----------
    told : ModelDrift
        Names and levels in it are other people's: text, never markup.
    """
    shown = told.complete or told.running
    report = _report(told, shown)
    if told.complete is not None:
        sections = [*report.sections, _so_far(_report(told, told.running), told.running)]
        report = replace(report, sections=sections)
    rules = f"{policy()}; frame-ancestors 'none'"
    return Page(page(report), {"Content-Security-Policy": rules})


def _report(told: ModelDrift, window: WindowDrift) -> Report:
    report = drift_report(window.drift, told.served.model, told.served.name, window.level)
    is_running = window is told.running
    when = f"{'so far, ' if is_running else ''}{_moment(window.start)} to {_moment(window.end)} UTC"
    subtitle = f"{report.subtitle}, {when}"
    sections = [*report.sections, _about(window, is_running=is_running)]
    return replace(report, subtitle=subtitle, sections=sections)


def _about(window: WindowDrift, *, is_running: bool) -> Section:
    """Return what is to be known of a window."""
    alarms = f"{window.level:.2%} of such windows"
    if is_running:
        alarms += ", looked at once; who looks again and again sees more: wait for its end"
    else:
        alarms += f", which are {ALARMS_A_YEAR:.0%} of years"
    pairs = [
        ("Begins", f"{_moment(window.start)} UTC"),
        ("Ends", f"{_moment(window.end)} UTC"),
        ("Told without drift in", alarms),
        ("Counted", "what all workers answer, but for requests with drift=false"),
    ]
    return Section("window", "The window", [Pairs(pairs)])


def _so_far(report: Report, window: WindowDrift) -> Section:
    """Return what has shifted in the running window as a section of another report."""
    about = f"From {_moment(window.start)} UTC: {verdict_sentence(window.drift)}"
    blocks: list[Block] = [Paragraph(about)]
    for block in report.sections[0].blocks[1:]:
        if isinstance(block, Figure):  # no two of a page have the same name
            blocks.append(replace(block, name=f"{block.name}-so-far"))
        else:
            blocks.append(block)
    return Section("so-far", "The running window, so far", blocks)


def _moment(text: str) -> str:
    """Return a moment as people read it."""
    return f"{text[:10]} {text[11:16]}"
