"""The card of a model that was just made, beside its artifact."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from regression_model.exceptions import OutputError
from regression_model.predict import load_model
from regression_model.processing.output_files import replaces
from regression_model.reports.card.report import card
from regression_model.reports.files import report_files, write_files
from regression_model.reports.page import MADE_BY

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


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
