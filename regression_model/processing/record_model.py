"""The schema of one record as a pydantic model, for those who serve or document a model."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, create_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.processing.column import Column


def make_record_model(columns: Sequence[Column]) -> type[BaseModel]:
    """Make a pydantic model of one record, usable as the body of a FastAPI route.

    Parameters
    ----------
    columns : sequence of Column
        In the order of the record.

    Returns
    -------
    type of BaseModel
        Columns stand under their own names in JSON. Attributes are named alike where the name can
        be one, else ``column_<position>``. Columns that are not required may be absent or null;
        others than these are kept, so that `make_prediction` can warn of them.

        A column may come under its aliases too. The JSON Schema has its own name, and names the
        others in its description; `model_dump` with ``by_alias=True`` gives the own name again.
    """
    attributes = _attributes([column.name for column in columns])
    fields: dict[str, Any] = {
        attribute: (_type(column), _field(column))
        for attribute, column in zip(attributes, columns, strict=True)
    }
    example: dict[str, Any] = {column.name: _example(column) for column in columns}
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
    cell = column.of_kind.record_type()
    return cell if column.required else cell | None


def _field(column: Column) -> Any:
    return Field(
        default=... if column.required else None,
        **_names(column),
        title=column.name,
        description=_description(column),
        examples=column.of_kind.record_examples(),
        **column.of_kind.record_limits(),
    )


def _names(column: Column) -> dict[str, Any]:
    """Return under which names pydantic finds a column, its own first."""
    if not column.aliases:
        return {"alias": column.name}
    choices = AliasChoices(column.name, *column.aliases)
    return {"validation_alias": choices, "serialization_alias": column.name}


def _description(column: Column) -> str:
    missing = 'missing means "has none"' if column.missing_means == "none" else "may be missing"
    parts = [column.kind, "required" if column.required else missing]
    if column.training_range is not None:
        low, high = map(column.of_kind.show, column.training_range)
        parts.append(f"{low} to {high} in training")
    if column.aliases:
        parts.append(f"also known as {', '.join(column.aliases)}")
    return "; ".join(parts)


def _example(column: Column) -> str | float | bool | None:
    """Return a cell about which there is nothing to say, or at least one that is no error."""
    allowed = None
    for cell in column.of_kind.example_cells():
        verdict = column.judge(cell)
        if verdict.silent:
            return cell
        if allowed is None and verdict.error is None:
            allowed = cell
    return allowed
