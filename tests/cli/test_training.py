"""``init`` and ``train``: from a table to an artifact, and nothing overwritten unasked."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regression_model.config.core import load_config
from regression_model.predict import load_model

Command = Callable[..., Any]

Cells = dict[str, list[str]]


def flats(n_rows: int = 40) -> Cells:
    random = np.random.default_rng(6)
    area = random.uniform(30, 200, n_rows)
    return {
        "id": [str(i) for i in range(n_rows)],
        "area": [f"{value:.1f}" for value in area],
        "place": random.choice(["north", "south"], n_rows).tolist(),
        "price": [f"{v:.0f}" for v in 1000 * area * random.lognormal(0, 0.3, n_rows)],
    }


def write(path: Path, table: Cells, *, separator: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        rows = zip(*table.values(), strict=True)
        csv.writer(file, delimiter=separator).writerows([table.keys(), *rows])
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(tmp_path / "flats.csv", flats())


SMALL = """\
files:
  training_data_file: flats.csv
target:
  column: price
  unit: euros
columns:
  area: number
evaluation:
  folds: 2
  hold_out: 0.2
estimators:
  linear:
    type: ridge
difficulty:
  max_iter: 3
"""


@pytest.fixture
def config(tmp_path: Path, table: Path) -> Path:
    assert table.parent == tmp_path
    path = tmp_path / "small.yml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_init_writes_a_config_that_names_its_table(
    command: Command, table: Path, tmp_path: Path
) -> None:
    done = command("init", table, "--target", "price")
    assert done.status == 0
    assert done.out == ""
    assert "wrote flats.yml: 2 columns to predict price from (1 number, 1 category)" in done.err
    assert "left out 'id': counts the rows" in done.err
    assert "regression-model train --config flats.yml" in done.err
    config = load_config(tmp_path / "flats.yml")
    assert config.app_config.training_data == "flats.csv"
    assert config.model_config.left_out == ("id",)


def test_init_says_what_it_sees_and_does_not_use(command: Command, tmp_path: Path) -> None:
    cells = flats()
    price = np.array(cells["price"], dtype=float)
    noise = np.random.default_rng(2).normal(0, 0.003, len(price)) * price.std()
    cells["cost"] = [f"{v:.0f}" for v in price + noise]
    cells["tax"] = [f"{v:.0f}" for v in price / 5]
    cells["sample_weight"] = ["", *["2"] * 19, *["1"] * 20]
    done = command("init", write(tmp_path / "t.csv", cells), "--target", "price")
    assert "left out 'tax': a copy of the target in another unit: 0.2 times it" in done.err
    assert "look at 'cost': rank correlation 0.99" in done.err
    assert "not used as weight_column 'sample_weight': named like a weight, but unknown" in done.err


def test_a_table_outside_of_the_configs_folder_is_named_in_full(
    command: Command, table: Path, tmp_path: Path
) -> None:
    (tmp_path / "configs").mkdir()
    out = tmp_path / "configs" / "a.yml"
    assert command("init", table, "--target", "price", "--config", out).status == 0
    assert load_config(out).app_config.training_data == str(table)


def test_of_many_columns_left_out_some_are_told_and_the_rest_counted(
    command: Command, tmp_path: Path
) -> None:
    cells = flats() | {f"constant {i}": ["7"] * 40 for i in range(150)}
    done = command("init", write(tmp_path / "wide.csv", cells), "--target", "price")
    assert "and 141 more such columns; the config has a note at each" in done.err
    assert len(done.err.splitlines()) < 15
    assert len(load_config(tmp_path / "wide.yml").model_config.left_out) == 151


def test_a_config_never_replaces_its_table(command: Command, table: Path) -> None:
    before = table.read_bytes()
    done = command("init", table, "--target", "price", "--config", table, "--force")
    assert done.status == 2
    assert "it is the input" in done.err
    assert table.read_bytes() == before


def test_parquet_and_csv_give_the_same_config(
    command: Command, table: Path, tmp_path: Path
) -> None:
    cells = flats()
    typed: dict[str, Any] = {**cells, "area": list(map(float, cells["area"]))}
    typed |= {name: list(map(int, cells[name])) for name in ("id", "price")}
    parquet.write_table(pa.table(typed), tmp_path / "other.parquet")
    assert command("init", table, "--target", "price").status == 0
    assert command("init", "other.parquet", "--target", "price").status == 0
    one, two = ((tmp_path / n).read_text(encoding="utf-8") for n in ("flats.yml", "other.yml"))
    assert one == two.replace("other.parquet", "flats.csv")


def test_init_replaces_a_config_only_when_asked(
    command: Command, table: Path, tmp_path: Path
) -> None:
    (tmp_path / "flats.yml").write_text("mine", encoding="utf-8")
    done = command("init", table, "--target", "price")
    assert done.status == 2
    assert "exists" in done.err
    assert (tmp_path / "flats.yml").read_text(encoding="utf-8") == "mine"
    assert command("init", table, "--target", "price", "--force").status == 0
    assert load_config(tmp_path / "flats.yml")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"price": ["dear"] * 40}, "holds what is no number: 'dear'"),
        ({"prize": flats()["price"], "price": None}, "did you mean prize?"),
        ({"id": None, "area": None, "place": None}, "no column besides the target"),
    ],
    ids=["text", "misspelt", "one column"],
)
def test_a_table_that_cannot_be_guessed_from_is_one_line_and_leaves_no_file(
    command: Command, tmp_path: Path, changed: dict[str, list[str] | None], said: str
) -> None:
    cells = {n: c for n, c in {**flats(), **changed}.items() if c is not None}
    done = command("init", write(tmp_path / "t.csv", cells), "--target", "price")
    assert done.status == 1
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["init"],
        ["init", "flats.csv"],
        ["init", "gone.csv", "--target", "price"],
        ["train", "--config", "gone.yml"],
        ["train", "--config", "small.yml", "--data", "gone.csv"],
        ["-q", "-v", "train", "--config", "small.yml"],
    ],
)
def test_wrong_usage_is_status_2(command: Command, config: Path, arguments: list[str]) -> None:
    assert config.exists()
    assert command(*arguments).status == 2


def test_notes_on_the_file_are_said_unless_quiet(command: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "excel.csv", flats(), separator=";", encoding="latin-1")
    arguments = ("init", path, "--target", "price", "--force")
    assert f"note: {path} is separated by semicolons" in command(*arguments).err
    assert command("-q", *arguments).err == ""


def test_train_writes_beside_the_config_and_reports(
    command: Command, config: Path, tmp_path: Path
) -> None:
    done = command("train", "--config", config)
    assert done.status == 0
    assert "RMSE (euros)" in done.out
    assert "wrote small.zip" in done.out
    assert load_model(tmp_path / "small.zip").schema.names == ("area",)


def test_train_replaces_what_is_no_artifact_only_when_asked(
    command: Command, config: Path, tmp_path: Path
) -> None:
    (tmp_path / "small.zip").write_text("mine", encoding="utf-8")
    done = command("train", "--config", config)
    assert done.status == 2
    assert "exists" in done.err
    assert (tmp_path / "small.zip").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["flats.csv", "small.yml", "link.csv"])
def test_train_never_replaces_what_the_config_names(
    command: Command, config: Path, table: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "link.csv").symlink_to(table)
    before = table.read_bytes(), config.read_bytes()
    done = command("train", "--config", config, "--out", name, "--force")
    assert done.status == 2
    assert "it is the input" in done.err
    assert before == (table.read_bytes(), config.read_bytes())


def test_train_reports_as_json(command: Command, config: Path, tmp_path: Path) -> None:
    cells = flats()
    cells["price"][:3] = ["", "NA", ""]
    other = write(tmp_path / "other.csv", cells)
    out = tmp_path / "model.zip"
    done = command("train", "--config", config, "--data", other, "--out", out, "--json")
    said = json.loads(done.out)
    assert said["artifact"] == str(out)
    assert (said["n_rows"], said["n_left_out"]) == (37, 3)
    facts = load_model(out).facts["metrics"]
    assert said["metrics"] == {name: facts[name] for name in said["metrics"]}
    assert "cross_validated_pooled" in said["metrics"]
    assert "left out 3 rows whose target price is missing" in done.err


def test_quiet_train_and_init_print_nothing(command: Command, config: Path, tmp_path: Path) -> None:
    assert command("-q", "init", "flats.csv", "--target", "price") == (0, "", "")
    assert command("-q", "train", "--config", config) == (0, "", "")
    assert (tmp_path / "small.zip").exists()
    broken = config.read_text(encoding="utf-8").replace("type: ridge", "type: rigde")
    config.write_text(broken, encoding="utf-8")
    said = command("-q", "train", "--config", config)
    assert (said.status, said.out) == (1, "")
    assert "did you mean ridge?" in said.err


def test_a_former_name_is_noted_once_and_hidden_by_quiet(command: Command, config: Path) -> None:
    config.write_text(SMALL.replace("training_data_file:", "training_data:"), encoding="utf-8")
    done = command("train", "--config", config)
    note = "small.yml, line 2: files.training_data is now called training_data_file"
    assert (done.status, done.err.count(note)) == (0, 1)
    done = command("--quiet", "train", "--config", config)
    assert (done.status, done.err) == (0, "")


def test_train_names_the_version_that_it_is_told(
    command: Command, config: Path, tmp_path: Path
) -> None:
    assert command("train", "--config", config, "--model-version", "7.1").status == 0
    assert load_model(tmp_path / "small.zip").predict({"area": 50})["version"] == "7.1"


def test_train_replaces_a_model_of_something_else_only_by_force(
    command: Command, config: Path, tmp_path: Path
) -> None:
    text = config.read_text(encoding="utf-8").replace("folds: 2", "folds: 5")
    config.write_text(text, encoding="utf-8")
    assert command("train", "--config", config).status == 0
    before = (tmp_path / "small.zip").read_bytes()
    text = text.replace("area: number", "place: category")
    config.write_text(text, encoding="utf-8")
    done = command("train", "--config", config)
    assert done.status == 2
    said = " ".join(done.err.replace("│", " ").split())
    assert "is a model of other columns (with area, without place); choose another path" in said
    assert (tmp_path / "small.zip").read_bytes() == before
    refused = command("train", "--config", config, "--force")
    assert refused.status == 1
    assert "stays as it is unless you say --accept" in refused.err
    assert command("train", "--config", config, "--force", "--accept").status == 0
    assert load_model(tmp_path / "small.zip").schema.names == ("place",)


def test_the_report_says_in_what_unit_figures_are(command: Command, config: Path) -> None:
    said = command("train", "--config", config).out
    assert "width and interval loss (Winkler's) in: euros" in said
    assert "euros as median" in said
    assert "score" not in said
    text = config.read_text(encoding="utf-8").replace(
        "unit: euros", "unit: euros\n  transform: log"
    )
    config.write_text(text, encoding="utf-8")
    assert "in: log of euros" in command("train", "--config", config).out


def test_train_counts_rows_without_a_target(command: Command, config: Path, tmp_path: Path) -> None:
    cells = flats()
    cells["price"][5] = ""
    other = write(tmp_path / "other.csv", cells)
    assert "left out: 1 rows" in command("train", "--config", config, "--data", other).out


def test_a_config_for_another_table_names_what_this_one_has(
    command: Command, config: Path, tmp_path: Path
) -> None:
    cells = {"size": flats()["area"], "price": flats()["price"]}
    other = write(tmp_path / "other.csv", cells)
    done = command("train", "--config", config, "--data", other)
    assert done.status == 1
    assert "lacks columns that the config declares: area" in done.err
    assert "; it has size" in done.err
    assert not (tmp_path / "small.zip").exists()


def test_a_misspelt_column_names_the_nearest(
    command: Command, config: Path, tmp_path: Path
) -> None:
    cells = {"Areas": flats()["area"], "price": flats()["price"]}
    other = write(tmp_path / "other.csv", cells)
    assert "area (near: Areas)" in command("train", "--config", config, "--data", other).err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("column: price", "column: prise", "price? (named in line 4 of small.yml)"),
        ("eval", "weight_column: aera\neval", "'aera'; did you mean area? (named in line 8 of"),
        ("area:", "aera:", "aera (near: area) in line 7 of small.yml"),
    ],
)
def test_a_column_that_the_table_lacks_is_told_with_its_line_in_the_config(
    command: Command, config: Path, old: str, new: str, said: str
) -> None:
    config.write_text(SMALL.replace(old, new), encoding="utf-8")
    done = command("train", "--config", config)
    assert done.status == 1
    assert said in done.err
