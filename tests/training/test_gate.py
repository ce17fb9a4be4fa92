"""The gate: what is compared with what, and that a clearly worse model replaces no better one."""

import dataclasses
import logging
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from runs import cross_validate
from scipy import stats

from regression_model.artifact.fold_losses import corrected_t_test
from regression_model.artifact.format import Artifact, read_artifact, write_artifact
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.exceptions import OccupiedPathError, WorseModelError
from regression_model.pipeline import build_pipeline
from regression_model.predict import load_model
from regression_model.train_pipeline import TrainingResult, main, run_training, split_target
from regression_model.training.division import divide
from regression_model.training.gate import (
    Comparison,
    compare_with_model_in_place,
    fold_losses,
)
from regression_model.training.sample import Sample
from regression_model.transformers.target import make_transformer

Floats = npt.NDArray[np.float64]
FORMAT_1 = Path(__file__).parents[1] / "artifacts" / "format_1.zip"
GOOD: dict[str, Any] = {"linear": {"type": "ridge", "alpha": 0.1}}
BAD: dict[str, Any] = {"linear": {"type": "ridge", "alpha": 1e6}}


def config(estimators: dict[str, Any] = GOOD, **changed: Any) -> Config:
    given = {
        "target": {"column": "price", "transform": "log", "unit": "euros"},
        "columns": {"area": "number", "age": "number"},
        "evaluation": {"folds": 5},
        "difficulty": {"max_iter": 2},
        "estimators": estimators,
    }
    return Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(given | changed))


def flats(n_samples: int = 60, seed: int = 2) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"area": random.uniform(1, 5, n_samples), "age": random.random(n_samples)})
    noise = 0.05 * random.normal(size=n_samples)
    return frame.assign(price=np.exp(frame["area"] - frame["age"] + noise))


def noisy_flats(seed: int) -> pd.DataFrame:
    """Return flats of which no branch knows enough to have all of the weight."""
    frame = flats(seed=seed)
    return frame.assign(price=frame["price"] * np.exp(np.sin(3 * frame["area"])))


def never(_what: str, _done: int, _total: int) -> None:
    pytest.fail("something is fitted")


