"""Histogram boosting where some columns have nothing to bin."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingRegressor

from regression_model.estimators.histogram import BinnedBoostingRegressor

SETTINGS = {"max_iter": 4, "min_samples_leaf": 3, "random_state": 0}


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 999), unknown=st.sets(st.integers(0, 3), max_size=3))
def test_it_fits_as_if_unknown_columns_were_not_there(seed: int, unknown: set[int]) -> None:
    random = np.random.default_rng(seed)
    X = random.normal(size=(40, 4))
    X[random.random((40, 4)) < 0.2] = np.nan
    y = random.normal(size=40)
    known = [i for i in range(4) if i not in unknown]
    X[:, sorted(unknown)] = np.nan
    fitted = BinnedBoostingRegressor(**SETTINGS).fit(pd.DataFrame(X, columns=list("abcd")), y)
    theirs = HistGradientBoostingRegressor(**SETTINGS).fit(X[:, known], y)
    later = random.normal(size=(20, 4))
    expected = theirs.predict(later[:, known])
    np.testing.assert_array_equal(
        fitted.predict(pd.DataFrame(later, columns=list("abcd"))), expected
    )


@pytest.mark.parametrize("weights", [None, np.linspace(1, 2, 30)])
def test_nothing_known_at_all_leaves_the_mean(weights: np.ndarray | None) -> None:
    y = np.arange(30.0)
    fitted = BinnedBoostingRegressor(**SETTINGS).fit(np.full((30, 2), np.nan), y, weights)
    expected = np.average(y, weights=weights)
    np.testing.assert_allclose(fitted.predict([[1.0, 2.0], [np.nan, 3.0]]), expected)
