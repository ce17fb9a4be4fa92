import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from regression_model import __version__
from regression_model.artifact.model import Model
from regression_model.cli import app
from regression_model.config.core import DATASET_DIR
from regression_model.processing.csv_files import read_columns

TEST_FILE = DATASET_DIR / "test.csv"


Command = Callable[..., Any]


@pytest.fixture
def run(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs a command in a terminal of the usual width."""
    monkeypatch.setenv("COLUMNS", "80")
    return command


def run_apart(*arguments: object) -> tuple[int, str, str]:
    """Run a command in a process of its own; return its status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "regression_model", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def artifact(small_path: Path) -> Path:
    return small_path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "houses.csv"
    path.write_text(
        "Id,GrLivArea,OverallQual,KitchenQual,LotArea\n"
        "11,1710,7,Gd,8450\n"
        "12,ten,6,TA,9600\n"
        "13,1786,7,Odd,\n"
        "14,1786\n",
        encoding="utf-8",
    )
    return path


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_packaged_model_prices_every_test_row() -> None:
    status, out, err = run_apart("predict", TEST_FILE)
    header, *body = rows(out)
    assert status == 0
    assert header == ["row", "prediction", "error"]
    assert [row[0] for row in body] == [str(i) for i in range(1459)]
    assert all(10_000 < float(row[1]) < 1_000_000 and row[2] == "" for row in body)
    assert "1459 rows: 1459 predicted, 0 not" in err


def test_each_row_has_its_prediction_or_its_reason(
    run: Command, table: Path, artifact: Path, small_model: Model
) -> None:
    status, out, err = run("predict", table, "--model", artifact, "--id", "Id")
    header, *body = rows(out)
    good = {"GrLivArea": "1710", "OverallQual": "7", "KitchenQual": "Gd", "LotArea": "8450"}
    assert status == 0
    assert header == ["Id", "prediction", "error"]
    assert [row[0] for row in body] == ["11", "12", "13", "14"]
    assert float(body[0][1]) == small_model.predict(good)["predictions"][0]
    assert body[1][1] == ""
    assert "GrLivArea is 'ten'" in body[1][2]
    assert float(body[2][1]) > 0
    assert body[3][1:] == ["", "the row has 2 cells, the header 5"]
    assert "4 rows: 2 predicted, 2 not" in err
    assert "not_a_number 1" in err
    assert "unseen_level 1" in err
    assert "text_as_number" not in err


def test_output_file_is_written_whole_and_never_replaced_unasked(
    run: Command, table: Path, artifact: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    arguments = ("predict", table, "--model", artifact, "-o", out)
    assert run(*arguments)[0] == 0
    first = out.read_text(encoding="utf-8")
    assert len(rows(first)) == 5
    out.write_text("mine", encoding="utf-8")
    status, _, err = run(*arguments)
    assert status == 2
    assert "exists" in err
    assert out.read_text(encoding="utf-8") == "mine"
    assert run(*arguments, "--force")[0] == 0
    assert out.read_text(encoding="utf-8") == first
    assert {path.name for path in tmp_path.iterdir()} == {
        "houses.csv", "out.csv", "out.csv.parts"
    }  # fmt: skip


def test_failed_scoring_leaves_no_output_file(run: Command, artifact: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"GrLivArea\n1710\n\xff\x00\n")
    out = tmp_path / "out.csv"
    assert run("predict", broken, "--model", artifact, "-o", out)[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["broken.csv"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n\xff\x00", "is not UTF-8 text"),
        (b"\x00\x00,b\n1,2\n", "binary data"),
        (b"GrLivArea,GrLivArea\n1,2\n", "twice"),
        (b"GrLivAre,LotAreas\n1,2\n", "GrLivArea (near: GrLivAre)"),
        (b"1710,7,Gd\n1650,6,TA\n", "lacks required columns of the model: GrLivArea"),
    ],
)
def test_unusable_file_is_one_line_and_status_1(
    run: Command, content: bytes, said: str, artifact: Path, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    status, out, err = run("predict", path, "--model", artifact)
    assert status == 1
    assert out == ""
    assert said in err
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_file_with_no_column_of_the_packaged_model_names_the_nearest(
    run: Command, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("LotAreas,Colour\n8450,red\n", encoding="utf-8")
    status, _, err = run("predict", path)
    assert status == 1
    assert "LotArea (near: LotAreas)" in err


def test_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    status, _, err = run_apart("predict", tmp_path / "nothing.csv")
    assert status == 2
    assert "there is no file" in err
    assert "Traceback" not in err


def test_a_folder_without_tables_is_refused(run: Command, tmp_path: Path) -> None:
    (tmp_path / "README").write_text("no table")
    status, _, err = run("predict", tmp_path)
    assert status == 2
    assert "has no file of rows" in err
    assert f"'{tmp_path}/*'" in err


@pytest.mark.parametrize("arguments", [["predict"], ["predct", "x"], ["predict", "x", "--modle"]])
def test_wrong_usage_is_status_2(run: Command, arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


def test_unknown_id_column_names_the_nearest(run: Command, table: Path, artifact: Path) -> None:
    status, _, err = run("predict", table, "--model", artifact, "--id", "ID")
    assert status == 1
    assert "did you mean Id?" in err


def test_damaged_artifact_is_one_line(
    run: Command, table: Path, artifact: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(artifact.read_bytes()[:5000])
    status, out, err = run("predict", table, "--model", cut)
    assert (status, out) == (1, "")
    assert "not a whole artifact" in err
    assert "Traceback" not in err


def test_header_alone_gives_a_header(run: Command, artifact: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("GrLivArea,LotArea\n", encoding="utf-8")
    status, out, err = run("predict", path, "--model", artifact)
    assert (status, out) == (0, "row,prediction,error\n")
    assert "0 rows" in err


def test_chunks_number_rows_through(
    run: Command, artifact: Path, tmp_path: Path, small_model: Model
) -> None:
    path = tmp_path / "long.csv"
    areas = [500 + i % 3000 for i in range(20_003)]
    path.write_text("GrLivArea\n" + "\n".join(map(str, areas)) + "\n", encoding="utf-8")
    _, out, _ = run("predict", path, "--model", artifact)
    body = rows(out)[1:]
    expected = small_model.predict({"GrLivArea": areas})["predictions"]
    assert [int(row[0]) for row in body] == list(range(20_003))
    assert [float(row[1]) for row in body] == expected


def test_closed_pipe_ends_quietly() -> None:
    command = [sys.executable, "-m", "regression_model", "predict", str(TEST_FILE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_info_says_what_the_artifact_says(run: Command, artifact: Path, small_model: Model) -> None:
    _, out, _ = run("info", "--model", artifact, "--json")
    assert json.loads(out) == small_model.facts
    status, shown, _ = run("info", "--model", artifact)
    assert status == 0
    assert "SalePrice in dollars" in shown
    coverage = small_model.facts["metrics"]["intervals"]["scaled"]["coverage"]
    assert f"level 0.9, coverage {coverage:g}" in " ".join(shown.split())
    assert all(column.name in shown for column in small_model.schema.columns)


def test_version_and_help() -> None:
    assert run_apart("--version") == (0, f"{__version__}\n", "")
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    assert "predict" in result.output


def test_file_and_columns_of_text_agree(run: Command, artifact: Path, small_model: Model) -> None:
    _, out, _ = run("predict", TEST_FILE, "--model", artifact)
    columns = read_columns(TEST_FILE)
    result = small_model.predict(columns, from_file=True)
    assert [float(row[1]) for row in rows(out)[1:]] == result["predictions"]
