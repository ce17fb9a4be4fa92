"""Each fit is made once, and what judges a row never saw it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from runs import choose_all, judged

from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.estimators import registry, ridge
from regression_model.estimators.estimator import Features
from regression_model.train_pipeline import run_training
from regression_model.training import scale
from regression_model.training.choice import choose_weights
from regression_model.training.folds import hold_out_split
from regression_model.training.sample import Sample
from regression_model.training.scale import ScaleChoice

BRANCHES: dict[str, Any] = {
    "linear": {"type": "ridge", "alpha": 0.1},
    "drawn": {"type": "ridge", "alpha": 50},
    "trees": {"type": "extra_trees", "n_estimators": 5},
}


def settings(**changed: Any) -> ModelConfig:
    given = {
        "target": {"column": "price", "transform": "auto", "prediction": "mean"},
        "columns": {"area": "number", "age": "number"},
        "evaluation": {"folds": 3, "repeats": 2, "hold_out": 0.2},
        "difficulty": {"max_iter": 2},
        "estimators": BRANCHES,
        "average": "learned",
    }
    return ModelConfig.model_validate(given | changed)


def flats(n_samples: int = 90) -> Sample:
    random = np.random.default_rng(4)
    X = pd.DataFrame({"area": random.uniform(1, 5, n_samples), "age": random.random(n_samples)})
    noise = random.normal(size=n_samples)
    return Sample(X, np.exp(X["area"].to_numpy() - X["age"].to_numpy() + 0.2 * noise))


class CountingRidge(ridge.RidgeEstimator):
    """A ridge that writes a line in a file whenever it is fitted, in whatever process."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def build(self, settings: Any, _: Features, _seed: int) -> Any:
        from counting import CountedRidge

        return CountedRidge(alpha=settings.alpha, log=str(self.log))


@pytest.mark.parametrize(
    ("transform", "average", "n_scales"),
    [
        ("auto", "learned", 3),
        ("log", "learned", 1),
        ("auto", "weighted", 3),
        ("log", "weighted", 1),
    ],
)
def test_every_fit_is_made_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    transform: str,
    average: str,
    n_scales: int,
) -> None:
    log = tmp_path / "fits"
    counting = CountingRidge(log)
    monkeypatch.setattr("regression_model.pipeline.estimator_of", lambda _: counting)
    monkeypatch.setitem(registry._BY_CLASS, "counting.CountedRidge", counting)  # noqa: SLF001
    branches = {name: BRANCHES[name] for name in ("linear", "drawn")}
    target = {"column": "price", "transform": transform}
    config = settings(target=target, average=average, estimators=branches)
    sample, told = flats(), []

    def progress(what: str, done: int, total: int) -> None:
        told.append((what, done, total))

    result = run_training(
        Config(AppConfig(training_data_file="-"), config),
        data=sample.X.assign(price=sample.y),
        progress=progress,
    )
    kept = len(result.selection.weights)
    in_folds = 3 * 2 * 2 + (n_scales - 1) * 3
    assert len(log.read_text(encoding="utf-8").splitlines()) == in_folds + 2 * kept
    assert told[0][1:] == (0, in_folds + 2)
    assert told[-3] == ("final model", in_folds + 1, in_folds + 2)
    assert told[-1] == ("hold-out", in_folds + 2, in_folds + 2)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_lines_without_end_are_fitted_where_they_may_be_chosen_alone() -> None:
    line = {"type": "ridge", "alpha": 1e-4, "clip_quantile": "none", "log_skewness": "none"}
    told: list[tuple[str, int, int]] = []
    config = settings(estimators={**BRANCHES, "line": line})
    found = choose_all(config, flats(), lambda *parts: told.append(parts))
    assert found.choice.transform == "log"
    assert found.scores.branches == list(BRANCHES)
    of_line = [what for what, *_ in told if what.endswith(": line")]
    assert of_line == ["scale of the target: line"] * 2 * 3  # begun and done, of three folds
    # three scales by two branches and one of them by the line; then what is left of 3 x 2 x 3
    n_fits = 3 * 2 * 3 + 3 + 3 * 2 * 3 - 2 * 3
    assert told[-1][1:] == (n_fits, n_fits + 2)


def test_of_many_rows_some_decide_on_the_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "MAX_ROWS", 100)
    told: list[tuple[str, int, int]] = []
    found = choose_all(settings(), flats(300), lambda *parts: told.append(parts))
    assert found.choice.transform == "log"
    # three scales, two branches and three folds, none of them used again
    assert told[-1][1:] == (3 * 2 * 3 + 3 * 2 * 3, 3 * 2 * 3 + 3 * 2 * 3 + 2)


def test_weights_that_judge_a_fold_never_saw_it() -> None:
    sample = flats()
    found = choose_all(settings(target={"column": "price"}), sample)
    model = found.plan.open_model
    for i, (repeat, (_, test)) in enumerate(found.division.with_repeats()):
        truths = found.scores.truths.copy()
        truths[repeat, test] = 100 * truths[repeat, test] + np.arange(len(test))
        wild = replace(found.scores, truths=truths)
        again = choose_weights(sample, model, ScaleChoice("none"), wild, found.division)
        np.testing.assert_array_equal(again.of_folds[i], found.choice.of_folds[i])
        assert (again.of_folds != found.choice.of_folds).any()


def test_in_time_order_weights_come_from_earlier_rows_alone() -> None:
    sample = replace(flats(), times=np.arange(90.0))
    evaluation = {"folds": 4, "hold_out": 0.2}
    found = choose_all(settings(target={"column": "price"}, evaluation=evaluation), sample)
    np.testing.assert_array_equal(found.choice.of_folds[0], np.full(3, 1 / 3))
    truths = found.scores.truths.copy()
    _, last = found.division.folds[-1]
    truths[0, last] *= 100
    wild = replace(found.scores, truths=truths)
    model = found.plan.open_model
    again = choose_weights(sample, model, ScaleChoice("none"), wild, found.division)
    np.testing.assert_array_equal(again.of_folds, found.choice.of_folds)
    assert again.weights != found.choice.weights


@pytest.mark.parametrize("shared", ["random", "groups", "times"])
def test_rows_of_the_hold_out_touch_nothing_but_the_final_fit(shared: str) -> None:
    of_rows: dict[str, dict[str, Any]] = {
        "random": {},
        "groups": {"groups": np.arange(90) % 15},
        "times": {"times": np.arange(90.0)},
    }
    repeats = 1 if shared == "times" else 2
    config = settings(evaluation={"folds": 3, "repeats": repeats, "hold_out": 0.2})
    sample = replace(flats(), **of_rows[shared])
    _, held_out = hold_out_split(sample, 0.2, config.seed)
    other = sample.y.copy()
    other[held_out] = 1000.0 + np.arange(len(held_out))
    (first, quality), (second, changed) = (
        judged(config, replace(sample, y=y)) for y in (sample.y, other)
    )
    for name in ("medians", "means", "scores", "residuals"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert quality.intervals == changed.intervals
    assert quality.cross_validation.pooled == changed.cross_validation.pooled
    assert quality.bias_of_mean == changed.bias_of_mean
    assert quality.hold_out != changed.hold_out
    np.testing.assert_array_equal(first.pipeline[-1].smearing, second.pipeline[-1].smearing)
