"""From a table to guesses, and from these to a config that loads and trains unchanged."""

import csv
import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from regression_model.config.core import Config, load_config
from regression_model.exceptions import DataError
from regression_model.guessing.guesses import Guesses
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.predict import load_model
from regression_model.processing.blanks import clean_name
from regression_model.processing.data_manager import load_dataset
from regression_model.processing.table_files import read_table
from regression_model.train_pipeline import run_training, split_target
from regression_model.transformers.encoder import Encoder

ENDINGS = ("parquet", "csv")
Columns = Mapping[str, Sequence[str]]


def flats(n_rows: int = 60) -> dict[str, list[str]]:
    random = np.random.default_rng(5)
    area = random.uniform(30, 200, n_rows)
    quality = random.integers(0, 5, n_rows)
    noise = random.lognormal(0, 0.1, n_rows)
    price = 1000 * area * (1 + quality / 5) * noise
    return {
        "id": [str(1000 + i) for i in range(n_rows)],
        "area": [f"{value:.1f}" for value in area],
        "rooms": random.integers(1, 6, n_rows).astype(str).tolist(),
        "lift": random.choice(["yes", "no", ""], n_rows).tolist(),
        "place": random.choice(["north", "south", "west"], n_rows).tolist(),
        "inside": [["Po", "Fa", "TA", "Gd", "Ex"][q] for q in quality],
        "outside": random.choice(["Fa", "TA", "Gd"], n_rows).tolist(),
        "age": random.choice(["12", "40", "?"], n_rows).tolist(),
        "sold": [f"2024-01-{1 + i % 28:02}" for i in range(n_rows)],
        "country": ["CH"] * n_rows,
        "euros": [f"{value * 0.95:.2f}" for value in price],
        "price": [f"{value:.2f}" for value in price],
    }


def written(folder: Path, table: Columns, target: str) -> tuple[Config, Guesses]:
    """Do what ``init`` does, with the table beside the config."""
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([table.keys(), *zip(*table.values(), strict=True)])
    guesses = infer(read_table(folder / "table.csv"), target)
    (folder / "config.yml").write_text(write_config(guesses, "table.csv"), "utf-8", newline="")
    return load_config(folder / "config.yml"), guesses


def test_a_table_is_guessed_as_a_person_would() -> None:
    guesses = infer(flats(), "price")
    assert {column.name: column.kind for column in guesses.columns} == {
        "area": "number", "rooms": "integer", "lift": "boolean", "place": "category",
        "inside": "ordered", "outside": "ordered", "age": "number", "sold": "date",
    }  # fmt: skip
    assert guesses.scales == {"quality": ("Po", "Fa", "TA", "Gd", "Ex")}
    reasons = {column.name: column.reason for column in guesses.left_out}
    assert list(reasons) == ["id", "country", "euros"]
    assert "counts the rows" in reasons["id"]
    assert "'CH' in every row" in reasons["country"]
    assert "copy of the target" in reasons["euros"]
    assert next(c for c in guesses.columns if c.name == "age").also_missing == ("?",)


def test_what_is_guessed_trains_and_predicts(tmp_path: Path) -> None:
    """With all trees but few folds; ``test_row_columns`` trains few trees in all folds."""
    table = flats()
    table["price"][3] = ""
    config, guesses = written(tmp_path, table, "price")
    assert guesses.target.notes[-1] == "missing in 1 rows, which training leaves out"
    few = {"folds": 2, "repeats": 1}
    evaluation = config.model_config.evaluation.model_copy(update=few)
    target = config.model_config.target.model_copy(update={"transform": "log"})
    settings = config.model_config.model_copy(update={"evaluation": evaluation, "target": target})
    config = dataclasses.replace(config, model_config=settings)
    result = run_training(config, artifact_path=tmp_path / "model.zip")
    assert (result.n_rows, result.n_left_out) == (59, 1)
    assert (result.quality.cross_validation.pooled.r2 or 0) > 0.5
    answer = load_model(result.artifact_path).predict(
        {name: cells[:5] for name, cells in table.items()}, from_file=True
    )
    assert answer["errors"] is None
    assert None not in answer["predictions"]


cells = st.one_of(
    st.sampled_from(["0", "1", "2", "2.5", "-7", "1e3", "007", "", "NA", "?", "-", "yes", "No"]),
    st.sampled_from(["low", "medium", "high", "A", "B", "C", "2024-01-05", "1,5", "$3", "inf"]),
    st.text(max_size=4),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    names=st.lists(
        st.text(max_size=6).map(clean_name).filter(bool), min_size=4, max_size=4, unique=True
    ),
    pools=st.lists(st.lists(cells, min_size=1, max_size=5), min_size=3, max_size=3),
    seed=st.integers(0, 1000),
)
def test_the_guess_agrees_with_the_reader_on_every_cell(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    pools: list[list[str]],
    seed: int,
) -> None:
    """Whatever `infer` says of a column, `load_dataset` and the encoder find all of it so."""
    random = np.random.default_rng(seed)
    n_rows = 24
    target, *others = names
    table = {target: [str(value) for value in random.permutation(n_rows) + 1]}
    for name, pool in zip(others, pools, strict=True):
        table[name] = [pool[i] for i in random.integers(0, len(pool), n_rows)]
    folder = tmp_path_factory.mktemp("guessed")
    try:
        config, guesses = written(folder, table, target)
    except DataError as problem:
        expected = ("nothing is left", "NUL", "binary data")
        assume(not any(reason in str(problem) for reason in expected))
        raise
    data = load_dataset(file_name="table.csv", config=config)
    X, y = split_target(data, config)
    assert len(X) == len(y) == n_rows
    guessed = {c.name for c in guesses.columns} | {c.name for c in guesses.left_out}
    assert guessed == set(others)


