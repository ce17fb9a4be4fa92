"""The schema of one record as a pydantic model, for those who serve or document a model."""

from __future__ import annotations

import math
from datetime import date, datetime
from itertools import chain, count
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, create_model

from regression_model.processing.dates import to_text
from regression_model.processing.schema import MAX_MAGNITUDE, MAX_WHOLE, Column, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.processing.schema import Schema


def make_record_model(schema: Schema) -> type[BaseModel]:
    """Make a pydantic model of one record, usable as the body of a FastAPI route.

    Parameters
    ----------
    schema : Schema
        The columns.

    Returns
    -------
    type of BaseModel
        Columns stand under their own names in JSON. Attributes are named alike where the name can
        be one, else ``column_<position>``. Columns that are not required may be absent or null;
        others than these are kept, so that `make_prediction` can warn of them.

        A column may come under its aliases too. The JSON Schema has its own name, and names the
        others in its description; `model_dump` with ``by_alias=True`` gives the own name again.
    """
    attributes = _attributes(schema.names)
    fields: dict[str, Any] = {
        attribute: (_type(column), _field(column))
        for attribute, column in zip(attributes, schema.columns, strict=True)
    }
    example: dict[str, Any] = {column.name: _example(column) for column in schema.columns}
    settings = ConfigDict(extra="allow", json_schema_extra={"example": example})
    return create_model("Record", __config__=settings, **fields)


def _attributes(names: Sequence[str]) -> list[str]:
    """Return what columns are called in Python: their name, or by a number that is still free."""
    taken = {name for name in names if _can_be_attribute(name)}
    numbered = (f"column_{i}" for i in count())
    free = (name for name in numbered if name not in taken)
    return [name if name in taken else next(free) for name in names]


def _can_be_attribute(name: str) -> bool:
    return (
        name.isidentifier()
        and not name.startswith(("_", "model_"))
        and not hasattr(BaseModel, name)
    )


def _type(column: Column) -> Any:
    cell: Any
    if column.closed:
        cell = Literal[tuple(level for level in column.levels if level is not None) or (None,)]
    elif column.has_levels:
        cell = str | int | float
    elif column.number_format is not None:
        cell = Annotated[float, Field(**_declared_limits(column))] | str
    else:
        cell = {
            "number": float, "integer": int, "boolean": bool, "date": datetime | date | str,
        }[column.kind]  # fmt: skip
    return cell if column.required else cell | None


def _field(column: Column) -> Any:
    levels = [level for level in column.levels if level is not None]
    limits = {} if column.number_format is not None else _declared_limits(column)
    return Field(
        default=... if column.required else None,
        **_names(column),
        title=column.name,
        description=_description(column),
        examples=levels if column.has_levels and not column.closed else None,
        **limits,
    )


def _names(column: Column) -> dict[str, Any]:
    """Return under which names pydantic finds a column, its own first."""
    if not column.aliases:
        return {"alias": column.name}
    choices = AliasChoices(column.name, *column.aliases)
    return {"validation_alias": choices, "serialization_alias": column.name}


def _declared_limits(column: Column) -> dict[str, Any]:
    """Return what pydantic is told of limits; a text is judged when it is predicted."""
    low, high = _limits(column)
    limits = {"ge": (column.minimum, low), "le": (column.maximum, high)}
    return {key: limit for key, (declared, limit) in limits.items() if declared is not None}


def _description(column: Column) -> str:
    missing = 'missing means "has none"' if column.missing_means == "none" else "may be missing"
    said = [column.kind, "required" if column.required else missing]
    if column.training_range is not None:
        low, high = column.training_range
        show = to_text if column.kind == "date" else plain
        said.append(f"{show(low)} to {show(high)} in training")
    if column.aliases:
        said.append(f"also known as {', '.join(column.aliases)}")
    return "; ".join(said)


def _example(column: Column) -> str | float | bool | None:
    """Return a cell about which there is nothing to say, or at least one that is no error."""
    silent = (cell for cell in _candidates(column) if column.judge(cell).silent)
    allowed = (cell for cell in _candidates(column) if column.judge(cell).error is None)
    return next(chain(silent, allowed), None)


def _candidates(column: Column) -> Iterator[str | float | bool]:
    if column.has_levels:
        levels = (level for level in column.levels if level is not None)
        yield from (level for level in levels if not column.is_missing_text(level))
    elif column.kind == "boolean":
        yield True
    elif column.kind == "date":
        low, high = column.silent_range
        middle = low + (high - low) / 2
        yield from (to_text(math.floor(middle)), to_text(middle))
    else:
        for low, high in (column.silent_range, _limits(column)):
            yield from _between(column, max(low, -MAX_WHOLE), min(high, MAX_WHOLE))
            yield from _between(column, low, high)


def _between(column: Column, low: float, high: float) -> Iterator[float]:
    """Yield numbers between two ends, whole ones first."""
    if low > high:
        return
    middle = low + (high - low) / 2
    yield from (whole for whole in (math.floor(middle), math.ceil(middle)) if low <= whole <= high)
    if column.kind == "number":
        yield middle


def _limits(column: Column) -> tuple[float, float]:
    """Return the declared limits of a column of numbers, whole ones where its cells are."""
    low = -MAX_MAGNITUDE if column.minimum is None else column.minimum
    high = MAX_MAGNITUDE if column.maximum is None else column.maximum
    return (math.ceil(low), math.floor(high)) if column.kind == "integer" else (low, high)
