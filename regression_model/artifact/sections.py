"""Words to write the schema of JSON with: strict, bounded, and since which format a key is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core.core_schema import CoreSchema

FORMAT_VERSION = 3


class Key(NamedTuple):
    """A key of a section: what stands there, and since which format."""

    schema: CoreSchema
    since: int = 1
    required: bool = False


def text(most: int = 10_000, least: int = 0) -> CoreSchema:
    """Return the schema of a text of so many characters."""
    return core_schema.str_schema(min_length=least, max_length=most, strict=True)


def number(low: float | None = None, high: float | None = None) -> CoreSchema:
    """Return the schema of a finite number."""
    return core_schema.float_schema(ge=low, le=high, allow_inf_nan=False, strict=True)


def whole(low: int, high: int = 1 << 53) -> CoreSchema:
    """Return the schema of a whole number."""
    return core_schema.int_schema(ge=low, le=high, strict=True)


def list_of(items: CoreSchema, most: int, least: int = 0) -> CoreSchema:
    """Return the schema of a list."""
    return core_schema.list_schema(items, min_length=least, max_length=most, strict=True)


def by_name(values: CoreSchema, most: int = 100_000) -> CoreSchema:
    """Return the schema of values by name."""
    return core_schema.dict_schema(text(), values, max_length=most, strict=True)


def one_of(*words: str) -> CoreSchema:
    """Return the schema of one of some words."""
    return core_schema.literal_schema(list(words))


def or_none(schema: CoreSchema) -> CoreSchema:
    """Return the schema of what may be null."""
    return core_schema.nullable_schema(schema)


def either(*schemas: CoreSchema) -> CoreSchema:
    """Return the schema of what keeps to one of several."""
    return core_schema.union_schema(list(schemas))


def checked(schema: CoreSchema, check: Callable[[Any], None]) -> CoreSchema:
    """Return a schema after which a function looks whether things fit together."""

    def look(value: Any) -> Any:
        check(value)
        return value

    return core_schema.no_info_after_validator_function(look, schema)


def section(keys: Mapping[str, Key], version: int = FORMAT_VERSION) -> CoreSchema:
    """Return the schema of a section that has these keys, and no others."""
    fields = {
        name: core_schema.typed_dict_field(key.schema, required=key.required)
        for name, key in keys.items()
        if key.since <= version
    }
    return core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True)


def all_of(**schemas: CoreSchema) -> CoreSchema:
    """Return the schema of a section that has all of these keys, and no others."""
    return section({name: Key(schema, required=True) for name, schema in schemas.items()})


def or_reason(schema: CoreSchema) -> CoreSchema:
    """Return the schema of a part, or of the reason why there is none."""

    def which(value: Any) -> str:
        return "reason" if isinstance(value, dict) and "reason" in value else "part"

    choices = {"reason": all_of(reason=text()), "part": schema}
    return core_schema.tagged_union_schema(choices, discriminator=which)
