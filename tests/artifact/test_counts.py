"""Rows counted by a profile: as training counted them, in whatever chunks they come."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.counts import RowCounter, RowCounts
from regression_model.processing.schema import Column, Schema
from regression_model.training.facts.profiles import profile_of

LEVELS = ("a", "b", "c", "d")
SCHEMA = Schema(
    (
        Column("size", "number", training_range=(0.0, 10.0)),
        Column("kind", "category", levels=LEVELS),
    )
)


def _trained() -> np.ndarray[Any, np.dtype[np.float64]]:
    random = np.random.default_rng(0)
    x = np.column_stack([random.uniform(0, 10, 400), random.choice(3, 400)]).astype(np.float64)
    x[:20, 0] = np.nan
    x[:3, 1] = 3.0  # too rare to be told
    return x


TRAINED = _trained()
PROFILE = profile_of(SCHEMA, TRAINED, {"prediction": TRAINED[:, 0]}, 10)
COUNTER = RowCounter(SCHEMA, PROFILE)


def _plain(counts: RowCounts) -> dict[str, Any]:
    columns = {
        name: (each.bins.tolist(), each.missing, each.unseen, each.outside)
        for name, each in counts.columns.items()
    }
    return {
        "rows": (counts.n_rows, counts.n_failed, counts.n_beyond, counts.n_estimated),
        "columns": columns,
        "prediction": counts.prediction.tolist(),
    }


def test_the_training_table_is_counted_as_its_profile_has_it() -> None:
    counts = COUNTER.count(TRAINED)
    size, kind = counts.columns["size"], counts.columns["kind"]
    assert (size.bins.tolist(), size.missing) == (PROFILE["columns"]["size"]["counts"], 20)
    assert kind.bins[:-1].sum() == 397
    assert kind.bins[-1] == 3
    assert (counts.n_rows, counts.n_beyond, size.outside, kind.unseen) == (400, 0, 0, 0)


def test_what_training_has_not_seen_is_counted_by_column_and_by_row() -> None:
    x = np.array([[11.0, -1.0], [-1.0, 0.0], [5.0, -1.0], [np.nan, 1.0]])
    counts = COUNTER.count(x, n_failed=2)
    assert counts.columns["size"].outside == 2
    assert counts.columns["size"].missing == 1
    assert counts.columns["size"].bins.sum() == 3
    assert counts.columns["kind"].unseen == 2
    assert (counts.n_rows, counts.n_failed, counts.n_beyond) == (6, 2, 3)


CELLS = st.tuples(
    st.one_of(st.just(np.nan), st.floats(-5, 15)), st.sampled_from([-1.0, 0.0, 1.0, 2.0, 3.0])
)


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(CELLS, max_size=30), cut=st.integers(0, 30))
def test_counts_of_chunks_add_up_to_those_of_all(rows: list[tuple[float, float]], cut: int) -> None:
    x = np.array(rows, dtype=np.float64).reshape(len(rows), 2)
    whole = COUNTER.count(x) + COUNTER.count_answers(x[:, 0], np.abs(x[:, 0]))
    parts = COUNTER.nothing()
    for part in (x[:cut], x[cut:]):
        parts += COUNTER.count(part)
        parts += COUNTER.count_answers(part[:, 0], np.abs(part[:, 0]))
    assert _plain(parts) == _plain(whole)
    assert parts.error == pytest.approx(whole.error)
    assert parts.squared_error == pytest.approx(whole.squared_error)
    numbers = COUNTER.numbers_of(whole)
    assert numbers.shape == (COUNTER.size,)
    assert _plain(COUNTER.counts_of(numbers)) == _plain(whole)
    assert COUNTER.counts_of(numbers).error == whole.error


def test_a_column_without_a_profile_is_left_out() -> None:
    profile = {**PROFILE, "columns": {"kind": PROFILE["columns"]["kind"]}}
    assert list(RowCounter(SCHEMA, profile).count(TRAINED).columns) == ["kind"]
