"""What several keys of ``model.json`` must agree on, up to each bound and one beyond it."""

from collections.abc import Callable
from typing import Any

import pytest

from regression_model.artifact import consistency
from regression_model.artifact.contents import (
    GRAPH,
    INTERVALS,
    MAX_ALL_ALIASES,
    MAX_GRAPH_BYTES,
    MAX_LEVELS,
)

NUMBER = {"name": "area", "kind": "number"}
LEVELS = {"name": "place", "kind": "category", "levels": ["north", "south"]}
RANKS = {"n_residuals": 5, "ranks": [1, 3], "lower": [-2.0, 0.5], "upper": [3.0, 0.5]}
SECTIONS: dict[str, Any] = {
    "members": {GRAPH: {"size": 10}},
    "columns": [NUMBER],
    "metrics": {},
    "provenance": {},
}
Check = Callable[[Any], None]

ACCEPTED: list[tuple[Check, Any]] = [
    (consistency.check_column, {**NUMBER, "minimum": 2.0, "maximum": 2.0}),
    (consistency.check_column, {**NUMBER, "minimum": 2.0, "maximum": None}),
    (consistency.check_column, {**NUMBER, "levels": [], "closed": False, "minimum": None}),
    (consistency.check_column, {**NUMBER, "required": True, "missing_means": "unknown"}),
    (consistency.check_column, {**NUMBER, "training_range": [1.0, 1.0]}),
    (consistency.check_columns, [NUMBER, LEVELS]),
    (consistency.check_columns, [{**LEVELS, "levels": range(MAX_LEVELS)}]),
    (consistency.check_columns, [{**NUMBER, "aliases": ["size", "Area"]}]),
    (
        consistency.check_columns,
        [{**NUMBER, "aliases": [f"a{i}" for i in range(MAX_ALL_ALIASES)]}],
    ),
    (consistency.check_interval_table, RANKS),
    (consistency.check_interval_table, {**RANKS, "lower": [-2.0, -2.0]}),
    (consistency.check_example, {"interval": 0.9, "lower": None, "upper": None}),
    (consistency.check_example, {"lower": 1.0}),
    (consistency.check_fold_losses, {"score": [1.0], "target": [2.0]}),
    (consistency.check_sections, SECTIONS),
    (consistency.check_sections, {**SECTIONS, "members": {GRAPH: {"size": MAX_GRAPH_BYTES}}}),
    (consistency.check_sections, {**SECTIONS, "fold_losses": {}}),
    (consistency.check_sections, {**SECTIONS, "examples": [{"record": {"area": 1.0}}]}),
]


@pytest.mark.parametrize(("check", "part"), ACCEPTED)
def test_what_fits_together_passes(check: Check, part: Any) -> None:
    check(part)


INTERVAL_PARTS = {"intervals": {"ranks": [1]}, "explanations": {"reason": "too many numbers"}}
WITH_INTERVALS = {GRAPH: {"size": 10}, INTERVALS: {"size": 10}}
MISFIT = "the interval table does not fit together"
REFUSED: list[tuple[Check, Any, str]] = [
    (consistency.check_column, {**NUMBER, "levels": ["a"]}, "levels of a column that has none"),
    (consistency.check_column, {**LEVELS, "minimum": 0.0}, "minimum of a column that has none"),
    (consistency.check_column, {**LEVELS, "levels": ["a", "b", "a"]}, "a level stands twice"),
    (
        consistency.check_column,
        {**LEVELS, "required": True, "missing_means": "none"},
        "missing cells mean something",
    ),
    (
        consistency.check_column,
        {**NUMBER, "minimum": 2.0, "maximum": 1.0},
        "the least is above the most",
    ),
    (consistency.check_column, {**NUMBER, "training_range": [2.0, 1.0]}, "its training range"),
    (consistency.check_columns, [NUMBER, NUMBER], "a name stands twice"),
    (consistency.check_columns, [{**LEVELS, "levels": range(MAX_LEVELS + 1)}], "join rare levels"),
    (
        consistency.check_columns,
        [NUMBER, {**LEVELS, "levels": range(MAX_LEVELS)}, {"name": "c", "levels": ["x"]}],
        "250,001 levels",
    ),
    (
        consistency.check_columns,
        [{**NUMBER, "aliases": [f"a{i}" for i in range(MAX_ALL_ALIASES + 1)]}],
        "20,001 aliases, 20,000 are allowed",
    ),
    (consistency.check_columns, [{**NUMBER, "aliases": ["area"]}], "no name of its own"),
    (consistency.check_columns, [{**NUMBER, "aliases": ["place"]}, LEVELS], "no name of its own"),
    (consistency.check_columns, [{**NUMBER, "aliases": ["a", "a"]}], "no name of its own"),
    (consistency.check_columns, [{**NUMBER, "aliases": [" a"]}], "no name of its own"),
    (consistency.check_interval_table, {**RANKS, "ranks": [1, 4]}, MISFIT),
    (consistency.check_interval_table, {**RANKS, "ranks": [2, 3]}, MISFIT),
    (consistency.check_interval_table, {**RANKS, "ranks": [1, 1]}, MISFIT),
    (consistency.check_interval_table, {**RANKS, "n_residuals": 4}, MISFIT),
    (consistency.check_interval_table, {**RANKS, "lower": [0.5, -2.0]}, MISFIT),
    (consistency.check_interval_table, {**RANKS, "upper": [0.5, 3.0]}, MISFIT),
    (consistency.check_interval_table, {**RANKS, "upper": [0.5]}, MISFIT),
    (consistency.check_example, {"interval": 0.9, "lower": 1.0}, "an interval without ends"),
    (consistency.check_fold_losses, {"score": [1.0], "target": []}, "another number of folds"),
    (consistency.check_sections, {**SECTIONS, "members": {}}, "it is not a complete artifact"),
    (
        consistency.check_sections,
        {**SECTIONS, "members": {GRAPH: {"size": MAX_GRAPH_BYTES}, INTERVALS: {"size": 1}}},
        "graphs of 25,165,825 bytes",
    ),
    (
        consistency.check_sections,
        {key: part for key, part in SECTIONS.items() if key != "provenance"} | {"fold_losses": {}},
        "losses of unknown folds",
    ),
    (
        consistency.check_sections,
        {**SECTIONS, "examples": [{"record": {"Area": 1.0}}]},
        "an example with a column that there is not",
    ),
    (
        consistency.check_sections,
        {**SECTIONS, "explanations": {"numbers_per_row": 3}},
        "explanations are told of and absent",
    ),
    (
        consistency.check_sections,
        {**SECTIONS, "intervals": {"reason": "few rows"}},
        "intervals, and not a word on explanations",
    ),
    (
        consistency.check_sections,
        {**SECTIONS, **INTERVAL_PARTS},
        "intervals are told of and absent",
    ),
    (
        consistency.check_sections,
        {**SECTIONS, "members": WITH_INTERVALS},
        "intervals are told of and absent",
    ),
    (
        consistency.check_sections,
        {**SECTIONS, **INTERVAL_PARTS, "members": WITH_INTERVALS},
        "intervals that were not measured",
    ),
]


@pytest.mark.parametrize(("check", "part", "message"), REFUSED)
def test_what_contradicts_itself_is_refused(check: Check, part: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(part)
