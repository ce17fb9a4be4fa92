"""Intervals: order statistics of residuals, around every prediction, as wide as was asked."""

import json
import math
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.format import GRAPH, INTERVALS, Artifact
from regression_model.artifact.intervals import Intervals, interval_offsets, interval_table
from regression_model.artifact.model import Model
from regression_model.artifact.runtime import Engine
from regression_model.config.core import ModelConfig
from regression_model.estimators.histogram import BinnedBoostingRegressor
from regression_model.exceptions import ArtifactError
from regression_model.export.pipelines import export_intervals, export_pipeline
from regression_model.pipeline import build_pipeline
from regression_model.training.residuals import difficulty_input
from regression_model.transformers.target import Transform, make_transformer

Floats = npt.NDArray[np.float64]
RESIDUALS = st.lists(st.floats(-9, 9), min_size=3, max_size=60)
LEVELS = st.floats(0.5, 0.999)


def exact(residuals: Floats, level: float) -> tuple[float, float]:
    """Return the order statistics that miss each side by at most half of what is allowed."""
    n = len(residuals)
    rank = math.floor((n + 1) * (1 - level) / 2 + 1e-9)
    ordered = sorted(residuals)
    return min(ordered[rank - 1], 0.0), max(ordered[n - rank], 0.0)


@settings(deadline=None, max_examples=200)
@given(n=st.integers(3, 799), share=st.floats(0, 1), seed=st.integers(0, 10**6))
def test_offsets_of_some_residuals_are_their_order_statistics(
    n: int, share: float, seed: int
) -> None:
    residuals = np.random.default_rng(seed).normal(size=n)
    level = 0.5 + share * (0.5 - 2 / (n + 1))
    assert interval_offsets(interval_table(residuals), level) == exact(residuals, level)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), n=st.integers(800, 20_000), share=st.floats(0, 1))
def test_offsets_of_many_residuals_are_never_narrower_and_hardly_wider(
    seed: int, n: int, share: float
) -> None:
    residuals = np.random.default_rng(seed).normal(size=n)
    level = 0.5 + share * (0.5 - 2 / (n + 1))
    table = interval_table(residuals)
    lower, upper = interval_offsets(table, level)
    assert lower <= exact(residuals, level)[0]
    assert upper >= exact(residuals, level)[1]
    rank = max(1.0, 0.95 * (1 - level) * (n + 1) / 2 - 1.5)
    wider = exact(residuals, 1 - 2 * rank / (n + 1))
    assert lower >= wider[0]
    assert upper <= wider[1]
    assert len(table["ranks"]) <= 200


@settings(deadline=None, max_examples=60)
@given(found=RESIDUALS, levels=st.tuples(LEVELS, LEVELS))
def test_a_higher_level_is_never_narrower(found: list[float], levels: tuple[float, float]) -> None:
    table = interval_table(np.array(found))
    highest = 1 - 2 / (len(found) + 1)
    low, high = (interval_offsets(table, min(level, highest)) for level in sorted(levels))
    assert high[0] <= low[0] <= 0 <= low[1] <= high[1]


@pytest.mark.parametrize("n", [3, 7, 8, 19, 20, 39, 99, 1460])
def test_the_highest_level_is_that_of_the_most_extreme_residuals(n: int) -> None:
    residuals = np.random.default_rng(n).permutation(np.linspace(-4.0, 5.0, n))
    table = interval_table(residuals)
    assert interval_offsets(table, 1 - 2 / (n + 1)) == (-4.0, 5.0)
    assert table["ranks"][0] == 1
    assert 2 * table["ranks"][-1] <= n + 1
    assert table["n_residuals"] == n


def test_one_sided_residuals_leave_the_score_inside() -> None:
    assert interval_offsets(interval_table(np.linspace(1.0, 2.0, 40)), 0.9)[0] == 0.0
    assert interval_offsets(interval_table(np.linspace(-2.0, -1.0, 40)), 0.9)[1] == 0.0


