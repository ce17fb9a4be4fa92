"""Reports as files: one of HTML, or one of Markdown with a folder of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from regression_model.processing.output_files import check_output, output_file
from regression_model.reports.markdown import markdown
from regression_model.reports.page import page, svg_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from regression_model.reports.blocks import Report

HTML = (".html", ".htm")
MARKDOWN = (".md", ".markdown")
"""What names of files end in, of either form."""


def report_files(report: Report, path: Path) -> dict[Path, str]:
    """Return the texts of the files that a report is, by their places.

    Parameters
    ----------
    report : Report
    path : Path
        Ending in one of `HTML`, or else Markdown, whose pictures come before what shows them.
    """
    if path.suffix.lower() in HTML:
        return {path: page(report)}
    folder = path.with_name(f"{path.stem}_files")
    texts = {folder / f"{figure.name}.svg": svg_file(figure) for figure in report.figures}
    # in an address a blank would end it
    return {**texts, path: markdown(report, quote(folder.name))}


def write_files(texts: Mapping[Path, str], *, inputs: Iterable[Path] = ()) -> None:
    """Write what `report_files` returned.

    Parameters
    ----------
    texts : mapping of Path to str
    inputs : iterable of Path
        Files that they were made from, which none of them must replace.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    inputs = list(inputs)
    for place in texts:  # all of them before the first
        check_output(place, inputs=inputs, make_folders=True)
    for place, text in texts.items():
        with output_file(place, inputs=inputs, make_folders=True) as file:
            file.write(text.encode())
