"""What a config says of how quality is measured."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator

from regression_model.estimators.settings import Settings

if TYPE_CHECKING:
    from regression_model.config.source import Source

logger = logging.getLogger(__name__)

FORMER_SETTINGS = ("inner_folds",)
"""Up to version 0.4.0; configs and artifacts of then have them, but they do nothing."""

_SECTION = "evaluation"


class EvaluationConfig(Settings):
    """How quality is measured."""

    folds: Annotated[
        int, Field(ge=2, le=100, description="Parts of the table, each predicted from the others.")
    ] = 10
    repeats: Annotated[
        int, Field(ge=1, le=100, description="How often, each time with other folds.")
    ] = 1
    hold_out: Annotated[
        float, Field(gt=0, lt=0.9, description="Share of rows kept aside for a second opinion.")
    ] = 0.1

    @model_validator(mode="before")
    @classmethod
    def _without_former_settings(cls, value: Any) -> Any:
        """Take configs of former versions, which artifacts hold too."""
        if not isinstance(value, Mapping):  # which pydantic tells
            return value
        return {name: given for name, given in value.items() if name not in FORMER_SETTINGS}


def without_former_settings(source: Source) -> Source:
    """Return a source without settings that no longer do anything, and note where there are any."""
    given = source.data.get(_SECTION)
    if not isinstance(given, Mapping):
        return source
    for name in FORMER_SETTINGS:
        if name in given:
            logger.warning(
                "%s, line %d: evaluation.%s no longer does anything; leave it out",
                source.path, source.line((_SECTION, name)), name,
            )  # fmt: skip
    kept = {name: value for name, value in given.items() if name not in FORMER_SETTINGS}
    return replace(source, data={**source.data, _SECTION: kept})
