"""From scores to target units in the graph: as the pipeline does it, for every transform."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PowerTransformer, QuantileTransformer

from regression_model.artifact.runtime import Engine
from regression_model.config.core import ModelConfig
from regression_model.exceptions import ArtifactError
from regression_model.export.graph import Graph
from regression_model.export.inverse import inverse
from regression_model.export.pipelines import export_pipeline
from regression_model.export.proof import predict_encoded, prove_equal
from regression_model.export.tensors import LANES, add_input, concatenate
from regression_model.pipeline import build_pipeline
from regression_model.transformers.target import (
    Transform,
    from_scores,
    make_transformer,
    residual_quantiles,
    smear,
    to_scores,
)

Floats = npt.NDArray[np.float64]
TRANSFORMS: list[Transform] = ["none", "log", "log1p", "sqrt", "yeo_johnson"]
ANSWERS = ["median", "mean"]
EXTREMES = [0.0, -0.0, 1e-300, 1e30, -1e30, 1e15, -1e15, np.nan]
_made: dict[str, tuple[Pipeline, Engine, Floats, Floats]] = {}


def made(transform: Transform, answer: str) -> tuple[Pipeline, Engine, Floats, Floats]:
    """Return a fitted pipeline, the engine of its graph, encoded rows and their target."""
    if (key := f"{transform} {answer}") not in _made:
        random = np.random.default_rng(4)
        X = pd.DataFrame({"area": random.uniform(0, 3, 120), "age": random.exponential(2, 120)})
        X = X.mask(random.random(X.shape) < 0.05)
        y = np.exp(X["area"].fillna(1.5).to_numpy() + 0.5 * random.normal(size=120))
        config = {
            "target": {"column": "price", "transform": transform, "prediction": answer},
            "columns": {"area": "number", "age": "number"},
            "estimators": {
                "linear": {"type": "ridge", "clip_quantile": 0},
                "trees": {"type": "gradient_boosting", "n_estimators": 5},
            },
        }
        pipeline = build_pipeline(ModelConfig.model_validate(config))
        if answer == "mean":
            scores = to_scores(make_transformer(transform).fit(y.reshape(-1, 1)), y)
            residuals = residual_quantiles(scores.std() * random.normal(size=80))
            pipeline.set_params(model__smearing=residuals)
        fitted = pipeline.fit(X, y)
        x = np.ascontiguousarray(fitted[0].transform(X).to_numpy())
        _made[key] = fitted, Engine(export_pipeline(fitted), 2), x, y
    return _made[key]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("transform", TRANSFORMS)
@settings(deadline=None, max_examples=15)
@given(
    rows=st.lists(
        st.tuples(*[st.floats(-5, 50) | st.sampled_from(EXTREMES)] * 2), min_size=1, max_size=6
    )
)
def test_the_graph_answers_as_the_pipeline_does(
    transform: Transform, answer: str, rows: list[tuple[float, ...]]
) -> None:
    fitted, engine, x, y = made(transform, answer)
    both = np.vstack([x[:40], np.array(rows, dtype=np.float64)])
    _, prediction = engine.run(both)
    expected = predict_encoded(fitted, both)
    np.testing.assert_allclose(prediction, expected, rtol=1e-9, atol=1e-9 * y.std())


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_the_proof_holds(transform: Transform, answer: str) -> None:
    fitted, engine, x, y = made(transform, answer)
    assert prove_equal(fitted, engine, x, float(y.std())) <= 1e-9


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_row_has_the_same_bits_alone_and_in_any_batch(transform: Transform, answer: str) -> None:
    _, engine, x, _ = made(transform, answer)
    _, together = engine.run(x)
    for n_rows in (1, 2, 7):
        parts = [engine.run(x[a : a + n_rows])[1] for a in range(0, 56, n_rows)]
        np.testing.assert_array_equal(np.concatenate(parts)[:56], together[:56])
    one_by_one = [engine.predict_row(row) for row in x.tolist()]
    np.testing.assert_array_equal(one_by_one, together)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_mean_and_median_differ_by_what_residuals_ask(transform: Transform) -> None:
    fitted, engine, x, _ = made(transform, "mean")
    score, mean = engine.run(x)
    _, median = made(transform, "median")[1].run(x)
    model = fitted[-1]
    np.testing.assert_allclose(mean, smear(model.transformer_, score, model.smearing), rtol=1e-9)
    assert not np.allclose(mean, median, rtol=1e-4)


def graph_of(transformer: Any, smearing: Floats | None, width: int) -> Engine:
    """Return an engine whose score is its only column and whose prediction the inverse of it."""
    graph = Graph()
    score = add_input(graph, "x", 1)
    prediction = inverse(concatenate([score] * width), transformer, smearing).column(0)
    return Engine(graph.serialise({"score": score, "prediction": prediction}), 1)


POWERS = [-2.0, -0.5, 0.0, 1e-17, 1e-9, 0.5, 1.0, 1.5, 2.0, 2.0 + 1e-9, 3.7]


@pytest.mark.parametrize("power", POWERS)
@settings(deadline=None, max_examples=25)
@given(scores=st.lists(st.floats(-4, 4), min_size=1, max_size=5))
def test_every_power_of_yeo_johnson_is_inverted(power: float, scores: list[float]) -> None:
    if power not in _powers:
        y = np.random.default_rng(2).normal(2.0, 1.5, (60, 1))
        transformer = PowerTransformer("yeo-johnson").fit(y)
        transformer.lambdas_ = np.array([power])
        _powers[power] = transformer, graph_of(transformer, None, 1)
    transformer, engine = _powers[power]
    x = np.array(scores)[:, None]
    expected = from_scores(transformer, x[:, 0])
    np.testing.assert_allclose(engine.run(x)[1], expected, rtol=1e-9, atol=1e-9)


_powers: dict[float, tuple[Any, Engine]] = {}


@pytest.mark.parametrize("n_residuals", [1, 2, 7, 8, 9, 50])
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_any_number_of_residuals_is_averaged_over(transform: Transform, n_residuals: int) -> None:
    y = np.exp(np.linspace(0.0, 2.0, 30))
    transformer = make_transformer(transform).fit(y.reshape(-1, 1))
    residuals = np.random.default_rng(n_residuals).normal(scale=0.3, size=n_residuals)
    scores = to_scores(transformer, y)
    _, prediction = graph_of(transformer, residuals, LANES).run(scores[:, None])
    expected = smear(transformer, scores, residuals)
    np.testing.assert_allclose(prediction, expected, rtol=1e-10)


def test_a_negative_score_is_the_root_of_nothing() -> None:
    engine = graph_of(make_transformer("sqrt"), None, 1)
    score = np.array([[-3.0], [-1e-9], [0.0], [0.5], [3.0]])
    assert engine.run(score)[1].tolist() == [0.0, 0.0, 0.0, 0.25, 9.0]


def test_any_other_transformer_is_refused() -> None:
    other = QuantileTransformer(n_quantiles=5).fit(np.arange(10.0).reshape(-1, 1))
    with pytest.raises(ArtifactError, match="QuantileTransformer cannot be exported"):
        graph_of(other, None, 1)
