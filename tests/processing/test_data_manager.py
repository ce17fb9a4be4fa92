"""Tables in, research pipelines out."""

from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from regression_model import __version__
from regression_model.config import core
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.exceptions import DataError
from regression_model.processing.data_manager import (
    find_table,
    load_dataset,
    save_pipeline,
    with_clean_names,
)
from regression_model.train_pipeline import TrainingResult


@pytest.fixture
def config() -> Config:
    model_config = ModelConfig.model_validate(
        {
            "target": {"column": "price"},
            "columns": {
                "area": {"kind": "number", "missing_values": ["?", ""]},
                "rooms": "integer",
                "place": "category",
                "quality": {"kind": "ordered", "levels": ["1", "2"]},
                "lift": "boolean",
            },
            "estimators": {"linear": {"type": "ridge"}},
        }
    )
    return Config(AppConfig(training_data_file="flats.csv"), model_config)


def written(folder: Path, text: str) -> Path:
    path = folder / "flats.csv"
    path.write_text(text, encoding="utf-8")
    return path


HEADER = "area,rooms,place,quality,lift,note,price\n"
GOOD = HEADER + "50,2,north,1,yes,007,100\n?,,NA,,,,200.5\n7.5e1,3.0,1,2,False,NA,300\n"


def test_columns_have_the_types_that_the_config_declares(tmp_path: Path, config: Config) -> None:
    frame = load_dataset(file_name=written(tmp_path, GOOD), config=config)
    numbers = pd.DataFrame(
        {"area": [50, np.nan, 75], "rooms": [2, np.nan, 3], "price": [100, 200.5, 300]}
    )
    assert_frame_equal(frame[["area", "rooms", "price"]], numbers.astype(np.float64))
    texts = frame[["place", "quality", "lift", "note"]].astype(object)
    assert texts.where(texts.notna(), None).to_dict("list") == {
        "place": ["north", None, "1"],
        "quality": ["1", None, "2"],
        "lift": ["yes", None, "False"],
        "note": ["007", None, None],
    }
    assert list(frame.columns) == HEADER.strip().split(",")


def test_a_missing_value_is_spelled_as_the_column_says(tmp_path: Path, config: Config) -> None:
    text = GOOD.replace("?,,NA", "NA,,NA")
    with pytest.raises(DataError, match=r"row 1: area is 'NA' \(text\), which is not a number"):
        load_dataset(file_name=written(tmp_path, text), config=config)


def test_the_target_may_be_absent(tmp_path: Path, config: Config) -> None:
    text = "area,rooms,place,quality,lift\n50,2,north,1,yes\n"
    assert load_dataset(file_name=written(tmp_path, text), config=config).shape == (1, 5)


def test_broken_cells_are_listed(tmp_path: Path, config: Config) -> None:
    text = GOOD + "ten,2.5,north,1,yes,,many\n"
    said = r"(?s)row 3: area is 'ten'.*\nrow 3: rooms is 2\.5.*\nrow 3: price is 'many'"
    with pytest.raises(DataError, match=said):
        load_dataset(file_name=written(tmp_path, text), config=config)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "flats.csv is empty"),
        ("Area,rooms,place,lift,quality\n", r"flats.csv lacks columns .*: area \(near: Area\)$"),
        ("area,place,price,lift\n1,a,2,no\n", "lacks columns .*: rooms; quality$"),
        (HEADER.replace("note", "area"), "names 'area' twice"),
        (GOOD + "1,2\n", "row 3 has 2 cells, the header has 7"),
    ],
)
def test_a_file_that_does_not_fit_says_what_is_wrong(
    tmp_path: Path, config: Config, text: str, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        load_dataset(file_name=written(tmp_path, text), config=config)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, config: Config) -> None:
    with pytest.raises(DataError, match=r"cannot read .*nowhere\.csv: No such file"):
        load_dataset(file_name=tmp_path / "nowhere.csv", config=config)


def test_a_table_that_a_config_names_is_missed_where_it_was_looked_for(
    tmp_path: Path, config: Config
) -> None:
    here = replace(config, folder=tmp_path)
    with pytest.raises(DataError) as caught:
        load_dataset(file_name="cars.csv", config=here)
    assert str(caught.value) == (
        f"there is no {tmp_path / 'cars.csv'}, which is where the config names it; "
        "put the table there, or mend files.training_data_file"
    )
    with pytest.raises(DataError, match=r"there is no .*datasets.cars\.csv; put"):
        load_dataset(file_name="cars.csv", config=core.config)


