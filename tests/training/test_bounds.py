"""Bounds of the target in training: figures, intervals and artifact are of bounded answers."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from runs import judged

from regression_model.artifact.self_test import run_self_test
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.exceptions import DataError
from regression_model.metrics import measure
from regression_model.predict import load_model
from regression_model.train_pipeline import TrainingResult, run_training
from regression_model.training.sample import Sample

Floats = npt.NDArray[np.float64]
BOUNDS = {"minimum": 0, "maximum": 4}


def table() -> tuple[pd.DataFrame, Floats]:
    """Return columns, and a target many of whose rows are at one of its bounds."""
    random = np.random.default_rng(1)
    X = pd.DataFrame({"a": random.normal(size=200), "b": random.normal(size=200)})
    y = 2 * X["a"] + X["b"] + 0.3 * random.normal(size=200)
    return X, np.clip(y.to_numpy(), 0, 4)


def config(**target: Any) -> ModelConfig:
    return ModelConfig.model_validate(
        {
            "target": {"column": "y", **target},
            "columns": {"a": "number", "b": "number"},
            "average": "learned",
            "estimators": {
                "linear": {"type": "ridge", "clip_quantile": "none", "log_skewness": "none"},
                "trees": {"type": "hist_gradient_boosting", "max_iter": 10},
            },
            "evaluation": {"folds": 4, "hold_out": 0.2},
            "difficulty": {"max_iter": 5},
        }
    )


@cache
def trained(transform: str, prediction: str) -> TrainingResult:
    X, y = table()
    settings = config(**BOUNDS, transform=transform, prediction=prediction)
    return run_training(Config(AppConfig(training_data_file="-"), settings), data=X.assign(y=y))


SCALES = [("none", "median"), ("sqrt", "mean"), ("log1p", "mean")]


@pytest.mark.parametrize(("transform", "prediction"), SCALES)
def test_all_that_an_artifact_answers_is_within_the_bounds(
    transform: str, prediction: str, tmp_path: Path
) -> None:
    X, _ = table()
    path = tmp_path / "bounded.zip"
    trained(transform, prediction).save(path)
    model = load_model(path)
    result = model.predict(pd.concat([X, 5 * X, -5 * X]), interval=0.9, explain=True)
    answers, lower, upper = (
        np.array(each, dtype=np.float64)
        for each in (result["predictions"], result["lower"], result["upper"])
    )
    assert {answers.min(), lower.min()} == {0.0}
    assert upper.max() == 4.0
    assert answers.max() <= 4.0
    if prediction == "median":
        assert ((lower <= answers) & (answers <= upper)).all()
    scores = []
    for explanation in result["explanations"]:
        assert explanation is not None
        total = explanation["base"] + sum(explanation["contributions"].values())
        assert total == pytest.approx(explanation["score"], abs=1e-9)
        scores.append(explanation["score"])
    assert len(set(scores)) > len(set(answers))  # scores go on where answers are at a bound
    assert model.facts["target"]["minimum"] == 0
    assert model.facts["format_version"] == 3
    assert run_self_test(model).problems == []


def test_figures_are_those_of_bounded_answers() -> None:
    X, y = table()
    sample = Sample(X, y)
    free, quality_of_free = judged(config(), sample)
    bounded, quality = judged(config(**BOUNDS), sample)
    np.testing.assert_array_equal(bounded.medians, np.clip(free.medians, 0, 4))
    np.testing.assert_array_equal(bounded.means, np.clip(free.means, 0, 4))
    np.testing.assert_array_equal(bounded.scores, free.scores)
    pooled = quality.cross_validation.pooled
    seen = ~np.isnan(bounded.medians[0])
    assert pooled == measure(y[seen], bounded.medians[0][seen], log=False)
    assert pooled.rmse < quality_of_free.cross_validation.pooled.rmse
    assert quality.hold_out.rmse < quality_of_free.hold_out.rmse
    assert quality.bias_of_median == pytest.approx(np.nanmean(bounded.medians - y))


def test_bounds_make_intervals_narrower_and_cover_no_less() -> None:
    sample = Sample(*table())
    free, bounded = (judged(config(**b), sample)[1].intervals for b in ({}, BOUNDS))
    for name in ("scaled", "constant"):
        before, after = getattr(free, name), getattr(bounded, name)
        assert after.mean_width < before.mean_width
        assert after.coverage >= before.coverage
        assert after.mean_score < before.mean_score


def test_losses_by_which_models_are_compared_are_of_bounded_answers() -> None:
    losses = trained("none", "median").artifact.model["fold_losses"]
    X, y = table()
    out_of_fold, _ = judged(config(**BOUNDS), Sample(X, y))
    expected = [np.mean((y[t] - out_of_fold.medians[0][t]) ** 2) for _, t in out_of_fold.folds]
    np.testing.assert_allclose(losses["target"], expected, rtol=1e-12)


def test_targets_outside_are_listed() -> None:
    X, y = table()
    y = y.copy()
    y[[3, 8]] = -1.0, 5.5
    settings = config(**BOUNDS)
    with pytest.raises(DataError) as refusal:
        run_training(Config(AppConfig(training_data_file="-"), settings), data=X.assign(y=y))
    assert "row 3" in str(refusal.value)
    assert "y is -1; the least that is allowed is 0" in str(refusal.value)
    assert "y is 5.5; the most that is allowed is 4" in str(refusal.value)


def test_without_bounds_an_artifact_says_nothing_of_any() -> None:
    X, y = table()
    result = run_training(Config(AppConfig(training_data_file="-"), config()), data=X.assign(y=y))
    assert result.artifact.model["target"].keys() == {"column", "transform", "prediction", "unit"}
    assert (
        result.artifact.model["config"]["target"].keys() == result.artifact.model["target"].keys()
    )
