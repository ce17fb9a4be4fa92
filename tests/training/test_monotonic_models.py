"""A monotonic column holds for the whole exported model, whatever the row and the feature."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.format import GRAPH, Artifact
from regression_model.artifact.model import Model
from regression_model.config.core import ModelConfig
from regression_model.export.pipelines import export_pipeline
from regression_model.pipeline import build_pipeline

Floats = npt.NDArray[np.float64]

LINEAR = {"rare_level_count": 3, "log_skewness": 0.1}
KINDS: dict[str, dict[str, Any]] = {
    "hist_gradient_boosting": {"max_iter": 25, "min_samples_leaf": 3, "learning_rate": 0.3},
    "lightgbm": {"n_estimators": 25, "min_child_samples": 3, "learning_rate": 0.3},
    "catboost": {"iterations": 25, "depth": 4, "learning_rate": 0.3},
    "ridge": {**LINEAR, "alpha": 0.1, "knots": 4},
    "lasso": {**LINEAR, "alpha": 0.001},
    "elastic_net": {**LINEAR, "alpha": 0.001},
    "huber": {**LINEAR, "alpha": 0.1},
}
VARIANTS = {**{name: [name] for name in KINDS}, "mixture": ["hist_gradient_boosting", "ridge"]}
COLUMNS: dict[str, dict[str, Any]] = {
    "area": {"kind": "number", "minimum": 0},
    "lot": {"kind": "number", "minimum": 0.5},
    "cellar": {"kind": "number", "minimum": 0, "missing": "none"},
    "quality": {"kind": "ordered", "levels": ["Po", "Fa", "TA", "Gd", "Ex"]},
    "rooms": {"kind": "integer"},
    "place": {"kind": "category"},
    "built": {"kind": "integer"},
    "sold": {"kind": "integer"},
}
DERIVED = {
    "total": {"operation": "sum", "of": ["area", "cellar"]},
    "worth": {"operation": "product", "of": ["total", "quality"]},
    "density": {"operation": "ratio", "of": ["area", "lot"]},
    "garden": {"operation": "difference", "of": ["lot", "area"]},
    "has_cellar": {"operation": "presence", "of": ["cellar"]},
}
SWEPT = ["area", "quality", "built"]
_made: dict[str, Model] = {}


def flats(n_samples: int = 200) -> pd.DataFrame:
    """Return flats whose prices go up and down with what is asked to go one way."""
    random = np.random.default_rng(17)
    frame = pd.DataFrame(
        {
            "area": random.uniform(0.0, 10.0, n_samples),
            "lot": random.uniform(0.5, 30.0, n_samples),
            "cellar": random.choice([0.0, 2.0, 5.0, np.nan], n_samples),
            "quality": random.choice(["Po", "Fa", "TA", "Gd", "Ex"], n_samples),
            "rooms": random.integers(1, 7, n_samples),
            "place": random.choice(["north", "south", "west"], n_samples),
            "built": random.integers(1900, 2010, n_samples),
            "sold": random.integers(2010, 2015, n_samples),
        }
    )
    return frame.mask(random.random(frame.shape) < 0.03)


def prices(frame: pd.DataFrame) -> Floats:
    random = np.random.default_rng(18)
    area, built = frame["area"].fillna(5.0), frame["built"].fillna(1950).astype(float)
    level = frame["quality"].map({"Po": 0, "Fa": 3, "TA": 1, "Gd": 4, "Ex": 2}).fillna(2)
    waves = 3 * np.sin(area) + 2 * np.cos(built / 9) + level.astype(float)
    return np.asarray(20.0 + waves + random.normal(size=len(frame)), dtype=np.float64)


def model_of(variant: str, asked: str) -> Model:
    """Return a model of which all swept columns have one direction."""
    if (key := f"{variant} {asked}") not in _made:
        columns = {n: {**c, "monotonic": asked} if n in SWEPT else c for n, c in COLUMNS.items()}
        derived = {n: f for n, f in DERIVED.items() if n != "garden"}
        config = {
            "target": {"column": "price", "transform": "log", "prediction": "mean"},
            "columns": columns,
            "elapsed": {"reference": "sold", "columns": ["built"]},
            "derived": derived,
            "estimators": {kind: {"type": kind, **KINDS[kind]} for kind in VARIANTS[variant]},
        }
        frame = flats()
        pipeline = build_pipeline(ModelConfig.model_validate(config))
        pipeline.set_params(model__smearing=np.array([-0.3, 0.0, 0.4]))
        fitted = pipeline.fit(frame, prices(frame))
        facts = {
            "model_version": "1",
            "columns": fitted[0].schema_.to_dict(),
            "target": {"column": "price", "transform": "log"},
        }
        _made[key] = Model(Artifact(facts, {GRAPH: export_pipeline(fitted)}))
    return _made[key]


SWEEPS: dict[str, list[Any]] = {
    "area": [*np.linspace(0.0, 14.0, 120).tolist(), 1e6, 1e30],
    "quality": ["Po", "Fa", "TA", "Gd", "Ex"],
    "built": [-(10**9), *range(1880, 2030), 10**9],
}
ROWS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "area": st.none() | st.floats(0.0, 12.0),
        "lot": st.none() | st.floats(0.5, 40.0) | st.just(1e30),
        "cellar": st.none() | st.floats(0.0, 6.0),
        "quality": st.sampled_from(["Po", "TA", "Ex", None, "Odd"]),
        "rooms": st.none() | st.integers(0, 9),
        "place": st.sampled_from(["north", "west", "Atlantis", None]),
        "built": st.none() | st.integers(1890, 2020),
        "sold": st.none() | st.integers(2005, 2020),
    }
)


def swept(model: Model, row: dict[str, Any], column: str) -> Floats:
    columns = {n: [v] * len(SWEEPS[column]) for n, v in row.items()} | {column: SWEEPS[column]}
    result = model.predict(columns)
    assert result["errors"] is None
    return np.array(result["predictions"], dtype=np.float64)


@pytest.mark.parametrize("column", SWEPT)
@pytest.mark.parametrize("asked", ["increasing", "decreasing"])
@pytest.mark.parametrize("variant", VARIANTS)
@settings(deadline=None, max_examples=12)
@given(row=ROWS)
def test_a_swept_column_never_breaks_its_direction(
    variant: str, asked: str, column: str, row: dict[str, Any]
) -> None:
    found = swept(model_of(variant, asked), row, column)
    steps = np.diff(found) * (1 if asked == "increasing" else -1)
    assert (steps >= -1e-12 * found[:-1]).all()


@pytest.mark.parametrize("column", SWEPT)
@pytest.mark.parametrize("variant", VARIANTS)
def test_some_sweep_does_move_the_prediction(variant: str, column: str) -> None:
    frame = flats()
    row = {name: frame[name].iloc[5] for name in frame.columns}
    moved = [np.ptp(swept(model_of(variant, a), row, column)) for a in ("increasing", "decreasing")]
    assert max(moved) > 1e-3


@pytest.mark.parametrize("kind", ["hist_gradient_boosting", "ridge"])
def test_without_the_word_the_direction_is_broken(kind: str) -> None:
    frame = flats()
    config = {
        "target": {"column": "price"},
        "columns": COLUMNS,
        "estimators": {"e": {"type": kind, **KINDS[kind]}},
    }
    fitted = build_pipeline(ModelConfig.model_validate(config)).fit(frame, prices(frame))
    rows = pd.concat([frame.iloc[[5]]] * 5).assign(quality=SWEEPS["quality"])
    areas = pd.concat([frame.iloc[[5]]] * 120).assign(area=SWEEPS["area"][:120])
    steps = np.diff(fitted.predict(areas)), np.diff(fitted.predict(rows))
    if kind == "ridge":
        assert (steps[1] > 0).any()
    else:
        assert (steps[0] > 1e-3).any()
        assert (steps[0] < -1e-3).any()


@pytest.mark.parametrize("asked", ["increasing", "decreasing"])
@pytest.mark.parametrize("variant", ["hist_gradient_boosting", "ridge", "mixture"])
@settings(deadline=None, max_examples=10)
@given(row=ROWS)
def test_a_divisor_and_a_subtrahend_keep_their_direction_too(
    variant: str, asked: str, row: dict[str, Any]
) -> None:
    key = f"divisor {variant} {asked}"
    if key not in _made:
        columns = {**COLUMNS, "lot": {**COLUMNS["lot"], "monotonic": asked}}
        config = {
            "target": {"column": "price", "transform": "sqrt"},
            "columns": columns,
            "derived": DERIVED,
            "estimators": {kind: {"type": kind, **KINDS[kind]} for kind in VARIANTS[variant]},
        }
        frame = flats()
        fitted = build_pipeline(ModelConfig.model_validate(config)).fit(frame, prices(frame))
        facts = {
            "model_version": "1",
            "columns": fitted[0].schema_.to_dict(),
            "target": {"column": "price", "transform": "sqrt"},
        }
        _made[key] = Model(Artifact(facts, {GRAPH: export_pipeline(fitted)}))
    lots = [*np.linspace(0.5, 40.0, 120).tolist(), 1e9, 1e30]
    sweep = {n: [v] * len(lots) for n, v in row.items()} | {"lot": lots}
    found = np.array(_made[key].predict(sweep)["predictions"], dtype=np.float64)
    steps = np.diff(found) * (1 if asked == "increasing" else -1)
    assert (steps >= -1e-12 * found[:-1]).all()
