"""The self-test: example rows answered again, and which rows an artifact keeps."""

import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regression_model.artifact.format import Artifact, read_artifact, write_artifact
from regression_model.artifact.model import Model
from regression_model.artifact.self_test import TOLERANCE, run_self_test
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.predict import load_model
from regression_model.train_pipeline import run_training

N_EXAMPLES = 5
Command = Callable[..., Any]


@pytest.fixture(scope="module")
def small_artifact(small_path: Path) -> Artifact:
    return read_artifact(small_path)


def changed(artifact: Artifact, *keys: str, by: float) -> Artifact:
    """Return an artifact of which one number of the third example is another one."""
    facts = copy.deepcopy(artifact.model)
    place: Any = facts["examples"][2]
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] += by
    return Artifact(facts, artifact.members)


def test_a_whole_artifact_passes(small_model: Model) -> None:
    found = run_self_test(small_model)
    n_features = len(small_model.explainer.features)
    assert found.problems == []
    assert found.n_rows == N_EXAMPLES
    assert found.n_numbers == N_EXAMPLES * (3 + 2 + n_features)
    assert 0 <= found.largest_difference <= TOLERANCE


NUMBERS = [
    (("prediction",), 1.0, "the prediction is"),
    (("lower",), 1.0, "the lower end is"),
    (("upper",), 1.0, "the upper end is"),
    (("explanation", "base"), 1e-6, "the base is"),
    (("explanation", "score"), 1e-6, "the score is"),
    (("explanation", "contributions", "LotArea"), 1e-6, "the contribution of LotArea is"),
    (("explanation", "contributions", "TotalArea"), 1e-6, "the contribution of TotalArea is"),
]


@pytest.mark.parametrize(("keys", "by", "said"), NUMBERS, ids=str)
def test_any_number_that_is_another_one_is_told_of(
    small_artifact: Artifact, keys: tuple[str, ...], by: float, said: str
) -> None:
    found = run_self_test(Model(changed(small_artifact, *keys, by=by)))
    (problem,) = found.problems
    assert problem.startswith(f"row 2: {said}")
    assert "the artifact says" in problem
    assert found.largest_difference > TOLERANCE


def test_rounding_of_another_machine_is_allowed(small_artifact: Artifact) -> None:
    artifact = changed(small_artifact, "prediction", by=1e-6)
    assert run_self_test(Model(artifact)).problems == []


def test_a_changed_model_is_noticed(small_artifact: Artifact) -> None:
    facts = copy.deepcopy(small_artifact.model)
    column = next(c for c in facts["columns"] if c["name"] == "Neighborhood")
    column["levels"] = column["levels"][::-1]
    found = run_self_test(Model(Artifact(facts, small_artifact.members)))
    assert any("the prediction is" in problem for problem in found.problems)


@pytest.mark.parametrize("cell", ["big", None])
def test_an_example_that_is_not_answered_any_more_is_told_of(
    small_artifact: Artifact, cell: object
) -> None:
    facts = copy.deepcopy(small_artifact.model)
    facts["examples"][1]["record"]["GrLivArea"] = cell
    found = run_self_test(Model(Artifact(facts, small_artifact.members)))
    assert "row 1: the prediction is None" in found.problems[0]
    assert found.largest_difference == np.inf


def test_an_example_that_never_had_an_answer_is_compared_as_such(small_artifact: Artifact) -> None:
    facts = copy.deepcopy(small_artifact.model)
    nothing = dict.fromkeys(("prediction", "lower", "upper", "explanation"))
    facts["examples"][1] |= nothing
    facts["examples"][1]["record"]["GrLivArea"] = "big"
    assert run_self_test(Model(Artifact(facts, small_artifact.members))).problems == []
    facts["examples"][1]["record"]["GrLivArea"] = 1500
    found = run_self_test(Model(Artifact(facts, small_artifact.members)))
    assert "the artifact says None" in found.problems[0]


