"""Cells that two columns are given: what was answered and is refused, or is read otherwise."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.schema import Column, Schema
from regression_model.reports.comparison.change import Change
from regression_model.reports.comparison.inputs import InputChange, try_columns
from regression_model.reports.comparison.pairs import pairs_of

LIMITS = st.none() | st.integers(-50, 50) | st.floats(-50, 50)
TEXTS = st.text(max_size=5)


def _changes(old: Column, new: Column) -> list[InputChange]:
    return try_columns(pairs_of(Schema((old,)), Schema((new,)))).changes


def _column(kind: str, **declared: Any) -> Column:
    return Column("a", kind, **declared)


@st.composite
def columns(draw: st.DrawFn) -> Column:
    """Draw a column of any kind."""
    kind = draw(st.sampled_from(["number", "integer", "category", "ordered", "boolean", "date"]))
    declared: dict[str, Any] = {"required": draw(st.booleans())}
    if kind in ("number", "integer"):
        declared |= {"minimum": draw(LIMITS), "maximum": draw(LIMITS)}
        declared["training_range"] = draw(st.none() | st.just((-3.0, 7.0)))
        declared["number_format"] = draw(st.none() | st.just("1.234,5"))
    if kind in ("category", "ordered"):
        levels = draw(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=5, unique=True))
        declared |= {"levels": tuple(levels), "closed": draw(st.booleans())}
    if kind == "date":
        declared["date_order"] = draw(st.sampled_from(["ymd", "dmy", "mdy"]))
    else:
        declared["missing_means"] = draw(st.sampled_from(["unknown", "none"]))
    declared["missing_values"] = tuple(draw(st.lists(TEXTS, max_size=3)))
    return Column(draw(st.sampled_from(["a", "b"])), kind, **declared)


@given(column=columns())
def test_nothing_changes_from_a_column_to_itself(column: Column) -> None:
    tried = try_columns(pairs_of(Schema((column,)), Schema((column,))))
    assert tried.changes == []
    assert tried.n_cells > 30
    for cell in tried.answered[column.name]:
        assert column.judge(cell).error is None


@given(old=st.tuples(LIMITS, LIMITS), new=st.tuples(LIMITS, LIMITS))
def test_a_limit_that_gets_narrower_is_found_wherever_it_is(
    old: tuple[float | None, float | None], new: tuple[float | None, float | None]
) -> None:
    (low, high), (new_low, new_high) = _ends(*old), _ends(*new)
    lost = low <= high and (new_low > low or new_high < high)
    before = _column("number", minimum=old[0], maximum=old[1])
    after = _column("number", minimum=new[0], maximum=new[1])
    refused = [each for each in _changes(before, after) if each.what == "refused"]
    assert bool(refused) == lost
    assert all(each.change is Change.MAJOR for each in refused)


def _ends(low: float | None, high: float | None) -> tuple[float, float]:
    return (-math.inf if low is None else low), (math.inf if high is None else high)


@given(old=columns(), new=columns())
def test_what_is_refused_one_way_is_answered_the_other_way(old: Column, new: Column) -> None:
    there, back = _changes(old, new), _changes(new, old)
    for one, other in (("refused", "answered"), ("answered", "refused")):
        n_there = sum(each.n_cells for each in there if each.what == one)
        assert n_there == sum(each.n_cells for each in back if each.what == other)


@pytest.mark.parametrize(
    ("old", "new", "what", "change", "said"),
    [
        (
            _column("number"),
            _column("number", minimum=0),
            "refused",
            Change.MAJOR,
            "refused now, answered before: a is -1; the least that is allowed is 0",
        ),
        (
            _column("number", required=True),
            _column("number"),
            "answered",
            Change.MINOR,
            "answered now, refused before: a is required; give it a value",
        ),
        (
            _column("number"),
            _column("number", required=True),
            "refused",
            Change.MAJOR,
            "refused now, answered before: a is required; give it a value",
        ),
        (
            _column("category", levels=("x", "y"), closed=True),
            _column("category", levels=("x",), closed=True),
            "refused",
            Change.MAJOR,
            "refused now, answered before: a is 'y', which is not one of its levels",
        ),
        (
            _column("category", levels=("x", "y")),
            _column("category", levels=("x",)),
            "read",
            Change.MINOR,
            "a: 'y' was the level 'y' and is a level never seen",
        ),
        (
            _column("category", levels=("NA", "y"), missing_values=()),
            _column("category", levels=("y",)),
            "read",
            Change.MINOR,
            "a: 'NA' was the level 'NA' and is a missing value",
        ),
        (
            _column("number", missing_means="none"),
            _column("number"),
            "read",
            Change.MINOR,
            "a: '' was that there is none and is a missing value",
        ),
        (
            _column("date", date_order="dmy"),
            _column("date", date_order="mdy"),
            "read",
            Change.MAJOR,
            "a: '03/04/2024' was 2024-04-03 and is 2024-03-04",
        ),
        (
            _column("number", number_format="1,234.5"),
            _column("number", number_format="1.234,5"),
            "read",
            Change.MAJOR,
            "",
        ),
        (
            _column("number"),
            _column("integer"),
            "refused",
            Change.MAJOR,
            "refused now, answered before: a is 12.5, which is not a whole number",
        ),
        (
            _column("boolean"),
            _column("category", levels=("yes",)),
            "answered",
            Change.MINOR,
            "answered now, refused before: a is '?', neither true nor false; write true or false",
        ),
        (
            _column("number", training_range=(0.0, 9.0)),
            _column("number", training_range=(0.0, 8.0)),
            "warned",
            Change.MINOR,
            "warned of now: a is 9, outside the training range 0 to 8; the prediction is",
        ),
        (
            _column("number", training_range=(0.0, 8.0)),
            _column("number", training_range=(0.0, 9.0)),
            "silent",
            Change.MINOR,
            "warned of no more: a is 9, outside the training range 0 to 8; the prediction is",
        ),
    ],
    ids=[
        "limit", "not-required", "required", "closed-level", "level", "spelling", "none", "dates",
        "numbers", "integer", "kind", "range", "wider-range",
    ],
)  # fmt: skip
def test_each_kind_of_change_is_found(
    old: Column, new: Column, what: str, change: Change, said: str
) -> None:
    found = [each for each in _changes(old, new) if each.what == what]
    assert found
    assert found[0].change is change
    assert any(each.said.startswith(said) for each in found)


def test_many_columns_of_many_levels_are_tried_within_bounds() -> None:
    def schema(first: int) -> Schema:
        levels = tuple(f"level {i}" for i in range(first, first + 1_000))
        return Schema(tuple(Column(f"c{i}", "category", levels=levels) for i in range(40)))

    tried = try_columns(pairs_of(schema(0), schema(200)))
    assert len(tried.changes) >= 40
    assert tried.n_cells < 60_000


def test_a_hostile_level_is_told_in_short() -> None:
    old = _column("category", levels=("<script>" + "x" * 100_000,), closed=True)
    new = _column("category", levels=("y",), closed=True)
    assert all(len(each.said) < 500 and len(each.cell) < 200 for each in _changes(old, new))
