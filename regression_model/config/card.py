"""What a config says for the card of the model, which nobody can find in a table."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from regression_model.artifact.contents import (
    MAX_CARD_LIMITS,
    MAX_CARD_NAME,
    MAX_CARD_TEXT,
)
from regression_model.estimators.settings import Settings

_Name = Annotated[str, Field(min_length=1, max_length=MAX_CARD_NAME)]
_Text = Annotated[str, Field(min_length=1, max_length=MAX_CARD_TEXT)]


class CardConfig(Settings):
    """What the card says in its makers' words; nothing of it changes the model."""

    owner: Annotated[_Name | None, Field(description="Who answers for the model.")] = None
    intended_use: Annotated[
        _Text | None, Field(description="What it was made for, and for whom.")
    ] = None
    limits: Annotated[
        tuple[_Text, ...],
        Field(
            max_length=MAX_CARD_LIMITS,
            description="What it must not be used for, or is not good at; one line each.",
        ),
    ] = ()
    license: Annotated[
        _Name | None,
        Field(description="Under which the model is given away, such as MIT."),
    ] = None