@pytest.mark.parametrize(
    "wrong", [1.5, 0.3, 0.4999, 1, 0, -0.9, True, False, "x", "0.9", math.nan, math.inf, [0.9], 1j]
)
def test_a_level_that_is_not_allowed_is_refused_with_what_is(
    small_model: Model, wrong: object
) -> None:
    n_residuals = small_model.facts["intervals"]["n_residuals"]
    highest = 1 - 2 / (n_residuals + 1)
    assert n_residuals == 1168
    said = f"from 0.5 to {math.floor(highest * 1e4) / 1e4} .what 1168 residuals allow., got "
    for rows in ({"GrLivArea": 1500}, [], [{"GrLivArea": 1500}]):
        with pytest.raises(ValueError, match=said) as raised:
            small_model.predict(rows, interval=wrong)  # type: ignore[arg-type]
        assert str(raised.value).endswith(f"got {wrong!r}")


class Mute:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    "wrong", [10**400, "x" * 5_000_000, np.complex128(0.9), Mute(), [0.9] * 100_000, np.bool_(1)]
)
def test_whatever_is_no_level_is_refused_shortly(small_model: Model, wrong: Any) -> None:
    with pytest.raises(ValueError, match="interval should be a coverage") as raised:
        small_model.predict({"GrLivArea": 1500}, interval=wrong)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99828, np.float32(0.75), np.float64(0.9)])
def test_levels_up_to_the_highest_are_allowed(small_model: Model, level: Any) -> None:
    result = small_model.predict({"GrLivArea": 1500}, interval=level)
    (lower,), (prediction,), (upper,) = result["lower"], result["predictions"], result["upper"]
    assert lower is not None
    assert upper is not None
    assert 0 < lower < (prediction or 0) < upper


LEVELS_ASKED = [0.5, 0.6, 0.75, 0.9, 0.95, 0.99]
CELLS: dict[str, Any] = {
    "GrLivArea": st.integers(0, 20_000) | st.sampled_from([0, 334, 1500]),
    "LotArea": st.floats(-1e30, 1e30) | st.none() | st.integers(1000, 20_000),
    "TotalBsmtSF": st.none() | st.integers(0, 5000),
    "OverallQual": st.integers(1, 10) | st.just(10**30),
    "Neighborhood": st.sampled_from(["NAmes", "NoRidge", "Atlantis", None]),
    "KitchenQual": st.sampled_from(["Po", "Ex", None]),
}


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=4))
def test_intervals_hold_the_prediction_and_each_other(small_model: Model, rows: list[Any]) -> None:
    found = [small_model.predict(rows, interval=level) for level in LEVELS_ASKED]
    assert all(result["predictions"] == found[0]["predictions"] for result in found)
    for row, prediction in enumerate(found[0]["predictions"]):
        lower = [result["lower"][row] for result in found]
        upper = [result["upper"][row] for result in found]
        if prediction is None:
            assert lower == upper == [None] * len(found)
            continue
        ends = [*reversed(lower), prediction, *upper]
        assert all(a <= b for a, b in pairwise(ends) if a is not None and b is not None)


def test_a_row_with_an_error_has_no_interval_and_json_can_hold_the_rest(
    small_model: Model,
) -> None:
    rows: list[Any] = [{"GrLivArea": 1500}, {"GrLivArea": "big"}, 5, {"GrLivArea": 2500}]
    result = small_model.predict(rows, interval=0.9)
    assert [end is None for end in result["lower"]] == [False, True, True, False]
    assert [end is None for end in result["upper"]] == [False, True, True, False]
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert "lower" not in small_model.predict(rows)
    whole = small_model.predict({"zzz": [1, 2]}, interval=0.9)
    assert whole["lower"] == whole["upper"] == whole["predictions"] == [None, None]


def test_no_rows_have_no_intervals(small_model: Model) -> None:
    result = small_model.predict([], interval=0.9)
    assert result["predictions"] == result["lower"] == result["upper"] == []


def test_a_rows_interval_has_the_same_bits_alone_and_in_any_batch(
    small_model: Model, sample_input_data: pd.DataFrame
) -> None:
    together = small_model.predict(sample_input_data, interval=0.9)
    records = sample_input_data.iloc[:60].to_dict("records")
    for i, record in enumerate(records):
        alone = small_model.predict(record, interval=0.9)
        assert alone["lower"] == [together["lower"][i]]
        assert alone["upper"] == [together["upper"][i]]
    some = small_model.predict(sample_input_data.iloc[3:40], interval=0.9)
    assert some["lower"] == together["lower"][3:40]
    assert some["upper"] == together["upper"][3:40]


