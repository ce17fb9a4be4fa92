"""The keys of what an artifact keeps for people: profile, report and conformance vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from regression_model.artifact.contents import (
    CONFORMANCE,
    MAX_COLUMNS,
    MAX_LEVELS,
    PROFILE,
    REPORT,
)
from regression_model.artifact.sections import (
    Key,
    all_of,
    by_name,
    checked,
    either,
    list_of,
    number,
    one_of,
    or_none,
    section,
    text,
    whole,
)

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

_MOST_BINS = 1_000
_LONG_TEXT = 1 << 20
_FLAG = core_schema.bool_schema(strict=True)
_NUMBER = number()
_SHARE = number(0, 1)
_COUNT = whole(0)
_NAME = text()
_NUMBERS = list_of(_NUMBER, _MOST_BINS)
_COUNTS = list_of(_COUNT, MAX_LEVELS)


def _check_quantity(profile: dict[str, Any]) -> None:
    edges, n_bins = profile["edges"], len(profile["edges"]) + 1
    if edges != sorted(set(edges)):
        raise ValueError("edges that do not rise")
    if not len(profile["counts"]) == len(profile["medians"]) == n_bins:
        raise ValueError("counts or medians of another number of bins")


def _check_levels(profile: dict[str, Any]) -> None:
    levels = profile["levels"]
    if levels != sorted(set(levels)) or len(levels) != len(profile["counts"]):
        raise ValueError("levels that do not rise, or counts of others")


def _check_effect(effect: dict[str, Any]) -> None:
    n_values = len(effect["at"])
    if not len(effect["score"]) == len(effect["prediction"]) == n_values:
        raise ValueError("an effect of another number of values")
    if len(effect["rows"]) not in (n_values, n_values - 1):
        raise ValueError("an effect with rows of other bins")


def _check_residuals(residuals: dict[str, Any]) -> None:
    n_shares = len(residuals["shares"])
    if any(len(each["quantiles"]) != n_shares for each in residuals["bins"]):
        raise ValueError("quantiles of another number of shares")


def _check_curve(curve: dict[str, Any]) -> None:
    if not len(curve["shares"]) == len(curve["rows"]) == len(curve["error"]):
        raise ValueError("a curve of lists of other lengths")


def _check_over_time(told: dict[str, Any]) -> None:
    n_stretches = len(told["edges"]) + 1
    if not len(told["rows"]) == len(told["error"]) == len(told["bias"]) == n_stretches:
        raise ValueError("lists of another number of stretches")


_QUANTITY = checked(
    all_of(
        missing=_COUNT,
        edges=_NUMBERS,
        counts=_COUNTS,
        medians=_NUMBERS,
        mean=_NUMBER,
        deviation=number(0),
    ),
    _check_quantity,
)
_LEVELS = checked(
    all_of(missing=_COUNT, levels=_COUNTS, counts=_COUNTS, rare=_COUNT), _check_levels
)


def _kind_of_profile(value: Any) -> str:
    return "levels" if isinstance(value, dict) and "levels" in value else "quantity"


_COLUMN_PROFILE = core_schema.tagged_union_schema(
    {"levels": _LEVELS, "quantity": _QUANTITY}, discriminator=_kind_of_profile
)
PROFILE_KEYS: dict[str, Key] = {
    "n_rows": Key(_COUNT, required=True),
    "least_rows": Key(whole(1), required=True),
    "columns": Key(by_name(_COLUMN_PROFILE, MAX_COLUMNS), required=True),
    "target": Key(_QUANTITY),
    "prediction": Key(_QUANTITY),
    "residual": Key(_QUANTITY),
    "difficulty": Key(_QUANTITY),
    "error": Key(all_of(width=number(0), scatter=number(0), between=number(0))),
}

_PART = section(
    {
        "column": Key(_NAME, required=True),
        "level": Key(_COUNT),
        "above": Key(_NUMBER),
        "up_to": Key(_NUMBER),
        "missing": Key(_FLAG),
    }
)
_SLICE = all_of(
    of=list_of(_PART, 2, 1),
    rows=_COUNT,
    error=number(0),
    shrunk=number(0),
    p_value=_SHARE,
    is_worse=_FLAG,
)
_SLICES = list_of(_SLICE, 100)
REPORT_KEYS: dict[str, Key] = {
    "n_rows": Key(_COUNT, required=True),
    "predicted": Key(
        list_of(all_of(rows=_COUNT, predicted=_NUMBER, actual=_NUMBER), _MOST_BINS), required=True
    ),
    "residuals": Key(
        checked(
            all_of(
                shares=list_of(_SHARE, 100),
                bins=list_of(
                    all_of(
                        rows=_COUNT, predicted=_NUMBER, quantiles=list_of(or_none(_NUMBER), 100)
                    ),
                    _MOST_BINS,
                ),
            ),
            _check_residuals,
        ),
        required=True,
    ),
    "coverage": Key(
        list_of(all_of(level=_SHARE, coverage=_SHARE, mean_width=number(0)), 100), required=True
    ),
    "importance": Key(
        all_of(
            rows=_COUNT,
            folds=_COUNT,
            columns=by_name(all_of(mean=_NUMBER, deviation=number(0)), MAX_COLUMNS),
        ),
        required=True,
    ),
    "effects": Key(
        list_of(
            checked(
                all_of(
                    column=_NAME,
                    at=_NUMBERS,
                    rows=list_of(_SHARE, _MOST_BINS),
                    score=_NUMBERS,
                    prediction=_NUMBERS,
                ),
                _check_effect,
            ),
            100,
        ),
        required=True,
    ),
    "slices": Key(
        all_of(error=number(0), looked_at=_COUNT, of_one=_SLICES, of_two=_SLICES), required=True
    ),
    "learning_curve": Key(
        checked(
            all_of(
                branch=_NAME,
                folds=_COUNT,
                shares=list_of(_SHARE, 100),
                rows=list_of(number(0), 100),
                error=list_of(number(0), 100),
            ),
            _check_curve,
        )
    ),
    "over_time": Key(
        checked(
            all_of(
                is_date=_FLAG,
                edges=_NUMBERS,
                rows=list_of(_COUNT, _MOST_BINS),
                error=list_of(number(0), _MOST_BINS),
                bias=_NUMBERS,
            ),
            _check_over_time,
        )
    ),
}

_CELL = or_none(either(_FLAG, core_schema.int_schema(strict=True), _NUMBER, text(_LONG_TEXT)))
_CODES = list_of(list_of(or_none(_NAME), 2, 2), 100_000)
"""Pairs of a column, null for what concerns none, and a code."""
_VECTOR = section(
    {
        "from": Key(one_of("record", "file"), required=True),
        "record": Key(by_name(_CELL, 2 * MAX_COLUMNS), required=True),
        "errors": Key(_CODES, required=True),
        "warnings": Key(_CODES, required=True),
        "cells": Key(list_of(or_none(_NUMBER), MAX_COLUMNS)),
        "score": Key(_NUMBER),
        "prediction": Key(_NUMBER),
        "lower": Key(_NUMBER),
        "upper": Key(_NUMBER),
    }
)
CONFORMANCE_KEYS: dict[str, Key] = {
    "level": Key(number(0.5, 1), required=True),
    "vectors": Key(list_of(_VECTOR, 10_000), required=True),
}

SCHEMAS: dict[str, CoreSchema] = {
    PROFILE: section(PROFILE_KEYS),
    REPORT: section(REPORT_KEYS),
    CONFORMANCE: section(CONFORMANCE_KEYS),
}
"""By member."""
