"""What is remembered: joined in any order, merged in any order, and never with other values."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.exceptions import DataError
from regression_model.reports.monitor.looks import CountedFile, Looks
from regression_model.reports.monitor.rows import sums_of
from regression_model.reports.monitor.state import State

BEGUN = State(
    model="m",
    version="1.0.0",
    level=0.9,
    horizon=90,
    secret=b"s" * 32,
    origin="a",
    judge="a",
    day=0,
    looks=Looks(until=-1),
)
IDS = [f"id{number}" for number in range(12)]


def _predicted(state: State, ids: list[str]) -> State:
    values = np.array([float(IDS.index(name)) for name in ids])
    return state.with_predictions(ids, values, values - 1, values + 1)[0]


def _with_truths(state: State, ids: list[str]) -> State:
    truth = np.array([1.3 * IDS.index(name) for name in ids])
    return state.with_truths(ids, truth)[0]


def _same(one: State, other: State) -> bool:
    # which of two states was the first to be merged is no difference
    left, right = replace(one, origin=""), replace(other, origin="")
    rows = left.rows.tobytes() == right.rows.tobytes()
    nothing = left.rows[:0]
    return rows and replace(left, rows=nothing) == replace(right, rows=nothing)


some_ids = st.lists(st.sampled_from(IDS), unique=True)
days = st.lists(st.tuples(st.integers(0, 60), some_ids, some_ids), max_size=4)


@st.composite
def shards(draw: st.DrawFn) -> State:
    """Draw what a shard remembers after some days of its own."""
    state = BEGUN.shard(draw(st.sampled_from("abc")), 0)
    for later, predicted, came in draw(days):
        state = state.at(state.day + min(later, (90 - state.day)))
        state = _with_truths(_predicted(state, predicted), came)
        for name in predicted[:2]:
            file = CountedFile(state.day, IDS.index(name), name.encode())
            state = replace(state, looks=state.looks.with_file(name, file))
    return state


@settings(max_examples=80, deadline=None)
@given(shards(), shards(), shards())
def test_merging_is_associative_commutative_and_idempotent(a: State, b: State, c: State) -> None:
    assert _same(a.merged(b).merged(c), a.merged(b.merged(c)))
    assert _same(a.merged(b), b.merged(a))
    assert _same(a.merged(b).merged(b), a.merged(b))
    assert _same(a.merged(a), a.at(a.day).merged(BEGUN.shard("z", 0)))


@settings(max_examples=40, deadline=None)
@given(st.permutations(IDS), st.integers(0, len(IDS)))
def test_truths_may_come_in_any_order_and_parts_and_again(order: list[str], cut: int) -> None:
    state = _predicted(BEGUN, IDS)
    whole = _with_truths(state, IDS)
    parts = _with_truths(_with_truths(_with_truths(state, order[:cut]), order[cut:]), order[:cut])
    assert _same(whole, parts)
    assert whole.weeks() == parts.weeks()


def test_days_that_two_shards_settled_are_merged_once() -> None:
    one = _with_truths(_predicted(BEGUN, IDS[:6]), IDS[:6])
    other = _with_truths(_predicted(BEGUN.shard("b", 0), IDS[6:]), IDS[6:])
    together = one.merged(other)
    late = one.at(200).merged(other.at(100)).merged(one).merged(other)
    assert len(late.rows) == 0
    assert sum(left.n_rows for left in late.settled.values()) == len(IDS)
    (found,), (expected,) = late.weeks().values(), together.weeks().values()
    assert found == pytest.approx(expected)


def test_truth_after_the_horizon_is_refused_and_counted() -> None:
    state = _predicted(BEGUN, IDS)
    assert state.at(90).with_truths(IDS[:1], np.ones(1))[1].new == 1
    late, joined = state.at(91).with_truths([*IDS, "never seen"], np.ones(len(IDS) + 1))
    assert (joined.new, joined.unknown) == (0, len(IDS) + 1)
    (left,) = late.settled.values()
    assert (left.n_rows, left.sums.n) == (len(IDS), 0)


def test_an_end_of_an_interval_is_within() -> None:
    state = BEGUN.with_predictions(
        ["in", "out", "none"], np.zeros(3), np.array([-1.0, -1, np.nan]), np.array([1.0, 1, np.nan])
    )[0]
    sums = sums_of(state.with_truths(["in", "out", "none"], np.array([1.0, -1.01, 9]))[0].rows)
    assert (sums.n, sums.n_judged, sums.misses) == (3, 2, 1)


def test_nothing_of_a_row_is_kept_but_digests_and_numbers() -> None:
    state = _with_truths(_predicted(BEGUN, IDS), IDS)
    assert b"id1" not in state.rows.tobytes()
    assert np.isnan(state.rows["prediction"]).all()


def test_ids_with_other_values_are_refused() -> None:
    state = _with_truths(_predicted(BEGUN, IDS), IDS[:3])
    with pytest.raises(DataError, match=r"1 ids have another prediction than before.*\nid 'id2'"):
        state.with_predictions(["new", "id2"], np.ones(2), np.zeros(2), np.ones(2))
    with pytest.raises(DataError, match="1 ids have another truth than before"):
        state.with_truths(["id1"], np.array([7.0]))
    with pytest.raises(DataError, match="1 ids have another truth"):
        state.with_truths(["id5", "id5"], np.array([7.0, 8.0]))


def test_a_clock_that_goes_back_is_refused() -> None:
    with pytest.raises(DataError, match=r"last written on 1970-01-06.*is said to be 1970-01-05"):
        BEGUN.at(5).at(4)


def test_a_shard_does_not_begin_before_the_state_it_is_like() -> None:
    with pytest.raises(DataError, match="a clock has gone back"):
        BEGUN.at(5).shard("b", 4)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e300])
def test_numbers_that_have_no_sums_are_refused(number: float) -> None:
    given, ones = np.array([1.0, number]), np.ones(2)
    with pytest.raises(DataError, match=r"1 rows have a prediction that .*\nid 'id1'"):
        BEGUN.with_predictions(IDS[:2], given, ones, ones)
    with pytest.raises(DataError, match=r"1 rows have a truth that is no number .*\nid 'id1'"):
        _predicted(BEGUN, IDS).with_truths(IDS[:2], given)


def test_half_a_character_is_a_name_too() -> None:
    ones = np.ones(2)
    state = BEGUN.with_predictions(["\ud800", "\udfff"], ones, ones, ones)[0]
    assert state.with_truths(["\udfff"], ones[:1])[1].new == 1


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (replace(BEGUN, version="2.0.0"), "only states of the same model and settings"),
        (replace(BEGUN, horizon=30), "horizon 30"),
        (replace(BEGUN, secret=b"t" * 32), "--like"),
    ],
    ids=["version", "horizon", "secret"],
)
def test_states_that_are_no_kin_are_not_merged(other: State, message: str) -> None:
    with pytest.raises(DataError, match=message):
        BEGUN.merged(other)


def test_states_that_say_different_things_are_not_merged() -> None:
    state = _predicted(BEGUN, IDS)
    other = state.with_truths(IDS[:1], np.array([3.0]))[0]
    with pytest.raises(DataError, match="different things of 1 rows"):
        state.with_truths(IDS[:1], np.array([4.0]))[0].merged(other)