@settings(deadline=None, max_examples=40)
@given(
    exponents=st.lists(st.integers(-300, 29), min_size=2, max_size=2),
    smallest=st.sampled_from([-1.0, 0.0, 1.0]),
)
def test_a_guess_does_not_depend_on_the_unit(exponents: list[int], smallest: float) -> None:
    """What gives the target away does so, and what does not stays, whatever the unit is."""

    def guessed(of_target: int, of_other: int) -> tuple[str, dict[str, str], set[str]]:
        random = np.random.default_rng(3)
        part, other, noise = random.uniform(0.1, 0.9, (3, 40)).round(4)
        y = part + other
        y[0] = part[0] = smallest
        other[0] = 0.0
        numbers = {
            "y": (y, of_target), "same": (y, of_target), "scaled": (y * 1.25, of_other),
            "part": (part, of_target), "rest": (other, of_target), "noise": (noise, of_other),
        }  # fmt: skip
        guesses = infer(
            {
                name: [f"{value:.6f}e{exponent}" for value in values]
                for name, (values, exponent) in numbers.items()
            },
            "y",
        )
        reasons = {left.name: left.reason.split(":")[0] for left in guesses.left_out}
        return guesses.target.transform, reasons, {column.name for column in guesses.columns}

    with np.errstate(divide="raise", over="raise", invalid="raise"):
        found = guessed(*exponents)
    assert found == guessed(0, 1)
    assert found[1].keys() == {"same", "scaled", "part", "rest"}


REALS = [0.5, 2.5, -7.0, math.inf, -math.inf, 1e29, 1e31, 2.0**60, 1e-300, None]
WHOLES = [0, 1, 2, 7, -7, 2**53, 2**60, 2**63 - 1, None]


@settings(deadline=None, max_examples=40)
@given(
    pools=st.tuples(
        st.lists(st.sampled_from(REALS), min_size=1, max_size=4),
        st.lists(st.sampled_from(WHOLES), min_size=1, max_size=4),
    ),
    seed=st.integers(0, 1000),
)
def test_what_init_says_of_a_parquet_file_can_be_trained_on(
    tmp_path_factory: pytest.TempPathFactory, pools: tuple[list[Any], list[Any]], seed: int
) -> None:
    """And a CSV file of the same cells is read as the same table."""
    random = np.random.default_rng(seed)
    n_rows = 40
    columns: dict[str, list[Any]] = {"y": [float(i) for i in random.permutation(n_rows)]}
    for name, pool, usual in zip(("real", "whole"), pools, (4.25, 3), strict=True):
        rare = random.integers(0, len(pool), n_rows)
        columns[name] = [pool[i] if i and random.random() < 0.3 else usual + i for i in rare]
    columns["spare"] = [i % 7 for i in range(n_rows)]
    folder = tmp_path_factory.mktemp("guessed")
    parquet.write_table(pa.table(columns), folder / "table.parquet")
    texts = read_table(folder / "table.parquet")
    config, guesses = written(folder, texts, "y")
    assert infer(texts, "y") == guesses
    frames = [load_dataset(file_name=f"table.{ending}", config=config) for ending in ENDINGS]
    schema = config.model_config.input_schema
    encoded = [Encoder(schema).fit_transform(frame) for frame in frames]
    pd.testing.assert_frame_equal(*encoded)


def replaced(**columns: Sequence[str]) -> dict[str, Sequence[str]]:
    return {**flats(20), **columns}


