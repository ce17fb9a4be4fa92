"""Cards as files: one of HTML, or one of Markdown with a folder of pictures."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from regression_model.exceptions import OutputError
from regression_model.predict import load_model
from regression_model.processing.output_files import check_output, output_file, replaces
from regression_model.reports.card.report import card
from regression_model.reports.markdown import markdown
from regression_model.reports.page import MADE_BY, page, svg_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from regression_model.reports.blocks import Report

logger = logging.getLogger(__name__)

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


def card_place(artifact: Path) -> Path:
    """Return where the card of an artifact is put that is made with it."""
    return artifact.with_name(f"{artifact.stem}_card.html")


def write_card_beside(artifact: Path) -> Path | None:
    """Write the card of a model that was just made beside its artifact.

    Parameters
    ----------
    artifact : Path
        Where it was written.

    Returns
    -------
    Path or None
        None where it was not written: the model is what was asked for, and the log says why.
    """
    place = card_place(artifact)
    if not artifact.is_file():  # a device or a pipe, beside which nothing is wanted
        return None
    try:
        if replaces(place) and not _is_a_card(place):
            logger.warning("%s is no card of a model and stays; no card was written", place)
            return None
        write_files(report_files(card(load_model(artifact)), place), inputs=[artifact])
    except OutputError as problem:
        logger.warning("the model's card was not written: %s", problem)
        return None
    return place


def _is_a_card(place: Path) -> bool:
    """Tell whether a file was written here, by what stands near its top."""
    try:
        with place.open("rb") as file:
            return MADE_BY.encode() in file.read(2_000)
    except OSError:
        return False
