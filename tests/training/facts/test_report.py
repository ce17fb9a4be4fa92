"""What a run keeps for people: true, of enough rows, the same each time, and no row."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regression_model.artifact.contents import CONFORMANCE, KEPT, PROFILE, REPORT
from regression_model.artifact.model import Model
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.train_pipeline import TrainingResult, run_training

N_ROWS = 400
OUTLIER = 98765.4321
COLUMNS: dict[str, Any] = {
    "area": "number",
    "noise": "number",
    "garden": "boolean",
    "place": "category",
    "state": {"kind": "ordered", "levels": ["poor", "fair", "good"]},
    "sold": "date",
}
PLACES = ["north", "south", "west"]


def flats() -> pd.DataFrame:
    random = np.random.default_rng(1)
    area = random.uniform(20, 200, N_ROWS)
    place = random.choice(PLACES, N_ROWS)
    state = random.choice(["poor", "fair", "good"], N_ROWS)
    noise = random.normal(0, 1, N_ROWS)
    noise[7] = OUTLIER
    sold = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.permutation(N_ROWS), "D")
    scatter = random.normal(0, 3, N_ROWS) * np.where(place == "west", 4, 1)
    table = pd.DataFrame(
        {
            "area": area,
            "noise": noise,
            "garden": random.random(N_ROWS) < 0.97,
            "place": place,
            "state": state,
            "sold": sold.strftime("%Y-%m-%d"),
            "customer": [f"c{i // 4}" for i in range(N_ROWS)],
            "price": 2 * area + 10 * (state == "good") + scatter,
        }
    )
    table.loc[3, "place"] = "lighthouse"
    table.loc[::10, "noise"] = np.nan
    return table


def config(**changes: Any) -> Config:
    settings: dict[str, Any] = {
        "target": {"column": "price"},
        "columns": COLUMNS,
        "evaluation": {"folds": 3},
        "difficulty": {"max_iter": 5},
        "estimators": {
            "linear": {"type": "ridge", "weight": 9, "alpha": 0.1},
            "trees": {"type": "gradient_boosting", "n_estimators": 20},
        },
    }
    return Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(settings | changes))


def trained(**changes: Any) -> TrainingResult:
    return run_training(config(**changes), data=flats())


@pytest.fixture(scope="module")
def result() -> TrainingResult:
    return trained()


@pytest.fixture(scope="module")
def model(result: TrainingResult) -> Model:
    return Model(result.artifact)


@pytest.fixture(scope="module")
def report(model: Model) -> dict[str, Any]:
    assert model.report is not None
    return model.report


@pytest.fixture(scope="module")
def profile(model: Model) -> dict[str, Any]:
    assert model.profile is not None
    return model.profile


def rows_told(told: Any) -> Iterator[int]:
    """Yield every count of rows in what is kept, but of what is missing."""
    for key, value in told.items() if isinstance(told, dict) else ():
        if key in ("counts", "rows") and isinstance(value, list):
            yield from (count for count in value if isinstance(count, int))
        elif key in ("rows", "rare") and isinstance(value, int):
            yield value
        else:
            yield from rows_told(value)
    for value in told if isinstance(told, list) else ():
        yield from rows_told(value)


@pytest.mark.parametrize("least_rows", [10, 60])
def test_nothing_is_told_of_fewer_rows_than_the_config_says(least_rows: int) -> None:
    model = Model(trained(profile_least_rows=least_rows).artifact)
    counts = [*rows_told(model.profile), *rows_told(model.report)]
    assert min(count for count in counts if count) >= least_rows
    assert len(counts) > 30


def test_neither_single_levels_nor_extremes_are_told(result: TrainingResult) -> None:
    kept = (result.artifact.members[PROFILE] + result.artifact.members[REPORT]).decode()
    told = json.loads(result.artifact.members[PROFILE])["columns"]
    assert "lighthouse" not in kept
    assert told["place"]["rare"] == 10  # one row, told as the least that is told
    assert "98765" not in kept.replace(".", "")


def test_equal_inputs_keep_equal_bytes(result: TrainingResult) -> None:
    again = trained().artifact.members
    assert {name: again[name] for name in KEPT} == {
        name: result.artifact.members[name] for name in KEPT
    }


def test_nothing_is_kept_where_the_config_says_so() -> None:
    result = trained(profile="none")
    model = Model(result.artifact)
    assert not {PROFILE, REPORT} & set(result.artifact.members)
    assert model.profile is model.report is None
    assert CONFORMANCE in result.artifact.members


def test_bins_of_predictions_add_up_to_the_table(
    result: TrainingResult, report: dict[str, Any]
) -> None:
    bins = report["predicted"]
    counts = [each["rows"] for each in bins]
    predictions = result.quality.cross_validation.predictions[0]
    seen = ~np.isnan(predictions)
    assert sum(counts) == report["n_rows"] == seen.sum()
    mean = np.average([each["predicted"] for each in bins], weights=counts)
    assert mean == pytest.approx(predictions[seen].mean(), rel=1e-3)
    assert [each["actual"] for each in bins] == sorted(each["actual"] for each in bins)


def test_coverage_is_told_at_every_level(result: TrainingResult, report: dict[str, Any]) -> None:
    by_level = {each["level"]: each for each in report["coverage"]}
    known = result.quality.intervals
    assert by_level[known.level]["coverage"] == pytest.approx(known.scaled.coverage, rel=1e-3)
    assert list(by_level) == [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99][: len(by_level)]
    widths = [each["mean_width"] for each in report["coverage"]]
    assert widths == sorted(widths)


def test_what_prices_go_by_is_important_and_noise_is_not(report: dict[str, Any]) -> None:
    columns = report["importance"]["columns"]
    assert list(columns)[:2] == ["area", "state"]
    assert columns["area"]["mean"] > 50
    assert abs(columns["noise"]["mean"]) < 0.05 * columns["area"]["mean"]


def test_effects_are_those_that_prices_are_made_of(report: dict[str, Any]) -> None:
    effects = {effect["column"]: effect for effect in report["effects"]}
    area = effects["area"]
    slopes = np.diff(area["prediction"]) / np.diff(area["at"])
    assert np.mean(slopes) == pytest.approx(2, rel=0.1)
    state = effects["state"]
    assert state["at"] == [0.0, 1.0, 2.0]
    assert state["prediction"][2] - state["prediction"][0] == pytest.approx(10, rel=0.3)
    assert sum(area["rows"]) == pytest.approx(1, abs=1e-3)


def test_the_place_whose_prices_scatter_is_the_worst_slice(
    model: Model, report: dict[str, Any]
) -> None:
    first = report["slices"]["of_one"][0]
    assert first["is_worse"]
    (part,) = first["of"]
    assert model.schema["place"].levels[part["level"]] == "west"


def test_more_rows_help_on_the_learning_curve(report: dict[str, Any]) -> None:
    curve = report["learning_curve"]
    assert curve["branch"] == "linear"
    assert curve["shares"] == [0.25, 0.5, 1.0]
    assert curve["rows"] == sorted(curve["rows"])
    assert curve["error"][-1] < curve["error"][0]


def test_columns_are_profiled_by_their_kind(profile: dict[str, Any]) -> None:
    columns = profile["columns"]
    table = flats()
    assert columns["noise"]["missing"] == table["noise"].isna().sum()
    assert sum(columns["noise"]["counts"]) == table["noise"].notna().sum()
    assert sum(columns["garden"]["counts"]) == N_ROWS
    assert columns["garden"]["edges"] == [0.5]
    state = columns["state"]
    counted = table["state"].value_counts()
    assert state["counts"] == [counted[level] for level in ("poor", "fair", "good")]
    for each in ("target", "prediction", "residual", "difficulty"):
        assert sum(profile[each]["counts"]) + profile[each]["missing"] == N_ROWS


@pytest.mark.parametrize(
    "changes",
    [
        {"time_column": "sold"},
        {"group_column": "customer"},
        {"weight_column": "area", "columns": {k: COLUMNS[k] for k in COLUMNS if k != "area"}},
        {"target": {"column": "price", "transform": "auto", "prediction": "mean", "minimum": 0}},
        {"evaluation": {"folds": 3, "repeats": 2}, "average": "learned"},
    ],
    ids=["time", "group", "weight", "auto", "repeats"],
)
def test_reports_are_kept_however_rows_are_judged(changes: dict[str, Any]) -> None:
    table = flats()
    table["price"] += 50
    model = Model(run_training(config(**changes), data=table).artifact)
    assert model.report is not None
    assert model.profile is not None
    over_time = model.report.get("over_time")
    assert (over_time is not None) == ("time_column" in changes)
    if over_time is not None:
        assert over_time["is_date"]
        assert sum(over_time["rows"]) == model.report["n_rows"]
        assert len(over_time["error"]) == len(over_time["edges"]) + 1


@pytest.mark.parametrize("n_rows", [12, 30, 200])
def test_a_run_of_few_rows_keeps_what_they_are_enough_for(n_rows: int) -> None:
    model = Model(run_training(config(), data=flats()[:n_rows]).artifact)
    assert model.profile is not None
    assert model.report is not None
    assert ("learning_curve" in model.report) == (n_rows == 200)
    assert min([10, *filter(None, rows_told(model.profile))]) == 10


def test_what_could_not_be_read_again_is_left_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("regression_model.training.assembly.MAX_KEPT_BYTES", 3_000)
    model = Model(trained().artifact)
    assert model.report is model.conformance is None
    assert model.profile is not None
    assert "report.json is not kept, as it would have" in caplog.text
