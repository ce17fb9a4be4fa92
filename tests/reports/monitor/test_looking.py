"""Counts that are given to a state: looked at together, in whichever order they came."""

import zlib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from regression_model.artifact.model import Model
from regression_model.batch.counted import Counted, read_counts, write_counts
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import DataError
from regression_model.reports.drift.drift import drift_of_counts
from regression_model.reports.drift.spending import level_of_days
from regression_model.reports.monitor.looking import LOOK_ROWS, looked_at, with_counts
from regression_model.reports.monitor.monitor import Monitor
from regression_model.reports.monitor.state import State

DAY = 20_601
HALF = LOOK_ROWS // 2


@pytest.fixture(scope="module")
def files(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the counts of four parts of the houses, each half of what a look needs."""
    houses = pd.read_csv(DATASET_DIR / "train.csv")
    folder, paths = tmp_path_factory.mktemp("counts"), []
    for number in range(4):
        found = small_model.drift(houses[number * HALF : number * HALF + HALF])
        paths.append(folder / f"{number}.json")
        write_counts(paths[-1], Counted(found.counts, found.summary), small_model)
    return paths


@pytest.fixture(scope="module")
def begun(small_model: Model) -> State:
    return Monitor.begin(small_model, day=DAY).state


def _with(state: State, model: Model, paths: list[Path]) -> State:
    for path in paths:
        state, _ = with_counts(state, model, path)
    return state


def test_a_look_is_at_all_that_waits(small_model: Model, files: list[Path], begun: State) -> None:
    looked = looked_at(_with(begun.at(DAY + 6), small_model, files), small_model)
    look = looked.looks.last
    assert look is not None
    whole = sum(
        (read_counts(path, small_model) for path in files[1:]), read_counts(files[0], small_model)
    )
    found = drift_of_counts(small_model, whole.counts, whole.summary, level_of_days(7))
    assert (look.n_rows, look.days, look.status) == (4 * HALF, 7, found.status())
    assert found.loss is not None
    assert look.error == pytest.approx(found.loss.error)
    assert looked.looks.n_waiting == 0


def test_neither_order_nor_merging_makes_a_difference(
    small_model: Model, files: list[Path], begun: State
) -> None:
    shard = begun.shard("other", DAY)
    one = _with(begun, small_model, files[:2]).merged(_with(shard, small_model, files[1:]))
    other = _with(begun, small_model, [*files[::-1], *files])
    assert looked_at(one, small_model).looks == looked_at(other, small_model).looks


def test_fewer_rows_wait(small_model: Model, files: list[Path], begun: State) -> None:
    state = _with(begun.at(DAY + 30), small_model, files[:1])
    assert looked_at(state, small_model) is state
    assert looked_at(_with(state, small_model, files[1:2]), small_model).looks.last is not None


def test_a_shard_never_looks(small_model: Model, files: list[Path], begun: State) -> None:
    shard = _with(begun.shard("other", DAY + 9), small_model, files)
    assert looked_at(shard, small_model) is shard


def test_a_day_is_looked_at_once(small_model: Model, files: list[Path], begun: State) -> None:
    once = looked_at(_with(begun, small_model, files[:2]), small_model)
    again = _with(once, small_model, files[2:])
    assert looked_at(again, small_model) is again
    assert looked_at(again.at(DAY + 1), small_model).looks.until == DAY + 1


@pytest.mark.parametrize(
    "packed",
    [b"damaged", zlib.compress(b"{}"), zlib.compress(b"[" * 9_000)],
    ids=["not compressed", "empty", "deep"],
)
def test_damaged_counts_are_refused(
    small_model: Model, files: list[Path], begun: State, packed: bytes
) -> None:
    state = _with(begun, small_model, files)
    names = sorted(state.looks.files)
    damaged = state.looks.files[names[0]]._replace(packed=packed)
    looks = replace(state.looks, files={**state.looks.files, names[0]: damaged})
    with pytest.raises(DataError, match="what the state keeps of rows that were counted"):
        looked_at(replace(state, looks=looks), small_model)
