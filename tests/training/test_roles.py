"""Weight, group and time columns, from the config to the artifact."""

import functools
import logging
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import judged

from regression_model.config.core import (
    AppConfig,
    Config,
    EvaluationConfig,
    ModelConfig,
    load_config,
)
from regression_model.exceptions import DataError
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.metrics import Metrics, measure
from regression_model.pipeline import build_pipeline
from regression_model.processing.table_files import read_table
from regression_model.train_pipeline import TrainingResult, run_training
from regression_model.training.fitting import fit
from regression_model.training.folds import make_folds
from regression_model.training.plan import TablePart
from regression_model.training.roles import with_roles
from regression_model.training.sample import Sample

N_ROWS = 160
RIDGE: dict[str, Any] = {"l": {"type": "ridge", "clip_quantile": 0, "log_skewness": 1e9}}
SEVERAL: dict[str, Any] = {
    **RIDGE,
    "h": {"type": "hist_gradient_boosting", "max_iter": 10},
}
AVERAGES = ("weighted", "learned")
THREE_FOLDS = {"folds": 3}
SETTINGS: dict[str, dict[str, int]] = {
    "ridge": {},
    "lasso": {},
    "elastic_net": {},
    "huber": {},
    "gradient_boosting": {"n_estimators": 20},
    "hist_gradient_boosting": {"max_iter": 20},
    "random_forest": {"n_estimators": 20},
    "extra_trees": {"n_estimators": 20},
}


