"""Intervals measured honestly: cross-fitted residuals, learned difficulty, coverage and scores."""

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from runs import cross_validate, judged

from regression_model.artifact.intervals import interval_offsets, interval_table
from regression_model.artifact.model import Model
from regression_model.config.core import AppConfig, Config, EvaluationConfig, ModelConfig
from regression_model.estimators.difficulty import DifficultySettings
from regression_model.pipeline import build_pipeline
from regression_model.predict import load_model
from regression_model.train_pipeline import TrainingResult, run_training
from regression_model.training.cross_validation import smeared_out_of_fold
from regression_model.training.division import divide
from regression_model.training.folds import make_folds
from regression_model.training.intervals import IntervalReport
from regression_model.training.residuals import (
    difficulty_input,
    expected_sizes,
    fit_difficulty,
)
from regression_model.training.sample import Sample
from regression_model.transformers.target import (
    make_transformer,
    residual_quantiles,
    smear,
    to_scores,
)

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]
DIFFICULTY: dict[str, Any] = {
    "max_iter": 40, "learning_rate": 0.1, "min_samples_leaf": 15, "max_features": 1.0,
}  # fmt: skip
SETTINGS = DifficultySettings(**DIFFICULTY)


def settings(**changed: Any) -> ModelConfig:
    given = {
        "target": {"column": "price"},
        "columns": {"area": "number", "age": "number"},
        "evaluation": {"folds": 4},
        "difficulty": DIFFICULTY,
        "estimators": {"linear": {"type": "ridge", "alpha": 0.1, "log_skewness": 9}},
    }
    return ModelConfig.model_validate(given | changed)


