"""Pipelines fitted on what a fold may hold: gaps, columns of gaps alone, names that meet."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.explanation import Explainer
from regression_model.artifact.runtime import Engine
from regression_model.config.core import ModelConfig
from regression_model.export.pipelines import export_explanation, export_pipeline
from regression_model.export.proof import prove_equal, prove_explained
from regression_model.metrics import spread
from regression_model.pipeline import build_pipeline
from regression_model.training.fitting import fit
from regression_model.training.sample import Sample

N_ROWS = 40
FEW: dict[str, dict[str, Any]] = {
    "ridge": {},
    "lasso": {},
    "elastic_net": {},
    "huber": {},
    "gradient_boosting": {"n_estimators": 3},
    "hist_gradient_boosting": {"max_iter": 3, "min_samples_leaf": 3},
    "lightgbm": {"n_estimators": 4, "min_child_samples": 3},
    "catboost": {"iterations": 4, "depth": 3},
    "random_forest": {"n_estimators": 2},
    "extra_trees": {"n_estimators": 2},
}
LINEAR = ("ridge", "lasso", "elastic_net", "huber")
IMPUTED = ("gradient_boosting", "random_forest", "extra_trees")
KINDS: dict[str, Any] = {
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "category": "category",
    "ordered": {"kind": "ordered", "levels": ["low", "mid", "high"]},
    "number or none": {"kind": "number", "missing": "none"},
    "category or none": {"kind": "category", "missing": "none"},
    "ordered or none": {"kind": "ordered", "levels": ["low", "mid", "high"], "missing": "none"},
}
CELLS: dict[str, tuple[Any, ...]] = {
    "number": (0.5, 1.25, -3.0, 8.0),
    "integer": (1, 2, 3, 5),
    "boolean": (True, False),
    "date": ("2021-03-04", "2022-12-31", "2020-02-29"),
    "category": ("p", "q", "r", "s"),
    "ordered": ("low", "mid", "high"),
}
PATTERNS = ("known", "gaps", "nearly unknown", "unknown", "constant", "constant with gaps")
NAMES = (
    "self", "a", "a_missing", "a_missing_2", "a_count", "a_0.0", "a_nan", "a_1.0_2", "a_year",
    "a_days", "a_month_sin", "a_weekday_cos_2", "b", "b_count", "b_missing", "c", "X", "y",
)  # fmt: skip


def column(kind: str, pattern: str, random: np.random.Generator) -> list[Any]:
    """Return cells of a kind; None where nothing is known."""
    known = CELLS[kind.removesuffix(" or none")]
    cells = [known[i] for i in random.integers(len(known), size=N_ROWS)]
    share = {"gaps": 0.3, "nearly unknown": 0.95, "unknown": 1.0, "constant with gaps": 0.3}
    if pattern.startswith("constant"):
        cells = [known[0]] * N_ROWS
    return [None if random.random() < share.get(pattern, 0.0) else cell for cell in cells]


@st.composite
def tables(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Draw a table, and its columns as a config has them."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True))
    random = np.random.default_rng(draw(st.integers(0, 2**20)))
    kinds = [draw(st.sampled_from(list(KINDS))) for _ in names]
    patterns = [draw(st.sampled_from(PATTERNS)) for _ in names]
    cells = {n: column(k, p, random) for n, k, p in zip(names, kinds, patterns, strict=True)}
    declared = {name: KINDS[kind] for name, kind in zip(names, kinds, strict=True)}
    return pd.DataFrame(cells, dtype=object), declared


def settings_of(kind: str, *, few: int, told: bool) -> dict[str, Any]:
    """Return settings of an estimator that takes up to `few` levels one by one."""
    estimator: dict[str, Any] = {"type": kind, **FEW[kind]}
    if kind in LINEAR:
        estimator |= {"rare_level_count": few + 1, "max_levels": few + 1}
    else:
        estimator |= {"one_hot_levels": few, "level_counts": told}
    if kind in (*LINEAR, *IMPUTED):
        estimator["missing_indicators"] = told
    return estimator


def computed(columns: dict[str, Any]) -> dict[str, Any]:
    """Return settings of features that are computed from the first columns of numbers."""
    numbers = [name for name, kind in columns.items() if kind in ("number", "integer", "boolean")]
    if len(numbers) < 2 or "self" in columns:
        return {}
    first, second = numbers[:2]
    derived = {
        "self": {"operation": "ratio", "of": [first, second]},
        "all of it": {"operation": "sum", "of": ["self", first]},
        "is there": {"operation": "presence", "of": [second]},
    }
    return {"derived": derived, "elapsed": {"reference": first, "columns": [second]}}


@settings(deadline=None, max_examples=40)
@given(
    table=tables(),
    kind=st.sampled_from(list(FEW)),
    few=st.integers(0, 5),
    told=st.booleans(),
    unit=st.sampled_from([(1.0, 0.0), (1.0, 1e6), (1e-20, 0.0), (1e20, -1e4)]),
)
def test_a_graph_answers_as_its_pipeline_whatever_is_unknown(
    table: tuple[pd.DataFrame, dict[str, Any]],
    kind: str,
    few: int,
    told: bool,  # noqa: FBT001
    unit: tuple[float, float],
) -> None:
    X, columns = table
    config = ModelConfig(
        target={"column": "the target"},
        columns=columns,
        estimators={"it": settings_of(kind, few=few, told=told)},
        **computed(columns),
    )
    y = np.random.default_rng(few).normal(unit[1], size=N_ROWS) * unit[0]
    pipeline = fit(build_pipeline(config), Sample(X, y))
    x = np.ascontiguousarray(pipeline[0].transform(X).to_numpy())
    engine = Engine(export_pipeline(pipeline), x.shape[1])
    prove_equal(pipeline, engine, x, spread(y))
    graph, arrays = export_explanation(pipeline)
    names = arrays["features"].tolist()
    assert len(set(names)) == len(names)
    explainer = Explainer(graph, arrays, x.shape[1])
    arrays["means"] = explainer.linear_part(x).mean(axis=0)
    prove_explained(Explainer(graph, arrays, x.shape[1]), engine, x)


@pytest.mark.parametrize("n_rows", [2, 3, 4])
@pytest.mark.parametrize("kind", FEW)
def test_a_fold_of_a_few_rows_can_be_fitted(kind: str, n_rows: int) -> None:
    random = np.random.default_rng(n_rows)
    names = ("number", "category", "date", "nothing")
    patterns = ("known", "gaps", "constant", "unknown")
    columns: dict[str, Any] = dict(
        zip(names, ("number", "category", "date", "integer"), strict=True)
    )
    cells = {
        name: column(kind_, pattern, random)[:n_rows]
        for (name, kind_), pattern in zip(columns.items(), patterns, strict=True)
    }
    X = pd.DataFrame(cells, dtype=object)
    for few in (0, 5):
        config = ModelConfig(
            target={"column": "y"},
            columns=columns,
            estimators={"it": settings_of(kind, few=few, told=True)},
        )
        fitted = fit(build_pipeline(config), Sample(X, random.normal(size=n_rows)))
        assert np.isfinite(fitted.predict(X)).all()
