"""Folds in time order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.time_folds import time_blocks, time_folds

TIMES = st.lists(st.integers(0, 30), min_size=1, max_size=60)


@given(TIMES, st.integers(2, 6))
def test_each_fold_is_predicted_from_all_before_it(times: list[int], n_folds: int) -> None:
    known = np.array(times, dtype=np.float64)
    folds = time_folds(known, n_folds)
    if folds is None:
        return
    assert len(folds) == n_folds
    for train, test in folds:
        assert known[train].max() < known[test].min()
        assert (known < known[test].min()).sum() == len(train)
    tested = np.concatenate([test for _, test in folds])
    assert len(np.unique(tested)) == len(tested)
    assert set(tested) | set(folds[0][0]) == set(range(len(times)))


@given(TIMES, st.integers(2, 6))
def test_only_equal_times_or_too_few_rows_make_no_blocks(times: list[int], n_blocks: int) -> None:
    blocks = time_blocks(np.array(times, dtype=np.float64), n_blocks)
    if len(set(times)) < n_blocks:
        assert blocks is None
    elif len(set(times)) == len(times):
        assert blocks is not None
        sizes = [len(block) for block in blocks]
        assert max(sizes) - min(sizes) <= 2