def flats(n_samples: int, seed: int) -> Sample:
    """Return flats of which the large ones have prices that are ten times as hard to tell."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"area": random.uniform(0, 10, n_samples), "age": random.uniform(0, 5, n_samples)}
    )
    noise = np.where(frame["area"] > 6, 5.0, 0.5) * random.normal(size=n_samples)
    return Sample(frame, np.asarray(100.0 + 3 * frame["area"] - frame["age"] + noise))


def report_of(config: ModelConfig, sample: Sample) -> IntervalReport:
    _, quality = judged(config, sample)
    return quality.intervals


@pytest.fixture(scope="module")
def report() -> IntervalReport:
    return report_of(settings(), flats(300, seed=3))


def test_coverage_is_near_the_level(report: IntervalReport) -> None:
    assert report.level == 0.9
    assert 0.85 < report.scaled.coverage < 0.95
    assert 0.85 < report.constant.coverage < 0.95


def test_scaled_intervals_are_better_where_difficulty_differs(report: IntervalReport) -> None:
    assert report.scaled.mean_score < 0.8 * report.constant.mean_score
    assert report.scaled.mean_width < 0.8 * report.constant.mean_width
    assert min(report.scaled.coverage_by_fifth) > min(report.constant.coverage_by_fifth)
    assert min(report.constant.coverage_by_fifth) < 0.85
    assert len(report.scaled.coverage_by_fifth) == 5


def test_a_report_is_plain_data(report: IntervalReport) -> None:
    found = report.to_dict()
    assert (found["level"], found["nested"]) == (0.9, False)
    assert found["scaled"]["coverage"] == pytest.approx(report.scaled.coverage, rel=1e-5)
    assert list(found["constant"]) == list(found["scaled"])


def test_constant_intervals_are_those_computed_by_hand() -> None:
    config = settings(evaluation={"folds": 4})
    sample = flats(80, seed=5)
    y = sample.y
    found = report_of(config, sample)
    folds = divide(sample, config.evaluation, config.seed).folds
    predicted = cross_validate(build_pipeline(config), sample, folds)[0]
    kept = np.flatnonzero(~np.isnan(predicted))
    lower, upper = np.empty(len(y)), np.empty(len(y))
    for train, test in folds:
        offsets = interval_offsets(interval_table(y[train] - predicted[train]), 0.9)
        lower[test], upper[test] = predicted[test] + offsets[0], predicted[test] + offsets[1]
    y, predicted, lower, upper = y[kept], predicted[kept], lower[kept], upper[kept]
    below, above = np.maximum(lower - y, 0), np.maximum(y - upper, 0)
    assert found.constant.coverage == pytest.approx(np.mean((below == 0) & (above == 0)))
    assert found.constant.mean_width == pytest.approx(np.mean(upper - lower))
    winkler = upper - lower + 2 / 0.1 * (below + above)
    assert found.constant.mean_score == pytest.approx(np.mean(winkler))
    parts = np.array_split(np.argsort(predicted, kind="stable"), 5)
    inside = (y >= lower) & (y <= upper)
    assert found.constant.coverage_by_fifth == pytest.approx([inside[p].mean() for p in parts])


def test_a_small_table_lowers_the_reported_level() -> None:
    config = settings(evaluation={"folds": 2})
    found = report_of(config, flats(20, seed=1))
    assert found.level == pytest.approx(1 - 2 / 10)


def test_difficulty_is_learned_and_positive() -> None:
    X = flats(400, seed=7).X
    random = np.random.default_rng(8)
    residuals = np.where(X["area"] > 6, 5.0, 0.5) * random.normal(size=400)
    inputs = difficulty_input(X.to_numpy(), np.zeros(400))
    assert inputs.shape == (400, 3)
    size = fit_difficulty(SETTINGS, 1, inputs, residuals).predict(inputs)
    assert (size > 0).all()
    assert size[X["area"] > 7].mean() > 5 * size[X["area"] < 5].mean()
    again = fit_difficulty(SETTINGS, 1, inputs, residuals).predict(inputs)
    np.testing.assert_array_equal(again, size)


@pytest.mark.parametrize("residuals", [np.zeros(60), np.full(60, 1e-300), np.eye(1, 60)[0]])
def test_rows_without_any_error_have_a_finite_difficulty(residuals: Floats) -> None:
    inputs = np.random.default_rng(2).normal(size=(60, 2))
    size = fit_difficulty(SETTINGS, 1, inputs, residuals).predict(inputs)
    assert np.isfinite(size).all()
    assert (size > 0).all()


def test_the_size_of_residuals_is_what_the_other_parts_teach() -> None:
    inputs = flats(120, seed=7).X.to_numpy()
    residuals = np.random.default_rng(9).normal(size=120)
    parts = list(np.array_split(np.arange(120), 3))
    sizes = expected_sizes(SETTINGS, 4, inputs, residuals, parts)
    for part in parts:
        rest = np.setdiff1d(np.arange(120), part)
        fitted = fit_difficulty(SETTINGS, 4, inputs[rest], residuals[rest])
        np.testing.assert_array_equal(sizes[part], fitted.predict(inputs[part]))
    wild = residuals.copy()
    wild[parts[0]] *= 1024
    again = expected_sizes(SETTINGS, 4, inputs, wild, parts)
    np.testing.assert_array_equal(again[parts[0]], sizes[parts[0]])
    assert (again[parts[1]] > sizes[parts[1]]).all()


@pytest.mark.parametrize("repeats", [1, 2])
def test_each_fold_is_smeared_with_residuals_of_the_others(repeats: int) -> None:
    random = np.random.default_rng(3)
    y = np.exp(random.normal(1.0, 0.5, 40))
    predictions = np.exp(np.log(y) + 0.4 * random.normal(size=(repeats, 40)))
    sample = Sample(pd.DataFrame({"area": y}), y)
    folds = make_folds(sample, EvaluationConfig(folds=4, repeats=repeats), seed=2)
    transformer = make_transformer("log").fit(y.reshape(-1, 1))
    found = smeared_out_of_fold(transformer, y, predictions, folds)
    for i, (train, test) in enumerate(folds):
        row = predictions[i // 4]
        residuals = residual_quantiles(np.log(y[train]) - np.log(row[train]))
        expected = smear(transformer, to_scores(transformer, row[test]), residuals)
        np.testing.assert_allclose(found[i // 4, test], expected, rtol=1e-12)
    wild = y.copy()
    test = folds[0][1]
    wild[test] *= 10
    again = smeared_out_of_fold(transformer, wild, predictions, folds)
    np.testing.assert_array_equal(again[0, test], found[0, test])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingResult, Model]:
    """Return a model of flats whose difficulty differs, with a price that is logged."""
    path: Path = tmp_path_factory.mktemp("noisy") / "model.zip"
    sample = flats(300, seed=3)
    target = {"column": "price", "transform": "log", "prediction": "mean"}
    config = settings(target=target, evaluation={"folds": 4})
    used = Config(AppConfig(training_data_file="-"), config)
    result = run_training(used, data=sample.X.assign(price=sample.y), artifact_path=path)
    return result, load_model(path)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_rows_that_were_never_seen_are_covered_as_promised(
    trained: tuple[TrainingResult, Model], level: float
) -> None:
    sample = flats(2000, seed=99)
    X, y = sample.X, sample.y
    result = trained[1].predict(X, interval=level)
    lower, upper = np.array(result["lower"], float), np.array(result["upper"], float)
    assert np.mean((y >= lower) & (y <= upper)) == pytest.approx(level, abs=0.05)
    is_hard = X["area"].to_numpy() > 6
    widths = upper - lower
    assert widths[is_hard].mean() > 3 * widths[~is_hard].mean()
    hard, easy = ((y >= lower) & (y <= upper))[is_hard], ((y >= lower) & (y <= upper))[~is_hard]
    assert abs(hard.mean() - easy.mean()) < 0.15


def test_widths_grow_with_the_level(trained: tuple[TrainingResult, Model]) -> None:
    X = flats(50, seed=98).X
    found = [trained[1].predict(X, interval=level) for level in (0.5, 0.7, 0.9, 0.99)]
    ends = [(np.array(r["lower"], float), np.array(r["upper"], float)) for r in found]
    for (low, high), (lower, higher) in itertools.pairwise(ends):
        assert (lower < low).all()
        assert (higher > high).all()


def test_the_table_holds_scaled_residuals_of_all_rows(
    trained: tuple[TrainingResult, Model],
) -> None:
    _, model = trained
    table = model.facts["intervals"]
    assert table["n_residuals"] == 270
    assert 1 < table["upper"][15] < 5
    assert -5 < table["lower"][15] < -1