def test_the_packaged_tables_are_found_by_name() -> None:
    train, test = load_dataset(file_name="train.csv"), load_dataset(file_name="test.csv")
    assert (len(train), len(test)) == (1460, 1459)
    assert set(train.columns) - set(test.columns) == {"SalePrice"}
    assert train["GrLivArea"].dtype == np.float64
    assert {type(cell) for cell in train["MSSubClass"]} == {str}


def test_a_table_is_looked_for_beside_the_config_first(tmp_path: Path, config: Config) -> None:
    here = replace(config, folder=tmp_path)
    assert find_table("train.csv", here) == core.DATASET_DIR / "train.csv"
    (tmp_path / "train.csv").touch()
    assert find_table("train.csv", here) == tmp_path / "train.csv"
    assert find_table(tmp_path / "else.csv", here) == tmp_path / "else.csv"


def test_a_long_list_of_absent_columns_is_cut(tmp_path: Path, config: Config) -> None:
    columns = {f"column {i}": "number" for i in range(2000)}
    settings = config.model_config.model_dump() | {"columns": columns}
    wide = replace(config, model_config=ModelConfig.model_validate(settings))
    path = tmp_path / "other.csv"
    path.write_text(",".join(f"c{i}" for i in range(2000)) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"column 0.* and 1,990 more") as caught:
        load_dataset(file_name=path, config=wide)
    assert len(str(caught.value)) < 1000


def test_a_saved_pipeline_predicts_the_same(
    tmp_path: Path, small_result: TrainingResult, sample_input_data: pd.DataFrame
) -> None:
    path = save_pipeline(pipeline_to_persist=small_result.pipeline, folder=tmp_path)
    assert path.parent == tmp_path
    assert path.name.endswith(f"{__version__}.joblib")
    rows = sample_input_data.head(20)
    expected = small_result.pipeline.predict(rows)
    np.testing.assert_array_equal(joblib.load(path).predict(rows), expected)


DRESSED = 'area,rooms,place,quality,lift,price\n"$1,250.5","1,000",north,1,yes,(75)\n'


def test_numbers_in_other_dress_are_read_as_the_config_says(tmp_path: Path, config: Config) -> None:
    settings = config.model_config.model_dump()
    settings["columns"]["area"] = {"kind": "number", "number_format": "$1,234.5"}
    settings["columns"]["rooms"] = {"kind": "integer", "number_format": "1,234"}
    settings["target"]["number_format"] = "(1,234)"
    dressed = replace(config, model_config=ModelConfig.model_validate(settings))
    frame = load_dataset(file_name=written(tmp_path, DRESSED), config=dressed)
    assert frame[["area", "rooms", "price"]].to_numpy().tolist() == [[1250.5, 1000.0, -75.0]]
    with pytest.raises(DataError, match=r"area is '\$1,250.5' .*decimal point"):
        load_dataset(file_name=written(tmp_path, DRESSED), config=config)


def test_decimal_commas_are_read_in_numbers_and_stay_in_levels(
    tmp_path: Path, config: Config
) -> None:
    text = "area;rooms;place;quality;lift;note;price\n50,5;2;12,5;1;yes;1,5;100,25\n"
    frame = load_dataset(file_name=written(tmp_path, text), config=config)
    assert frame[["area", "price"]].to_numpy().tolist() == [[50.5, 100.25]]
    assert frame[["place", "note"]].to_numpy().tolist() == [["12,5", "1,5"]]
    with pytest.raises(DataError, match=r"row 0: area is '1\.034' .*like 1234,5"):
        load_dataset(file_name=written(tmp_path, text.replace("50,5", "1.034")), config=config)


def test_weights_with_decimal_commas_are_numbers(tmp_path: Path, config: Config) -> None:
    settings = config.model_config.model_dump() | {"weight_column": "note"}
    weighted = replace(config, model_config=ModelConfig.model_validate(settings))
    text = "area;rooms;place;quality;lift;note;price\n50,5;2;12,5;1;yes;1,5;100,25\n"
    frame = load_dataset(file_name=written(tmp_path, text), config=weighted)
    assert frame["note"].tolist() == ["1.5"]


def test_a_frames_padded_names_are_cleaned() -> None:
    frame = pd.DataFrame({" a": [1], "b\u00a0": [2]})
    assert list(with_clean_names(frame).columns) == ["a", "b"]
    with pytest.raises(DataError, match="the table names 'a' twice"):
        with_clean_names(frame.rename(columns={"b\u00a0": "a"}))
