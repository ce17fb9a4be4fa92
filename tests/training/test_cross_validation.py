"""What training measures before the model on all rows is fitted."""

import functools
import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from runs import judged
from sklearn.model_selection import train_test_split

from regression_model.config.core import ModelConfig
from regression_model.exceptions import DataError
from regression_model.metrics import measure
from regression_model.pipeline import build_pipeline
from regression_model.training.cross_validation import (
    OutOfFold,
    smeared_out_of_fold,
)
from regression_model.training.fitting import check_answers, fit
from regression_model.training.folds import make_folds
from regression_model.training.quality import Quality, summarise
from regression_model.training.sample import Sample
from regression_model.transformers.target import residual_quantiles

Floats = npt.NDArray[np.float64]
SIGMA = 0.6


def settings(prediction: str = "median", **changed: Any) -> ModelConfig:
    given = {
        "target": {"column": "price", "transform": "log", "prediction": prediction},
        "columns": {"area": "number"},
        "evaluation": {"folds": 4, "repeats": 2, "hold_out": 0.25},
        "difficulty": {"max_iter": 3},
        "estimators": {"linear": {"type": "ridge", "alpha": 0.1}},
        "seed": 3,
    }
    return ModelConfig.model_validate(given | changed)


def flats(n_samples: int = 300) -> Sample:
    """Return flats whose prices are lognormal, so that the mean lies far above the median."""
    random = np.random.default_rng(14)
    area = random.uniform(0.0, 2.0, n_samples)
    y = np.exp(1 + area + SIGMA * random.normal(size=n_samples))
    return Sample(pd.DataFrame({"area": area}), y)


@functools.cache
def run(prediction: str) -> tuple[OutOfFold, Quality]:
    return judged(settings(prediction), flats())


