"""What every estimator that a config may name promises, whichever it is."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_arrays import answers
from sklearn.base import clone
from sklearn.neighbors import KNeighborsRegressor

from regression_model.estimators.estimator import Estimator, Features
from regression_model.estimators.fitted import LEAF, Linear, Trees
from regression_model.estimators.registry import (
    ESTIMATOR_SETTINGS,
    ESTIMATORS,
    estimator_of,
    is_linear,
    monotonic_estimators,
    read_fitted,
)
from regression_model.exceptions import MissingExtraError

Floats = npt.NDArray[np.float64]
NAMES = ["a", "b", "c"]
CELLS = [0.1, 0.2, 1 / 3, 1e-30, 1e30, -7.0, 16777217.0, 16777219.0, 0.0, -0.0]
SMALL = {
    "n_estimators": 6, "max_iter": 6, "iterations": 6, "min_samples_leaf": 2,
    "min_child_samples": 2, "max_features": 1.0, "colsample_bytree": 1.0,
}  # fmt: skip


def small_settings(kind: str) -> Any:
    """Return settings under which trees are few, and grow."""
    known = ESTIMATOR_SETTINGS[kind]
    wanted = (
        {}
        if is_linear(ESTIMATORS[kind])
        else {k: v for k, v in SMALL.items() if k in known.model_fields}
    )
    return known.model_validate({"type": kind, **wanted})


def table(kind: str, seed: int) -> tuple[pd.DataFrame, Floats]:
    random = np.random.default_rng(seed)
    cells = [*CELLS, np.nan] if ESTIMATORS[kind].sees_missing else CELLS
    X = pd.DataFrame(random.choice(cells, (80, len(NAMES))), columns=NAMES)
    if is_linear(ESTIMATORS[kind]):
        X = pd.DataFrame(random.normal(size=X.shape), columns=NAMES)
    return X, random.normal(size=len(X)) + X["a"].fillna(2.0).clip(-1, 1).to_numpy()


def fitted(kind: str, seed: int, **features: Any) -> tuple[Any, pd.DataFrame]:
    X, y = table(kind, seed)
    model = ESTIMATORS[kind].build(small_settings(kind), Features(NAMES, [], **features), seed)
    return model.fit(X, y, sample_weight=np.random.default_rng(seed).random(len(y)) + 0.5), X


def rows_at_thresholds(state: Linear | Trees | None, X: pd.DataFrame, seed: int) -> Floats:
    cells = X.to_numpy().ravel()
    if isinstance(state, Trees):
        inner = [tree.threshold[tree.left != LEAF] for tree in state.trees]
        at = np.concatenate(inner)
        at = at[np.abs(at) <= 1e30]  # no cell is larger
        single = at.astype(np.float32)
        cells = np.concatenate(
            [cells, at, np.nextafter(at, np.inf), np.nextafter(at, -np.inf), single,
             np.nextafter(single, np.float32(np.inf)), [0.0, -0.0, 1e30, -1e30]]
        )  # fmt: skip
    return np.random.default_rng(seed).choice(cells, (60, len(NAMES)))


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_the_word_of_an_estimator_is_that_of_its_settings(kind: str) -> None:
    (word,) = get_args(ESTIMATOR_SETTINGS[kind].model_fields["type"].annotation)
    assert word == kind == ESTIMATORS[kind].name
    assert estimator_of(small_settings(kind)) is ESTIMATORS[kind]


@pytest.mark.parametrize("kind", ESTIMATORS)
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 10**6))
def test_the_plain_arrays_of_a_fitted_model_answer_as_it_does(kind: str, seed: int) -> None:
    model, X = fitted(kind, seed)
    state = read_fitted(model)
    rows = rows_at_thresholds(state, X, seed)
    expected = model.predict(pd.DataFrame(rows, columns=NAMES))
    np.testing.assert_allclose(answers(state, rows), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_covers_of_trees_are_positive_and_add_up(kind: str) -> None:
    state = read_fitted(fitted(kind, 3)[0])
    for tree in state.trees if isinstance(state, Trees) else ():
        assert (tree.cover > 0).all()
        inner = tree.left != LEAF
        below = tree.cover[tree.left[inner]] + tree.cover[tree.right[inner]]
        np.testing.assert_allclose(tree.cover[inner], below)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_equal_seeds_fit_equal_models(kind: str) -> None:
    model, X = fitted(kind, 5)
    again, _ = fitted(kind, 5)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert type(clone(model)) is type(model)


@pytest.mark.parametrize("kind", monotonic_estimators())
@pytest.mark.parametrize("direction", [1, -1])
def test_those_that_say_so_keep_a_direction(kind: str, direction: int) -> None:
    model, X = fitted(kind, 7, directions={"a": direction})
    rows = pd.DataFrame(np.repeat(X.to_numpy()[:20], 40, axis=0), columns=NAMES)
    rows["a"] = np.tile(np.linspace(-8.0, 8.0, 40), 20)
    steps = np.diff(model.predict(rows).reshape(20, 40), axis=1)
    assert (direction * steps >= -1e-12).all()


def test_a_model_that_no_estimator_makes_has_no_state() -> None:
    assert read_fitted(KNeighborsRegressor()) is None
    assert read_fitted(object()) is None


def test_all_that_a_config_needs_of_estimators_loads_no_library() -> None:
    code = (
        "import sys, regression_model.estimators.registry, regression_model.estimators.difficulty\n"
        "names = {'sklearn', 'pandas', 'scipy', 'lightgbm', 'catboost', 'onnx', 'joblib'}\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & names))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", ["lightgbm", "catboost"])
def test_a_library_that_does_not_load_is_told_apart_from_one_that_is_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    """So it is where a library of the system's, such as OpenMP's, is not installed."""
    build = partial(ESTIMATORS[kind].build, small_settings(kind), Features([], []), seed=1)
    broken = tmp_path / f"{kind}.py"
    broken.write_text('raise OSError("libgomp.so.1: cannot open shared object file")\n', "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == kind]:
        monkeypatch.delitem(sys.modules, name)
    said = rf"the estimator {kind} needs {kind}, which fails: libgomp\.so\.1: cannot open"
    with pytest.raises(MissingExtraError, match=said):
        build()
    broken.write_text("import a_library_of_its_own\n", "utf-8")
    monkeypatch.delitem(sys.modules, kind, raising=False)
    with pytest.raises(MissingExtraError, match=r"needs a_library_of_its_own, which is not inst"):
        build()


def test_estimators_are_objects_that_say_all_of_it() -> None:
    for kind, estimator in ESTIMATORS.items():
        assert isinstance(estimator, Estimator)
        shared, own = estimator.shared.model_fields, estimator.parameters(small_settings(kind))
        assert own.keys() | shared.keys() | {"type"} == estimator.settings.model_fields.keys()
        assert not own.keys() & shared.keys()
