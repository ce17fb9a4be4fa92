"""The schema of one record as a pydantic model, for those who serve or document a model."""

from __future__ import annotations

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
    fields: dict[str, Any] = {}
    for attribute, column in zip(attributes, columns, strict=True):
        fields[attribute] = (_type(column), _field(column))
    example: dict[str, Any] = {column.name: _example(column) for column in columns}
    model_config = ConfigDict(extra="allow", json_schema_extra={"example": example})
    return create_model("Record", __config__=model_config, **fields)


def _attributes(names: Sequence[str]) -> list[str]:
    """Return what columns are called in Python: their name, or by a number that is still free."""
    taken = set(filter(_can_be_attribute, names))
    attributes: list[str] = []
    number = 0
    for name in names:
        if name in taken:
            attributes.append(name)
            continue
        while f"column_{number}" in taken:
            number += 1
        attributes.append(f"column_{number}")
        number += 1
    return attributes


def _can_be_attribute(name: str) -> bool:
    # pydantic takes what begins with _ for private, and keeps model_ and its methods for itself
    is_reserved = name.startswith(("_", "model_")) or hasattr(BaseModel, name)
    return name.isidentifier() and not is_reserved


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
    parts = [column.kind]
    if column.required:
        parts.append("required")
    elif column.missing_means == "none":
        parts.append('missing means "has none"')
    else:
        parts.append("may be missing")
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
