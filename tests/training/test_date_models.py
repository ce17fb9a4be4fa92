"""Models of tables with dates, from the config to the answer."""

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regression_model.artifact.model import Model
from regression_model.batch.explaining import by_column, explain_row
from regression_model.config.core import AppConfig, Config, ModelConfig, load_config
from regression_model.exceptions import ConfigError, DataError
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.predict import Explanation, load_model
from regression_model.processing.table_files import read_table
from regression_model.train_pipeline import run_training

N_ROWS = 160
PARTS = ["year", "month", "day", "weekday", "days", "hour"]
COLUMNS: dict[str, Any] = {
    "area": "number",
    "sold": {"kind": "date", "parts": PARTS},
    "listed": {"kind": "date", "date_order": "dmy"},
}
WAITED = {"operation": "difference", "of": ["sold_days", "listed_days"]}
ESTIMATORS = {
    "l": {"type": "ridge"},
    "t": {"type": "gradient_boosting", "n_estimators": 20},
    "h": {"type": "hist_gradient_boosting", "max_iter": 20},
}


def table() -> pd.DataFrame:
    random = np.random.default_rng(3)
    listed = pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 3000, N_ROWS), "D")
    sold = listed + pd.to_timedelta(random.integers(0, 4000, N_ROWS), "h")
    area = random.uniform(20, 200, N_ROWS)
    price = area + 20 * (sold.month == 6) + (sold - listed).days / 10 + random.normal(0, 1, N_ROWS)
    return pd.DataFrame(
        {
            "area": area,
            "sold": sold.strftime("%Y-%m-%dT%H:%M:%S"),
            "listed": listed.strftime("%d/%m/%Y"),
            "price": price,
        }
    )


def config(**changes: Any) -> Config:
    settings: dict[str, Any] = {
        "target": {"column": "price"},
        "columns": COLUMNS,
        "derived": {"waited": WAITED},
        "estimators": ESTIMATORS,
        "evaluation": {"folds": 3},
    }
    return Config(AppConfig(training_data_file="table.csv"), ModelConfig(**settings | changes))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("dates") / "dates.zip"
    run_training(config(), data=table(), artifact_path=path)
    return load_model(path)


