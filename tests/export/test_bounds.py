"""Bounds of the target in the graphs: as the pipeline keeps them, and nowhere else."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from regression_model.artifact.intervals import Intervals, interval_table
from regression_model.artifact.runtime import Engine
from regression_model.config.core import ModelConfig
from regression_model.estimators.difficulty import DifficultySettings
from regression_model.exceptions import ArtifactError
from regression_model.export.pipelines import export_intervals, export_pipeline
from regression_model.export.proof import predict_encoded, proof_rows, prove_equal
from regression_model.pipeline import build_pipeline
from regression_model.training.residuals import difficulty_input, fit_difficulty
from regression_model.transformers.target import Transform, residual_quantiles

Floats = npt.NDArray[np.float64]
TRANSFORMS: list[Transform] = ["none", "log", "log1p", "sqrt", "yeo_johnson"]
EXTREMES = [0.0, 1e-300, 1e30, -1e30, 1e15, -1e15, np.nan]
N_ROWS = 120


@cache
def fitted(transform: Transform, answer: str) -> tuple[Pipeline, Floats, Floats]:
    """Return a fitted pipeline without bounds, encoded rows and their target."""
    random = np.random.default_rng(4)
    X = pd.DataFrame({"area": random.uniform(0, 3, N_ROWS), "age": random.exponential(2, N_ROWS)})
    X = X.mask(random.random(X.shape) < 0.05)
    y = np.exp(X["area"].fillna(1.5).to_numpy() + 0.5 * random.normal(size=N_ROWS))
    config = {
        "target": {"column": "price", "transform": transform, "prediction": answer},
        "columns": {"area": "number", "age": "number"},
        "estimators": {
            "lines": {"type": "ridge", "clip_quantile": "none", "log_skewness": "none"},
            "trees": {"type": "gradient_boosting", "n_estimators": 5},
        },
    }
    pipeline = build_pipeline(ModelConfig.model_validate(config)).fit(X, y)
    if answer == "mean":
        residuals = residual_quantiles(0.3 * random.normal(size=80))
        pipeline.set_params(model__smearing=residuals)
    x = np.ascontiguousarray(pipeline[0].transform(X).to_numpy())
    return pipeline, x, y


def bounded(pipeline: Pipeline, minimum: float | None, maximum: float | None) -> Pipeline:
    """Return a fitted pipeline with other bounds, which no fit knows of."""
    return Pipeline([*pipeline.steps[:-1], ("model", _with_bounds(pipeline[-1], minimum, maximum))])


def _with_bounds(model: Any, minimum: float | None, maximum: float | None) -> Any:
    other = clone(model, safe=False)
    other.__dict__.update(model.__dict__)
    return other.set_params(minimum=minimum, maximum=maximum)


@pytest.mark.parametrize("answer", ["median", "mean"])
@pytest.mark.parametrize("transform", TRANSFORMS)
@settings(deadline=None, max_examples=12)
@given(
    minimum=st.none() | st.floats(-3, 4),
    maximum=st.none() | st.floats(1, 60),
    rows=st.lists(
        st.tuples(*[st.floats(-5, 50) | st.sampled_from(EXTREMES)] * 2), min_size=1, max_size=6
    ),
)
def test_graph_and_pipeline_keep_the_same_bounds(
    transform: Transform,
    answer: str,
    minimum: float | None,
    maximum: float | None,
    rows: list[tuple[float, float]],
) -> None:
    assume(minimum is None or maximum is None or minimum < maximum)
    plain, x, y = fitted(transform, answer)
    pipeline = bounded(plain, minimum, maximum)
    both = np.vstack([x, np.array(rows, dtype=np.float64)])
    _, free = Engine(export_pipeline(plain), 2).run(both)
    scores, got = Engine(export_pipeline(pipeline), 2).run(both)
    low = -np.inf if minimum is None else minimum
    high = np.inf if maximum is None else maximum
    expected = predict_encoded(pipeline, both)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9 * y.std())
    known = ~np.isnan(got)
    assert ((got[known] >= low) & (got[known] <= high)).all()
    # what lies inside has the very bits that it has without bounds
    np.testing.assert_array_equal(got, np.clip(free, low, high))
    np.testing.assert_array_equal(scores, Engine(export_pipeline(plain), 2).run(both)[0])


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("bounds", [(2.0, None), (None, 9.0), (2.0, 9.0)])
def test_ends_of_intervals_are_within_the_bounds_and_around_the_prediction(
    transform: Transform, bounds: tuple[float | None, float | None]
) -> None:
    plain, x, y = fitted(transform, "median")
    pipeline = bounded(plain, *bounds)
    scores, predictions = Engine(export_pipeline(pipeline), 2).run(x)
    residuals = plain[-1].transformer_.transform(y[:, None])[:, 0] - scores
    difficulty = fit_difficulty(
        DifficultySettings(max_iter=5), 1, difficulty_input(x, scores), residuals
    )
    table = interval_table(residuals)
    ends = {}
    for name, model in (("free", plain), ("bounded", pipeline)):
        intervals = Intervals(export_intervals(model, difficulty), table, 2)
        ends[name] = intervals.ends(x, scores[:, None], intervals.offsets(0.9))
    low = -np.inf if bounds[0] is None else bounds[0]
    high = np.inf if bounds[1] is None else bounds[1]
    np.testing.assert_array_equal(ends["bounded"], np.clip(ends["free"], low, high))
    assert (ends["bounded"] != ends["free"]).any()
    assert (ends["bounded"][:, 0] <= predictions).all()
    assert (predictions <= ends["bounded"][:, 1]).all()


@pytest.mark.parametrize("answer", ["median", "mean"])
@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize(
    ("bounds", "operator"), [((2.0, None), "Max"), ((None, 9.0), "Min"), ((2.0, 9.0), "Clip")]
)
def test_bounds_cost_one_node(
    transform: Transform, answer: str, bounds: tuple[float | None, float | None], operator: str
) -> None:
    plain, _, _ = fitted(transform, answer)
    before = [node.op_type for node in onnx.load_from_string(export_pipeline(plain)).graph.node]
    graph = export_pipeline(bounded(plain, *bounds))
    after = [node.op_type for node in onnx.load_from_string(graph).graph.node]
    copies = before.count("Identity")  # of a score that is the prediction as it stands
    assert len(after) == len(before) + 1 - copies
    assert after.count(operator) == before.count(operator) + 1


def test_a_row_has_the_same_bits_alone_and_in_any_batch() -> None:
    plain, x, _ = fitted("log", "mean")
    engine = Engine(export_pipeline(bounded(plain, 3.0, 9.0)), 2)
    _, together = engine.run(x)
    assert {3.0, 9.0} <= set(together.tolist())
    one_by_one = [engine.predict_row(row) for row in x.tolist()]
    np.testing.assert_array_equal(one_by_one, together)


@pytest.mark.parametrize("bounds", [(0.5, None), (None, 40.0), (0.5, 40.0)])
def test_the_proof_looks_at_rows_that_reach_the_bounds(
    bounds: tuple[float | None, float | None],
) -> None:
    plain, x, _ = fitted("none", "median")
    pipeline = bounded(plain, *bounds)
    rows = dict(proof_rows(pipeline, x))["rows at the bounds of the target"]
    answers = predict_encoded(pipeline, rows)
    assert {bound for bound in bounds if bound is not None} <= set(answers.tolist())
    assert "rows at the bounds of the target" not in dict(proof_rows(plain, x))
    assert prove_equal(pipeline, Engine(export_pipeline(pipeline), 2), x, 1.0) <= 1e-9


def test_a_graph_that_forgets_the_bounds_is_not_written() -> None:
    plain, x, _ = fitted("none", "median")
    with pytest.raises(ArtifactError, match="the graph differs from the pipeline"):
        prove_equal(bounded(plain, 2.0, None), Engine(export_pipeline(plain), 2), x, 1.0)
