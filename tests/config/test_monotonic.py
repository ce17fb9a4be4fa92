"""Monotonic columns: what they ask of each feature, and what the config refuses."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from regression_model.config.core import ModelConfig, load_config
from regression_model.estimators.registry import ESTIMATORS
from regression_model.exceptions import ConfigError
from regression_model.processing.kinds.registry import KINDS

UP, DOWN = {"monotonic": "increasing"}, {"monotonic": "decreasing"}
NUMBER: dict[str, Any] = {"kind": "number"}
POSITIVE: dict[str, Any] = {"kind": "number", "minimum": 0}
ABOVE: dict[str, Any] = {"kind": "number", "minimum": 0.5}
LINEAR: dict[str, Any] = {"linear": {"type": "ridge"}}


def lines(value: object, indent: int = 0) -> Iterator[str]:
    """Write nested maps and lists as the YAML that people write."""
    space = " " * indent
    if isinstance(value, Mapping):
        for key, part in value.items():
            is_deep = isinstance(part, Mapping | list)
            yield f"{space}{key}:" if is_deep else f"{space}{key}: {part}"
            if is_deep:
                yield from lines(part, indent + 2)
    elif isinstance(value, list):
        yield from (f"{space}- {part}" for part in value)


def problems_of(tmp_path: Path, **parts: Any) -> list[str]:
    """Return what is said of a config, without file and line."""
    given = {
        "files": {"training_data": "flats.csv"},
        "target": {"column": "price"},
        "estimators": LINEAR,
        **parts,
    }
    path = tmp_path / "flats.yml"
    path.write_text("\n".join(lines(given)) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_config(path)
    found = str(refusal.value).splitlines()
    assert all(line.startswith(f"{path}, line ") for line in found)
    return [line.split(": ", 1)[1] for line in found]


def directions(columns: dict[str, Any], **parts: Any) -> dict[str, int]:
    given = {"target": {"column": "price"}, "estimators": LINEAR, "columns": columns, **parts}
    return ModelConfig.model_validate(given).directions


def derived(operation: str, *parents: str) -> dict[str, Any]:
    return {"new": {"operation": operation, "of": list(parents)}}


def test_without_a_monotonic_column_nothing_is_asked() -> None:
    columns = {"a": NUMBER, "b": POSITIVE}
    assert directions(columns, derived=derived("product", "a", "b")) == {}


@pytest.mark.parametrize("kind", ["number", "integer", "boolean"])
def test_a_column_alone_asks_of_itself(kind: str) -> None:
    assert directions({"a": {"kind": kind, **UP}, "b": NUMBER}) == {"a": 1}
    assert directions({"a": {"kind": kind, **DOWN}, "b": NUMBER}) == {"a": -1}


def test_an_ordered_column_may_be_monotonic() -> None:
    ordered = {"kind": "ordered", "levels": ["Po", "Gd"], **UP}
    assert directions({"a": ordered}) == {"a": 1}
    other = {"a": ordered, "b": POSITIVE}
    assert directions(other, derived=derived("product", "a", "b")) == {"a": 1, "new": 1}


DERIVED: list[Any] = [
    ("sum", ("a", "b"), NUMBER, NUMBER, 1),
    ("sum", ("b", "a"), NUMBER, NUMBER, 1),
    ("difference", ("a", "b"), NUMBER, NUMBER, 1),
    ("difference", ("b", "a"), NUMBER, NUMBER, -1),
    ("product", ("a", "b"), POSITIVE, POSITIVE, 1),
    ("ratio", ("a", "b"), POSITIVE, ABOVE, 1),
    ("ratio", ("b", "a"), ABOVE, POSITIVE, -1),
    ("presence", ("a",), NUMBER, NUMBER, 1),
    ("presence", ("b",), NUMBER, NUMBER, 0),
    ("product", ("b", "b"), NUMBER, NUMBER, 0),
]


@pytest.mark.parametrize("rule", DERIVED, ids=str)
@pytest.mark.parametrize("asked", [UP, DOWN], ids=str)
def test_a_derived_feature_goes_with_its_parents(rule: Any, asked: dict[str, str]) -> None:
    operation, parents, a, b, effect = rule
    sign = 1 if asked == UP else -1
    found = directions({"a": {**a, **asked}, "b": b}, derived=derived(operation, *parents))
    expected = {"a": sign, "new": sign * effect} if effect else {"a": sign}
    assert found == expected


def test_effects_go_through_features_of_features() -> None:
    features = {
        "total": {"operation": "sum", "of": ["a", "b"]},
        "rest": {"operation": "difference", "of": ["c", "total"]},
        "has": {"operation": "presence", "of": ["total"]},
        "worth": {"operation": "product", "of": ["total", "c"]},
        "other": {"operation": "sum", "of": ["b", "c"]},
    }
    columns = {"a": {**POSITIVE, **UP}, "b": POSITIVE, "c": POSITIVE}
    found = directions(columns, derived=features)
    assert found == {"a": 1, "total": 1, "rest": -1, "has": 1, "worth": 1}


def test_elapsed_times_fall_with_their_column_and_rise_with_their_reference() -> None:
    elapsed = {"reference": "sold", "columns": ["built", "changed"]}
    columns: dict[str, Any] = {n: {"kind": "integer"} for n in ("built", "changed", "sold")}
    later = {**columns, "built": {"kind": "integer", **UP}}
    assert directions(later, elapsed=elapsed) == {"built": -1}
    found = directions({**columns, "sold": {"kind": "integer", **UP}}, elapsed=elapsed)
    assert found == {"built": 1, "changed": 1, "sold": 1}


def test_two_columns_that_agree_ask_once() -> None:
    columns = {"a": {**NUMBER, **UP}, "b": {**NUMBER, **UP}, "c": {**NUMBER, **DOWN}}
    features = derived("sum", "a", "b") | {"less": {"operation": "difference", "of": ["a", "c"]}}
    found = directions(columns, derived=features)
    assert found == {"a": 1, "b": 1, "c": -1, "new": 1, "less": 1}


AMBIGUOUS: list[Any] = [
    ("difference", ("a", "a"), NUMBER, NUMBER),
    ("product", ("a", "b"), NUMBER, POSITIVE),
    ("product", ("a", "b"), POSITIVE, NUMBER),
    ("ratio", ("a", "b"), POSITIVE, POSITIVE),
    ("ratio", ("b", "a"), NUMBER, ABOVE),
    ("ratio", ("a", "b"), POSITIVE, {**ABOVE, "missing": "none"}),
    ("product", ("a", "b"), POSITIVE, {**NUMBER, "minimum": -1}),
]


@pytest.mark.parametrize(("operation", "parents", "a", "b"), AMBIGUOUS)
def test_a_feature_that_may_go_either_way_is_refused_with_the_remedy(
    tmp_path: Path, operation: str, parents: tuple[str, ...], a: Any, b: Any
) -> None:
    columns = {"a": {**a, **UP}, "b": b}
    (said,) = problems_of(tmp_path, columns=columns, derived=derived(operation, *parents))
    assert said.startswith("derived.new: new may rise or fall with a, whose direction is declared")
    assert "declare minimum: 0 where a column is never negative (above 0 for a divisor)" in said


def test_ambiguity_is_inherited(tmp_path: Path) -> None:
    features = derived("product", "a", "b") | {"newer": {"operation": "sum", "of": ["new", "b"]}}
    columns = {"a": {**NUMBER, **UP}, "b": NUMBER}
    first, second = problems_of(tmp_path, columns=columns, derived=features)
    assert first.startswith("derived.new: new may rise or fall with a")
    assert second.startswith("derived.newer: newer may rise or fall with a")


def test_the_problem_has_the_line_of_the_feature(tmp_path: Path) -> None:
    columns = {"a": {**NUMBER, **UP}, "b": NUMBER}
    problems_of(tmp_path, columns=columns, derived=derived("product", "a", "b"))
    path = tmp_path / "flats.yml"
    line = path.read_text("utf-8").splitlines().index("  new:") + 1
    with pytest.raises(ConfigError, match=f"line {line}: derived.new"):
        load_config(path)


def test_columns_that_ask_for_both_ways_of_one_feature_are_refused(tmp_path: Path) -> None:
    columns = {"a": {**NUMBER, **UP}, "b": {**NUMBER, **DOWN}}
    (said,) = problems_of(tmp_path, columns=columns, derived=derived("sum", "a", "b"))
    assert said == (
        "derived.new: a and b ask that the score both rises and falls with it; free one of them"
    )


def test_a_reference_and_its_time_that_both_rise_are_refused(tmp_path: Path) -> None:
    columns = {"built": {"kind": "integer", **UP}, "sold": {"kind": "integer", **UP}}
    elapsed = {"reference": "sold", "columns": ["built"]}
    (said,) = problems_of(tmp_path, columns=columns, elapsed=elapsed)
    assert said.startswith("columns.built: built and sold ask that the score both rises and falls")


def test_a_category_is_refused(tmp_path: Path) -> None:
    columns = {"a": {"kind": "category", **UP}, "b": NUMBER}
    (said,) = problems_of(tmp_path, columns=columns)
    *others, last = (k.name for k in KINDS.values() if k.has_order and not k.has_parts)
    assert said == (
        "columns.a.monotonic: a category has no order; monotonic is for "
        f"{', '.join(others)} and {last}"
    )


def test_any_other_word_is_refused_with_the_nearest(tmp_path: Path) -> None:
    columns = {"a": {**NUMBER, "monotonic": "increasin"}}
    (said,) = problems_of(tmp_path, columns=columns)
    assert said.startswith("columns.a.monotonic: expected one of increasing, decreasing, got")
    assert said.endswith("did you mean increasing?")


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_estimators_that_cannot_keep_it_are_refused_with_those_that_can(
    tmp_path: Path, kind: str
) -> None:
    columns = {"a": {**NUMBER, **UP}, "b": NUMBER}
    estimators = {**LINEAR, "other": {"type": kind}}
    if ESTIMATORS[kind].keeps_monotonic:
        assert directions(columns, estimators=estimators) == {"a": 1}
        return
    (said,) = problems_of(tmp_path, columns=columns, estimators=estimators)
    start, _, able = said.partition("; these can: ")
    assert start == f"estimators.other: {kind} cannot keep a monotonic"
    assert set(able.split(", ")) == {name for name, e in ESTIMATORS.items() if e.keeps_monotonic}
    assert directions({"a": NUMBER}, estimators=estimators) == {}


def test_all_problems_are_reported_together(tmp_path: Path) -> None:
    columns = {"a": {**NUMBER, **UP}, "b": {"kind": "category", **DOWN}, "c": NUMBER}
    found = problems_of(
        tmp_path,
        columns=columns,
        derived=derived("product", "a", "c"),
        estimators={"trees": {"type": "extra_trees"}},
    )
    assert sorted(said.split(":")[0] for said in found) == [
        "columns.b.monotonic", "derived.new", "estimators.trees",
    ]  # fmt: skip