TRANSFORMS: list[Transform] = ["none", "log", "log1p", "sqrt", "yeo_johnson"]
_made: dict[str, tuple[Any, Any, Engine, Intervals, Floats]] = {}


def made(transform: Transform, answer: str) -> tuple[Any, Any, Engine, Intervals, Floats]:
    """Return pipeline, difficulty, engine, intervals and encoded rows of a model of noisy flats."""
    if (key := f"{transform} {answer}") not in _made:
        X, y = noisy(150, seed=5)
        config = {
            "target": {"column": "price", "transform": transform, "prediction": answer},
            "columns": {"area": "number", "age": "number"},
            "estimators": {"trees": {"type": "gradient_boosting", "n_estimators": 8}},
        }
        pipeline = build_pipeline(ModelConfig.model_validate(config))
        transformer = make_transformer(transform).fit(y.reshape(-1, 1))
        spread = float(transformer.transform(y.reshape(-1, 1)).std())
        residuals = np.random.default_rng(1).normal(scale=spread / 4, size=50)
        if answer == "mean":
            pipeline.set_params(model__smearing=residuals)
        fitted = pipeline.fit(X, y)
        x = np.ascontiguousarray(fitted[0].transform(X).to_numpy())
        engine = Engine(export_pipeline(fitted), 2)
        inputs = difficulty_input(x, engine.run(x)[0])
        difficulty = BinnedBoostingRegressor(loss="gamma", max_iter=8, random_state=1)
        difficulty.fit(inputs, np.abs(y / y.mean() - 1) + 0.01)
        table = interval_table(residuals)
        graph = export_intervals(fitted, difficulty)
        _made[key] = fitted, difficulty, engine, Intervals(graph, table, 2), x
    return _made[key]


