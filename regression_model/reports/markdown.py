"""A report as Markdown, with its charts as SVG files beside it.

Whatever is not written here is text: signs that mean something to Markdown or HTML stand behind a
backslash or as a character reference, so that no name of a column is a link, a heading or a script.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from regression_model.processing.visible_text import one_line, visible
from regression_model.reports.blocks import Figure, Listed, Pairs, Paragraph, Table
from regression_model.reports.page import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.reports.blocks import Block, Report, Section

_MEANING = re.compile(r"[\\`*_{}\[\]|~$]|(?<!\w)#|^[-+=]")
"""Signs that CommonMark, its tables or mathematics may read, where a backslash makes them plain."""
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
"""Those of HTML, and that by which people are called."""
_ADDRESS = re.compile(r":(?=\S)|(?<=\bwww)\.", re.IGNORECASE)
"""What makes a link, a role or a picture of a word, without being asked."""
_PLAIN_INSIDE = re.compile(r"(?<=\w)\\_(?=\w)")
"""Finds a backslash that is not needed: within words that sign means nothing."""
_ORDINAL = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""What begins a numbered list, where it begins a line."""


def markdown(report: Report, folder: str) -> str:
    """Return a report as the text of a Markdown file.

    Parameters
    ----------
    report : Report
    folder : str
        Where the SVG files of its figures are, as seen from the Markdown file.

    Returns
    -------
    str
        Equal reports are equal texts.
    """
    pieces = [report.metadata] if report.metadata else []
    pieces += [f"# {plain(report.title)}", plain(report.subtitle), plain(report.summary)]
    tiles = [(name, f"{number} ({meaning})") for name, number, meaning in report.tiles]
    pieces.append(_pairs(tiles))
    for section in report.sections:
        pieces += _section(section, folder)
    return "\n\n".join(pieces) + "\n"


def plain(text: str) -> str:
    r"""Return a text as Markdown that shows just this text, on one line.

    Examples
    --------
    >>> plain("1st_floor"), plain("[x](javascript:y)"), plain("<b> & 2 | 3")
    ('1st_floor', '\\[x\\](javascript&#58;y)', '&lt;b&gt; &amp; 2 \\| 3')
    """
    escaped = _MEANING.sub(r"\\\g<0>", one_line(text))
    for sign, reference in _REFERENCES.items():
        escaped = escaped.replace(sign, reference)
    escaped = _ADDRESS.sub(lambda found: f"&#{ord(found[0])};", escaped)
    escaped = _PLAIN_INSIDE.sub("_", escaped)
    return _ORDINAL.sub(r"\1\\\2", escaped.strip() or "&nbsp;")


def _section(section: Section, folder: str) -> list[str]:
    pieces = [f"## {plain(section.title)}"]
    pieces += [_block(block, folder) for block in section.blocks]
    return pieces


def _block(block: Block, folder: str) -> str:
    if isinstance(block, Paragraph):
        return _paragraph(block.text)
    if isinstance(block, Listed):
        return "\n".join(f"- {_paragraph(item, '  ')}" for item in block.items)
    if isinstance(block, Pairs):
        return _pairs(block.pairs)
    if isinstance(block, Table):
        return _table(block)
    return _figure(block, folder)


def _paragraph(text: str, indent: str = "") -> str:
    """Return a text whose ends of line stay."""
    lines = [plain(line) for line in visible(text).strip().split("\n")]
    return f"\\\n{indent}".join(lines)


def _pairs(pairs: Sequence[tuple[str, str | None]]) -> str:
    rows = []
    for name, value in pairs:
        said = f"*{UNKNOWN}*" if value is None else _in_cell(value)
        rows.append((plain(name), said))
    return _lines(("", ""), rows, n_texts=2)


def _table(table: Table) -> str:
    rows = [[_in_cell(cell) for cell in row] for row in table.rows]
    return _lines([plain(header) for header in table.headers], rows, n_texts=table.n_texts)


def _in_cell(text: str) -> str:
    """Return a text for one line of a table, whose ends of line are those of HTML."""
    return "<br>".join(plain(line) for line in visible(text).strip().split("\n")) if text else ""


def _lines(headers: Sequence[str], rows: Sequence[Sequence[str]], n_texts: int) -> str:
    """Return a table whose cells are Markdown."""
    rules = ["---" if i < n_texts else "---:" for i in range(len(headers))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headers, rules, *rows))


def _figure(figure: Figure, folder: str) -> str:
    """Return the chart, with its numbers folded where the reader knows how."""
    described = plain(figure.description)
    picture = f"![{described}]({folder}/{figure.name}.svg)"
    return (
        f"### {plain(figure.title)}\n\n{described}\n\n{picture}\n\n"
        f"<details><summary>The numbers</summary>\n\n{_table(figure.numbers)}\n\n</details>"
    )
