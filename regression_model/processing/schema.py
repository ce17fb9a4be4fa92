"""The input schema: all columns that a model eats, and the words for what is said about cells."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from regression_model.processing.blanks import clean_name
from regression_model.processing.cached_property import cached_property
from regression_model.processing.cells import (
    _NUMBER,  # noqa: F401 - scripts that time it import it from here
    MAX_MAGNITUDE,
    MAX_WHOLE,
    is_missing,
)
from regression_model.processing.column import MISSING_TEXTS, Column, MissingMeans
from regression_model.processing.shown_values import level_text, plain, short, shown
from regression_model.processing.similar_words import nearest
from regression_model.processing.verdicts import Code, Notice, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

__all__ = [
    "MAX_MAGNITUDE",
    "MAX_WHOLE",
    "MISSING_TEXTS",
    "Code",
    "Column",
    "MissingMeans",
    "Notice",
    "Schema",
    "Verdict",
    "is_missing",
    "level_text",
    "nearest",
    "plain",
    "short",
    "shown",
]


@dataclass(frozen=True)
class Schema:
    """All columns that a model eats, in the order of its input matrix."""

    columns: tuple[Column, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        # the only way into a frozen dataclass, and no other one will write there
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))

    def __len__(self) -> int:
        return len(self.columns)

    def __getitem__(self, name: str) -> Column:
        return self.columns[self.names.index(name)]

    @cached_property
    def main_names(self) -> dict[str, str]:
        """The column of every name under which one may come: its own, and its aliases.

        Examples
        --------
        >>> Schema((Column("area", "number", aliases=("size",)),)).main_names
        {'area': 'area', 'size': 'area'}
        """
        names = {name: name for name in self.names}
        for column in self.columns:
            for alias in column.aliases:
                names.setdefault(alias, column.name)
        return names

    @cached_property
    def aliases(self) -> dict[str, tuple[str, ...]]:
        """The other names of each column that has some."""
        return {column.name: column.aliases for column in self.columns if column.aliases}

    @property
    def has_aliases(self) -> bool:
        """Whether any column has another name besides its own."""
        return len(self.main_names) > len(self.names)

    @cached_property
    def record_model(self) -> type[BaseModel]:
        """A pydantic model of one record, made when it is first asked for.

        Examples
        --------
        >>> Schema((Column("area", "number", minimum=0),)).record_model(area=12.5).area
        12.5
        """
        # pydantic's models take as long to load as all the rest, and few ask for one
        from regression_model.processing.record_model import make_record_model

        return make_record_model(self.columns)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the columns as what JSON can hold; defaults are left out."""
        return [_column_to_dict(column) for column in self.columns]

    @classmethod
    def from_dict(cls, columns: list[dict[str, Any]]) -> Self:
        """Make a schema of what `to_dict` returned, also after a trip through JSON."""
        as_named = [_column_from_dict(column) for column in columns]
        cleaned = [replace(column, name=clean_name(column.name)) for column in as_named]
        # before format 3 names were kept as tables had them: two of them may be one when cleaned
        has_twins = len({column.name for column in cleaned}) < len(cleaned)
        return cls(tuple(as_named if has_twins else cleaned))

    def with_number_format(self, number_format: str | None) -> Self:
        """Return a schema whose numbers are written like this where a column says nothing."""
        if number_format is None:
            return self
        changed: dict[str, Column] = {}
        for column in self.columns:
            if column.is_number and column.number_format is None:
                changed[column.name] = replace(column, number_format=number_format)
        return self.replace_columns(changed)

    def decode(self, values: Sequence[float]) -> dict[str, Any]:
        """Return an encoded row of len(self) values as a record; None for what is not known."""
        record: dict[str, Any] = {}
        for column, value in zip(self.columns, values, strict=True):
            record[column.name] = None if math.isnan(value) else column.of_kind.decode(value)
        return record

    def replace_columns(self, changed: dict[str, Column]) -> Self:
        """Return a schema in which the columns named in `changed` are exchanged."""
        columns = [changed.get(column.name, column) for column in self.columns]
        return replace(self, columns=tuple(columns))


def _column_to_dict(column: Column) -> dict[str, Any]:
    values = asdict(column)
    for each in fields(column):
        if values[each.name] == each.default:
            del values[each.name]
    return values


def _column_from_dict(values: dict[str, Any]) -> Column:
    described = dict(values)
    for name, value in values.items():
        if isinstance(value, list):  # JSON has no tuples
            described[name] = tuple(value)
    return Column(**described)
