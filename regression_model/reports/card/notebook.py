"""The card of a model in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.reports.card.report import card
from regression_model.reports.markup import tag
from regression_model.reports.page import page

if TYPE_CHECKING:
    from regression_model.artifact.model import Model

_HEIGHT = 620.0


def in_notebook(model: Model) -> str:
    """Return the card as HTML that a notebook shows in a frame of its own.

    Parameters
    ----------
    model : Model

    Returns
    -------
    str
        The frame keeps the styles of the two apart, and may neither run nor load anything.
    """
    frame = tag(
        "iframe",
        srcdoc=page(card(model)),
        sandbox="",
        title="Model card",
        width="100%",
        height=_HEIGHT,
        style="border:0",
    )
    return frame.source
