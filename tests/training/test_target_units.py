"""The unit that a target is counted in is no part of the model."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.self_test import run_self_test
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.metrics import exact_unit, measure, spread
from regression_model.pipeline import build_pipeline
from regression_model.predict import load_model
from regression_model.train_pipeline import run_training
from regression_model.training.averaging import convex_weights
from regression_model.training.fitting import fit
from regression_model.training.residuals import fit_difficulty
from regression_model.training.sample import Sample

Floats = npt.NDArray[np.float64]
N_ROWS = 90
ESTIMATORS: dict[str, dict[str, Any]] = {
    "ridge": {},
    "lasso": {"alpha": 0.05},
    "elastic_net": {"alpha": 0.05},
    "huber": {"alpha": 1.0},
    "gradient_boosting": {"n_estimators": 10},
    "hist_gradient_boosting": {"max_iter": 10},
    "lightgbm": {"n_estimators": 10},
    "catboost": {"iterations": 10},
    "random_forest": {"n_estimators": 5},
    "extra_trees": {"n_estimators": 5},
}
POWERS = (-250, -20, -9, 12, 29)


def table() -> tuple[pd.DataFrame, Floats]:
    random = np.random.default_rng(8)
    X = pd.DataFrame({"a": random.normal(size=N_ROWS), "b": random.choice(list("pqr"), N_ROWS)})
    return X, np.exp(0.7 * X["a"] + (X["b"] == "p") + random.normal(0, 0.2, N_ROWS)).to_numpy()


def config(kind: str, transform: str) -> ModelConfig:
    return ModelConfig(
        target={"column": "y", "transform": transform},
        columns={"a": "number", "b": "category"},
        estimators={"it": {"type": kind, **ESTIMATORS[kind]}},
        evaluation={"folds": 2, "hold_out": 0.2},
        difficulty={"max_iter": 5, "min_samples_leaf": 10},
    )


@cache
def answers(kind: str, transform: str, power: int) -> Floats:
    X, y = table()
    unit = float(f"1e{power}")
    predicted: Floats = fit(build_pipeline(config(kind, transform)), Sample(X, y * unit)).predict(X)
    return predicted / unit


@pytest.mark.parametrize("transform", ["none", "sqrt"])
@pytest.mark.parametrize("kind", ESTIMATORS)
def test_a_target_in_another_unit_gives_the_same_model_in_that_unit(
    kind: str, transform: str
) -> None:
    _, y = table()
    expected = measure(y, answers(kind, transform, 0), log=False).r2
    assert expected is not None
    assert expected > 0.2
    for power in POWERS:
        found = measure(y, answers(kind, transform, power), log=False).r2
        assert found == pytest.approx(expected, abs=1e-4), power


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_a_target_far_from_zero_is_learned_as_well_as_one_near_it(kind: str) -> None:
    X, y = table()
    y = np.round(y, 2)
    near, far = (
        fit(build_pipeline(config(kind, "none")), Sample(X, y + offset)).predict(X) - offset
        for offset in (0.0, 1e9)
    )
    r2 = measure(y, near, log=False).r2
    assert measure(y, far, log=False).r2 == pytest.approx(r2, abs=0.01)


def test_a_logged_target_stays_as_it_is() -> None:
    X, y = table()
    fitted = fit(build_pipeline(config("lasso", "log")), Sample(X, y))
    assert (fitted[-1].regressor_.unit_, fitted[-1].regressor_.centre_) == (1, 0)


@pytest.mark.parametrize("power", [-200, -20, 25])
def test_intervals_and_explanations_are_in_the_unit_of_the_target(
    power: int, tmp_path: Path
) -> None:
    X, y = table()
    found = []
    for name, unit in (("one", 1.0), ("other", float(f"1e{power}"))):
        path = tmp_path / f"{name}.zip"
        settings_ = Config(AppConfig(training_data_file="-"), config("ridge", "none"))
        run_training(settings_, data=X.assign(y=y * unit), artifact_path=path)
        model = load_model(path)
        answer = model.predict(X.iloc[:5], interval=0.8, explain=True)
        explanations = [e for e in answer["explanations"] if e is not None]
        assert len(explanations) == 5
        parts = [[e["base"], *e["contributions"].values()] for e in explanations]
        lists = (answer["predictions"], answer["lower"], answer["upper"], *parts)
        found.append(np.hstack([np.array(each) / unit for each in lists]))
        np.testing.assert_allclose(
            np.array(answer["predictions"]) / unit, np.sum(parts, axis=1) / unit, rtol=1e-9
        )
        assert run_self_test(model).problems == []
        model.facts["examples"][0]["prediction"] *= 1 + 1e-6
        model.facts["examples"][1]["explanation"]["contributions"]["a"] += unit * 1e-5
        assert len(run_self_test(model).problems) == 2
    np.testing.assert_allclose(found[1], found[0], rtol=1e-6)


@pytest.mark.parametrize("power", POWERS)
def test_difficulty_is_learned_in_the_unit_of_the_residuals(power: int) -> None:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(120, 2))
    residuals, unit = random.normal(size=120) * np.exp(inputs[:, 0]), float(f"1e{power}")
    difficulty = config("ridge", "none").difficulty
    expected = fit_difficulty(difficulty, 0, inputs, residuals).predict(inputs)
    found = fit_difficulty(difficulty, 0, inputs, residuals * unit).predict(inputs)
    np.testing.assert_allclose(found / unit, expected, rtol=1e-6)
    assert expected.max() > 2 * expected.min()


SIZES = st.floats(-1e3, 1e3).filter(lambda v: v == 0 or abs(v) > 1e-9)


@settings(deadline=None)
@given(
    values=st.lists(st.tuples(SIZES, SIZES), min_size=2, max_size=9), power=st.integers(-700, 80)
)
def test_figures_are_in_proportion_to_last_bit(
    values: list[tuple[float, float]], power: int
) -> None:
    y, predictions = np.array(values).T
    unit = 2.0**power
    one, other = (measure(y * u, predictions * u, log=False) for u in (1.0, unit))
    assert (other.rmse, other.mae, other.r2) == (one.rmse * unit, one.mae * unit, one.r2)
    assert spread(y * unit) == (spread(y) * unit if y.any() else 1.0)
    assert (np.abs(y) / exact_unit(y) <= 1).all()


@pytest.mark.parametrize("power", [-300, -160, 28])
def test_weights_do_not_depend_on_the_unit(power: int) -> None:
    random = np.random.default_rng(1)
    y = random.normal(size=60)
    predictions = y[:, None] + random.normal(size=(60, 3)) * [0.2, 0.3, 0.9]
    expected = convex_weights(predictions, y, prior_rows=20)
    unit = 2.0 ** int(power * np.log2(10))
    np.testing.assert_array_equal(
        convex_weights(predictions * unit, y * unit, prior_rows=20), expected
    )
