"""All kinds of columns by name: a new one is a file beside this one, and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from regression_model.processing.kinds.boolean import Boolean
from regression_model.processing.kinds.category import Category
from regression_model.processing.kinds.date import Date
from regression_model.processing.kinds.integer import Integer
from regression_model.processing.kinds.number import Number
from regression_model.processing.kinds.ordered import Ordered

if TYPE_CHECKING:
    from regression_model.processing.kinds.base import ColumnKind

KINDS: dict[str, type[ColumnKind]] = {
    kind.name: kind for kind in (Number, Integer, Ordered, Category, Boolean, Date)
}
"""In the order in which messages and the JSON Schema of the config name them."""


def find_kind(word: object) -> type[ColumnKind] | None:
    """Return the kind that a config names, None if it names none.

    Parameters
    ----------
    word : object
        Whatever stands in the config.

    Examples
    --------
    >>> find_kind("date").has_parts, find_kind("datum"), find_kind(["date"])
    (True, None, None)
    """
    return KINDS.get(word) if isinstance(word, str) else None


def name_schema() -> CoreSchema:
    """Return the schema of the name of a kind, which fails as that of a `Literal` does."""
    return core_schema.no_info_plain_validator_function(_checked_name)


def _checked_name(value: object) -> object:
    if find_kind(value) is not None:
        return value
    *first, last = map(repr, KINDS)
    raise PydanticKnownError("literal_error", {"expected": f"{', '.join(first)} or {last}"})