def test_a_date_is_the_same_in_every_form(model: Model) -> None:
    moments = [datetime(2018, 6, 2, 13), datetime(2016, 2, 29, 0), datetime(2019, 12, 31, 23)]
    days = [date(2018, 1, 2), date(2016, 1, 3), date(2017, 3, 4)]
    frame = pd.DataFrame(
        {
            "area": [50.0, 60.0, 70.0],
            "sold": pd.to_datetime(moments),
            "listed": pd.to_datetime(days),
        }
    )
    many = pd.concat([frame] * 10, ignore_index=True)
    texts = {
        "area": many["area"].tolist(),
        "sold": many["sold"].dt.strftime("%Y-%m-%d %H:%M").tolist(),
        "listed": many["listed"].dt.strftime("%d/%m/%Y").tolist(),
    }
    aware = many.assign(sold=many["sold"].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"))
    plain = {"area": 50.0, "sold": moments[0], "listed": days[0]}
    expected = model.predict(many)
    assert expected["errors"] is None
    assert expected["warnings"] is None
    for form in (
        texts,
        aware,
        aware.convert_dtypes(),
        pl.from_pandas(many),
        pl.from_pandas(many).with_columns(pl.col("listed").cast(pl.Date)),
        pa.Table.from_pandas(many),
        many.to_dict("records"),
        {name: many[name].to_numpy() for name in many},
    ):
        assert model.predict(form) == expected
    assert model.predict(plain)["predictions"] == expected["predictions"][:1]
    single = [model.predict(record)["predictions"][0] for record in frame.to_dict("records")]
    assert single == expected["predictions"][:3]


def test_a_bad_date_costs_its_row_alone(model: Model) -> None:
    good = {"area": 50.0, "sold": "2018-06-02", "listed": "02/01/2018"}
    bad = [{**good, "sold": cell} for cell in ("2018-02-30", "soon", True, 12.5, [1])]
    result = model.predict([good, *bad, {**good, "sold": None}])
    codes = [error["code"] for error in result["errors"] or []]
    assert codes == ["not_a_date"] * 4 + ["not_a_scalar"]
    assert [p is None for p in result["predictions"]] == [False, *[True] * 5, False]
    columns = {name: [row[name] for row in [good, *bad] * 5] for name in good}
    again = model.predict(columns)
    assert [e["message"] for e in again["errors"] or []][:5] == [
        e["message"] for e in result["errors"] or []
    ]
    assert "write it as 2024-03-01" in (result["errors"] or [])[0]["message"]


def test_a_date_after_training_is_an_extrapolation(model: Model) -> None:
    record = {"area": 50.0, "sold": date(2030, 1, 1), "listed": date(2018, 1, 1)}
    one = model.predict(record)["warnings"]
    frame = pd.DataFrame([record] * 20).astype({"sold": "datetime64[us]"})
    table = model.predict(frame)["warnings"]
    assert one is not None
    assert table is not None
    assert "2030-01-01, outside the training range 2015-" in one[0]["message"]
    assert one[0]["message"] == table[0]["message"]


def test_dates_are_explained_and_have_intervals(model: Model) -> None:
    record = {"area": 50.0, "sold": "2018-06-02T13:00", "listed": "02/01/2018"}
    answer = model.predict(record, interval=0.8, explain=True)
    explanation = answer["explanations"][0]
    assert explanation is not None
    assert {"sold_month", "sold_hour_sin", "listed_days", "waited"} <= set(
        explanation["contributions"]
    )
    lower, prediction, upper = answer["lower"][0], answer["predictions"][0], answer["upper"][0]
    assert lower is not None
    assert prediction is not None
    assert upper is not None
    assert lower < prediction < upper


def test_a_bad_date_in_training_is_listed(tmp_path: Path) -> None:
    broken = table()
    broken.loc[7, "sold"] = "2018-02-30"
    with pytest.raises(DataError, match="row 7: sold is '2018-02-30', which is not a date"):
        run_training(config(), data=broken, artifact_path=tmp_path / "no.zip")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"derived": {"x": {**WAITED, "of": ["sold", "listed_days"]}}}, "its parts are numbers"),
        ({"derived": {"x": {**WAITED, "of": ["sold_yaer", "area"]}}}, "did you mean sold_year"),
        (
            {"columns": {**COLUMNS, "area": {"kind": "number", "parts": ["hour"]}}},
            "not for the kind",
        ),
        ({"columns": {**COLUMNS, "sold": {"kind": "date", "minimum": 1}}}, "not for the kind date"),
        ({"columns": {**COLUMNS, "sold": {"kind": "date", "missing": "none"}}}, "is unknown"),
    ],
)
def test_what_a_config_cannot_say_of_dates(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        config(**changes)


def test_a_name_that_is_taken_is_no_name_of_a_part() -> None:
    columns = {**COLUMNS, "sold_year": "integer", "sold_hour_sin": "number"}
    derived = {"sold_days": {"operation": "sum", "of": ["area", "sold_days_2", "sold_year"]}}
    settings = config(
        columns=columns, derived=derived, target={"column": "sold_month"}
    ).model_config
    assert settings.date_features["sold"] | {"weekday": ""} == {
        "year": "sold_year_2", "month": "sold_month_2", "day": "sold_day", "weekday": "",
        "days": "sold_days_2", "hour": "sold_hour", "month_sin": "sold_month_sin",
        "month_cos": "sold_month_cos", "weekday_sin": "sold_weekday_sin",
        "weekday_cos": "sold_weekday_cos", "hour_sin": "sold_hour_sin_2",
        "hour_cos": "sold_hour_cos",
    }  # fmt: skip
    assert {"sold_year_2", "sold_days_2"} < set(settings.trends)


def test_init_names_what_it_derives_from_dates_like_nothing_in_the_table() -> None:
    frame = table().assign(sold_days=np.arange(N_ROWS) % 7.0, days_sold_to_listed="a")
    frame.loc[::2, "days_sold_to_listed"] = "b"
    cells = {name: [str(cell) for cell in frame[name]] for name in frame.columns}
    text = write_config(infer(cells, "price"), "table.csv")
    assert "  days_sold_to_listed_2:" in text
    assert "      - sold_days_2" in text


def test_what_init_writes_for_dates_trains(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "table.csv", index=False)
    text = write_config(infer(read_table(tmp_path / "table.csv"), "price"), "table.csv")
    (tmp_path / "table.yml").write_text(text)
    try:
        settings = load_config(tmp_path / "table.yml").model_config
    except ConfigError as problem:
        pytest.fail(f"{problem}\n{text}")
    assert settings.columns["sold"].parts[-1] == "hour"
    assert settings.columns["listed"].date_order == "dmy"
    assert list(settings.derived) == ["days_sold_to_listed"]


def test_a_linear_trend_goes_on_after_training(tmp_path: Path) -> None:
    days = pd.date_range("2020-01-01", periods=1000, freq="D")
    frame = pd.DataFrame({"sold": days.strftime("%Y-%m-%d"), "price": np.arange(1000) / 10})
    settings = ModelConfig(
        target={"column": "price"},
        columns={"sold": "date"},
        estimators={"l": {"type": "ridge", "alpha": 0.01}},
        evaluation={"folds": 4},
        time_column="sold",
    )
    path = tmp_path / "trend.zip"
    result = run_training(
        Config(AppConfig(training_data_file="-"), settings), data=frame, artifact_path=path
    )
    answer = load_model(path).predict({"sold": date(2023, 1, 1)})
    assert answer["predictions"][0] == pytest.approx(109.6, rel=0.02)
    assert result.quality.hold_out.rmse < 1


def test_a_date_is_explained_in_one_row_with_its_value(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("area,sold,listed\n50,2018-06-02 13:00,02/01/2018\n", encoding="utf-8")
    found = explain_row(model, path, 0)
    explanation = found["explanations"][0]
    parts = explanation["contributions"]
    assert {"sold_year", "sold_month_sin", "waited"} <= parts.keys()
    together = by_column(explanation, model)["contributions"]
    assert list(together) == ["area", "sold", "listed", "waited"]
    of_sold = sum(value for name, value in parts.items() if name.startswith("sold_"))
    assert together["sold"] == pytest.approx(of_sold, abs=1e-12)
    assert sum(together.values()) == pytest.approx(sum(parts.values()), abs=1e-12)
    assert set(together) - {"waited"} <= found["record"].keys()


def test_effects_of_a_dates_parts_multiply(model: Model) -> None:
    parts = {"sold_year": 0.5, "sold_days": 0.25, "area": 1.0}
    effects = {name: math.exp(part) for name, part in parts.items()}
    whole: Explanation = {"base": 1.0, "score": 2.75, "contributions": parts, "effect": effects}
    together = by_column(whole, model)
    assert together["contributions"] == {"sold": 0.75, "area": 1.0}
    assert together["effect"]["sold"] == pytest.approx(math.exp(0.75))
    assert whole["contributions"] is parts


def test_a_row_before_the_first_is_refused(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="numbered from 0; there is no row -1"):
        explain_row(model, tmp_path / "any.csv", -1)
