"""A report as one HTML file that asks for nothing else: no script, no font, no picture."""

from __future__ import annotations

import base64
import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from regression_model.reports.blocks import Figure, Listed, Pairs, Paragraph, Table
from regression_model.reports.charts.colours import chart_style, svg_file_style
from regression_model.reports.charts.plot import WIDTH
from regression_model.reports.markup import Markup, coordinate, tag
from regression_model.reports.page_style import page_style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.reports.blocks import Block, Report, Section

UNKNOWN = "unknown"
_SCALE_OF_FILES = 1.3
"""By which their text is about as large as that of a page around them."""
MADE_BY = '<meta name="generator" content="evergreen-regression"/>'
"""Near the top of every page, by which those made here are known."""


def page(report: Report) -> str:
    """Return a report as the text of an HTML file.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        Equal reports are equal texts. It may be opened from a disk, under a policy by which nothing
        is loaded or run; the one style sheet is allowed by its digest.
    """
    style = _style()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        Markup(MADE_BY),
        tag("title", f"{report.title}: {report.subtitle}"),
        Markup(f"<style>{style}</style>"),
    )
    body = tag("body", _header(report), tag("main", *map(_section, report.sections)))
    return f'<!DOCTYPE html>\n<html lang="en">{head.source}\n{body.source}</html>\n'


def svg(figure: Figure, *, style: str = "", scale: float | None = None) -> Markup:
    """Return a figure's chart as an element `svg` that says what it shows.

    Parameters
    ----------
    figure : Figure
    style : str
        Its own style sheet, where it stands in a file of its own.
    scale : float, optional
        How large it is beside its own pixels; by default as large as there is room.
    """
    title, described = f"{figure.name}-title", f"{figure.name}-about"
    own_style = Markup(f"<style>{style}</style>") if style else Markup("")
    # without a name space of its own a file is no picture; in a page it changes nothing
    return tag(
        "svg",
        own_style,
        tag("title", figure.title, id=title),
        tag("desc", figure.description, id=described),
        figure.marks,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {coordinate(WIDTH)} {coordinate(figure.height)}",
        width=None if scale is None else scale * WIDTH,
        height=None if scale is None else scale * figure.height,
        class_="chart",
        role="img",
        aria_labelledby=f"{title} {described}",
    )


def policy() -> str:
    """Return the policy of a page: it allows its own style sheet, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _style() -> str:
    return page_style() + chart_style()


def _header(report: Report) -> Markup:
    tiles = [
        tag("div", tag("dt", name), tag("dd", tag("b", number), tag("span", meaning)))
        for name, number, meaning in report.tiles
    ]
    links = [
        tag("li", tag("a", section.title, href=f"#{section.name}")) for section in report.sections
    ]
    return tag(
        "header",
        tag("p", report.subtitle, class_="over"),
        tag("h1", report.title),
        tag("p", report.summary, class_="summary"),
        tag("dl", *tiles, class_="tiles"),
        tag("nav", tag("ul", *links), aria_label="Contents"),
    )


def _section(section: Section) -> Markup:
    """Return a section, in which figures that follow each other stand side by side."""
    pieces: list[Markup] = [tag("h2", section.title)]
    for are_figures, blocks in groupby(section.blocks, lambda block: isinstance(block, Figure)):
        if are_figures:
            pieces.append(tag("div", *map(_block, blocks), class_="figures"))
        else:
            pieces += map(_block, blocks)
    return tag("section", *pieces, id=section.name)


def _block(block: Block) -> Markup:
    if isinstance(block, Paragraph):
        return tag("p", block.text, class_="given" if block.is_given else None)
    if isinstance(block, Listed):
        return tag("ul", *(tag("li", item) for item in block.items))
    if isinstance(block, Pairs):
        return _pairs(block.pairs)
    if isinstance(block, Table):
        return _table(block)
    return _figure(block)


def _pairs(pairs: Iterable[tuple[str, str | None]]) -> Markup:
    rows = []
    for name, value in pairs:
        said = tag("i", UNKNOWN) if value is None else value
        rows.append(tag("div", tag("dt", name), tag("dd", said)))
    return tag("dl", *rows, class_="pairs")


def _table(table: Table) -> Markup:
    kinds = [None if i < table.n_texts else "n" for i in range(len(table.headers))]
    heads = [
        tag("th", header, scope="col", class_=kind)
        for header, kind in zip(table.headers, kinds, strict=True)
    ]
    lines = [tag("tr", *map(_cell, row, kinds)) for row in table.rows]
    whole = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *lines))
    # who has no mouse scrolls it by the keys
    scrolled = tag(
        "div", whole, class_="wide", tabindex="0", role="region", aria_label=table.headers[0]
    )
    return _folded(table.folded, scrolled, "printed") if table.folded else scrolled


def _folded(summary: str, content: Markup, kind: str | None = None) -> Markup:
    return tag("details", tag("summary", summary), content, class_=kind)


def _cell(text: str, kind: str | None) -> Markup:
    return tag("td", text, class_=kind)


def _figure(figure: Figure) -> Markup:
    numbers = _folded("The numbers", _table(figure.numbers))
    caption = tag("figcaption", tag("h3", figure.title), tag("p", figure.description))
    return tag("figure", caption, svg(figure), numbers, id=figure.name)


def svg_file(figure: Figure) -> str:
    """Return a figure as the text of an SVG file, which shows it on light and on dark pages."""
    style = chart_style() + svg_file_style()
    return f"{svg(figure, style=style, scale=_SCALE_OF_FILES).source}\n"
