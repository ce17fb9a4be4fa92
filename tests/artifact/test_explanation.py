"""Explanations: exact, by the names of the config, and refused where they cannot be had."""

import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline

from regression_model.artifact.explanation import Explainer
from regression_model.artifact.explanation_arrays import pack_arrays, unpack_arrays
from regression_model.artifact.format import (
    EXPLANATION,
    EXPLANATION_GRAPH,
    GRAPH,
    Artifact,
    read_artifact,
)
from regression_model.artifact.model import Model
from regression_model.artifact.runtime import Engine
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.exceptions import ArtifactError
from regression_model.export.pipelines import export_explanation, export_pipeline
from regression_model.pipeline import build_pipeline
from regression_model.predict import load_model
from regression_model.train_pipeline import run_training

Floats = npt.NDArray[np.float64]

LINEAR = {"rare_level_count": 3}
ESTIMATORS: dict[str, dict[str, Any]] = {
    "ridge": {**LINEAR, "alpha": 1.0, "knots": 2},
    "lasso": {**LINEAR, "alpha": 0.01},
    "elastic_net": {**LINEAR, "alpha": 0.01},
    "huber": {**LINEAR, "alpha": 1.0},
    "gradient_boosting": {"n_estimators": 8, "min_samples_leaf": 2},
    "hist_gradient_boosting": {"max_iter": 8, "min_samples_leaf": 4},
    "lightgbm": {"n_estimators": 8, "min_child_samples": 4},
    "catboost": {"iterations": 8, "depth": 4},
    "random_forest": {"n_estimators": 5, "max_depth": 5},
    "extra_trees": {"n_estimators": 5, "max_depth": 5},
}
LINEAR_ONES = ["ridge", "lasso", "elastic_net", "huber"]
MIXTURES = {
    "linear and trees": ["ridge", "gradient_boosting"],
    "two linear ones": ["lasso", "huber"],
    "two of trees": ["hist_gradient_boosting", "extra_trees"],
    "all": list(ESTIMATORS),
}
VARIANTS = {**{name: [name] for name in ESTIMATORS}, **MIXTURES}
COLUMNS: dict[str, Any] = {
    "area": "number",
    "lot": "number",
    "place": "category",
    "alley": {"kind": "category", "missing": "none"},
    "quality": {"kind": "ordered", "levels": ["Po", "Gd", "Ex"]},
    "built": "integer",
    "sold": "integer",
}
DERIVED = {
    "total": {"operation": "sum", "of": ["area", "lot"]},
    "worth": {"operation": "product", "of": ["total", "quality"]},
    "has_lot": {"operation": "presence", "of": ["lot"]},
}
NAMES = [*COLUMNS, *DERIVED]


def flats(n_samples: int = 120) -> pd.DataFrame:
    random = np.random.default_rng(21)

    def choice(*levels: object) -> Any:
        return random.choice(np.array(levels, dtype=object), n_samples)

    frame = pd.DataFrame(
        {
            "area": random.uniform(30.0, 200.0, n_samples),
            "lot": random.exponential(500.0, n_samples),
            "place": choice("north", "south", "west", None),
            "alley": choice("Grvl", "Pave", None),
            "quality": choice("Po", "Gd", "Ex", None),
            "built": random.integers(1900, 2010, n_samples),
            "sold": random.integers(2010, 2015, n_samples),
        }
    )
    return frame.mask(random.random(frame.shape) < 0.05)


def prices(frame: pd.DataFrame) -> Floats:
    noise = np.random.default_rng(9).normal(size=len(frame))
    area, place = frame["area"].fillna(100.0), (frame["place"] == "north").astype(float)
    return np.asarray(1000.0 + 20.0 * area + 800.0 * place + 90.0 * noise, dtype=np.float64)


def config_of(names: list[str], transform: str = "log") -> ModelConfig:
    given_settings = {
        "target": {"column": "price", "transform": transform},
        "columns": COLUMNS,
        "elapsed": {"reference": "sold", "columns": ["built"]},
        "derived": DERIVED,
        "estimators": {
            f"e{i}": {"type": name, "weight": i + 1.0, **ESTIMATORS[name]}
            for i, name in enumerate(names)
        },
        "evaluation": {"folds": 2},
    }
    return ModelConfig.model_validate(given_settings)


@dataclass(frozen=True)
class Made:
    """A fitted pipeline, its engine, what explains it, and the encoded training rows."""

    fitted: Pipeline
    engine: Engine
    explainer: Explainer
    x: Floats
    artifact: Artifact


