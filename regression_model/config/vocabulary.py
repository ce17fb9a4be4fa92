"""Which words a config may have at each place: what a message offers where another one stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from regression_model.config.card import CardConfig
from regression_model.config.columns import ColumnConfig, TargetConfig
from regression_model.config.derived import DerivedConfig, ElapsedConfig
from regression_model.config.evaluation import EvaluationConfig
from regression_model.config.files import AppConfig
from regression_model.config.model import ModelConfig
from regression_model.estimators.difficulty import DifficultySettings
from regression_model.estimators.registry import ESTIMATOR_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.config.source import Location
    from regression_model.estimators.settings import Settings

_QUOTED = re.compile(r"'([^']*)'")
"""Finds the words in pydantic's ``'none', 'log' or 'auto'``, which are to be had nowhere else."""

_SECTIONS: dict[str, type[Settings]] = {
    "files": AppConfig, "target": TargetConfig, "columns": ColumnConfig,
    "elapsed": ElapsedConfig, "derived": DerivedConfig, "evaluation": EvaluationConfig,
    "difficulty": DifficultySettings, "card": CardConfig,
}  # fmt: skip
"""Whose settings stand in a section, or in each of its entries."""


def known_words(prefix: Location, error: Mapping[str, Any]) -> list[str]:
    """Return the words that are known where an error is; none where any text may stand.

    Parameters
    ----------
    prefix : tuple
        Where the settings stand in the file that pydantic was given.
    error : mapping
        One of pydantic's ``errors()``.
    """
    what = error["type"]
    if what == "extra_forbidden":
        return _names_of_settings((*prefix, *error["loc"][:-1]))
    if what in ("union_tag_invalid", "union_tag_not_found"):  # estimators are told by their type
        return sorted(ESTIMATOR_SETTINGS)
    if what == "literal_error":
        return _QUOTED.findall(error["ctx"]["expected"])
    return []


def _names_of_settings(location: Location) -> list[str]:
    """Return what settings at a location may be called."""
    if not location:
        return [*sorted(ModelConfig.model_fields), "files"]
    if location[0] == "estimators":  # pydantic ends the location of a union by its member's tag
        return sorted(ESTIMATOR_SETTINGS[str(location[-1])].model_fields)
    return sorted(_SECTIONS[str(location[0])].model_fields)