def test_medians_are_out_of_fold_whatever_is_answered() -> None:
    sample = flats()
    for prediction in ("median", "mean"):
        found, _ = run(prediction)
        assert found.medians.shape == (2, len(sample))
        assert len(found.folds) == 8
        for i, (train, test) in enumerate(found.folds):
            fitted = fit(build_pipeline(settings()), sample.take(train))
            expected = fitted.predict(sample.X.iloc[test])
            np.testing.assert_allclose(found.medians[i // 4, test], expected, rtol=1e-12)


def test_folds_are_those_of_the_seed_and_the_first_are_of_one_repeat() -> None:
    (found, _), config = run("median"), settings()
    kept, held_out = train_test_split(np.arange(300), test_size=0.25, random_state=3)
    kept.sort()
    expected = make_folds(flats().take(kept), config.evaluation, config.seed)
    for fold, wanted in zip(found.folds, expected, strict=True):
        for rows, positions in zip(fold, wanted, strict=True):
            np.testing.assert_array_equal(rows, kept[positions])
    assert len(found.first_folds) == 4
    tested = np.concatenate([test for _, test in found.first_folds])
    assert sorted(tested) == kept.tolist()
    assert np.isnan(found.medians[:, held_out]).all()


def test_residuals_are_truth_less_prediction_on_the_scores_scale() -> None:
    y = flats().y
    found, _ = run("median")
    np.testing.assert_allclose(found.residuals, np.log(y) - np.log(found.medians[0]), atol=1e-12)


def test_what_is_answered_is_what_is_measured() -> None:
    sample = flats()
    (found, as_median), (_, as_mean) = run("median"), run("mean")
    folds, medians = found.folds, found.medians
    expected = summarise(sample, medians, folds, log=True).pooled
    assert as_median.cross_validation.pooled == expected
    transformer = build_pipeline(settings())[-1].transformer.fit(sample.y.reshape(-1, 1))
    means = smeared_out_of_fold(transformer, sample.y, medians, folds)
    expected = summarise(sample, means, folds, log=True).pooled
    assert as_mean.cross_validation.pooled == expected
    rmse = [quality.cross_validation.pooled.rmse for quality in (as_mean, as_median)]
    rmse_log = [q.cross_validation.pooled.rmse_log or 0 for q in (as_mean, as_median)]
    assert rmse[0] < rmse[1]
    assert rmse_log[0] > rmse_log[1]


@pytest.mark.parametrize("prediction", ["median", "mean"])
def test_bias_is_measured_both_ways_whatever_is_answered(prediction: str) -> None:
    found, quality = run(prediction)
    y = flats().y[~np.isnan(found.medians[0])]
    expected = np.exp(-(SIGMA**2) / 2) - 1
    assert quality.bias_of_median / y.mean() == pytest.approx(expected, abs=0.03)
    assert abs(quality.bias_of_mean / y.mean()) < 0.03
    assert quality.bias_of_median == run("median")[1].bias_of_median
    said = quality.to_dict()["bias_of_median"]
    assert said == pytest.approx(quality.bias_of_median / y.mean(), rel=1e-5)


def test_only_a_model_that_answers_means_is_given_residuals() -> None:
    assert run("median")[0].pipeline[-1].smearing is None
    found, _ = run("mean")
    expected = residual_quantiles(found.residuals[~np.isnan(found.residuals)])
    np.testing.assert_array_equal(found.pipeline[-1].smearing, expected)
    assert not hasattr(found.pipeline[-1], "regressor_")


@pytest.mark.parametrize("prediction", ["median", "mean"])
def test_the_hold_out_is_predicted_by_a_fit_on_the_other_rows(prediction: str) -> None:
    sample = flats()
    found, quality = run(prediction)
    train, test = train_test_split(np.arange(300), test_size=0.25, random_state=3)
    predicted = fit(found.pipeline, sample.take(train)).predict(sample.X.iloc[test])
    assert quality.hold_out == measure(sample.y[test], predicted, log=True)


def test_all_figures_are_plain_data_that_json_can_hold() -> None:
    found = run("mean")[1].to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found) == {
        "cross_validated_pooled", "cross_validated_mean_of_folds", "hold_out", "bias_of_median",
        "bias_of_mean", "intervals",
    }  # fmt: skip


def test_every_part_is_told_of() -> None:
    told: list[tuple[str, int, int]] = []

    def progress(what: str, done: int, total: int) -> None:
        told.append((what, done, total))

    estimators = {
        "linear": {"type": "ridge"},
        "trees": {"type": "extra_trees", "n_estimators": 2},
    }
    config = settings(estimators=estimators, evaluation={"folds": 2})
    judged(config, flats(40), progress)
    fits = ["folds: trees", "folds: trees", "folds: linear", "folds: linear"]
    # the fifth and the sixth are the last fits: the final one, and that beside the hold-out
    expected = [(what, done, 6) for i, what in enumerate(fits) for done in (i, i + 1)]
    assert told == expected


def test_without_a_transform_mean_and_median_are_nearly_one() -> None:
    target = {"column": "price", "transform": "none", "prediction": "mean"}
    sample = flats(80)
    y, (_, quality) = sample.y, judged(settings(target=target), sample)
    assert quality.cross_validation.pooled.rmse_log is None
    assert abs(quality.bias_of_mean / y.mean()) < 0.02
    assert quality.bias_of_median == pytest.approx(quality.bias_of_mean, abs=0.02 * y.mean())


def test_a_target_whose_mean_is_zero_has_a_bias_in_its_own_units_alone() -> None:
    X, y = flats(80).X, flats(80).y
    kept, _ = train_test_split(np.arange(80), test_size=0.25, random_state=3)
    y = np.round(y)
    y[kept] = np.append(y[:30], -y[:30])
    _, found = judged(settings(target={"column": "price"}), Sample(X, y))
    assert y[kept].mean() == 0
    assert np.isfinite(found.bias_of_median)
    assert found.mean_target is None
    said = found.to_dict()
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert not {"bias_of_median", "bias_of_mean"} & said.keys()


@pytest.mark.parametrize("answer", [np.inf, -np.inf, np.nan, 1e200])
def test_answers_that_no_figure_can_be_made_of_end_training_early(answer: float) -> None:
    with pytest.raises(DataError, match=r"answer in row 7 is .* \(1 rows like it\)"):
        check_answers(np.array([1.0, answer, 3.0]), np.array([5, 7, 9]))
