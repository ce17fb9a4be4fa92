"""What the file of a state may say: judged before anything is made of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from pydantic_core import SchemaValidator, core_schema

from regression_model.reports.drift.drift import DRIFT, NOTHING, TOO_FEW, WORSE
from regression_model.reports.drift.shifts import What
from regression_model.reports.monitor.looks import MOST_DRIFTED
from regression_model.reports.monitor.rows import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "regression-model monitor 1"
MOST_HORIZON = 36_500
_MOST_DAYS = 1 << 22
_ROUGHEST = 1e100
"""No sum is beyond: predictions and truths end at 1e30."""


def _whole(low: int, high: int) -> core_schema.CoreSchema:
    return core_schema.int_schema(ge=low, le=high, strict=True)


def _record(
    needed: dict[str, core_schema.CoreSchema],
    optional: Mapping[str, core_schema.CoreSchema] = MappingProxyType({}),
) -> core_schema.CoreSchema:
    """Return what judges a record of these entries, and no others."""
    fields = {name: core_schema.typed_dict_field(schema) for name, schema in needed.items()}
    for name, schema in optional.items():
        fields[name] = core_schema.typed_dict_field(schema, required=False)
    return core_schema.typed_dict_schema(fields, extra_behavior="forbid")


def _texts(most: int) -> core_schema.CoreSchema:
    return core_schema.str_schema(max_length=most, strict=True)


_NUMBER = core_schema.float_schema(strict=True, ge=-_ROUGHEST, le=_ROUGHEST, allow_inf_nan=False)
_SIZE = core_schema.float_schema(strict=True, ge=0, le=_ROUGHEST, allow_inf_nan=False)
_COUNT = _whole(0, 1 << 53)
_DAY = _whole(-_MOST_DAYS, _MOST_DAYS)
_SETTLED = core_schema.tuple_schema(
    [_DAY, _texts(32), _COUNT, _COUNT, _NUMBER, _SIZE, _SIZE, _COUNT, _COUNT]
)
_SHARE = core_schema.float_schema(strict=True, ge=-1, le=1)
_SHIFT = _record(
    {
        "column": core_schema.nullable_schema(_texts(1 << 20)),
        "what": core_schema.literal_schema(list(get_args(What))),
        "verdict": core_schema.literal_schema(["drift"]),
        "size": _SHARE,
        "p_value": _SHARE,
    },
    {"importance": _SHARE, "moved": _NUMBER, "share": _SHARE, "trained_share": _SHARE},
)
_LOOK = _record(
    {
        "day": _DAY,
        "days": _whole(1, _MOST_DAYS),
        "n_rows": _COUNT,
        "status": core_schema.literal_schema([NOTHING, DRIFT, WORSE, TOO_FEW]),
        "n_tests": _COUNT,
        "n_drifted": _COUNT,
        "drifted": core_schema.list_schema(_SHIFT, max_length=MOST_DRIFTED),
        "error": core_schema.nullable_schema(_NUMBER),
        "packed": core_schema.str_schema(strict=True),
    }
)
_COUNTED_FILE = core_schema.tuple_schema([_DAY, _COUNT, core_schema.str_schema(strict=True)])
_CONTENT = {
    "format": core_schema.literal_schema([FORMAT]),
    "model": _texts(64),
    "version": _texts(200),
    "level": core_schema.float_schema(strict=True, gt=0, lt=1),
    "horizon": _whole(1, MOST_HORIZON),
    "secret": core_schema.str_schema(pattern="^[0-9a-f]{64}$", strict=True),
    "origin": _texts(32),
    "judge": _texts(32),
    "day": _DAY,
    "until": _DAY,
    "files": core_schema.dict_schema(
        core_schema.str_schema(pattern="^[0-9a-f]{32}$"), _COUNTED_FILE
    ),
    "looks": core_schema.list_schema(_LOOK),
    "origins": core_schema.list_schema(_texts(32), max_length=1 << 16),
    "settled": core_schema.list_schema(_SETTLED),
    "n_rows": _whole(0, 1 << 31),
    "rows": _record({name: core_schema.str_schema(strict=True) for name in ROW.names or ()}),
    "digest": _texts(64),
}
VALIDATOR = SchemaValidator(_record(_CONTENT))
