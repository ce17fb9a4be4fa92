"""What ``model.json`` says, checked to fit together, where the kind of each value is right already.

Each function is given one part of it and raises `ValueError` if that contradicts itself; the schema
(`keys`) says which function looks at which part, and `facts` puts the place before what it says.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from regression_model.artifact.contents import (
    EXPLANATION,
    EXPLANATION_GRAPH,
    GRAPH,
    INTERVALS,
    MAX_ALL_ALIASES,
    MAX_GRAPH_BYTES,
    MAX_LEVELS,
)
from regression_model.processing.blanks import clean_name
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import Column

_KEYS_OF_KINDS = (
    "levels", "closed", "minimum", "maximum", "number_format", "training_range", "date_order",
    "missing_means",
)  # fmt: skip
"""Keys that are for some kinds; in columns of others they say no more than if they were absent."""
_ABSENT = {each.name: each.default for each in fields(Column)}
"""What a column has where a key is absent."""


def check_column(column: dict[str, Any]) -> None:
    """Check that the keys of a column belong to its kind, and that its limits are in order."""
    _check_keys_of_kind(column)
    if column.get("required") and column.get("missing_means") == "none":
        raise ValueError("a required column whose missing cells mean something")
    levels = column.get("levels", [])
    if len(set(levels)) != len(levels):
        raise ValueError("a level stands twice")
    minimum, maximum = column.get("minimum"), column.get("maximum")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValueError("the least is above the most")
    _check_training_range(column)


def _check_keys_of_kind(column: dict[str, Any]) -> None:
    kind = KINDS[column["kind"]]
    for key in _KEYS_OF_KINDS:
        if key in kind.takes:
            continue
        value = column.get(key, _ABSENT[key])
        # no levels are an empty tuple in a column, and an empty list in JSON
        if value not in ([], _ABSENT[key]):
            raise ValueError(f"{key} of a column that has none")


def _check_training_range(column: dict[str, Any]) -> None:
    training_range = column.get("training_range")
    if not training_range:
        return
    low, high = training_range
    if not KINDS[column["kind"]].can_range(low, high):
        raise ValueError("its training range is none")


def check_target(target: dict[str, Any]) -> None:
    """Check that there is something between the bounds of the target."""
    if "minimum" in target and "maximum" in target and target["minimum"] >= target["maximum"]:
        raise ValueError("the least is not below the most")


def check_columns(columns: list[dict[str, Any]]) -> None:
    """Check that columns have names of their own, and not too many levels together."""
    if len({column["name"] for column in columns}) != len(columns):
        raise ValueError("a name stands twice")
    _check_aliases(columns)
    n_levels = sum(len(column.get("levels", ())) for column in columns)
    if n_levels > MAX_LEVELS:
        raise ValueError(f"{n_levels:,} levels, {MAX_LEVELS:,} are allowed; join rare levels")


def _check_aliases(columns: list[dict[str, Any]]) -> None:
    """Check that no name under which a column may come is another's, or has blanks around it."""
    n_aliases = sum(len(column.get("aliases", ())) for column in columns)
    if n_aliases > MAX_ALL_ALIASES:
        raise ValueError(f"{n_aliases:,} aliases, {MAX_ALL_ALIASES:,} are allowed")
    taken = {clean_name(column["name"]) for column in columns}
    for column in columns:
        for alias in column.get("aliases", ()):
            if alias in taken or alias != clean_name(alias):
                raise ValueError("an alias that is no name of its own")
            taken.add(alias)


def check_interval_table(table: dict[str, Any]) -> None:
    """Check that a table of residuals is ordered, and as long as its ranks say."""
    ranks, lower, upper = table["ranks"], table["lower"], table["upper"]
    are_as_many = len(ranks) == len(lower) == len(upper)
    are_ranks = ranks[0] == 1 and ranks == sorted(set(ranks))
    # kept are the residuals from either end up to the middle one, which may be of both halves
    reach_the_middle = 2 * ranks[-1] <= table["n_residuals"] + 1
    are_sorted = lower == sorted(lower) and upper == sorted(upper, reverse=True)
    if not (are_as_many and are_ranks and reach_the_middle and are_sorted):
        raise ValueError("the interval table does not fit together")


def check_example(example: dict[str, Any]) -> None:
    """Check that an example with an interval has the interval's ends."""
    if "interval" in example and not example.keys() >= {"lower", "upper"}:
        raise ValueError("an interval without ends")


def check_fold_losses(losses: dict[str, list[float]]) -> None:
    """Check that both lists of losses are of the same folds."""
    if len(losses["score"]) != len(losses["target"]):
        raise ValueError("losses of another number of folds")


def check_sections(facts: dict[str, Any]) -> None:
    """Check that sections and members fit each other."""
    members = facts["members"]
    if GRAPH not in members:
        raise ValueError(f"it holds no {GRAPH}; it is not a complete artifact")
    size = sum(described["size"] for name, described in members.items() if name.endswith(".onnx"))
    if size > MAX_GRAPH_BYTES:
        raise ValueError(
            f"graphs of {size:,} bytes, {MAX_GRAPH_BYTES:,} are allowed; use fewer or smaller trees"
        )
    _check_optional_parts(facts)
    if "fold_losses" in facts and "provenance" not in facts:
        raise ValueError("losses of unknown folds")
    if "intervals" in facts and "explanations" not in facts:
        raise ValueError("intervals, and not a word on explanations")
    names = {column["name"] for column in facts["columns"]}
    for example in facts.get("examples", []):
        if not names.issuperset(example["record"]):
            raise ValueError("an example with a column that there is not")


def _check_optional_parts(facts: dict[str, Any]) -> None:
    """Check that explanations and intervals have their members, or neither is there."""
    members = facts["members"]
    n_explanation_members = len({EXPLANATION, EXPLANATION_GRAPH} & members.keys())
    # a section without these keys gives the reason why there is no such part
    has_explanations = "numbers_per_row" in facts.get("explanations", {})
    if n_explanation_members != (2 if has_explanations else 0):
        raise ValueError("explanations are told of and absent, or the other way round")
    has_intervals = "ranks" in facts.get("intervals", {})
    if (INTERVALS in members) != has_intervals:
        raise ValueError("intervals are told of and absent, or the other way round")
    if INTERVALS in members and "intervals" not in facts["metrics"]:
        raise ValueError("intervals that were not measured")
