"""What takes None beside the cells of a record, where a missing value has nothing to be said."""

from __future__ import annotations

from pydantic_core import CoreSchema, core_schema


def or_missing(cell: CoreSchema, missing_code: float) -> CoreSchema:
    """Return a schema that also takes None, and turns it into the code of a missing cell.

    Parameters
    ----------
    cell : CoreSchema
        Of the cells that are not missing.
    missing_code : float
        What a missing cell is encoded as.
    """
    # none of it is written in Python: None passes, then fails to be a number, which has a default
    never = core_schema.float_schema(strict=True)
    code = core_schema.with_default_schema(never, default=missing_code, on_error="default")
    missing = core_schema.chain_schema([core_schema.none_schema(), code])
    return core_schema.union_schema([cell, missing], mode="left_to_right")
