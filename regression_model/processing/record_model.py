"""The schema of one record as a pydantic model, for those who serve or document a model."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from regression_model.processing.dates import to_text
from regression_model.processing.schema import Column, plain

if TYPE_CHECKING:
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
    """
    fields: dict[str, Any] = {
        _attribute(column, i): (_type(column), _field(column))
        for i, column in enumerate(schema.columns)
    }
    example: dict[str, Any] = {column.name: _example(column) for column in schema.columns}
    settings = ConfigDict(extra="allow", json_schema_extra={"example": example})
    return create_model("Record", __config__=settings, **fields)


def _attribute(column: Column, position: int) -> str:
    name = column.name
    free = (
        name.isidentifier()
        and not name.startswith(("_", "model_"))
        and not hasattr(BaseModel, name)
    )
    return name if free else f"column_{position}"


def _type(column: Column) -> Any:
    cell: Any
    if column.closed:
        cell = Literal[tuple(level for level in column.levels if level is not None)]
    elif column.has_levels:
        cell = str | int | float
    elif column.number_format is not None:
        cell = float | str
    else:
        cell = {
            "number": float, "integer": int, "boolean": bool, "date": datetime | date | str,
        }[column.kind]  # fmt: skip
    return cell if column.required else cell | None


def _field(column: Column) -> Any:
    levels = [level for level in column.levels if level is not None]
    limits: dict[str, Any] = {"ge": column.minimum, "le": column.maximum}
    return Field(
        default=... if column.required else None,
        alias=column.name,
        title=column.name,
        description=_description(column),
        examples=levels if column.has_levels and not column.closed else None,
        **{key: limit for key, limit in limits.items() if limit is not None},
    )


def _description(column: Column) -> str:
    missing = 'missing means "has none"' if column.missing_means == "none" else "may be missing"
    said = [column.kind, "required" if column.required else missing]
    if column.training_range is not None:
        low, high = column.training_range
        show = to_text if column.kind == "date" else plain
        said.append(f"{show(low)} to {show(high)} in training")
    return "; ".join(said)


def _example(column: Column) -> str | float | bool | None:
    if column.has_levels:
        return next((level for level in column.levels if level is not None), None)
    if column.kind == "boolean":
        return True
    low, high = column.silent_range
    if column.kind == "date":
        return to_text(math.floor((low + high) / 2))
    return math.floor((low + high) / 2)
