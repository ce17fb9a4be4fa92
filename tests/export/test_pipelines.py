"""The exported graph equals the scikit-learn pipeline, whatever the rows."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import pandas as pd
import pytest
from catboost import CatBoostRegressor
from hypothesis import given, settings
from hypothesis import strategies as st
from lightgbm import LGBMRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler

from regression_model.artifact.runtime import Engine
from regression_model.config.core import ModelConfig
from regression_model.estimators.fitted import Trees
from regression_model.estimators.registry import read_fitted
from regression_model.exceptions import ArtifactError
from regression_model.export.pipelines import export_pipeline
from regression_model.export.proof import tree_thresholds
from regression_model.pipeline import build_pipeline
from regression_model.processing.schema import Column
from regression_model.train_pipeline import TrainingResult
from regression_model.transformers.operations import OPERATIONS
from regression_model.transformers.target import smear

Floats = npt.NDArray[np.float64]
Rows = st.SearchStrategy[Floats]
EXTREMES = [0.0, -0.0, 1.0, -1.0, 1e-300, 1e-9, 0.1, 1 / 3, 16777217.0, 1e15, 1e30, -1e30]


def thresholds(fitted: Pipeline) -> list[float]:
    found: list[float] = []
    for branch in fitted[-1].regressor_.estimators_:
        for tree in np.ravel(getattr(branch[-1], "estimators_", [])):
            inner = tree.tree_.children_left != -1
            found += tree.tree_.threshold[inner].tolist()
        for (predictor,) in getattr(branch[-1], "_predictors", []):
            nodes = predictor.nodes[predictor.nodes["is_leaf"] == 0]
            found += nodes["num_threshold"].tolist()
        found += np.ravel(getattr(branch[-1], "thresholds_", [])).tolist()
        library = getattr(branch[-1], "model_", None)
        if isinstance(library, LGBMRegressor):
            found += library.booster_.trees_to_dataframe()["threshold"].dropna().tolist()
        elif isinstance(library, CatBoostRegressor):
            found += [border for borders in library.get_borders().values() for border in borders]
    return sorted(t for t in set(found) if abs(t) <= 1e30)


def cells(column: Column, at: list[float]) -> st.SearchStrategy[float]:
    missing = st.just(column.missing_code)
    if column.has_levels:
        return missing | st.integers(-1, len(column.levels) - 1).map(float)
    if column.kind == "boolean":
        return missing | st.sampled_from([0.0, 1.0])
    low, high = column.training_range or (0.0, 1.0)
    values = st.floats(low, high) | st.sampled_from(EXTREMES)
    if at:
        exact = np.array(at)
        single = exact.astype(np.float32).astype(np.float64)
        above, below = np.nextafter(exact, np.inf), np.nextafter(exact, -np.inf)
        beside = np.concatenate([exact, above, below, single])
        values |= st.sampled_from(beside.tolist())
    if column.kind == "integer":
        values = values.map(np.floor).map(float)
    return missing | values


def rows_of(fitted: Pipeline) -> Rows:
    """Draw tables of many rows: the pipeline takes as long for one row as for twenty."""
    at = thresholds(fitted)
    row = st.tuples(*(cells(column, at) for column in fitted[0].schema_.columns))
    return st.lists(row, min_size=8, max_size=24).map(lambda rows: np.array(rows, dtype=np.float64))


class Exported(NamedTuple):
    """A fitted pipeline, the engine of its graph, and rows to try both on."""

    fitted: Pipeline
    engine: Engine
    rows: Rows

    @classmethod
    def of(cls, fitted: Pipeline) -> "Exported":
        engine = Engine(export_pipeline(fitted), len(fitted[0].schema_))
        return cls(fitted, engine, rows_of(fitted))


_made: dict[str, Exported] = {}


def assert_equal(fitted: Pipeline, engine: Engine, x: Floats, scale: float = 0.0) -> None:
    frame = pd.DataFrame(x, columns=list(fitted[0].get_feature_names_out()))
    for _, step in fitted.steps[1:-1]:
        frame = step.transform(frame)
    expected_score = fitted[-1].regressor_.predict(frame)
    expected = smear(fitted[-1].transformer_, expected_score, fitted[-1].smearing)
    for n_rows in (len(x), 1):
        score, prediction = engine.run(x[:n_rows])
        assert_equal = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-9 * scale)
        assert_equal(score, expected_score[:n_rows])
        assert_equal(prediction, expected[:n_rows])


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_the_small_models_graph_equals_its_pipeline(
    data: st.DataObject, small_result: TrainingResult
) -> None:
    if "small" not in _made:
        _made["small"] = Exported.of(small_result.pipeline)
    fitted, engine, rows = _made["small"]
    assert_equal(fitted, engine, data.draw(rows))


LINEAR = {"type": "ridge", "rare_level_count": 3}
TREES = {"type": "gradient_boosting", "n_estimators": 6, "min_samples_leaf": 2}
HISTOGRAM = {"type": "hist_gradient_boosting", "max_iter": 6, "min_samples_leaf": 3}
LIGHTGBM = {"type": "lightgbm", "n_estimators": 6, "min_child_samples": 3}
CATBOOST = {"type": "catboost", "iterations": 6, "depth": 4, "border_count": 16}
FOREST = {"type": "random_forest", "n_estimators": 4, "max_depth": 5}
EXTRA = {"type": "extra_trees", "n_estimators": 4, "max_depth": 5}
ELASTIC = {**LINEAR, "type": "elastic_net", "alpha": 0.01}
NUMBERS = {"area": "number", "rooms": "integer", "lot": "number"}
ORDERED = {"kind": "ordered", "levels": ["Po", "Gd", "Ex"]}
ALL = {
    **NUMBERS,
    "place": "category",
    "alley": {"kind": "category", "missing": "none"},
    "cellar": {"kind": "number", "missing": "none"},
    "quality": ORDERED,
    "lift": "boolean",
    "built": "integer",
    "sold": "integer",
}
ELAPSED = {"reference": "sold", "columns": ["built"]}
VARIANTS: dict[str, dict[str, Any]] = {
    "everything": {"columns": ALL, "elapsed": ELAPSED},
    "linear alone": {"columns": ALL, "estimators": {"l": LINEAR}},
    "trees alone": {"columns": ALL, "estimators": {"t": TREES}, "elapsed": ELAPSED},
    "weights": {
        "columns": ALL,
        "estimators": {
            "a": {**LINEAR, "weight": 3},
            "b": {**TREES, "weight": 0.5},
            "c": {**LINEAR, "alpha": 1, "clip_quantile": 0.1},
            "d": {**TREES, "max_depth": 2},
        },
    },
    "target as it is": {"columns": ALL, "target": {"column": "price", "transform": "none"}},
    "absolute error": {"columns": ALL, "estimators": {"t": {**TREES, "loss": "absolute_error"}}},
    "huber": {"columns": ALL, "estimators": {"t": {**TREES, "loss": "huber"}}},
    "other linear ones": {
        "columns": ALL,
        "estimators": {
            "a": ELASTIC,
            "b": {**LINEAR, "type": "lasso", "alpha": 0.01},
            "c": {**LINEAR, "type": "huber", "alpha": 1},
        },
    },
    "histogram": {"columns": ALL, "estimators": {"t": HISTOGRAM}, "elapsed": ELAPSED},
    "histogram of numbers": {"columns": NUMBERS, "estimators": {"t": HISTOGRAM}},
    "trees of one leaf": {
        "columns": ALL,
        "estimators": {
            "a": {**HISTOGRAM, "min_samples_leaf": 80},
            "b": {**FOREST, "min_samples_leaf": 80},
        },
    },
    "lightgbm": {"columns": ALL, "estimators": {"t": LIGHTGBM}, "elapsed": ELAPSED},
    "lightgbm of one leaf": {
        "columns": ALL,
        "estimators": {"a": {**LIGHTGBM, "min_child_samples": 80}},
    },
    "catboost": {"columns": ALL, "estimators": {"t": CATBOOST}, "elapsed": ELAPSED},
    "catboost, deep": {
        "columns": {"area": "number", "lot": "number"},
        "estimators": {"t": {**CATBOOST, "depth": 7, "iterations": 12}},
    },
    "both libraries": {"columns": NUMBERS, "estimators": {"a": LIGHTGBM, "b": CATBOOST}},
    "random forest": {"columns": ALL, "estimators": {"f": FOREST}, "elapsed": ELAPSED},
    "extra trees": {"columns": ALL, "estimators": {"f": EXTRA}},
    "all kinds of trees": {
        "columns": ALL,
        "estimators": {
            "a": TREES,
            "b": {**HISTOGRAM, "weight": 3},
            "c": FOREST,
            "d": EXTRA,
            "e": CATBOOST,
        },
    },
    "all estimators": {
        "columns": ALL,
        "elapsed": ELAPSED,
        "derived": {"total": {"operation": "sum", "of": ["area", "cellar"]}},
        "target": {"column": "price", "transform": "sqrt"},
        "estimators": {
            "a": LINEAR,
            "b": ELASTIC,
            "c": TREES,
            "d": {**HISTOGRAM, "weight": 0.3},
            "e": FOREST,
            "f": {**EXTRA, "weight": 2},
            "g": CATBOOST,
        },
    },
    "histogram, monotonic": {
        "columns": {**ALL, "area": {"kind": "number", "monotonic": "increasing"}},
        "estimators": {"t": {**HISTOGRAM, "loss": "absolute_error", "max_bins": 8}, "l": LINEAR},
    },
    "numbers only": {"columns": NUMBERS},
    "categories only": {"columns": {"place": "category", "alley": ALL["alley"]}},
    "one category": {"columns": {"place": "category"}},
    "ordered only": {"columns": {"quality": ORDERED}},
    "one number and one category": {"columns": {"area": "number", "place": "category"}},
    "lines that bend": {
        "columns": ALL,
        "elapsed": ELAPSED,
        "estimators": {"l": {**LINEAR, "knots": 4}, "t": TREES},
    },
    "straight lines that bend": {
        "columns": ALL,
        "estimators": {
            "l": {**LINEAR, "knots": 2, "clip_quantile": "none", "log_skewness": "none"}
        },
    },
    "everything logged": {"columns": ALL, "estimators": {"l": {**LINEAR, "log_skewness": 0}}},
}


def flats(n_samples: int = 80) -> pd.DataFrame:
    random = np.random.default_rng(8)

    def choice(*levels: object) -> Any:
        return random.choice(np.array(levels, dtype=object), n_samples)

    frame = pd.DataFrame(
        {
            "area": random.uniform(30.0, 200.0, n_samples),
            "rooms": random.integers(1, 7, n_samples).astype(np.float64),
            "lot": random.exponential(500.0, n_samples),
            "place": choice("north", "south", "west", None),
            "alley": choice("Grvl", "Pave", None),
            "cellar": random.choice([0.0, 40.0, np.nan], n_samples),
            "quality": choice("Po", "Gd", "Ex", None),
            "lift": choice("yes", "no", None),
            "built": random.integers(1900, 2010, n_samples),
            "sold": random.integers(2010, 2015, n_samples),
        }
    )
    return frame.mask(random.random(frame.shape) < 0.05)


def prices(frame: pd.DataFrame) -> Floats:
    noise = np.random.default_rng(9).normal(size=len(frame))
    y = 1000.0 + 20.0 * frame["area"].fillna(100.0) + 50.0 * noise
    return np.asarray(y, dtype=np.float64)


def fit(columns: dict[str, Any], frame: pd.DataFrame, **changed: Any) -> Pipeline:
    given_settings = {
        "target": {"column": "price", "transform": "log"},
        "columns": columns,
        "estimators": {"linear": LINEAR, "trees": TREES},
        **changed,
    }
    config = ModelConfig.model_validate(given_settings)
    return build_pipeline(config).fit(frame[list(columns)], prices(frame))


@pytest.mark.parametrize("variant", VARIANTS)
@settings(deadline=None, max_examples=5)
@given(data=st.data())
def test_the_graph_of_any_config_equals_its_pipeline(variant: str, data: st.DataObject) -> None:
    fitted, engine, rows = exported(variant)
    assert_equal(fitted, engine, data.draw(rows), scale=500.0)


OF_TREES = [
    "histogram",
    "lightgbm",
    "catboost",
    "random forest",
    "extra trees",
    "all kinds of trees",
    "all estimators",
]


@pytest.mark.parametrize("variant", OF_TREES)
def test_rows_at_every_threshold_of_their_column_are_alike(variant: str) -> None:
    fitted, engine, _ = exported(variant)
    schema = fitted[0].schema_
    base = np.vstack([fitted[0].transform(flats())[:2], np.full((1, len(schema)), np.nan)])
    n_known = 0
    for name, found in tree_thresholds(fitted).items():
        if name not in schema.names or schema[name].has_levels:
            continue
        single = found.astype(np.float32).astype(np.float64)
        values = [found, np.nextafter(found, np.inf), np.nextafter(found, -np.inf), single]
        values += [single + step * np.spacing(single.astype(np.float32)) for step in (-1, 1)]
        cells_at = np.concatenate(values)
        rows = np.repeat(base, len(cells_at), axis=0)
        rows[:, schema.names.index(name)] = np.tile(cells_at, len(base))
        assert_equal(fitted, engine, rows, scale=500.0)
        n_known += len(found)
    assert n_known > 10


def test_missing_cells_reach_the_trees_of_histogram_boosting() -> None:
    fitted, engine, _ = exported("histogram of numbers")
    nodes = [p.nodes for (p,) in fitted[-1].regressor_.estimators_[0][-1]._predictors]  # noqa: SLF001
    goes_left = np.concatenate([n["missing_go_to_left"][n["is_leaf"] == 0] for n in nodes])
    assert set(goes_left.tolist()) == {0, 1}
    x = fitted[0].transform(flats()[list(NUMBERS)]).to_numpy()
    for hidden in range(1, 8):
        rows = np.where([hidden >> i & 1 for i in range(3)], np.nan, x)
        assert_equal(fitted, engine, np.ascontiguousarray(rows))


def test_missing_cells_reach_symmetric_trees() -> None:
    fitted, engine, _ = exported("catboost, deep")
    state = read_fitted(fitted[-1].regressor_.estimators_[0][-1])
    assert isinstance(state, Trees)
    assert any((tree.threshold < -1e30).any() for tree in state.trees)  # asks for a missing cell
    x = fitted[0].transform(flats()[["area", "lot"]]).to_numpy()
    for hidden in range(4):
        rows = np.where([hidden >> i & 1 for i in range(2)], np.nan, x)
        assert_equal(fitted, engine, np.ascontiguousarray(rows))


def exported(variant: str) -> Exported:
    if variant not in _made:
        _made[variant] = Exported.of(fit(frame=flats(), **VARIANTS[variant]))
    return _made[variant]


N_PARENTS = [
    (word, n)
    for word, operation in OPERATIONS.items()
    for n in (1, 2, 3)
    if operation.least <= n <= operation.most
]


@pytest.mark.parametrize(("operation", "n_parents"), N_PARENTS)
@settings(deadline=None, max_examples=5)
@given(data=st.data())
def test_a_derived_feature_is_the_same_in_the_graph(
    operation: str, n_parents: int, data: st.DataObject
) -> None:
    parents = ["area", "lot", "quality"][:n_parents]
    name = f"{operation} of {n_parents}"
    if name not in _made:
        columns = {**NUMBERS, "quality": ORDERED, "place": "category"}
        derived = {
            "new": {"operation": operation, "of": parents},
            "newer": {"operation": "difference", "of": ["new", "area"]},
        }
        steps = fit(columns, flats(), derived=derived, estimators={"l": LINEAR})
        _made[name] = Exported.of(_only_one_feature(steps))
    fitted, engine, rows = _made[name]
    assert_equal(fitted, engine, data.draw(rows))


def _only_one_feature(fitted: Pipeline) -> Pipeline:
    """Take out what blurs values, so that a score is the derived feature, or its median."""
    branch = fitted[-1].regressor_.estimators_[0]
    ridge, clipper, log = branch["estimator"], branch["clip"], branch["log"]
    clipper.lower_[:], clipper.upper_[:] = -1e30, 1e30
    log.logged_[:] = False
    ridge.coef_[:] = 0.0
    ridge.coef_[list(ridge.feature_names_in_).index("newer")] = 1.0
    fitted[-1].transformer_.inverse_func = None
    fitted[-1].transformer_.func = None
    return fitted


@pytest.mark.parametrize(
    ("offset", "spread"),
    [(0.0, 1.0), (0.0, 1e-9), (0.0, 1e-12), (0.0, 1e12), (1.7e9, 86_400.0), (1.7e12, 8.64e7)],
    ids=["plain", "tiny", "tinier", "huge", "seconds of a day", "milliseconds of a day"],
)
def test_numbers_of_any_magnitude_are_exported_as_exactly(offset: float, spread: float) -> None:
    frame = flats()
    relative = np.random.default_rng(2).exponential(1.0, len(frame))
    frame = frame.assign(area=offset + relative * spread)
    y = 1000.0 + 200.0 * relative
    config = {
        "target": {"column": "price"},
        "columns": {"area": "number", "place": "category"},
        "estimators": {"linear": LINEAR},
    }
    fitted = build_pipeline(ModelConfig.model_validate(config)).fit(frame[["area", "place"]], y)
    x = fitted[0].transform(frame[["area", "place"]]).to_numpy()
    assert_equal(fitted, Engine(export_pipeline(fitted), 2), np.ascontiguousarray(x))


@pytest.mark.parametrize("variant", ["everything", "weights", "categories only"])
def test_the_graph_is_of_standard_operators_and_the_promised_versions(variant: str) -> None:
    model = onnx.load_from_string(export_pipeline(exported(variant).fitted))
    onnx.checker.check_model(model, full_check=True)
    assert {node.domain for node in model.graph.node} <= {"", "ai.onnx.ml"}
    opsets = {opset.domain: opset.version for opset in model.opset_import}
    assert opsets == {"": 18, "ai.onnx.ml": 5}
    assert model.ir_version == 10
    assert [value.name for value in model.graph.input] == ["x"]
    assert [value.name for value in model.graph.output] == ["score", "prediction"]
    kinds = {v.type.tensor_type.elem_type for v in (*model.graph.input, *model.graph.output)}
    assert kinds == {onnx.TensorProto.DOUBLE}


def test_equal_pipelines_are_exported_as_equal_bytes() -> None:
    one, two = (fit(frame=flats(), **VARIANTS["everything"]) for _ in range(2))
    assert export_pipeline(one) == export_pipeline(two)


def test_a_step_without_a_rule_is_refused() -> None:
    fitted = fit({"area": "number", "place": "category"}, flats())
    scaler = MinMaxScaler().set_output(transform="pandas")
    fitted.steps.insert(1, ("scale", scaler))
    with pytest.raises(ArtifactError, match="MinMaxScaler cannot be exported; there is no rule"):
        export_pipeline(fitted)


def test_an_estimator_without_a_rule_is_refused() -> None:
    fitted = fit({"area": "number", "place": "category"}, flats(), estimators={"l": LINEAR})
    fitted[-1].regressor_.estimators_[0].steps[-1] = ("estimator", KNeighborsRegressor())
    with pytest.raises(ArtifactError, match="KNeighborsRegressor cannot be exported"):
        export_pipeline(fitted)


def test_a_target_transform_without_a_rule_is_refused() -> None:
    fitted = fit({"area": "number", "place": "category"}, flats())
    fitted[-1].transformer_.inverse_func = np.exp2
    with pytest.raises(ArtifactError, match="cannot be exported; there is no rule"):
        export_pipeline(fitted)


def test_weights_need_not_add_up_to_one() -> None:
    x = np.arange(60.0)
    weights = {"a": 0.187634, "b": 0.776198, "c": 0.036167}  # rounded, as learned ones are
    settings = ModelConfig(
        target={"column": "y"},
        columns={"x": "number"},
        estimators={name: {"type": "ridge", "weight": w} for name, w in weights.items()},
    )
    fitted = build_pipeline(settings).fit(pd.DataFrame({"x": x}), 1000 + x)
    assert_equal(fitted, Engine(export_pipeline(fitted), 1), x[:, None])
