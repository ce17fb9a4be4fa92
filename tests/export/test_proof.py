"""The proof: the graph of the pipeline passes, the graph of any other one does not."""

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline

from regression_model.artifact.runtime import Engine
from regression_model.exceptions import ArtifactError
from regression_model.export import proof
from regression_model.export.pipelines import export_pipeline
from regression_model.export.proof import predict_encoded, proof_rows, prove_equal
from regression_model.train_pipeline import TrainingResult

Floats = npt.NDArray[np.float64]
SCALE = 80_000.0


@pytest.fixture(scope="module")
def x(small_result: TrainingResult, train_data: pd.DataFrame) -> Floats:
    rows = train_data.drop(columns="SalePrice")
    return np.ascontiguousarray(small_result.pipeline[0].transform(rows).to_numpy())


def engine_of(pipeline: Pipeline) -> Engine:
    return Engine(export_pipeline(pipeline), len(pipeline[0].schema_))


def estimator_of(pipeline: Pipeline, branch: int) -> Any:
    return pipeline[-1].regressor_.estimators_[branch][-1]


def assert_refused(pipeline: Pipeline, tampered: Pipeline, x: Floats) -> None:
    with pytest.raises(ArtifactError, match="the graph differs from the pipeline on"):
        prove_equal(pipeline, engine_of(tampered), x, SCALE)


def test_the_graph_of_the_pipeline_itself_passes(small_result: TrainingResult, x: Floats) -> None:
    difference = prove_equal(small_result.pipeline, engine_of(small_result.pipeline), x, SCALE)
    assert 0 <= difference <= 1e-9


@settings(deadline=None, max_examples=8)
@given(data=st.data())
def test_a_changed_coefficient_is_noticed(
    data: st.DataObject, small_result: TrainingResult, x: Floats
) -> None:
    tampered = copy.deepcopy(small_result.pipeline)
    coefficients = np.ravel(estimator_of(tampered, 0).coef_)
    at = data.draw(st.sampled_from(np.flatnonzero(np.abs(coefficients) > 1e-4).tolist()))
    estimator_of(tampered, 0).coef_.flat[at] *= 1 + 1e-3
    assert_refused(small_result.pipeline, tampered, x)


def test_a_changed_intercept_is_noticed(small_result: TrainingResult, x: Floats) -> None:
    tampered = copy.deepcopy(small_result.pipeline)
    estimator_of(tampered, 0).intercept_ += 1e-6
    assert_refused(small_result.pipeline, tampered, x)


@settings(deadline=None, max_examples=8)
@given(data=st.data())
def test_a_changed_leaf_is_noticed(
    data: st.DataObject, small_result: TrainingResult, x: Floats
) -> None:
    tampered = copy.deepcopy(small_result.pipeline)
    tree = data.draw(st.sampled_from(list(estimator_of(tampered, 1).estimators_[:, 0]))).tree_
    leaf = data.draw(st.sampled_from(np.flatnonzero(tree.children_left == -1).tolist()))
    tree.value[leaf, 0, 0] += 1e-3
    assert_refused(small_result.pipeline, tampered, x)


@pytest.mark.parametrize("way", [-np.inf, np.inf])
def test_the_least_change_of_a_threshold_at_a_root_is_noticed(
    small_result: TrainingResult, x: Floats, way: float
) -> None:
    tampered = copy.deepcopy(small_result.pipeline)
    declared = set(tampered[0].schema_.names) - {"YearBuilt", "GarageYrBlt"}
    estimator = estimator_of(tampered, 1)
    trees = [tree.tree_ for tree in estimator.estimators_[:, 0]]
    numbers = {n for n in declared if not tampered[0].schema_[n].has_levels}
    names = list(estimator.feature_names_in_)
    tree = next(tree for tree in trees if names[tree.feature[0]] in numbers)
    tree.threshold[0] = np.nextafter(np.float32(tree.threshold[0]), np.float32(way))
    assert_refused(small_result.pipeline, tampered, x)


@pytest.mark.parametrize("feature", ["TotalArea", "AreaTimesQuality", "YearBuilt"])
def test_a_threshold_moved_past_training_rows_is_noticed(
    small_result: TrainingResult, x: Floats, feature: str
) -> None:
    tampered = copy.deepcopy(small_result.pipeline)
    estimator = estimator_of(tampered, 1)
    column = list(estimator.feature_names_in_).index(feature)
    trees = [tree.tree_ for tree in estimator.estimators_[:, 0]]
    tree = next(tree for tree in trees if column in tree.feature.tolist())
    tree.threshold[tree.feature.tolist().index(column)] *= 1.1
    assert_refused(small_result.pipeline, tampered, x)


@pytest.mark.parametrize("column", ["LotFrontage", "KitchenQual", "GarageYrBlt"])
def test_a_graph_that_fills_missing_cells_otherwise_is_noticed(
    small_result: TrainingResult, x: Floats, column: str
) -> None:
    tampered = copy.deepcopy(small_result.pipeline)
    imputer = tampered[-1].regressor_.estimators_[0]["impute"]
    imputer.medians_[list(imputer.variables_).index(column)] += 1.0
    assert_refused(small_result.pipeline, tampered, x)


def test_a_graph_that_is_finite_where_the_pipeline_is_not_is_refused(
    small_result: TrainingResult, x: Floats
) -> None:
    broken = copy.deepcopy(small_result.pipeline)
    estimator_of(broken, 0).intercept_ = 1e4
    for pipeline, other in ((small_result.pipeline, broken), (broken, small_result.pipeline)):
        with (
            np.errstate(over="ignore"),
            pytest.raises(ArtifactError, match="one of them is not finite"),
        ):
            prove_equal(pipeline, engine_of(other), x, SCALE)


def test_the_rows_cover_what_the_design_names(small_result: TrainingResult, x: Floats) -> None:
    schema = small_result.pipeline[0].schema_
    groups = dict(proof_rows(small_result.pipeline, x))
    rows = np.vstack(list(groups.values()))
    assert rows.shape[1] == len(schema)
    np.testing.assert_array_equal(rows[: len(x)], x)
    missing = np.array([column.missing_code for column in schema.columns])
    assert any(np.array_equal(row, missing, equal_nan=True) for row in rows)
    for i, column in enumerate(schema.columns):
        wanted = [-1.0] if column.has_levels else [1e30, -1e30, 0.0]
        assert set(wanted) <= set(rows[:, i].tolist()), column.name


def test_encoded_rows_are_predicted_as_the_raw_ones_are(
    small_result: TrainingResult, train_data: pd.DataFrame, x: Floats
) -> None:
    raw = small_result.pipeline.predict(train_data.drop(columns="SalePrice"))
    np.testing.assert_array_equal(predict_encoded(small_result.pipeline, x), raw)


def test_many_encoded_rows_are_predicted_in_parts(
    small_result: TrainingResult, x: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = predict_encoded(small_result.pipeline, x)
    monkeypatch.setattr(proof, "_ROWS_AT_ONCE", 100)
    np.testing.assert_allclose(predict_encoded(small_result.pipeline, x), whole, rtol=1e-14)