def noisy(n_samples: int, seed: int) -> tuple[pd.DataFrame, Floats]:
    """Return flats of which the large ones have prices that are hard to tell."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"area": random.uniform(0.0, 10.0, n_samples), "age": random.uniform(0.0, 1.0, n_samples)}
    )
    hard = 0.1 + 0.4 * (frame["area"].to_numpy() > 5)
    return frame, 20.0 + 3.0 * frame["age"].to_numpy() + hard * random.normal(size=n_samples)


@pytest.mark.parametrize("answer", ["median", "mean"])
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_ends_are_scores_moved_by_difficulty_in_target_units(
    transform: Transform, answer: str
) -> None:
    fitted, difficulty, engine, intervals, x = made(transform, answer)
    score = engine.run(x)[0]
    offsets = intervals.offsets(0.8)
    size = difficulty.predict(difficulty_input(x, score))
    moved = score[:, None] + offsets * size[:, None]
    inverse = fitted[-1].transformer_.inverse_transform
    expected = np.hstack([inverse(moved[:, :1]), inverse(moved[:, 1:])])
    found = intervals.ends(x, score[:, None], offsets)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert (found[:, 0] < found[:, 1]).all()


@pytest.mark.parametrize("answer", ["median", "mean"])
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_ends_have_the_same_bits_alone_and_in_any_batch(transform: Transform, answer: str) -> None:
    _, _, engine, intervals, x = made(transform, answer)
    score, offsets = engine.run(x)[0][:, None], intervals.offsets(0.9)
    together = intervals.ends(x, score, offsets)
    for n_rows in (1, 3, 7):
        parts = [
            intervals.ends(x[a : a + n_rows], score[a : a + n_rows], offsets)
            for a in range(0, 42, n_rows)
        ]
        np.testing.assert_array_equal(np.vstack(parts), together[:42])


@pytest.mark.parametrize("transform", TRANSFORMS)
@settings(deadline=None, max_examples=20)
@given(scores=st.lists(st.floats(-50, 50), min_size=2, max_size=9), level=st.floats(0.5, 0.96))
def test_a_higher_score_never_has_a_lower_end(
    transform: Transform, scores: list[float], level: float
) -> None:
    _, _, _, intervals, x = made(transform, "median")
    without_score = Intervals(flat_graph(transform), intervals._table, 2)  # noqa: SLF001
    score = np.sort(scores)[:, None]
    rows = np.tile(x[:1], (len(scores), 1))
    ends = without_score.ends(rows, score, without_score.offsets(level))
    for end in ends.T:
        known = end[~np.isnan(end)]
        assert (np.diff(known) >= 0).all()
    lower, upper = ends[~np.isnan(ends).any(axis=1)].T
    assert (lower <= upper).all()


def flat_graph(transform: Transform) -> bytes:
    """Return the graph of interval ends of a model whose rows are all equally difficult."""
    fitted, _, _, _, x = made(transform, "median")
    key = f"flat {transform}"
    if key not in _flat:
        difficulty = BinnedBoostingRegressor(loss="gamma", max_iter=2, min_samples_leaf=200)
        _flat[key] = export_intervals(
            fitted, difficulty.fit(difficulty_input(x, x[:, 0]), np.ones(len(x)))
        )
    return _flat[key]


_flat: dict[str, bytes] = {}


@pytest.mark.parametrize("answer", ["median", "mean"])
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_the_prediction_lies_in_its_interval_whatever_is_answered(
    transform: Transform, answer: str
) -> None:
    fitted, difficulty, _, intervals, _ = made(transform, answer)
    facts = {
        "model_version": "1",
        "columns": fitted[0].schema_.to_dict(),
        "target": {"column": "price", "transform": transform},
        "intervals": intervals._table,  # noqa: SLF001
    }
    members = {GRAPH: export_pipeline(fitted), INTERVALS: export_intervals(fitted, difficulty)}
    model = Model(Artifact(facts, members))
    X, _ = noisy(80, seed=6)
    for level in (0.5, 0.9):
        result = model.predict(X, interval=level)
        lower, predictions, upper = (
            np.array(each, dtype=np.float64)
            for each in (result["lower"], result["predictions"], result["upper"])
        )
        assert ((lower <= predictions) & (predictions <= upper)).all()


GOOD = interval_table(np.linspace(-1.0, 1.0, 19))
DAMAGES: dict[str, dict[str, Any]] = {
    **{f"no {name}": {k: v for k, v in GOOD.items() if k != name} for name in GOOD},
    "ends of other lengths": {**GOOD, "lower": GOOD["lower"][1:]},
    "no ranks at all": {**GOOD, "ranks": [], "lower": [], "upper": []},
    "ranks out of order": {**GOOD, "ranks": GOOD["ranks"][::-1]},
    "a first rank of two": {**GOOD, "ranks": [rank + 1 for rank in GOOD["ranks"]]},
    "too few residuals": {**GOOD, "n_residuals": 2},
    "an end that is text": {**GOOD, "upper": ["a", *GOOD["upper"][1:]]},
    "an end that is no number": {**GOOD, "upper": [math.nan, *GOOD["upper"][1:]]},
    "an end that is absent": {**GOOD, "lower": [None, *GOOD["lower"][1:]]},
    "residuals that are text": {**GOOD, "n_residuals": "many"},
    "a list in its place": {**GOOD, "n_residuals": [19]},
    "ranks that are a number": {**GOOD, "ranks": 1},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_table_is_an_artifact_error(damage: str) -> None:
    graph = flat_graph("log")
    assert Intervals(graph, GOOD, 2).highest_level == pytest.approx(0.9)
    with pytest.raises(ArtifactError, match="interval table does not fit together"):
        Intervals(graph, DAMAGES[damage], 2)


@pytest.mark.parametrize("table", [[], "x", 5, {"reason": "none"}])
def test_a_table_of_another_kind_is_an_artifact_error(small_model: Model, table: object) -> None:
    facts = {**small_model.facts, "intervals": table}
    damaged = Model(Artifact(facts, small_model._artifact.members))  # noqa: SLF001
    assert damaged.predict({"GrLivArea": 1500})["errors"] is None
    with pytest.raises(ArtifactError, match=r"interval table does not fit|has no intervals"):
        damaged.predict({"GrLivArea": 1500}, interval=0.9)


def test_a_graph_of_another_shape_is_an_artifact_error() -> None:
    with pytest.raises(ArtifactError, match=r"its graph takes .*expected .*'offsets', 2"):
        Intervals(export_pipeline(made("log", "median")[0]), GOOD, 2)
    with pytest.raises(ArtifactError, match=r"its graph takes \[\('x', 2\)"):
        Intervals(flat_graph("log"), GOOD, 3)
