"""What the data decide: the target's scale, and the weights of the branches."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from runs import choose_all

from regression_model.artifact.format import read_artifact
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.pipeline import build_pipeline
from regression_model.train_pipeline import run_training
from regression_model.training.choice import Choice
from regression_model.training.folds import hold_out_split
from regression_model.training.plan import TrainingPlan
from regression_model.training.sample import Sample

Floats = npt.NDArray[np.float64]
LINEAR = {"type": "ridge", "alpha": 0.1, "log_skewness": 1000, "clip_quantile": 0}
STUMPS = {"type": "gradient_boosting", "n_estimators": 3, "max_depth": 1}


def model_config(**changes: Any) -> ModelConfig:
    given_settings: dict[str, Any] = {
        "target": {"column": "y"},
        "columns": {"a": "number", "b": "number"},
        "estimators": {"linear": LINEAR, "stumps": STUMPS},
        "evaluation": {"folds": 4},
        "average": "learned",
    }
    return ModelConfig.model_validate(given_settings | changes)


def table(n_samples: int = 200, seed: int = 3) -> tuple[pd.DataFrame, Floats]:
    random = np.random.default_rng(seed)
    X = pd.DataFrame({"a": random.normal(size=n_samples), "b": random.normal(size=n_samples)})
    return X, random.normal(size=n_samples)


def chosen(config: ModelConfig, sample: Sample) -> Choice:
    return choose_all(config, sample).choice


def test_a_branch_that_is_no_use_is_left_out() -> None:
    X, noise = table()
    y = 3 * X["a"].to_numpy() - X["b"].to_numpy() + 0.01 * noise
    selection = chosen(model_config(), Sample(X, y))
    assert selection.to_dict()["weights"] == {"linear": 1.0}
    closed = TrainingPlan.of(model_config()).close(selection.transform, selection.weights)
    assert closed.config["average"] == "weighted"
    assert list(closed.config["estimators"]) == ["linear"]
    assert selection.errors["none"] < 0.3


def test_weights_come_from_rows_that_a_branch_has_not_seen() -> None:
    X, noise = table()
    by_heart = {
        "type": "gradient_boosting", "n_estimators": 200, "max_depth": 12, "learning_rate": 1,
        "min_samples_leaf": 1, "max_features": 1, "subsample": 1,
    }  # fmt: skip
    config = model_config(estimators={"by_heart": by_heart, "linear": LINEAR})
    weights = chosen(config, Sample(X, X["a"].to_numpy() + noise)).to_dict()["weights"]
    assert weights.get("by_heart", 0) < 0.4


SCALES = {
    "none": lambda score, noise: 50 + 8 * score + 3 * noise,
    "sqrt": lambda score, noise: np.square(8 + 2 * score + 0.5 * noise),
    "log": lambda score, noise: np.exp(3 + score + 0.2 * noise),
    "log1p": lambda score, noise: np.maximum(np.exp(1 + score + 0.2 * noise) - 1, 0),
}


@pytest.mark.parametrize("scale", SCALES)
def test_the_scale_on_which_the_target_adds_up_is_found(scale: str) -> None:
    X, noise = table(400)
    y = SCALES[scale](X["a"].to_numpy() + 0.5 * X["b"].to_numpy(), noise)
    target = {"column": "y", "transform": "auto", "prediction": "mean"}
    config = model_config(target=target, estimators={"linear": LINEAR})
    selection = chosen(config, Sample(X, np.asarray(y)))
    assert selection.transform == scale
    tried = ["none", "sqrt", "log1p" if y.min() == 0 else "log"]
    assert list(selection.errors) == tried
    assert selection.errors[scale] == min(selection.errors.values())


def test_negative_targets_stay_as_they_are() -> None:
    X, noise = table()
    config = model_config(target={"column": "y", "transform": "auto"})
    selection = chosen(config, Sample(X, noise))
    assert selection.transform == "none"
    assert list(selection.errors) == ["none"]


def test_where_nothing_is_open_nothing_is_chosen() -> None:
    X, noise = table()
    config = model_config(average="weighted")
    selection = chosen(config, Sample(X, noise))
    assert (selection.transform, selection.errors) == ("none", {})
    assert selection.weights == {"linear": 1.0, "stumps": 1.0}
    np.testing.assert_array_equal(selection.of_folds, np.full((4, 2), 0.5))
    closed = TrainingPlan.of(config).close(selection.transform, selection.weights)
    assert closed.config == config.model_dump(mode="json")


def test_an_open_config_is_no_pipeline() -> None:
    config = model_config(target={"column": "y", "transform": "auto"})
    with pytest.raises(ValueError, match="auto is chosen in training"):
        build_pipeline(config)


def remembered(n_groups: int = 40) -> Sample:
    """A number that names its group, and a target that groups share."""
    random = np.random.default_rng(8)
    groups = np.repeat(np.arange(n_groups), 10)
    X = pd.DataFrame({"a": groups.astype(float), "b": random.normal(size=len(groups))})
    y = random.normal(size=n_groups)[groups] + 0.3 * X["b"].to_numpy()
    return Sample(X, y + 0.1 * random.normal(size=len(groups)), groups=groups)


def test_a_branch_that_knows_groups_by_heart_gets_no_weight_among_new_ones() -> None:
    sample = remembered()
    trees = {"type": "extra_trees", "n_estimators": 20, "min_samples_leaf": 1, "max_features": 1}
    config = model_config(estimators={"linear": LINEAR, "trees": trees})
    known = chosen(config, replace(sample, groups=None)).to_dict()["weights"]
    new = chosen(config, sample).to_dict()["weights"]
    assert known["trees"] > 0.9
    assert new.get("trees", 0) < 0.4


@pytest.mark.parametrize("n_groups", [2, 3, 5])
def test_few_groups_make_fewer_folds(n_groups: int) -> None:
    X, noise = table(60)
    config = model_config(evaluation={"folds": n_groups, "hold_out": 0.4})
    y = X["a"].to_numpy() + 0.1 * noise
    sample = Sample(X, y, groups=np.arange(60) % n_groups)
    assert chosen(config, sample).to_dict()["weights"]["linear"] > 0.8


@pytest.mark.parametrize("n_rows", [24, 27, 33])
def test_few_rows_in_time_order_leave_each_fold_enough_to_fit_on(n_rows: int) -> None:
    X, noise = table(n_rows)
    X["place"] = [f"place {i % 3}" for i in range(n_rows)]
    means = {**LINEAR, "max_levels": 1}  # mean targets are learned in five folds of their own
    config = model_config(
        columns={"a": "number", "place": "category"},
        estimators={"linear": means, "stumps": STUMPS},
        evaluation={"folds": 5},
    )
    y = X["a"].to_numpy() + 0.1 * noise
    selection = chosen(config, Sample(X, y, times=np.arange(float(n_rows))))
    assert selection.to_dict()["weights"]["linear"] > 0.5


def test_the_future_does_not_decide() -> None:
    X, noise = table(300)
    times = np.arange(300.0)
    y = np.where(times < 240, X["a"], np.sign(X["a"])) + 0.05 * noise
    config = model_config(evaluation={"folds": 4, "hold_out": 0.2})
    weights = chosen(config, Sample(X, y, times=times)).to_dict()["weights"]
    assert weights["linear"] > 0.95  # the rows that are steps are those held out


SHARED: dict[str, Callable[[int], dict[str, Any]]] = {
    "random": lambda n: {},  # noqa: ARG005
    "2 groups": lambda n: {"groups": np.arange(n) % 2},
    "3 groups": lambda n: {"groups": np.arange(n) % 3},
    "10 groups": lambda n: {"groups": np.arange(n) % 10},
    "times": lambda n: {"times": np.arange(float(n))},
    "2 times": lambda n: {"times": np.floor(np.arange(n) * 3 / n)},
}


@pytest.mark.parametrize("n_rows", [12, 39])
@pytest.mark.parametrize("shared", SHARED)
def test_the_rows_held_out_never_decide(shared: str, n_rows: int) -> None:
    X, noise = table(n_rows)
    y = np.exp(X["a"].to_numpy() + 0.1 * noise)
    sample = Sample(X, y, **SHARED[shared](n_rows))
    config = model_config(
        target={"column": "y", "transform": "auto"},
        evaluation={"folds": 2, "hold_out": 0.4},
    )
    _, held_out = hold_out_split(sample, 0.4, config.seed)
    other = y.copy()
    other[held_out] = 1000 * np.arange(1, len(held_out) + 1)
    changed = X.copy()
    changed.loc[held_out, "a"] = 0.0
    assert chosen(config, replace(sample, X=changed, y=other)) == chosen(config, sample)


def test_where_too_few_rows_are_left_nothing_is_chosen_and_this_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    X, noise = table(60)
    weighted = {"linear": {**LINEAR, "weight": 3}, "stumps": STUMPS}
    config = model_config(
        target={"column": "y", "transform": "auto"},
        estimators=weighted,
        evaluation={"folds": 2, "hold_out": 0.4},
    )
    selection = chosen(config, Sample(X, np.exp(noise), groups=np.arange(60) % 2))
    assert selection.to_dict() == {"errors": {}, "weights": {"linear": 3.0, "stumps": 1.0}}
    assert selection.transform == "none"
    assert "the rows besides the hold-out make no two folds" in caplog.text


def test_weights_of_rows_count() -> None:
    X, noise = table(400)
    is_line = np.arange(400) % 2 == 0
    y = np.where(is_line, X["a"], 2.0 * (X["a"] > 0)) + 0.05 * noise
    branches = {"linear": LINEAR, "stumps": {**STUMPS, "n_estimators": 60, "max_features": 1}}
    config = model_config(estimators=branches)
    on_line, on_steps = (
        chosen(config, Sample(X, y, weights=np.where(rows, 1.0, 1e-3)))
        for rows in (is_line, ~is_line)
    )
    weight = [s.to_dict()["weights"].get("linear", 0) for s in (on_line, on_steps)]
    assert weight[0] > weight[1] + 0.3


def test_the_artifact_holds_the_choice_and_a_second_training_chooses_the_same(
    tmp_path: Path,
) -> None:
    X, noise = table()
    y = np.exp(2 + X["a"].to_numpy() + 0.1 * noise)
    settings_ = model_config(
        target={"column": "y", "transform": "auto", "prediction": "mean"},
        difficulty={"max_iter": 5},
    )
    config = Config(AppConfig(training_data_file="table.csv"), settings_)
    for _ in range(2):
        result = run_training(config, data=X.assign(y=y), artifact_path=tmp_path / "model.zip")
    assert result.comparison is not None
    assert result.comparison.p_value == 1
    model = read_artifact(tmp_path / "model.zip").model
    assert model["target"]["transform"] == "log"
    assert model["config"]["average"] == "weighted"
    assert model["selection"] == result.selection.to_dict() == result.to_dict()["selection"]
    assert model["config"]["estimators"].keys() == model["selection"]["weights"].keys()