_made: dict[str, Made] = {}


def made(variant: str) -> Made:
    if variant not in _made:
        frame = flats()
        fitted = build_pipeline(config_of(VARIANTS[variant])).fit(frame, prices(frame))
        x = np.ascontiguousarray(fitted[0].transform(frame).to_numpy())
        score_graph = export_pipeline(fitted)
        graph, arrays = export_explanation(fitted)
        arrays["means"] = Explainer(graph, arrays, x.shape[1]).linear_part(x).mean(axis=0)
        facts = {
            "model_version": "1",
            "columns": fitted[0].schema_.to_dict(),
            "target": {"column": "price", "transform": "log"},
        }
        members = {
            GRAPH: score_graph, EXPLANATION_GRAPH: graph, EXPLANATION: pack_arrays(arrays),
        }  # fmt: skip
        explainer = Explainer(graph, unpack_arrays(members[EXPLANATION]), x.shape[1])
        engine = Engine(score_graph, x.shape[1])
        _made[variant] = Made(fitted, engine, explainer, x, Artifact(facts, members))
    return _made[variant]


def cells_of(x: Floats) -> st.SearchStrategy[Floats]:
    """Draw rows whose cells are those of any training rows, missing, unseen or extreme."""
    columns = [
        st.sampled_from([*np.unique(x[:, i][~np.isnan(x[:, i])])[:40].tolist(), np.nan, -1.0])
        | st.sampled_from([0.0, 1e30, -1e30, 1e-300])
        if x[:, i].max() > len("levels")
        else st.sampled_from([*np.unique(x[:, i][~np.isnan(x[:, i])]).tolist(), np.nan, -1.0])
        for i in range(x.shape[1])
    ]
    rows = st.lists(st.tuples(*columns), min_size=1, max_size=5)
    return rows.map(lambda found: np.array(found, dtype=np.float64))


