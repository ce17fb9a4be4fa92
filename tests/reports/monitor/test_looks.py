"""Rows that were counted: once, however often they are given and states are merged."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.reports.drift.shifts import Shift
from regression_model.reports.monitor.looks import CountedFile, Look, Looks

NAMES = "abcdefgh"
ROWS = {name: 10 * place + 1 for place, name in enumerate(NAMES)}


def _given(looks: Looks, name: str, day: int = 0) -> Looks:
    return looks.with_file(name, CountedFile(day, ROWS[name], name.encode()))


def _looked(looks: Looks, day: int) -> Looks:
    """Look at what waits, as `looked_at` does, and keep its names as what was counted."""
    if not looks.waiting:
        return looks
    packed = b"".join(file.packed for file in looks.waiting)
    shift = Shift("x", "values", 0.2, 0.001, verdict="drift")
    days = day - looks.until
    look = Look(day, days, looks.n_waiting, 3, 5, 1, (shift,), 1.0, packed=packed)
    return looks.with_look(look)


some_names = st.lists(st.sampled_from(NAMES), max_size=5)


@st.composite
def kin(draw: st.DrawFn) -> list[Looks]:
    """Draw what a judge remembered on two days, and what two shards do."""
    judge, states = Looks(until=-1), []
    for day in range(4):
        for name in draw(some_names):
            judge = _given(judge, name, day)
        if draw(st.booleans()):
            judge = _looked(judge, day)
        states.append(judge)
    for _ in range(2):
        shard = Looks(until=draw(st.integers(-1, judge.until)))
        for name in draw(some_names):
            shard = _given(shard, name, draw(st.integers(0, 3)))
        states.append(shard)
    return draw(st.permutations(states))[:3]


@settings(max_examples=150, deadline=None)
@given(kin())
def test_merging_is_associative_commutative_and_idempotent(states: list[Looks]) -> None:
    a, b, c = states
    whole = a.merged(b).merged(c)
    for one, two, three in permutations(states):
        assert one.merged(two).merged(three) == whole
        assert one.merged(two.merged(three)) == whole
    assert whole.merged(b) == whole
    assert a.merged(a) == a


steps = st.lists(
    st.tuples(st.sampled_from(["judge", "shard", "merge", "look"]), st.sampled_from(NAMES)),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_every_row_is_looked_at_once_or_waits(steps: list[tuple[str, str]]) -> None:
    judge = shard = Looks(until=-1)
    n_looked, names = 0, set()
    for day, (what, name) in enumerate(steps):
        if what == "judge":
            judge = _given(judge, name, day)
        elif what == "shard":
            shard = _given(shard, name, day)
        elif what == "merge":
            judge = judge.merged(shard)
        elif judge.waiting:
            judge = _looked(judge, day)
            assert judge.last is not None
            n_looked += judge.last.n_rows
        if what in ("judge", "shard"):
            names.add(name)
    whole = judge.merged(shard)
    assert n_looked + whole.n_waiting == sum(ROWS[name] for name in names)


def test_days_between_looks_add_up_to_those_that_went_by() -> None:
    looks = Looks(until=9)
    for day, name in ((10, "b"), (17, "c"), (47, "d")):
        looks = _looked(_given(looks, name, day), day)
    assert [look.days for look in looks.looks.values()] == [1, 7, 30]


def test_the_last_look_alone_keeps_what_was_counted() -> None:
    early = _looked(_given(Looks(until=-1), "a"), 1)
    late = _looked(_given(early, "b", 2), 2)
    assert late.last is not None
    assert [look.packed for look in late.looks.values()] == [b"", b"b"]
    assert early.merged(late) == late.merged(early) == late


def test_what_is_older_than_the_horizon_is_forgotten() -> None:
    looks = _given(_looked(_given(Looks(until=-1), "a"), 1), "b", 5)
    assert list(looks.since(5).files) == ["b"]
    assert (looks.since(5).last, looks.since(5).until) == (None, 1)
    assert not looks.since(6).is_used


@pytest.mark.parametrize(("status", "verdict"), [(0, "none"), (4, "larger errors")])
def test_a_look_is_told_as_plain_data(status: int, verdict: str) -> None:
    look = Look(20_000, 7, 100, status, 80, 0, (), None, packed=b"x")
    told = look.to_dict()
    assert (told["day"], told["verdict"], told["drifted"]) == ("2024-10-04", verdict, [])
    assert "packed" not in told
