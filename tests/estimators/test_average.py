"""The weighted average of branches: weights of branches, and of rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from regression_model.estimators.average import BranchAverage
from regression_model.exceptions import DataError


def branch(*steps: Any) -> Pipeline:
    named = [(f"step{i}", step) for i, step in enumerate(steps[:-1])]
    return Pipeline([*named, ("estimator", steps[-1])])


def test_answers_are_averaged_by_the_weights_of_branches_whatever_they_add_up_to() -> None:
    X, y = pd.DataFrame({"a": [1.0, 2.0, 3.0]}), np.array([1.0, 2.0, 3.0])
    branches = [("line", branch(LinearRegression())), ("mean", branch(DummyRegressor()))]
    fitted = BranchAverage(branches, weights=[3.0, 1.0]).fit(X, y)
    np.testing.assert_allclose(fitted.predict(X), 0.75 * y + 0.25 * 2.0)


def test_rows_count_by_their_weights() -> None:
    X, y = pd.DataFrame({"a": [0.0, 0.0, 0.0]}), np.array([1.0, 2.0, 6.0])
    average = BranchAverage([("mean", branch(DummyRegressor()))], weights=[1.0])
    assert average.fit(X, y).predict(X)[0] == 3
    assert average.fit(X, y, sample_weight=np.array([0.0, 1.0, 3.0])).predict(X)[0] == 5


def test_an_estimator_that_gives_up_is_named() -> None:
    X, y = pd.DataFrame({"a": [1.0, np.nan, 3.0]}), np.array([1.0, 2.0, 6.0])
    branches = [("mean", branch(DummyRegressor())), ("line", branch(LinearRegression()))]
    said = (
        "the estimator line cannot be fitted to 3 rows of this table: Input X contains NaN.; change"
    )
    with pytest.raises(DataError, match=said):
        BranchAverage(branches).fit(X, y)


def test_what_a_branch_says_in_our_words_is_not_said_twice() -> None:
    X, y = pd.DataFrame({"a": [1.0]}), np.array([1.0])
    steps = branch(FunctionTransformer(_refuse), DummyRegressor())
    with pytest.raises(DataError, match=r"^a is odd$"):
        BranchAverage([("mean", steps)]).fit(X, y)


def _refuse(_frame: pd.DataFrame) -> pd.DataFrame:
    message = "a is odd"
    raise DataError(message)