def table() -> pd.DataFrame:
    random = np.random.default_rng(5)
    who = np.repeat(np.arange(N_ROWS // 4), 4)
    x = random.normal(size=N_ROWS)
    return pd.DataFrame(
        {
            "x": x,
            "place": random.choice(["a", "b"], N_ROWS),
            "customer_id": [f"c{i}" for i in who],
            "sold": pd.date_range("2020-01-01", periods=N_ROWS, freq="D").strftime("%Y-%m-%d"),
            "weights": random.integers(0, 4, N_ROWS),
            "y": 3 * x + random.normal(size=N_ROWS // 4)[who] + random.normal(0, 0.3, N_ROWS),
        }
    )


def config(**changes: Any) -> Config:
    evaluation = {"folds": 4} | changes.pop("evaluation", {})
    settings: dict[str, Any] = {
        "target": {"column": "y"},
        "columns": {"x": "number", "place": "category"},
        "estimators": SEVERAL,
        "evaluation": evaluation,
        "difficulty": {"max_iter": 10, "min_samples_leaf": 5},
    }
    return Config(AppConfig(training_data_file="table.csv"), ModelConfig(**settings | changes))


def train(folder: Path, data: pd.DataFrame | None = None, **changes: Any) -> TrainingResult:
    data = table() if data is None else data
    return run_training(config(**changes), data=data, artifact_path=folder / "model.zip")


def read(data: pd.DataFrame, config: Config) -> Sample:
    """Return rows of a table, with what its columns say of them."""
    return with_roles(Sample(data, np.zeros(len(data))), TablePart.of(config))


@functools.cache
def plain_metrics(average: str) -> Metrics:
    """Return the metrics of a model that knows of no such column."""
    settings = config(average=average, evaluation=THREE_FOLDS).model_config
    X, y = table().drop(columns="y"), table()["y"].to_numpy()
    _, quality = judged(settings, Sample(X, y))
    return quality.cross_validation.pooled


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize(
    ("key", "column", "said"),
    [
        ("weight_column", "weights", "random folds"),
        ("group_column", "customer_id", "by group: customer_id"),
        ("time_column", "sold", "in time order: sold"),
    ],
)
def test_each_column_trains_and_the_artifact_says_so(
    tmp_path: Path, key: str, column: str, said: str, average: str
) -> None:
    settings: dict[str, Any] = {key: column, "average": average, "evaluation": THREE_FOLDS}
    result = train(tmp_path, **settings)
    model = result.artifact.model
    assert model["metrics"]["validation"] == said
    assert model["config"][key] == column
    assert np.isfinite(model["fold_losses"]["target"]).all()
    assert 0.5 < result.quality.intervals.scaled.coverage <= 1
    assert result.quality.cross_validation.pooled != plain_metrics(average)
    again = train(tmp_path, **settings)
    assert again.comparison is not None
    assert again.comparison.p_value == 1


@given(st.lists(st.integers(0, 9), min_size=12, max_size=60), st.integers(0, 5))
@settings(deadline=None)
def test_no_group_is_in_two_folds(groups: list[int], seed: int) -> None:
    codes = np.unique(groups, return_inverse=True)[1]
    if codes.max() < 2:
        return
    rows = Sample(pd.DataFrame({"x": codes}), np.zeros(len(codes)), groups=codes)
    folds = make_folds(rows, EvaluationConfig(folds=3), seed)
    for train_rows, test in folds:
        assert not set(codes[train_rows]) & set(codes[test])
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(len(codes)))


@given(st.lists(st.tuples(st.floats(1, 9), st.floats(1, 9), st.integers(0, 3)), min_size=3))
def test_a_weight_of_two_is_the_row_twice_in_every_metric(rows: list[tuple[float, ...]]) -> None:
    y, predicted, weights = (np.array(v) for v in zip(*rows, strict=True))
    if weights.sum() < 2:
        return
    counts = weights.astype(int)
    weighted = measure(y, predicted, log=True, weights=weights.astype(float)).to_dict()
    repeated = measure(np.repeat(y, counts), np.repeat(predicted, counts), log=True).to_dict()
    assert weighted.keys() - {"r2"} == repeated.keys() - {"r2"}
    for key in ("rmse", "mae", "rmse_log"):
        assert weighted[key] == pytest.approx(repeated[key], rel=1e-5)


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("average", AVERAGES)
def test_weights_reach_every_estimator(kind: str, average: str) -> None:
    estimators = {"only": {"type": kind, **SETTINGS[kind]}}
    if average == "learned":
        estimators["l"] = {"type": "ridge"}
    pipeline = build_pipeline(config(estimators=estimators, average=average).model_config)
    data = table()
    y = data["y"].to_numpy()
    weights = np.where(data["x"] > 0, 5.0, 1.0)
    plain = fit(pipeline, Sample(data, y)).predict(data)
    ones = fit(pipeline, Sample(data, y, weights=np.ones(len(y)))).predict(data)
    weighted = fit(pipeline, Sample(data, y, weights=weights)).predict(data)
    if kind != "random_forest":  # it draws its rows by their weights
        np.testing.assert_allclose(plain, ones, rtol=1e-6)
    assert not np.allclose(plain, weighted, rtol=1e-4)


def test_the_hold_out_keeps_groups_whole_and_is_the_latest_in_time() -> None:
    data = table()
    y = data["y"].to_numpy()
    settings = config(estimators=RIDGE, evaluation={"folds": 2, "hold_out": 0.25}).model_config
    pipeline = build_pipeline(settings)
    sample = Sample(data, y, times=np.arange(len(y), dtype=np.float64))
    latest = judged(settings, sample)[1].hold_out
    rows = np.arange(len(y)) < len(y) * 0.75
    fitted = fit(pipeline, sample.take(rows))
    assert latest.rmse == pytest.approx(
        measure(y[~rows], fitted.predict(data[~rows]), log=False).rmse, rel=0.02
    )


@pytest.mark.parametrize(
    ("key", "column", "cells", "said"),
    [
        ("weight_column", "weights", {3: -1}, "row 3: weights is -1; the least that is allowed"),
        ("weight_column", "weights", {3: None}, "row 3: weights is required"),
        ("weight_column", "weights", {3: "two"}, "row 3: weights is 'two'"),
        ("weight_column", "weights", dict.fromkeys(range(N_ROWS), 0), "zero in every row"),
        ("weight_column", "weight", {}, "no column 'weight'; did you mean weights"),
        ("group_column", "customer_id", {5: None}, "row 5: customer_id is required"),
        ("group_column", "sold", {}, "a group of its own"),
        ("group_column", "place", dict.fromkeys(range(N_ROWS), "a"), "the same in every row"),
        ("group_column", "place", {}, "2 groups, fewer than the 4 folds"),
        ("time_column", "sold", {5: None, 6: "soon"}, "row 6: sold is 'soon', which is not a date"),
        ("time_column", "place", {}, "which is not a date"),
        ("time_column", "sold", dict.fromkeys(range(100), "2020-01-01"), "too many rows share one"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_fitted(
    key: str, column: str, cells: dict[int, Any], said: str
) -> None:
    data = table().astype({"weights": object})
    for row, cell in cells.items():
        data.loc[row, column] = cell
    with pytest.raises(DataError, match=said):
        read(data, config(**{key: column}))


def test_rows_are_called_as_in_the_whole_table(tmp_path: Path) -> None:
    data = table()
    data.loc[[0, 1], "y"] = None
    data.loc[[0, 5], "weights"] = -1
    with pytest.raises(DataError, match="row 5: weights is -1") as raised:
        train(tmp_path, data, weight_column="weights")
    assert "row 0" not in str(raised.value)


@pytest.mark.parametrize("key", ["weight_column", "group_column", "time_column"])
def test_rows_of_weight_zero_are_left_out(tmp_path: Path, key: str) -> None:
    data = table().assign(weights=np.where(np.arange(N_ROWS) < 50, 0.0, 2.0))
    data.loc[0, "x"] = 1e6
    columns = {"weight_column": "weights"} | {
        key: {"weight_column": "weights", "group_column": "customer_id", "time_column": "sold"}[key]
    }
    average = "weighted" if key == "time_column" else "learned"
    result = train(tmp_path, data, average=average, **columns)
    assert (result.n_rows, result.n_left_out) == (N_ROWS - 50, 50)
    schema = result.artifact.model["columns"]
    assert next(c for c in schema if c["name"] == "x")["training_range"][1] < 10


def test_only_the_proportions_of_weights_count() -> None:
    settings = config(weight_column="weights")
    data = table()
    weights = read(data, settings).weights
    assert weights is not None
    assert weights.mean() == pytest.approx(1)
    for factor in (1e-300, 1e6, 3e29):
        scaled = read(data.assign(weights=data["weights"] * factor), settings).weights
        assert scaled is not None
        np.testing.assert_allclose(scaled, weights, rtol=1e-12)


def test_a_group_that_the_model_learns_is_news(caplog: pytest.LogCaptureFixture) -> None:
    columns = {"x": "number", "customer_id": "category"}
    read(table(), config(group_column="customer_id"))
    assert not caplog.text
    read(table(), config(group_column="customer_id", columns=columns))
    assert "customer_id is among the columns as well" in caplog.text


def test_days_may_be_groups() -> None:
    days = pd.to_datetime(np.repeat(np.arange(N_ROWS // 4), 4), unit="D")
    data = table().assign(sold=days)
    settings = config(group_column="sold", columns={"x": "number", "sold": "date"})
    groups = read(data, settings).groups
    assert groups is not None
    assert groups.tolist() == np.repeat(np.arange(N_ROWS // 4), 4).tolist()


def test_the_order_of_day_and_month_in_times_is_found_or_asked_for() -> None:
    moments = pd.to_datetime(table()["sold"])
    settings = config(time_column="sold")
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        data = table().assign(sold=moments.dt.strftime(form))
        times = read(data, settings).times
        assert times is not None
        assert (np.diff(times) == 86_400).all()
    both = table().assign(sold=[f"0{1 + i % 9}/0{1 + i // 19}/2020" for i in range(N_ROWS)])
    with pytest.raises(DataError, match="day and month of the time column sold cannot be told"):
        read(both, settings)


def test_time_order_wants_rows_to_judge_intervals_by(tmp_path: Path) -> None:
    changes: dict[str, Any] = {"time_column": "sold", "evaluation": {"folds": 3}}
    with pytest.raises(DataError, match="20 must be predicted before the last of 3 folds"):
        train(tmp_path, table()[:36], **changes)
    assert train(tmp_path, table()[:44], **changes).quality.intervals.scaled.mean_width > 0


def test_numbers_are_times_too_and_gaps_are_news(caplog: pytest.LogCaptureFixture) -> None:
    data = table().assign(sold=[*range(80), *range(500, 580)])
    with caplog.at_level(logging.WARNING):
        sample = read(data, config(time_column="sold"))
    assert sample.times is not None
    assert sample.times.tolist() == data["sold"].tolist()
    assert "no row of the time column sold lies between 79 and 500" in caplog.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weight_column": "x"}, "also among the columns"),
        ({"group_column": "y"}, "the target cannot be this column"),
        ({"group_column": "a", "time_column": "b"}, "choose one"),
        ({"time_column": "b", "evaluation": {"repeats": 2}}, "time has one order"),
    ],
)
def test_what_a_config_cannot_say(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        config(**changes)


def written(folder: Path, data: pd.DataFrame) -> Config:
    data.to_csv(folder / "table.csv", index=False)
    text = write_config(infer(read_table(folder / "table.csv"), "y"), "table.csv")
    (folder / "table.yml").write_text(text)
    return load_config(folder / "table.yml")


def with_few_trees(folder: Path) -> Config:
    """Load what ``init`` wrote, all of it but the numbers of trees."""
    text, n_changed = re.subn(
        r"(n_estimators|iterations): \d+", r"\1: 5", (folder / "table.yml").read_text()
    )
    assert n_changed == 2
    (folder / "few_trees.yml").write_text(text)
    return load_config(folder / "few_trees.yml")


def test_init_proposes_what_the_table_suggests_and_that_trains(tmp_path: Path) -> None:
    ordered = written(tmp_path, table().drop(columns="customer_id")).model_config
    assert (ordered.weight_column, ordered.time_column) == ("weights", "sold")
    assert "weights" in ordered.left_out
    grouped = written(tmp_path, table().assign(y=table()["y"] + 20)).model_config
    assert (grouped.group_column, grouped.time_column) == ("customer_id", None)
    assert grouped.target.transform == "auto"
    assert {"weights", "customer_id"} <= set(grouped.left_out)
    assert "# time_column: sold" in (tmp_path / "table.yml").read_text()
    result = run_training(with_few_trees(tmp_path), artifact_path=tmp_path / "model.zip")
    assert result.quality.validation == "by group: customer_id"


def test_init_only_mentions_groups_that_need_not_be_new(tmp_path: Path) -> None:
    shops = table().rename(columns={"customer_id": "shop_id"}).sample(frac=1, random_state=1)
    settings = written(tmp_path, shops).model_config
    assert (settings.group_column, settings.time_column) == (None, None)
    assert "shop_id" in settings.columns
    text = (tmp_path / "table.yml").read_text()
    assert "# group_column: shop_id  # 40 of them, 4 rows each" in text
    assert "# time_column: sold" in text