@pytest.mark.parametrize("variant", VARIANTS)
@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_base_and_contributions_add_up_to_the_score(variant: str, data: st.DataObject) -> None:
    model = made(variant)
    rows = np.vstack([model.x[:30], data.draw(cells_of(model.x))])
    score, _ = model.engine.run(rows)
    sums = model.explainer.base + model.explainer.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(sums, score, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("variant", VARIANTS)
def test_contributions_have_the_names_of_the_config(variant: str) -> None:
    model = made(variant)
    assert sorted(model.explainer.features) == sorted(NAMES)
    result = Model(model.artifact).predict({"area": 80.0, "place": "north"}, explain=True)
    (explanation,) = result["explanations"]
    assert explanation is not None
    assert sorted(explanation["contributions"]) == sorted(NAMES)
    assert (
        abs(explanation["contributions"]["area"]) + abs(explanation["contributions"]["total"]) > 0
    )
    assert abs(explanation["contributions"]["place"]) > 1e-4


@pytest.mark.parametrize("name", LINEAR_ONES)
def test_a_linear_contribution_is_coefficient_times_distance_from_the_mean(name: str) -> None:
    model = made(name)
    frame = pd.DataFrame(model.x, columns=list(model.fitted[0].get_feature_names_out()))
    for _, step in model.fitted.steps[1:-1]:
        frame = step.transform(frame)
    branch = model.fitted[-1].regressor_.estimators_[0]
    prepared = branch[:-1].transform(frame)
    distances = (prepared - prepared.mean()) * np.ravel(branch[-1].coef_)
    expected = np.zeros((len(frame), len(NAMES)))
    for column in distances:
        place = model.explainer.features.index(owner_of(column))
        expected[:, place] += distances[column].to_numpy()
    assert np.abs(expected).max() > 0.05
    np.testing.assert_allclose(model.explainer.contributions(model.x), expected, atol=1e-12)


def owner_of(column: str) -> str:
    """Return the feature that a column of a linear branch was made of."""
    column, _, _ = column.partition("_above_")
    return column if column in NAMES else column.rpartition("_")[0]


@pytest.mark.parametrize("name", LINEAR_ONES)
def test_the_base_of_a_linear_model_is_the_mean_score_of_training(name: str) -> None:
    model = made(name)
    score, _ = model.engine.run(model.x)
    assert model.explainer.base == pytest.approx(score.mean(), rel=1e-12)
    np.testing.assert_allclose(model.explainer.contributions(model.x).mean(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_rows_explanation_does_not_depend_on_the_rows_beside_it(variant: str) -> None:
    model = made(variant)
    together = model.explainer.contributions(model.x)
    alone = [model.explainer.contributions(row[None, :])[0] for row in model.x[:25]]
    np.testing.assert_allclose(together[:25], alone, rtol=0, atol=1e-12)
    backwards = model.explainer.contributions(np.ascontiguousarray(model.x[::-1]))
    np.testing.assert_allclose(backwards[::-1], together, rtol=0, atol=1e-12)


def test_no_rows_have_no_explanations() -> None:
    model = made("all")
    assert model.explainer.contributions(model.x[:0]).shape == (0, len(NAMES))
    result = Model(model.artifact).predict([], explain=True)
    assert (result["predictions"], result["explanations"]) == ([], [])


def test_a_row_with_an_error_has_no_explanation_and_the_others_have_theirs() -> None:
    model = Model(made("all").artifact)
    good, bad = {"area": 80.0}, {"area": "big"}
    result = model.predict([good, bad, good], explain=True)
    first, second, third = result["explanations"]
    assert second is None
    assert first == third == model.predict(good, explain=True)["explanations"][0]
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_the_effect_is_the_factor_of_a_log_target(
    small_model: Model, sample_input_data: pd.DataFrame
) -> None:
    result = small_model.predict(sample_input_data.iloc[:20], explain=True)
    for prediction, explanation in zip(result["predictions"], result["explanations"], strict=True):
        assert explanation is not None
        parts = explanation["contributions"]
        assert explanation["effect"] == {n: math.exp(part) for n, part in parts.items()}
        product = math.exp(explanation["base"]) * math.prod(explanation["effect"].values())
        assert product == pytest.approx(prediction, rel=1e-9)
        assert explanation["base"] + sum(parts.values()) == pytest.approx(explanation["score"])


@pytest.mark.parametrize("transform", ["none", "log1p", "sqrt", "yeo_johnson"])
def test_there_is_no_effect_on_any_other_scale(transform: str) -> None:
    artifact = made("ridge").artifact
    facts = {**artifact.model, "target": {"column": "price", "transform": transform}}
    result = Model(Artifact(facts, artifact.members)).predict({"area": 80.0}, explain=True)
    assert list(result["explanations"][0] or {}) == ["base", "score", "contributions"]


def test_all_parts_of_an_answer_are_those_asked_for_alone(
    small_model: Model, sample_input_data: pd.DataFrame
) -> None:
    rows = sample_input_data.iloc[:7]
    both = small_model.predict(rows, interval=0.8, explain=True)
    assert both["explanations"] == small_model.predict(rows, explain=True)["explanations"]
    alone = small_model.predict(rows, interval=0.8)
    assert (both["lower"], both["upper"]) == (alone["lower"], alone["upper"])
    assert both["predictions"] == small_model.predict(rows)["predictions"]
    assert "explanations" not in alone


def test_a_model_that_is_too_large_says_so_by_name(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regression_model.training.assembly.MAX_WORK", 100)
    path = tmp_path / "model.zip"
    config = Config(AppConfig(training_data_file="-"), config_of(["gradient_boosting"]))
    frame = flats(60)
    result = run_training(config, data=frame.assign(price=prices(frame)), artifact_path=path)
    assert result.explanation_milliseconds is None
    model = load_model(path)
    said = r"its trees are too large: a row would take more numbers than the 1e\+02 that are allow"
    with pytest.raises(ArtifactError, match=said):
        model.predict({"area": 80.0}, explain=True)
    answer = model.predict({"area": 80.0}, interval=0.8)
    assert answer["errors"] is None
    assert all("explanation" not in example for example in model.facts["examples"])


def test_equal_arrays_are_equal_bytes(small_path: Path) -> None:
    kept = read_artifact(small_path).members[EXPLANATION]
    assert pack_arrays(unpack_arrays(kept)) == kept


Change = Callable[[dict[str, Any]], dict[str, Any]]


def exchanged(name: str, value: Any) -> Change:
    return lambda arrays: {**arrays, name: value}


def without(name: str) -> Change:
    return lambda arrays: {key: value for key, value in arrays.items() if key != name}


def cell(name: str, place: int, value: float) -> Change:
    """Exchange one number; the first node is a split."""

    def change(arrays: dict[str, Any]) -> dict[str, Any]:
        changed = arrays[name].copy()
        changed[place] = value
        return {**arrays, name: changed}

    return change


def cut(name: str) -> Change:
    return lambda arrays: {**arrays, name: arrays[name][:-1]}


def ladder(arrays: dict[str, Any]) -> dict[str, Any]:
    """Let both sides of each of 60 nodes lead to the next, which makes 2 ** 60 paths."""
    n_nodes = 61
    children = np.append(np.arange(1, n_nodes), -1).astype(np.int32)
    numbers = {name: np.ones(n_nodes) for name in ("threshold", "cover", "value")}
    return {
        **arrays, **numbers, "left": children, "right": children,
        "roots": np.zeros(1, np.int32), "column": np.zeros(n_nodes, np.int32),
        "missing_left": np.zeros(n_nodes, np.bool_),
    }  # fmt: skip


NODES = ("left", "right", "column", "threshold", "missing_left", "cover", "value")
DAMAGES: dict[str, Change] = {
    **{f"no {name}": without(name) for name in (*NODES, "roots", "owners", "features", "means")},
    **{f"{name} is cut": cut(name) for name in (*NODES, "means", "owners", "features")},
    **{f"{name} is text": exchanged(name, np.array(["a"])) for name in (*NODES, "roots", "means")},
    **{f"{name} is a number": exchanged(name, np.array(1.0)) for name in (*NODES, "features")},
    "no constant": without("constant"),
    "many constants": exchanged("constant", np.zeros(3)),
    "a constant that is no number": exchanged("constant", np.array(np.nan)),
    "names that are numbers": exchanged("features", np.zeros(len(NAMES))),
    "a node that is its own child": cell("left", 0, 0),
    "a child before its parent": cell("right", 2, 1),
    "a child behind the end": cell("right", 0, 10**6),
    "a negative child": cell("left", 0, -2),
    "a leaf on one side": cell("right", 0, -1),
    "two parents of one child": lambda arrays: {
        **arrays, "right": np.where(arrays["left"] >= 0, arrays["left"], -1).astype(np.int32)
    },
    "a ladder": ladder,
    "a root behind the end": cell("roots", 0, 10**6),
    "a negative root": cell("roots", 0, -1),
    "a column out of reach": cell("column", 0, 1000),
    "a negative column": cell("column", 0, -1),
    "an owner out of reach": cell("owners", 0, 1000),
    "a negative owner": cell("owners", 0, -1),
    "a threshold that is no number": cell("threshold", 0, np.nan),
    "a value that is no number": lambda arrays: {**arrays, "value": arrays["value"] * np.nan},
    "covers of zero": lambda arrays: {**arrays, "cover": arrays["cover"] * 0},
    "an infinite cover": cell("cover", 0, np.inf),
    "a mean that is no number": cell("means", 0, np.nan),
}  # fmt: skip


def answer_with(data: bytes) -> Any:
    artifact = made("linear and trees").artifact
    members = {**artifact.members, EXPLANATION: data}
    return Model(Artifact(artifact.model, members)).predict({"area": 80.0}, explain=True)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_arrays_are_an_artifact_error(damage: str) -> None:
    kept = made("linear and trees").artifact.members[EXPLANATION]
    assert answer_with(kept)["errors"] is None
    damaged = DAMAGES[damage](unpack_arrays(kept))
    with pytest.raises(ArtifactError, match="the artifact is damaged"):
        answer_with(pack_arrays(damaged))


def test_pickled_objects_are_not_read() -> None:
    kept = unpack_arrays(made("linear and trees").artifact.members[EXPLANATION])
    file = io.BytesIO()
    objects = np.array([{"a": 1}] * len(kept["features"]), dtype=object)
    np.savez(file, **{**kept, "features": objects})
    with pytest.raises(
        ArtifactError,
        match=r"damaged: its explanation data .*features is of a kind that is not read",
    ):
        answer_with(file.getvalue())


@pytest.mark.parametrize("length", [0, 1, 100, 2000, -1])
def test_a_truncated_file_of_arrays_is_an_artifact_error(length: int) -> None:
    kept = made("linear and trees").artifact.members[EXPLANATION]
    with pytest.raises(ArtifactError, match="the artifact is damaged"):
        answer_with(kept[:length])


@pytest.mark.parametrize("data", [b"garbage", b"\x80\x04N.", b"PK\x03\x04garbage"])
def test_a_foreign_file_of_arrays_is_an_artifact_error(data: bytes) -> None:
    with pytest.raises(ArtifactError, match="the artifact is damaged"):
        answer_with(data)
