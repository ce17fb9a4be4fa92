"""The keys of ``model.json``: what may stand at each, and since which format it is there.

A key that a later format opens is written into the tables with that format's number. What several
keys must agree on is said in `consistency`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import core_schema

from regression_model.artifact.consistency import (
    check_column,
    check_columns,
    check_example,
    check_fold_losses,
    check_interval_table,
    check_sections,
    check_target,
)
from regression_model.artifact.contents import (
    MAX_CARD_LIMITS,
    MAX_CARD_NAME,
    MAX_CARD_TEXT,
    MAX_COLUMNS,
    MAX_LEVELS,
    MAX_WORK,
    MEMBERS,
)
from regression_model.artifact.sections import (
    FORMAT_VERSION,
    Key,
    all_of,
    by_name,
    checked,
    either,
    list_of,
    number,
    one_of,
    or_none,
    or_reason,
    section,
    text,
    whole,
)
from regression_model.processing.column_description import MAX_ALIAS_CHARACTERS, MAX_ALIASES
from regression_model.processing.kinds.registry import name_schema

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

_LONG_TEXT = 1 << 20
"""Characters of a level or of an example's cell, which are the training table's own texts."""
_SMALLEST_WEIGHT = 1e-300
"""Any number above zero that is not so small that products with it vanish."""
_MOST_RANKS = 1_000
_MOST_FOLDS = 100_000
"""Folds times repeats."""

_FLAG = core_schema.bool_schema(strict=True)
_ANY_NUMBER = number()
_SHARE = number(0, 1)
_DIGEST = text(64)
_CELL = or_none(either(_FLAG, core_schema.int_schema(strict=True), _ANY_NUMBER, text(_LONG_TEXT)))

COLUMN_KEYS: dict[str, Key] = {
    "name": Key(text(least=1), required=True),
    "kind": Key(name_schema(), required=True),
    "missing_values": Key(list_of(text(), 10_000)),
    "missing_means": Key(one_of("unknown", "none")),
    "required": Key(_FLAG),
    "minimum": Key(or_none(_ANY_NUMBER)),
    "maximum": Key(or_none(_ANY_NUMBER)),
    "levels": Key(list_of(or_none(text(_LONG_TEXT)), MAX_LEVELS)),
    "closed": Key(_FLAG),
    "training_range": Key(or_none(list_of(_ANY_NUMBER, 2, 2))),
    "missing_share": Key(_SHARE),
    "date_order": Key(one_of("ymd", "dmy", "mdy"), since=2),
    "number_format": Key(text(40, 1), since=3),
    "aliases": Key(list_of(text(MAX_ALIAS_CHARACTERS, 1), MAX_ALIASES), since=3),
}

_FIGURES = section(
    {
        "rmse_log": Key(_ANY_NUMBER),
        "rmse": Key(_ANY_NUMBER, required=True),
        "mae": Key(_ANY_NUMBER, required=True),
        "r2": Key(_ANY_NUMBER),
    }
)
_INTERVAL_FIGURES = all_of(
    coverage=_ANY_NUMBER,
    coverage_by_fifth=list_of(_ANY_NUMBER, 100),
    mean_width=_ANY_NUMBER,
    mean_score=_ANY_NUMBER,
)
_METRICS = section(
    {
        "cross_validated_pooled": Key(_FIGURES, required=True),
        "cross_validated_mean_of_folds": Key(_FIGURES),
        "hold_out": Key(_FIGURES),
        "bias_of_median": Key(_ANY_NUMBER),
        "bias_of_mean": Key(_ANY_NUMBER),
        "intervals": Key(
            all_of(level=_SHARE, nested=_FLAG, scaled=_INTERVAL_FIGURES, constant=_INTERVAL_FIGURES)
        ),
        "n_rows": Key(whole(0)),
        "folds": Key(whole(1)),
        "repeats": Key(whole(1)),
        "validation": Key(text()),
    }
)
TARGET_KEYS: dict[str, Key] = {
    "column": Key(text(), required=True),
    "transform": Key(one_of("none", "log", "log1p", "sqrt", "yeo_johnson"), required=True),
    "prediction": Key(one_of("median", "mean")),
    "unit": Key(text(), required=True),
    "minimum": Key(_ANY_NUMBER, since=3),
    "maximum": Key(_ANY_NUMBER, since=3),
}
INTERVAL_TABLE = checked(
    all_of(
        n_residuals=whole(1),
        ranks=list_of(whole(1), _MOST_RANKS, 1),
        lower=list_of(_ANY_NUMBER, _MOST_RANKS, 1),
        upper=list_of(_ANY_NUMBER, _MOST_RANKS, 1),
    ),
    check_interval_table,
)
_EXPLANATION = section(
    {
        "base": Key(_ANY_NUMBER, required=True),
        "score": Key(_ANY_NUMBER, required=True),
        "contributions": Key(by_name(_ANY_NUMBER), required=True),
        "effect": Key(by_name(_ANY_NUMBER)),
    }
)
_ANSWER = or_none(_ANY_NUMBER)
"""A prediction or an end of an interval, or none where the row has an error."""
_EXAMPLE = section(
    {
        "record": Key(by_name(_CELL, MAX_COLUMNS), required=True),
        "prediction": Key(_ANSWER, required=True),
        "interval": Key(number(0.5, 1)),
        "lower": Key(_ANSWER),
        "upper": Key(_ANSWER),
        "explanation": Key(or_none(_EXPLANATION)),
    }
)
_LOSSES = checked(
    all_of(
        score=list_of(number(0), _MOST_FOLDS, 1),
        target=list_of(number(0), _MOST_FOLDS, 1),
    ),
    check_fold_losses,
)
_BRANCH = core_schema.typed_dict_schema(
    {
        "type": core_schema.typed_dict_field(text(), required=True),
        "weight": core_schema.typed_dict_field(number(_SMALLEST_WEIGHT), required=True),
    },
    extra_behavior="allow",
)
_CARD = section(
    {
        "owner": Key(or_none(text(MAX_CARD_NAME))),
        "intended_use": Key(or_none(text(MAX_CARD_TEXT))),
        "limits": Key(list_of(text(MAX_CARD_TEXT), MAX_CARD_LIMITS)),
        "license": Key(or_none(text(MAX_CARD_NAME))),
    }
)
_CONFIG = core_schema.typed_dict_schema(
    {
        "estimators": core_schema.typed_dict_field(by_name(_BRANCH, 1_000), required=True),
        "weight_column": core_schema.typed_dict_field(or_none(text()), required=False),
        "card": core_schema.typed_dict_field(or_none(_CARD), required=False),
    },
    extra_behavior="allow",
)
"""Who trains with a config checks it as any other; here is what everybody shows of it."""

FIXED_KEYS: dict[str, Key] = {
    "format_version": Key(whole(1, FORMAT_VERSION), required=True),
    "package_version": Key(text(100)),
    "model_version": Key(text(100), required=True),
    "metrics": Key(_METRICS, required=True),
    "config": Key(_CONFIG, since=2),
    "fold_losses": Key(_LOSSES, since=2),
    "explanations": Key(or_reason(all_of(numbers_per_row=whole(0, MAX_WORK))), since=2),
    "intervals": Key(or_reason(INTERVAL_TABLE), since=2),
    "provenance": Key(
        all_of(
            config_sha256=_DIGEST,
            data_sha256=_DIGEST,
            folds_sha256=_DIGEST,
            python=text(100),
            libraries=by_name(text(100), 100),
        )
    ),
    "examples": Key(list_of(checked(_EXAMPLE, check_example), 1_000)),
    "selection": Key(
        section(
            {
                "errors": Key(by_name(_ANY_NUMBER), required=True),
                "weights": Key(by_name(_ANY_NUMBER), required=True),
            }
        ),
        since=2,
    ),
}


def facts_schema(version: int) -> CoreSchema:
    """Return the schema of what ``model.json`` says in a format."""
    column = checked(section(COLUMN_KEYS, version), check_column)
    target = checked(section(TARGET_KEYS, version), check_target)
    described = all_of(size=whole(0), sha256=_DIGEST)
    members = {name: Key(described, since) for name, since in MEMBERS.items()}
    keys = {
        **FIXED_KEYS,
        "target": Key(target, required=True),
        "columns": Key(checked(list_of(column, MAX_COLUMNS), check_columns), required=True),
        "members": Key(section(members, version), required=True),
    }
    return checked(section(keys, version), check_sections)
