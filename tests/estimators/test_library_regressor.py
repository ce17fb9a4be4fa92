"""A boosting library behind scikit-learn's rules: any names, any weights, nothing to learn."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from plain_arrays import answers
from sklearn.utils.estimator_checks import estimator_checks_generator

from regression_model.config.core import ModelConfig
from regression_model.estimators.estimator import Features
from regression_model.estimators.fitted import Trees
from regression_model.estimators.registry import ESTIMATOR_SETTINGS, ESTIMATORS, read_fitted
from regression_model.exceptions import DataError, MissingExtraError
from regression_model.pipeline import build_pipeline

Floats = npt.NDArray[np.float64]
KINDS: dict[str, dict[str, Any]] = {
    "lightgbm": {"n_estimators": 10, "min_child_samples": 2, "colsample_bytree": 1.0},
    "catboost": {"iterations": 10, "depth": 3, "learning_rate": 0.3},
}
INEXACT = {
    "check_sample_weight_equivalence_on_dense_data": "bins and samples count rows, not weights",
}


def regressor(kind: str, features: Features | None = None, **settings: Any) -> Any:
    given = {"type": kind, **KINDS[kind], **settings}
    known = ESTIMATOR_SETTINGS[kind].model_validate(given)
    return ESTIMATORS[kind].build(known, features or Features([], []), seed=3)


def scikit_learns_checks() -> Iterator[Any]:
    """Yield checks under names that are the same in every process: a regressor holds a function."""
    for kind in KINDS:
        checks = estimator_checks_generator(
            regressor(kind), expected_failed_checks=INEXACT, mark="xfail"
        )
        for position, each in enumerate(checks):
            values, marks = getattr(each, "values", each), getattr(each, "marks", ())
            yield pytest.param(*values, marks=marks, id=f"{kind}-{position}")


@pytest.mark.parametrize(("estimator", "check"), list(scikit_learns_checks()))
def test_it_is_an_estimator_as_scikit_learn_wants_them(estimator: Any, check: Any) -> None:
    check(estimator)


def table(n_samples: int = 120, seed: int = 1) -> tuple[pd.DataFrame, Floats]:
    random = np.random.default_rng(seed)
    X = pd.DataFrame(random.normal(size=(n_samples, 3)), columns=["a", "b", "c"])
    y = 2 * X["a"] + X["b"] ** 2 + 0.1 * random.normal(size=n_samples)
    return X.mask(random.random(X.shape) < 0.1), y.to_numpy()


@pytest.mark.parametrize("kind", KINDS)
def test_columns_may_have_any_name(kind: str) -> None:
    X, y = table()
    odd = X.set_axis(["length [m]", "a,b:{c}", '"Größe"'], axis=1)
    plain, named = regressor(kind).fit(X, y), regressor(kind).fit(odd, y)
    np.testing.assert_array_equal(named.predict(odd), plain.predict(X))
    assert named.feature_names_in_.tolist() == odd.columns.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_only_proportions_of_weights_matter(kind: str) -> None:
    X, y = table()
    weights = np.random.default_rng(2).random(len(y)) + 0.1
    expected = regressor(kind).fit(X, y, sample_weight=weights).predict(X)
    for factor in (1e-12, 2.0**30):
        scaled = regressor(kind).fit(X, y, sample_weight=weights * factor).predict(X)
        np.testing.assert_allclose(scaled, expected, rtol=1e-6, atol=1e-6)
    without = regressor(kind).fit(X[:80], y[:80]).predict(X)
    zero = np.r_[np.ones(80), np.zeros(40)]
    np.testing.assert_array_equal(regressor(kind).fit(X, y, sample_weight=zero).predict(X), without)
    assert not np.allclose(expected, regressor(kind).fit(X, y).predict(X))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["features", "unknown features", "targets", "one row"])
def test_where_nothing_can_be_learned_the_mean_is_left(kind: str, what: str) -> None:
    X, y = table()
    if what == "targets":
        y = np.full(len(y), 7.0)
    elif what == "one row":
        X, y = X[:1], y[:1]
    else:
        X = X * np.nan if what == "unknown features" else X * 0 + 1
        X = X.fillna(1.0) if what == "features" else X
    weights = np.arange(1.0, len(y) + 1)
    model = regressor(kind).fit(X, y, sample_weight=weights)
    state = read_fitted(model)
    assert isinstance(state, Trees)
    (leaf,) = state.trees
    np.testing.assert_allclose(leaf.value, [np.average(y, weights=weights)])
    np.testing.assert_allclose(model.predict(table()[0]), leaf.value[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_samples", [2, 3, 8, 30])
def test_few_rows_are_all_taken_whatever_the_share(kind: str, n_samples: int) -> None:
    X, y = table(n_samples)
    small = regressor(kind, subsample=0.01).fit(X, y)
    assert np.isfinite(small.predict(X)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_of_many_rows_is_a_sample(kind: str) -> None:
    X, y = table(400)
    assert not np.array_equal(
        regressor(kind, subsample=0.3).fit(X, y).predict(X), regressor(kind).fit(X, y).predict(X)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_fitting_is_silent_writes_no_files_and_takes_any_seed(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    X, y = table()
    known = ESTIMATOR_SETTINGS[kind].model_validate({"type": kind, **KINDS[kind]})
    for seed in (0, 2**31, 2**32 - 1):
        model = ESTIMATORS[kind].build(known, Features([], []), seed).fit(X, y)
        assert read_fitted(model) is not None
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def ends_of_ranges() -> Iterator[tuple[str, str, float]]:
    """Yield the least and the largest value of every number that a library is given."""
    for kind in KINDS:
        shared = ESTIMATORS[kind].shared.model_fields
        for name, field in ESTIMATOR_SETTINGS[kind].model_fields.items():
            if name in shared or name == "type":
                continue
            limits = {type(limit).__name__: limit for limit in field.metadata}
            yield kind, name, limits["Ge"].ge
            if name not in {"n_estimators", "iterations"}:  # which would take forever
                yield kind, name, limits["Le"].le


@pytest.mark.parametrize(("kind", "name", "value"), list(ends_of_ranges()))
def test_what_a_config_may_say_a_library_takes_in_silence(
    kind: str, name: str, value: float, capfd: pytest.CaptureFixture[str]
) -> None:
    X, y = table(40)
    settings: dict[str, Any] = {name: value}
    model = regressor(kind, **settings).fit(X, y)
    state = read_fitted(model)
    assert state is not None
    np.testing.assert_allclose(answers(state, X.to_numpy()), model.predict(X), atol=1e-12)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("scale", [1e-300, 1e-310, 1e30])
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_any_size_are_learned_from_or_the_mean_is_left(kind: str, scale: float) -> None:
    X, y = table()
    large = scale > 1
    for features, targets in ((X * scale, y), (X, y if large else y * scale), (X, y * 1e-9 + 1e9)):
        model = regressor(kind).fit(features, targets)
        state = read_fitted(model)
        assert state is not None
        expected = model.predict(features)
        np.testing.assert_allclose(answers(state, features.to_numpy()), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_library_refuses_is_said_in_words_with_the_branch(kind: str) -> None:
    X, y = table()
    config = ModelConfig.model_validate(
        {
            "target": {"column": "y"},
            "columns": dict.fromkeys(X.columns, "number"),
            "estimators": {"it": {"type": kind, **KINDS[kind]}},
        }
    )
    pipeline = build_pipeline(config)
    wrong = {"catboost": "depth", "lightgbm": "max_bin"}[kind]
    (branch,) = (branch for _, branch in pipeline[-1].regressor.estimators)
    branch[-1].estimator.set_params(**{wrong: -5})
    with pytest.raises(DataError, match="the estimator it cannot be fitted to 120 rows"):
        pipeline.fit(X, y)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_library_building_names_the_extra(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, kind, None)
    with pytest.raises(MissingExtraError, match=rf"{kind} needs {kind}.*regression\[train\]"):
        regressor(kind)