def train(
    path: Path, used: Config | None = None, data: pd.DataFrame | None = None, **options: Any
) -> Any:
    table = flats() if data is None else data
    return run_training(used or config(), data=table, artifact_path=path, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a good and a bad artifact of the same table."""
    folder = tmp_path_factory.mktemp("gate")
    train(folder / "good.zip")
    train(folder / "bad.zip", config(BAD))
    return folder


def facts_of(path: Path) -> dict[str, Any]:
    return read_artifact(path).model


def placed(source: Path, place: Path, /, **changed: Any) -> Path:
    """Copy an artifact with facts exchanged; None takes one out."""
    artifact = read_artifact(source)
    facts = {k: v for k, v in {**artifact.model, **changed}.items() if v is not None}
    write_artifact(place, Artifact(facts, artifact.members))
    return place


def compared(path: Path, new: dict[str, Any], data: pd.DataFrame | None = None) -> Any:
    sample = Sample(*split_target(flats() if data is None else data, config()))
    told: list[str] = []

    def progress(what: str, _done: int, _total: int) -> None:
        told.append(what)

    found = compare_with_model_in_place(path, new, sample, progress=progress)
    assert found is None or bool(told) == found.refitted
    assert all(what.startswith("model in place, folds: ") for what in told)
    return found


def test_the_t_test_is_that_computed_by_hand() -> None:
    differences = np.array([0.3, 0.1, 0.4, -0.1, 0.2, 0.3])
    mean = 1.2 / 6
    variance = sum((d - mean) ** 2 for d in differences) / 5
    t = mean / math.sqrt((1 / 6 + 1 / 2) * variance)
    assert t == pytest.approx(1.3693, abs=1e-4)
    expected = 1 - stats.t.cdf(t, 5)
    assert corrected_t_test(differences, 3) == pytest.approx(expected)
    assert corrected_t_test(differences, 3) == pytest.approx(0.1146, abs=1e-4)


def test_the_correction_makes_the_test_more_careful() -> None:
    differences = np.random.default_rng(1).normal(0.5, 1.0, 20)
    uncorrected = stats.ttest_1samp(differences, 0.0, alternative="greater").pvalue
    assert corrected_t_test(differences, 5) > 1.5 * uncorrected
    assert corrected_t_test(-differences, 5) == pytest.approx(1 - corrected_t_test(differences, 5))


@pytest.mark.parametrize(
    ("differences", "expected"),
    [([1.0], 1.0), ([0.0, 0.0, 0.0], 1.0), ([0.5, 0.5], 0.0), ([-0.5, -0.5], 1.0)],
)
def test_differences_without_spread_are_clear(differences: list[float], expected: float) -> None:
    assert corrected_t_test(np.array(differences), 3) == expected


def test_losses_are_mean_squares_of_each_fold_on_both_scales() -> None:
    y = np.array([1.0, 2.0, 4.0, 8.0])
    predictions = np.array([[2.0, 2.0, 4.0, 4.0], [1.0, 1.0, 8.0, 8.0]])
    rows = np.arange(4)
    folds = [(rows[2:], rows[:2]), (rows[:2], rows[2:])] * 2
    transformer = make_transformer("log").fit(y.reshape(-1, 1))
    sample = Sample(pd.DataFrame({"area": y}), y)
    losses = fold_losses(sample, predictions, folds, transformer)
    assert losses["target"] == [0.5, 8.0, 0.5, 8.0]
    np.testing.assert_allclose(losses["score"], [math.log(2) ** 2 / 2] * 4)


COMPARISON = Comparison("1.0", "score", old=0.1, new=0.2, p_value=0.01, refitted=False)


@pytest.mark.parametrize(
    ("changed", "is_worse"),
    [
        ({}, True),
        ({"p_value": 0.06}, False),
        ({"new": 0.05}, False),
        ({"new": 0.1}, False),
        ({"new": 0.1 * (1 + 1e-8), "p_value": 0.0}, False),
    ],
    ids=str,
)
def test_clearly_worse_is_larger_and_not_by_chance(changed: Any, is_worse: bool) -> None:  # noqa: FBT001
    comparison = dataclasses.replace(COMPARISON, **changed)
    assert comparison.is_clearly_worse is is_worse
    verdict = "clearly worse than" if is_worse else "not clearly worse than"
    assert comparison.sentence().startswith(f"{verdict} the model in place (version 1.0, on the")


def test_a_clearly_worse_model_is_refused_and_the_old_file_stays(
    folder: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    before = path.read_bytes()
    with pytest.raises(WorseModelError, match="clearly worse than the model in place") as refusal:
        train(path, config(BAD))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    assert f"{path} stays as it is" in str(refusal.value)
    result = refusal.value.result
    assert isinstance(result, TrainingResult)
    assert result.comparison is not None
    assert result.comparison.is_clearly_worse
    assert not result.comparison.refitted
    assert result.comparison.new > 2 * result.comparison.old


def test_told_to_accept_it_replaces_and_keeps_nothing_of_the_comparison(
    folder: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    result = run_training(config(BAD), data=flats(), artifact_path=path, accept=True)
    assert result.comparison is not None
    assert result.comparison.is_clearly_worse
    assert path.read_bytes() == (folder / "bad.zip").read_bytes()


def test_a_better_model_replaces_and_keeps_nothing_of_the_comparison(
    folder: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(folder / "bad.zip", tmp_path / "model.zip"))
    comparison = train(path).comparison
    assert comparison is not None
    assert not comparison.is_clearly_worse
    assert comparison.new < comparison.old
    assert path.read_bytes() == (folder / "good.zip").read_bytes()


def test_with_nothing_changed_training_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    comparison = train(path).comparison
    assert path.read_bytes() == (folder / "good.zip").read_bytes()
    assert comparison == dataclasses.replace(comparison, refitted=False, p_value=1.0)
    assert comparison.new == comparison.old


def test_without_a_model_in_place_there_is_no_comparison(tmp_path: Path, folder: Path) -> None:
    assert compared(tmp_path / "model.zip", facts_of(folder / "good.zip")) is None


def test_losses_of_equal_digests_are_compared_without_any_fit(folder: Path, tmp_path: Path) -> None:
    path = placed(folder / "good.zip", tmp_path / "model.zip", config=None)
    new = facts_of(folder / "bad.zip")
    found = compared(path, new)
    old_losses = np.array(facts_of(folder / "good.zip")["fold_losses"]["score"])
    new_losses = np.array(new["fold_losses"]["score"])
    assert (found.refitted, found.scale) == (False, "score")
    assert found.old == pytest.approx(math.sqrt(old_losses.mean()))
    assert found.new == pytest.approx(math.sqrt(new_losses.mean()))
    assert found.p_value == corrected_t_test(new_losses - old_losses, 5)


def test_on_a_changed_table_the_old_config_is_fitted_again(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    data = flats(75, seed=9)
    with pytest.raises(WorseModelError) as refusal:
        train(path, config(BAD), data)
    result = refusal.value.result
    assert isinstance(result, TrainingResult)
    assert result.comparison is not None
    assert result.comparison.refitted
    sample = Sample(*split_target(data, config()))
    settings, y = config().model_config, sample.y
    folds = divide(sample, settings.evaluation, settings.seed).folds
    predicted = cross_validate(build_pipeline(settings), sample, folds)[0]
    losses = [np.mean(np.log(y[test] / predicted[test]) ** 2) for _, test in folds]
    assert result.comparison.old == pytest.approx(math.sqrt(np.mean(losses)), rel=1e-9)
    assert "its config fitted again on this table" in result.comparison.sentence()


def test_on_other_folds_the_old_config_is_fitted_again(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    comparison = train(path, config(seed=5)).comparison
    assert comparison.refitted
    assert not comparison.is_clearly_worse
    assert comparison.old == pytest.approx(comparison.new, rel=1e-9)


@pytest.mark.parametrize("old_has_more", [True, False])
def test_with_other_columns_the_old_config_is_fitted_again(
    folder: Path, tmp_path: Path, *, old_has_more: bool
) -> None:
    narrow = config(columns={"area": "number"})
    place = tmp_path / "model.zip"
    if old_has_more:
        shutil.copy(folder / "good.zip", place)
    else:
        train(place, narrow)
    losses = facts_of(place)["fold_losses"]["score"]
    comparison = train(place, narrow if old_has_more else None, force=True, accept=True).comparison
    assert comparison.refitted
    # rows and folds are those of then, so the old config errs as it did, by all of its own columns
    assert comparison.old == pytest.approx(math.sqrt(np.mean(losses)), rel=1e-9)
    assert comparison.is_clearly_worse is old_has_more
    assert comparison.new != pytest.approx(comparison.old, rel=0.01)


def test_the_folds_may_be_of_another_number(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    evaluation = {"folds": 3, "repeats": 2}
    comparison = train(path, config(evaluation=evaluation)).comparison
    assert comparison.refitted
    assert comparison.old == pytest.approx(comparison.new, rel=1e-9)


def test_an_old_config_that_does_not_fit_the_table_is_not_compared(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "regression_model")
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    data = flats().drop(columns="age")
    result = train(path, config(columns={"area": "number"}), data, force=True)
    assert result.comparison is None
    assert "does not fit this table" in caplog.text
    assert load_model(path).schema.names == ("area",)


SYMMETRIC: dict[str, Any] = {"trees": {"type": "symmetric_boosting", "weight": 1.0}}
"""What configs up to version 0.4.0 name."""


def test_an_old_config_that_cannot_be_fitted_any_more_is_compared_by_its_losses_alone(
    folder: Path, tmp_path: Path
) -> None:
    left = {**facts_of(folder / "good.zip")["config"], "estimators": SYMMETRIC}
    path = placed(folder / "good.zip", tmp_path / "model.zip", config=left)
    with pytest.raises(WorseModelError, match="clearly worse than the model in place"):
        train(path, config(BAD))
    assert train(path).comparison.refitted is False


def test_where_it_would_have_to_be_fitted_again_it_is_replaced_only_if_told_to(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    left = {**facts_of(folder / "good.zip")["config"], "estimators": SYMMETRIC}
    path = placed(folder / "good.zip", tmp_path / "model.zip", config=left)
    before = path.read_bytes()
    with pytest.raises(WorseModelError) as refusal:  # and before the first fit
        train(path, config(seed=5), progress=never)
    message = str(refusal.value)
    assert "the config that model.zip keeps: estimators.trees.type: there is no" in message
    assert "write catboost" in message
    assert message.endswith(f"{path} stays as it is unless you say --accept")
    assert refusal.value.result is None
    assert path.read_bytes() == before
    assert train(path, config(seed=5), accept=True).comparison is None
    assert path.read_bytes() != before
    assert "no comparison with the model in place" in caplog.text


def test_another_transform_is_compared_in_target_units(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    target = {"column": "price", "transform": "sqrt"}
    comparison = train(path, config(target=target), accept=True).comparison
    assert (comparison.scale, comparison.refitted) == ("target", False)
    old = facts_of(folder / "good.zip")["fold_losses"]["target"]
    assert comparison.old == pytest.approx(math.sqrt(np.mean(old)))
    assert "in target units" in comparison.sentence()


def test_weights_that_an_old_config_left_to_the_data_are_learned_again(
    folder: Path, tmp_path: Path
) -> None:
    both = {**GOOD, "useless": {"type": "ridge", "alpha": 1e9}}
    left_open = config(both, average="learned").model_config.model_dump(mode="json")
    path = placed(folder / "good.zip", tmp_path / "model.zip", config=left_open)
    found = train(path, data=flats(seed=3)).comparison
    assert found.refitted
    assert found.old == pytest.approx(found.new, rel=0.05)


def test_the_same_config_on_other_rows_is_as_good_as_itself(tmp_path: Path) -> None:
    # weights that every row has taught would be better on each fold than those that judge it
    branches = {**GOOD, "forest": {"type": "extra_trees", "n_estimators": 20}}
    both = config(branches, average="learned")
    path = tmp_path / "model.zip"
    train(path, both, noisy_flats(seed=2))
    assert len(facts_of(path)["selection"]["weights"]) > 1
    found = train(path, both, noisy_flats(seed=3)).comparison
    assert found.refitted
    assert found.old == pytest.approx(found.new, rel=1e-9)


def test_weights_that_a_config_gives_are_those_that_are_compared(tmp_path: Path) -> None:
    given = config(
        {**GOOD, "steady": {"type": "ridge", "alpha": 1e6, "weight": 3}},
        target={"column": "price", "transform": "auto"},
    )
    path = tmp_path / "model.zip"
    train(path, given)
    found = train(path, given, flats(seed=3)).comparison
    assert found.refitted
    assert found.old == pytest.approx(found.new, rel=1e-9)


def test_the_scale_of_yeo_johnson_is_learned_and_so_not_compared(
    folder: Path, tmp_path: Path
) -> None:
    target = {"column": "price", "transform": "yeo_johnson", "unit": "units"}
    path = placed(folder / "good.zip", tmp_path / "model.zip", target=target)
    new = {**facts_of(folder / "bad.zip"), "target": target}
    assert compared(path, new).scale == "target"


def test_a_model_of_another_target_is_not_compared(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "regression_model")
    other = {**facts_of(folder / "good.zip")["target"], "column": "rent"}
    path = placed(folder / "good.zip", tmp_path / "model.zip", target=other)
    assert compared(path, facts_of(folder / "bad.zip")) is None
    assert "predicts something else or keeps no losses" in caplog.text


def test_a_model_of_the_first_format_is_not_compared_but_replaced(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "regression_model")
    path = Path(shutil.copy(FORMAT_1, tmp_path / "model.zip"))
    price = {**facts_of(folder / "bad.zip"), "target": facts_of(FORMAT_1)["target"]}
    assert compared(path, price) is None
    assert "keeps no losses" in caplog.text
    assert train(path, force=True).comparison is None
    assert path.read_bytes() == (folder / "good.zip").read_bytes()


@pytest.mark.parametrize("data", [b"", b"no zip", None], ids=["empty", "text", "cut"])
def test_a_damaged_model_is_not_compared(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, data: bytes | None
) -> None:
    caplog.set_level(logging.INFO, "regression_model")
    path = tmp_path / "model.zip"
    path.write_bytes((folder / "good.zip").read_bytes()[:3000] if data is None else data)
    assert compared(path, facts_of(folder / "bad.zip")) is None
    assert "the model in place is not compared" in caplog.text


def test_what_stands_in_place_is_looked_at_before_any_fit(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    used = config(columns={"area": "number"})
    with pytest.raises(OccupiedPathError, match="is a model of other columns"):
        run_training(used, data=flats(), artifact_path=path, progress=never)
    assert path.read_bytes() == (folder / "good.zip").read_bytes()
    assert train(path, used, force=True, accept=True).artifact_path == path
    assert load_model(path).schema.names == ("area",)


def test_a_result_is_saved_with_the_same_gate(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / "good.zip", tmp_path / "model.zip"))
    result = run_training(config(BAD), data=flats())
    assert (result.artifact_path, result.comparison) == (None, None)
    assert result.to_dict()["artifact"] is None
    with pytest.raises(WorseModelError, match="clearly worse than the model in place"):
        result.save(path)
    assert path.read_bytes() == (folder / "good.zip").read_bytes()
    saved = result.save(path, accept=True)
    assert path.read_bytes() == (folder / "bad.zip").read_bytes()
    assert (saved.artifact_path, result.artifact_path) == (path, None)
    assert saved.comparison is not None
    with pytest.raises(OccupiedPathError, match="is a model of other columns"):
        run_training(config(columns={"area": "number"}), data=flats()).save(path)
    assert result.save(tmp_path / "new" / "model.zip").comparison is None


def test_losses_of_other_folds_than_the_digest_says_are_not_believed(
    folder: Path, tmp_path: Path
) -> None:
    losses = {"score": [1e-9] * 3, "target": [1e-9] * 3}
    path = placed(folder / "good.zip", tmp_path / "model.zip", fold_losses=losses)
    found = compared(path, facts_of(folder / "good.zip"))
    assert found.refitted
    assert found.new == pytest.approx(found.old)


def test_a_config_that_means_nothing_is_not_compared(folder: Path, tmp_path: Path) -> None:
    kept = facts_of(folder / "good.zip")["config"]
    unknown = {**kept, "estimators": {"one": {"type": "magic", "weight": 1.0}}}
    path = placed(folder / "good.zip", tmp_path / "model.zip", config=unknown)
    with pytest.raises(WorseModelError, match=r"no comparison .* no such estimator, got 'magic'"):
        train(path, config(seed=5))
    assert train(path, config(seed=5), accept=True).comparison is None


TWO_FOLDS = {"folds": 2}


def test_with_few_folds_a_much_larger_error_is_refused_though_no_test_can_tell(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.zip"
    train(path, config(evaluation=TWO_FOLDS))
    worse = config({"linear": {"type": "ridge", "alpha": 300}}, evaluation=TWO_FOLDS)
    with pytest.raises(WorseModelError, match="losses of 2 folds are too few to tell") as refusal:
        train(path, worse)
    comparison: Any = refusal.value.result
    comparison = comparison.comparison
    assert comparison.p_value > 0.05
    assert comparison.new > 1.5 * comparison.old


@pytest.mark.parametrize(
    ("few_losses", "new", "is_worse"),
    [(2, 0.16, True), (4, 0.16, True), (2, 0.14, False), (None, 5.0, False)],
)
def test_the_rule_for_few_losses(few_losses: int | None, new: float, *, is_worse: bool) -> None:
    found = dataclasses.replace(COMPARISON, few_losses=few_losses, new=new, p_value=0.053)
    assert found.is_clearly_worse is is_worse


def test_main_says_so_and_replaces_only_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, used = tmp_path / "flats.csv", tmp_path / "flats.yml"
    out = tmp_path / "[bold]" / "model.zip"  # a terminal's markup, if it were taken as such
    flats().to_csv(table, index=False)
    lines = ["files:", f"  training_data: {table}", "target:", "  column: price"]
    lines += ["evaluation:", "  folds: 5", "columns:", "  area: number"]
    lines += [
        "difficulty:",
        "  max_iter: 2",
        "estimators:",
        "  linear:",
        "    type: ridge",
        "    alpha: 0.1",
        "",
    ]
    used.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["--config", str(used), "--out", str(out)]
    assert main(arguments) == 0
    before = out.read_bytes()
    used.write_text("\n".join(lines).replace("0.1", "1000000"), encoding="utf-8")
    capsys.readouterr()
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert (said.out + said.err).count("clearly worse than the model in place") == 1
    assert "clearly worse than the model in place" in said.err
    assert f"{out} stays as it is unless you say --accept" in said.err
    assert "cross-validated, pooled" in said.out
    assert "wrote" not in said.out
    assert out.read_bytes() == before
    assert main([*arguments, "--accept"]) == 0
    assert "clearly worse than the model in place" in capsys.readouterr().out
    assert out.read_bytes() != before