@pytest.mark.parametrize(
    ("table", "target", "said"),
    [
        (flats(), "prize", "no target column 'prize'; did you mean price?"),
        (flats(), "xyzzy", "no target column 'xyzzy'; it has id, area, rooms, lift, place"),
        ({"price": ["1", "2"] * 9}, "price", "no column besides the target price"),
        ({"a": [], "price": []}, "price", "the table has 0 rows; at least 10"),
        ({"a": ["1"] * 9, "price": ["1"] * 9}, "price", "the table has 9 rows; at least 10"),
        (replaced(price=["cheap", "dear"] * 10), "price",
         "price holds what is no number: 'cheap', 'dear', first in row 0; a regression predicts"),
        (replaced(price=["1", "?"] * 10), "price", "price holds what is no number: '\\?'"),
        (replaced(price=["1", "2e31"] * 10), "price",
         r"price \('2e31' in row 1\) is larger than 1e\+30; check its unit"),
        (replaced(price=["1", "inf"] * 10), "price", r"price \('inf' in row 1\) is infinite"),
        (replaced(price=["1", str(2**60)] * 10), "price", "is a whole number beyond 2\\^53"),
        (replaced(price=["5"] * 20), "price", "price is 5 in every row; there is nothing to learn"),
        (replaced(price=[""] * 20), "price", "price is known in 0 rows; at least 10"),
        (replaced(price=["1", *[""] * 19]), "price", "price is known in 1 rows; at least 10"),
        ({"a": ["x"] * 20, "price": [str(i) for i in range(20)]}, "price",
         r"nothing is left to predict price from \(a: 'x' in every row\)"),
        ({f"c{i}": ["1", "2"] * 5 for i in range(10_000)}, "c7",
         "the table has 9,999 columns besides the target; at most 2,000"),
    ],
    ids=[
        "misspelt", "absent", "one column", "no rows", "few rows", "text", "odd text", "too large",
        "infinite", "too many digits", "constant",
        "empty", "one value", "nothing left", "10,000 columns",
    ],
)  # fmt: skip
def test_what_cannot_be_guessed_from_is_refused(table: Columns, target: str, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        infer(table, target)
    assert len(str(caught.value).splitlines()) == 1


def test_two_different_targets_look_like_classes() -> None:
    guesses = infer(replaced(price=["0", "1"] * 10), "price")
    assert "looks like classes" in guesses.target.notes[-1]


def test_a_known_scale_is_shared_by_columns_that_spell_it_alike() -> None:
    inside, outside = ["low", "high", "medium", "low"] * 5, ["low", "high", "very high", "low"] * 5
    same = replaced(inside=inside, outside=outside)
    unlike = replaced(inside=inside, outside=[level.upper() for level in outside])
    assert infer(same, "price").scales == {"amount": ("low", "medium", "high", "very high")}
    assert infer(unlike, "price").scales == {}


def test_a_name_too_long_for_yaml_is_left_out() -> None:
    long = "x" * 2000
    guesses = infer({**flats(), long: flats()["area"]}, "price")
    assert guesses.left_out[-1].name == long


def dated(n_rows: int = 200, **changed: Sequence[str]) -> dict[str, Sequence[str]]:
    days = np.datetime64("2020-01-01") + np.arange(n_rows)
    return {**flats(n_rows), "sold": days.astype(str).tolist(), **changed}


def test_rows_without_a_target_do_not_cost_the_time_column(tmp_path: Path) -> None:
    table = dated()
    prices = list(table["price"])
    prices[3] = prices[150] = ""
    holed = {**table, "price": prices}
    assert infer(holed, "price").rows == infer(table, "price").rows
    assert infer(holed, "price").rows.time == ("sold", "the table is in its order")
    config, _ = written(tmp_path, holed, "price")
    assert config.model_config.time_column == "sold"


def test_a_column_known_in_rows_without_a_target_alone_is_left_out() -> None:
    table = dated()
    prices = ["", "", *table["price"][2:]]
    guesses = infer({**table, "price": prices, "late": ["7", "8"] + [""] * 198}, "price")
    (late,) = [guess for guess in guesses.left_out if guess.name == "late"]
    assert late.reason == "no value in any row that has a target"


def test_rows_that_do_not_count_do_not_decide_how_rows_count() -> None:
    table = dated()
    sold, prices, weights = list(table["sold"]), list(table["price"]), ["1", "2"] * 100
    for row, when in ((7, ""), (9, "2031-01-01")):  # unknown, or out of order
        sold[row], prices[row], weights[row] = when, "", "-1"
    guesses = infer({**table, "sold": sold, "price": prices, "weights": weights}, "price")
    assert guesses.rows.weight is not None
    assert guesses.rows.time == ("sold", "the table is in its order")
    without = infer({**table, "sold": sold}, "price")
    assert without.rows.time is None
    assert without.rows.maybe_time is not None


def test_columns_that_add_up_to_the_target_are_left_out_and_nothing_is_silent() -> None:
    table = flats()
    net = [float(price) * 0.8 for price in table["price"]]
    tax = [float(price) - part for price, part in zip(table["price"], net, strict=True)]
    random = np.random.default_rng(1)
    parts = random.uniform(0.2, 0.8, len(net)) * np.add(net, tax)
    shares = {
        "casual": [f"{v:.2f}" for v in parts],
        "registered": [f"{v:.2f}" for v in np.array(net) + tax - parts],
    }
    hours = np.array(net) / 50 + random.normal(0, 10, len(net))
    guesses = infer({**table, **shares, "hours": [f"{h:.1f}" for h in hours]}, "price")
    reasons = {column.name: column.reason for column in guesses.left_out}
    said = "gives the target away with others: price = casual + registered"
    assert reasons["casual"] == reasons["registered"] == said
    (asked,) = [column for column in guesses.columns if column.question]
    assert asked.name == "hours"
    assert asked.question in asked.note
    assert asked.question in write_config(guesses, "t.csv").replace("\n  # ", " ")