def test_an_artifact_without_examples_has_nothing_to_compare(small_artifact: Artifact) -> None:
    without: tuple[dict[str, Any], ...] = ({"examples": []}, {})
    for examples in without:
        facts = {k: v for k, v in small_artifact.model.items() if k != "examples"} | examples
        found = run_self_test(Model(Artifact(facts, small_artifact.members)))
        assert (found.n_rows, found.n_numbers, found.problems) == (0, 0, [])


def test_the_first_format_is_tested_on_what_it_keeps() -> None:
    found = run_self_test(load_model(Path(__file__).parents[1] / "artifacts" / "format_1.zip"))
    assert found.problems == []
    assert found.n_rows == found.n_numbers > 0


def test_the_command_says_what_it_compared(small_path: Path) -> None:
    path = str(small_path)
    done = subprocess.run(
        [sys.executable, "-m", "regression_model", "self-test", "--model", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{N_EXAMPLES} example rows, ")
    assert "(allowed: 1e-09)" in done.stdout


def test_the_command_ends_with_one_and_names_what_differs(
    command: Command, small_artifact: Artifact, tmp_path: Path
) -> None:
    path = tmp_path / "other.zip"
    write_artifact(path, changed(small_artifact, "prediction", by=1.0))
    status, out, err = command("self-test", "--model", path)
    assert status == 1
    assert err.startswith("row 2: the prediction is ")
    assert len(err.splitlines()) == 1
    assert "5 example rows" in out


def flats(n_samples: int = 60) -> pd.DataFrame:
    random = np.random.default_rng(6)
    return pd.DataFrame(
        {
            "area": random.uniform(30.0, 200.0, n_samples),
            "age": random.integers(0, 900, n_samples) + 0.123,
            "place": random.choice(["north", "south"], n_samples),
            "price": random.uniform(1.0, 2.0, n_samples),
        }
    )


def examples_of(path: Path, asked: str | None) -> list[dict[str, Any]]:
    given = {
        "target": {"column": "price"},
        "columns": {"area": "number", "age": "number", "place": "category"},
        "evaluation": {"folds": 2},
        "difficulty": {"max_iter": 2},
        "estimators": {"linear": {"type": "ridge"}},
        **({} if asked is None else {"example_rows": asked}),
    }
    config = Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(given))
    run_training(config, data=flats(), artifact_path=path)
    model = load_model(path)
    assert run_self_test(model).problems == []
    found: list[dict[str, Any]] = model.facts["examples"]
    return found


def is_of_training(example: dict[str, Any]) -> bool:
    rows = flats().drop(columns="price").to_dict("records")
    return example["record"] in rows


def test_training_rows_are_kept_when_asked_for(tmp_path: Path) -> None:
    examples = examples_of(tmp_path / "model.zip", "training")
    assert len(examples) == N_EXAMPLES
    assert all(is_of_training(example) for example in examples)


@pytest.mark.parametrize("asked", [None, "synthetic"])
def test_unasked_no_cell_of_a_training_row_is_kept(tmp_path: Path, asked: str | None) -> None:
    examples = examples_of(tmp_path / "model.zip", asked)
    assert len(examples) == N_EXAMPLES
    assert not any(is_of_training(example) for example in examples)
    known = set(flats()["age"]) | set(flats()["area"])
    for example in examples:
        record = example["record"]
        assert {record["age"], record["area"]}.isdisjoint(known - extremes())
        assert record["place"] in ("north", "south")


def extremes() -> set[float]:
    """Return what the artifact keeps anyhow, as the range that training saw."""
    ends = flats()[["area", "age"]].agg(["min", "max"]).to_numpy()
    return set(ends.ravel().tolist())


def test_no_rows_are_kept_when_none_are_wanted(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    assert examples_of(path, "none") == []
    status, out, _ = command("self-test", "--model", path)
    assert (status, "keeps no example rows (example_rows: none)" in out) == (0, True)
