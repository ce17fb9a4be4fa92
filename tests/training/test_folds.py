"""Metrics, folds, cross-validation and the hold-out."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from runs import choose_all, cross_validate, judged
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from regression_model.config.core import EvaluationConfig, ModelConfig
from regression_model.exceptions import DataError
from regression_model.metrics import Metrics, measure
from regression_model.pipeline import build_pipeline
from regression_model.training.division import divide
from regression_model.training.folds import folds_digest, make_folds
from regression_model.training.quality import summarise
from regression_model.training.sample import Sample


def flats(n_samples: int = 30) -> pd.DataFrame:
    random = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "area": random.uniform(30.0, 200.0, n_samples),
            "place": random.choice(["north", "south"], n_samples),
        }
    )


def prices() -> Any:
    return 1000.0 + 20.0 * flats()["area"].to_numpy()


ESTIMATORS: dict[str, Any] = {
    "linear": {"type": "ridge", "rare_level_count": 2},
    "trees": {"type": "gradient_boosting", "n_estimators": 5, "min_samples_leaf": 2},
}


def settings(*, estimators: Any = None, seed: int = 4, **evaluation: Any) -> ModelConfig:
    config = {
        "target": {"column": "price"},
        "columns": {"area": "number", "place": "category"},
        "estimators": ESTIMATORS if estimators is None else estimators,
        "evaluation": evaluation,
        "difficulty": {"max_iter": 2},
        "seed": seed,
    }
    return ModelConfig.model_validate(config)


@pytest.fixture
def pipeline() -> Pipeline:
    return build_pipeline(settings())


def test_metrics_are_those_computed_by_hand() -> None:
    y, predictions = np.array([100.0, 200.0, 400.0]), np.array([200.0, 200.0, 100.0])
    metrics = measure(y, predictions, log=True)
    assert metrics.mae == pytest.approx(400 / 3)
    assert metrics.rmse == pytest.approx(math.sqrt((100**2 + 300**2) / 3))
    assert metrics.rmse_log == pytest.approx(math.log(2) * math.sqrt((1 + 4) / 3))
    mean = 700 / 3
    spread = sum((value - mean) ** 2 for value in (100, 200, 400))
    assert metrics.r2 == pytest.approx(1 - 100_000 / spread)


def test_there_is_no_error_of_the_logarithm_where_none_is_wanted() -> None:
    metrics = measure(np.array([-1.0, 1.0]), np.array([-1.0, 2.0]), log=False)
    assert metrics.rmse_log is None
    assert set(metrics.to_dict()) == {"rmse", "mae", "r2"}


def test_metrics_are_written_to_six_digits() -> None:
    metrics = Metrics(rmse_log=0.123456789, rmse=23456.789, mae=1.0, r2=0.9)
    assert metrics.to_dict() == {"rmse_log": 0.123457, "rmse": 23456.8, "mae": 1.0, "r2": 0.9}


def rows(n_samples: int, **known: Any) -> Sample:
    return Sample(pd.DataFrame({"x": range(n_samples)}), np.zeros(n_samples), **known)


@pytest.mark.parametrize(("n_folds", "n_repeats"), [(2, 1), (3, 2), (10, 3)])
def test_every_row_is_tested_once_per_repeat_and_never_trained_on_then(
    n_folds: int, n_repeats: int
) -> None:
    settings = EvaluationConfig(folds=n_folds, repeats=n_repeats)
    folds = make_folds(rows(23), settings, seed=1)
    assert len(folds) == n_folds * n_repeats
    for i in range(n_repeats):
        tested = np.concatenate([test for _, test in folds[i * n_folds : (i + 1) * n_folds]])
        assert sorted(tested) == list(range(23))
    assert all(sorted([*train, *test]) == list(range(23)) for train, test in folds)


def test_the_digest_of_folds_changes_with_whatever_they_hang_on() -> None:
    base = folds_digest(make_folds(rows(23), EvaluationConfig(folds=3), seed=1))
    others = [
        folds_digest(make_folds(rows(24), EvaluationConfig(folds=3), seed=1)),
        folds_digest(make_folds(rows(23), EvaluationConfig(folds=4), seed=1)),
        folds_digest(make_folds(rows(23), EvaluationConfig(folds=3, repeats=2), seed=1)),
        folds_digest(make_folds(rows(23), EvaluationConfig(folds=3), seed=2)),
    ]
    assert folds_digest(make_folds(rows(23), EvaluationConfig(folds=3), seed=1)) == base
    assert len({base, *others}) == 5
    assert len(base) == 64


def test_a_group_of_nearly_all_rows_is_refused_before_anything_is_fitted() -> None:
    sample = rows(20, groups=np.array([0] * 19 + [1]))
    with pytest.raises(DataError, match="nearly all rows are of one group; leave group_column out"):
        make_folds(sample, EvaluationConfig(folds=2), 1)


def test_each_score_is_by_a_branch_fitted_without_the_row() -> None:
    sample = Sample(flats(), prices())
    found = choose_all(settings(folds=3, repeats=2), sample)
    expected = np.full((2, len(sample), 2), np.nan)
    for i, (train, test) in enumerate(found.division.folds):
        for place, branch in enumerate(ESTIMATORS):
            alone = build_pipeline(settings(estimators={branch: ESTIMATORS[branch]}))
            fitted = clone(alone).fit(sample.X.iloc[train], sample.y[train])
            expected[i // 3, test, place] = fitted.predict(sample.X.iloc[test])
    np.testing.assert_allclose(found.scores.scores, expected, rtol=1e-12)


def test_the_average_of_scores_is_what_the_whole_pipeline_predicts() -> None:
    sample = Sample(flats(), prices())
    found, _ = judged(settings(folds=3, repeats=2), sample)
    expected = cross_validate(build_pipeline(settings()), sample, found.folds, 2)
    np.testing.assert_allclose(found.medians, expected, rtol=1e-12)


def test_a_rows_own_target_does_not_touch_its_prediction() -> None:
    X, y = flats(), prices()
    config = settings(folds=3)
    folds = divide(Sample(X, y), config.evaluation, config.seed).folds
    together = folds[0][1]
    wild = y.copy()
    wild[together[0]] = 1e6
    first, second = (judged(config, Sample(X, target))[0].medians[0] for target in (y, wild))
    np.testing.assert_array_equal(second[together], first[together])
    others = np.concatenate([test for _, test in folds[1:]])
    assert (second[others] != first[others]).any()


def test_pooled_metrics_are_over_all_rows_and_the_others_a_mean_of_folds(
    pipeline: Pipeline,
) -> None:
    X, y = flats(), prices()
    sample = Sample(X, y)
    folds = make_folds(sample, EvaluationConfig(folds=4), seed=4)
    predicted = cross_validate(pipeline, sample, folds)
    validated = summarise(sample, predicted, folds, log=True)
    np.testing.assert_array_equal(validated.predictions, predicted)
    out_of_fold = predicted[0]
    assert validated.pooled == measure(y, out_of_fold, log=True)
    by_fold = [measure(y[test], out_of_fold[test], log=True) for _, test in folds]
    assert validated.mean_of_folds.mae == pytest.approx(np.mean([m.mae for m in by_fold]))
    assert validated.mean_of_folds.rmse_log == pytest.approx(
        np.mean([m.rmse_log or 0.0 for m in by_fold])
    )


def test_training_leaves_the_table_as_it_was() -> None:
    X, y = flats(), prices()
    judged(settings(folds=2), Sample(X, y))
    pd.testing.assert_frame_equal(X, flats())
    np.testing.assert_array_equal(y, prices())


def test_the_hold_out_is_repeatable_and_hangs_on_its_seed() -> None:
    sample = Sample(flats(), prices())
    first, again, other = (
        judged(settings(folds=2, hold_out=0.3, seed=seed), sample)[1].hold_out for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
    assert first.r2 is not None
    assert first.r2 > 0.5


SHARED: dict[str, Any] = {
    "random": {},
    "groups": {"groups": np.arange(60) % 6},
    "times": {"times": np.arange(60.0)},
}


@pytest.mark.parametrize("shared", SHARED)
def test_rows_of_the_hold_out_are_in_no_fold(shared: str) -> None:
    sample = Sample(flats(60), np.arange(60.0), **SHARED[shared])
    found = divide(sample, EvaluationConfig(folds=5, hold_out=0.3), 1)
    _, held_out = found.hold_out
    assert found.is_apart
    assert len(held_out)
    for fold in found.folds:
        assert not np.isin(np.concatenate(fold), held_out).any()
    # of six groups one or two are held out; five folds of the others may be one too many
    assert found.n_folds == (4 if shared == "groups" else 5)


def test_where_the_other_rows_make_no_folds_the_hold_out_is_no_second_opinion(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sample = Sample(flats(), prices(), groups=np.arange(30) % 2)
    found = divide(sample, EvaluationConfig(folds=2, hold_out=0.3), 1)
    assert not found.is_apart
    assert sorted(np.concatenate([test for _, test in found.folds])) == list(range(30))
    assert "make no two folds" in caplog.text
