"""The encoder: what it learns of a table, and that a table is encoded however it was read."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.exceptions import DataError
from regression_model.processing.data_manager import load_dataset
from regression_model.processing.schema import Column, Schema
from regression_model.transformers.encoder import Encoder

nan = math.nan
NUMBERS = Schema((Column("area", "number"), Column("rooms", "integer")))


def flats() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": [50.0, nan, 200.0, 75.5],
            "rooms": [2, 3, 7, 1],
            "cellar": [nan, 12.0, 8.0, nan],
            "quality": ["Gd", "Po", None, "Gd"],
            "place": ["north", "east", "north", None],
            "alley": [None, "Pave", None, "Grvl"],
            "lift": ["yes", "no", None, "True"],
        }
    )


class CountingFrame(pd.DataFrame):
    """A table that counts how often one of its columns is taken out to be read."""

    reads: list[Any] = []  # noqa: RUF012 - a frame keeps no attributes of its own

    @property
    def iloc(self) -> Any:
        self.reads.append(None)
        return super().iloc


def test_a_table_is_read_once_to_fit_and_to_transform() -> None:
    table = CountingFrame(flats())
    table.reads.clear()
    encoder = Encoder(flat_schema())
    encoded = encoder.fit_transform(table)
    assert len(table.reads) == len(flat_schema())
    assert_frame_equal(encoded, Encoder(flat_schema()).fit(flats()).transform(flats()))
    assert_frame_equal(encoded, encoder.transform(flats()))


def test_a_column_is_found_under_its_aliases_whatever_it_was_learned_under() -> None:
    schema = Schema((Column("area", "number", aliases=("size",)), Column("rooms", "integer")))
    own, other = flats(), flats().rename(columns={"area": " size"})
    by_own, by_other = Encoder(schema).fit(own), Encoder(schema).fit(other)
    assert by_own.schema_ == by_other.schema_
    assert list(by_other.feature_names_in_) == list(own.columns)
    assert_frame_equal(by_own.transform(other), by_other.transform(own))
    with pytest.raises(DataError, match="area has 2 names here, area and size; leave one of them"):
        Encoder(schema).fit(own.assign(size=1.0))


def flat_schema() -> Schema:
    return Schema(
        (
            Column("area", "number"),
            Column("rooms", "integer"),
            Column("cellar", "number", missing_means="none"),
            Column("quality", "ordered", levels=("Po", "Fa", "Gd")),
            Column("place", "category"),
            Column("alley", "category", missing_means="none"),
            Column("lift", "boolean"),
        )
    )


def test_cells_become_numbers_positions_and_codes_for_missing() -> None:
    encoded = Encoder(flat_schema()).fit_transform(flats())
    expected = pd.DataFrame(
        {
            "area": [50.0, nan, 200.0, 75.5],
            "rooms": [2.0, 3.0, 7.0, 1.0],
            "cellar": [0.0, 12.0, 8.0, 0.0],
            "quality": [2.0, 0.0, nan, 2.0],
            "place": [1.0, 0.0, 1.0, nan],
            "alley": [0.0, 2.0, 0.0, 1.0],
            "lift": [1.0, 0.0, nan, 1.0],
        }
    )
    assert_frame_equal(encoded, expected)


@pytest.mark.parametrize(
    ("name", "levels", "training_range", "missing_share"),
    [
        ("area", (), (50.0, 200.0), 0.25),
        ("rooms", (), (1.0, 7.0), 0.0),
        ("cellar", (), (8.0, 12.0), 0.5),
        ("quality", ("Po", "Fa", "Gd"), None, 0.25),
        ("place", ("east", "north"), None, 0.25),
        ("alley", (None, "Grvl", "Pave"), None, 0.5),
        ("lift", (), None, 0.25),
    ],
)
def test_levels_ranges_and_missing_shares_are_learned(
    name: str,
    levels: tuple[str | None, ...],
    training_range: tuple[float, float] | None,
    missing_share: float,
) -> None:
    column = Encoder(flat_schema()).fit(flats()).schema_[name]
    assert column.levels == levels
    assert column.training_range == training_range
    assert column.missing_share == missing_share


def test_declared_levels_keep_their_order_and_those_that_training_lacks() -> None:
    schema = Schema((Column("place", "category", levels=("west", "north", "east")),))
    encoder = Encoder(schema).fit(pd.DataFrame({"place": ["east", "north"]}))
    assert encoder.schema_["place"].levels == ("west", "north", "east")
    encoded = encoder.transform(pd.DataFrame({"place": ["west", "east"]}))
    assert encoded["place"].tolist() == [0.0, 2.0]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("category", "row 0: built holds a date; give its level as text"),
        ("number", r"row 0: built is '2001-01-01' \(date\), which is not a number"),
        ("boolean", "row 0: built is '2001-01-01', neither true nor false"),
    ],
)
def test_moments_in_a_column_of_another_kind_are_refused(kind: Any, said: str) -> None:
    built = pd.to_datetime(pd.Series(["2001-01-01", None]))
    with pytest.raises(DataError, match=said):
        Encoder(Schema((Column("built", kind),))).fit(pd.DataFrame({"built": built}))


def test_without_a_schema_the_columns_keep_their_names() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    encoder = Encoder().fit(frame)
    assert encoder.get_feature_names_out().tolist() == ["a", "b"]
    assert_frame_equal(encoder.transform(frame), frame)


def test_a_level_never_seen_is_minus_one() -> None:
    encoder = Encoder(flat_schema()).fit(flats())
    places: list[Any] = ["south", "north", None, " east "]
    new = flats().assign(place=places, quality="Odd")
    encoded = encoder.transform(new)
    np.testing.assert_array_equal(encoded["place"], [-1.0, 1.0, nan, 0.0])
    assert encoded["quality"].tolist() == [-1.0] * 4


def test_fit_changes_neither_the_declared_schema_nor_the_table() -> None:
    encoder, frame = Encoder(flat_schema()), flats()
    encoder.fit(frame)
    assert encoder.schema == flat_schema()
    assert_frame_equal(frame, flats())


def test_columns_come_in_the_order_of_the_schema_and_others_are_left_out() -> None:
    frame = pd.DataFrame({"id": ["x"], "rooms": [3], "area": [50.0]}, index=[42])
    encoder = Encoder(NUMBERS).fit(frame)
    assert_frame_equal(
        encoder.transform(frame), pd.DataFrame({"area": [50.0], "rooms": [3.0]}, index=[42])
    )
    assert encoder.get_feature_names_out().tolist() == ["area", "rooms"]


def test_broken_cells_are_listed_with_row_column_and_value() -> None:
    frame = pd.DataFrame({"area": [50.0, "ten", 70.0, math.inf], "rooms": [2, 3, 2.5, 1]})
    said = (
        r"(?s)^cells that break their column's kind:\n"
        r"row 1: area is 'ten'.*not a number.*\n"
        r"row 3: area is infinite.*\n"
        r"row 2: rooms is 2\.5.*not a whole number"
    )
    with pytest.raises(DataError, match=said):
        Encoder(NUMBERS).fit(frame)


def test_a_long_list_of_broken_cells_ends_with_how_many_there_are_more() -> None:
    frame = pd.DataFrame({"area": [f"a{i}" for i in range(25)], "rooms": 1})
    with pytest.raises(DataError, match=r"(?s)row 0: area is 'a0'.*and 15 more$") as caught:
        Encoder(NUMBERS).fit(frame)
    assert len(str(caught.value).splitlines()) == 12


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (Column("c", "number", minimum=0), -1.0, r"row 1: c is -1; the least .* is 0"),
        (Column("c", "number", maximum=9), 1e9, r"row 1: c is 1000000000; the most .* is 9"),
        (Column("c", "number", required=True), nan, "row 1: c is required"),
        (Column("c", "number"), 1e31, "row 1: c is larger than 1e.?30"),
        (Column("c", "boolean"), "maybe", "row 1: c is 'maybe', neither true nor false"),
        (Column("c", "category", levels=("1", "2"), closed=True), "3", "not one of its levels"),
    ],
)
def test_limits_and_promises_of_a_column_hold_in_training(
    column: Column, cell: object, said: str
) -> None:
    frame = pd.DataFrame({"c": pd.Series([1.0, cell], dtype=object)})
    with pytest.raises(DataError, match=said):
        Encoder(Schema((column,))).fit(frame)


def test_broken_cells_are_refused_after_training_too() -> None:
    encoder = Encoder(NUMBERS).fit(pd.DataFrame({"area": [1.0], "rooms": [2]}))
    with pytest.raises(DataError, match="row 0: rooms is 'two'"):
        encoder.transform(pd.DataFrame({"area": [1.0], "rooms": ["two"]}))


def test_absent_columns_are_named_with_near_ones() -> None:
    frame = pd.DataFrame({"Area": [1.0], "id": [1]})
    with pytest.raises(DataError, match=r"lacks columns .*: area \(near: Area\); rooms$"):
        Encoder(NUMBERS).fit(frame)


@pytest.mark.parametrize("asked", [60, 60.0, "60", "60.0", np.int8(60), np.float32(60)])
@pytest.mark.parametrize("trained", [[60, 60.0, "60", 9], ["60", "9"], [60, 9], [60.0, 9.0, None]])
def test_a_level_is_one_level_as_integer_as_float_and_as_text(
    trained: list[Any], asked: object
) -> None:
    encoder = Encoder(Schema((Column("zone", "category"),)))
    encoder.fit(pd.DataFrame({"zone": pd.Series(trained, dtype=object)}))
    encoded = encoder.transform(pd.DataFrame({"zone": pd.Series([asked], dtype=object)}))
    assert encoder.schema_["zone"].levels == ("60", "9")
    assert encoded["zone"].tolist() == [0.0]


KINDS: dict[str, tuple[str, st.SearchStrategy[str]]] = {
    "number": ("number", st.integers(-(10**9), 10**9).map(lambda i: str(i / 100))),
    "integer": ("integer", st.integers(-(10**12), 10**12).map(str)),
    "text": ("category", st.sampled_from(["a", "b", "A b", "x-1", " c", "d,e", 'f"g'])),
    "small_codes": ("category", st.integers(0, 200).map(str)),
    "long_codes": ("category", st.integers(10**15, 10**15 + 5).map(str)),
    "decimals": ("category", st.sampled_from(["0.5", "1.5", "12.25"])),
    "truth": ("category", st.sampled_from(["True", "False"])),
    "flag": ("boolean", st.sampled_from(["yes", "no", "True", "0", "1"])),
    "ordered": ("ordered", st.sampled_from(["1", "2", "3"])),
}
MISSING = st.sampled_from(["", "NA", "NaN", "null"])


def read_both_ways(folder: Path, columns: dict[str, list[str]]) -> tuple[Any, Any, Schema]:
    path = folder / "table.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    declared = {
        name: {"kind": "ordered", "levels": ["1", "2", "3"]}
        if name == "ordered"
        else KINDS[name][0]
        for name in columns
    }
    config = ModelConfig.model_validate(
        {
            "target": {"column": "price"},
            "columns": declared,
            "estimators": {"linear": {"type": "ridge"}},
        }
    )
    ours = load_dataset(file_name=path, config=Config(AppConfig(training_data_file=""), config))
    schema = Schema(tuple(c.to_column(name, {}) for name, c in config.columns.items()))
    return ours, pd.read_csv(path), schema


@pytest.mark.parametrize("name", KINDS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_file_means_the_same_through_our_reader_and_through_read_csv(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cells = data.draw(st.lists(KINDS[name][1] | MISSING, min_size=1, max_size=8))
    folder = tmp_path_factory.mktemp("read")
    ours, theirs, schema = read_both_ways(folder, {name: cells, "number": ["1"] * len(cells)})
    by_ours, by_theirs = Encoder(schema).fit(ours), Encoder(schema).fit(theirs)
    assert_frame_equal(by_ours.transform(theirs), by_ours.transform(ours))
    assert_frame_equal(by_theirs.transform(theirs), by_ours.transform(ours))


def test_padded_codes_of_a_file_are_found_again_as_the_numbers_read_csv_makes_of_them(
    tmp_path: Path,
) -> None:
    columns = {"small_codes": ["042", "007", "NA", "042"], "number": ["1"] * 4}
    ours, theirs, schema = read_both_ways(tmp_path, columns)
    encoder = Encoder(schema).fit(ours)
    assert encoder.schema_["small_codes"].levels == ("007", "042")
    assert_frame_equal(encoder.transform(theirs), encoder.transform(ours))


@pytest.mark.parametrize("cells", [["60", "60.0", "60"], ["60.0", "600", "60"]])
def test_one_number_spelled_twice_in_a_file_is_one_level(tmp_path: Path, cells: list[str]) -> None:
    columns = {"small_codes": cells, "number": ["1"] * 3}
    ours, theirs, schema = read_both_ways(tmp_path, columns)
    encoder = Encoder(schema).fit(ours)
    assert_frame_equal(encoder.transform(theirs), encoder.transform(ours))
