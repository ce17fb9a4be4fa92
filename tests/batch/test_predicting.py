"""Files as people have them: each row of them is answered, or said to be wrong, by all commands."""

import csv
import io
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streams import predict_file

from regression_model.artifact.model import Model
from regression_model.batch.checking import validate_file
from regression_model.batch.evaluating import evaluate_file
from regression_model.batch.explaining import explain_row
from regression_model.batch.summary import Summary
from regression_model.exceptions import DataError
from regression_model.processing.csv_files import read_columns

HEADER = "Id,GrLivArea,OverallQual,Neighborhood,note\n"
GOOD = "{},1710,7,CollgCr,{}\n"


def answered(
    model: Model, folder: Path, text: str, **settings: str
) -> tuple[list[dict[str, str]], Summary]:
    path = folder / "houses.csv"
    path.write_text(text, encoding="utf-8", newline="")
    out = io.StringIO(newline="")
    summary = predict_file(model, path, out, **settings)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline=""))), summary


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('2,1710,7,CollgCr,"open\n', "(line 3) has a quote"),
        ('2,1710,7,"CollgCr"x,fine\n', "(line 3) has a quote"),
        ("2,1710,7,Collg\0Cr,fine\n", "(line 3) holds a NUL"),
        ("2,1710,7\n", "has 3 cells, the header 5"),
        ("2,1710,7,CollgCr,fine,,\n", "has 7 cells, the header 5"),
    ],
    ids=["open quote", "text behind", "NUL", "short", "long"],
)
def test_a_row_that_cannot_be_read_keeps_its_place_and_its_name(
    small_model: Model, tmp_path: Path, row: str, said: str
) -> None:
    text = HEADER + GOOD.format(1, "ok") + row + GOOD.format(3, "ok")
    answers, summary = answered(small_model, tmp_path, text, id_column=" Id\u00a0")
    assert [answer["Id"] for answer in answers] == ["1", "2", "3"]
    assert said in answers[1]["error"]
    assert [bool(answer["prediction"]) for answer in answers] == [True, False, True]
    assert (summary.n_rows, summary.n_failed) == (3, 1)
    findings = validate_file(small_model, tmp_path / "houses.csv")
    assert [error["row"] for error in findings.errors] == [1]
    with pytest.raises(DataError, match="row 1 cannot be predicted: the row"):
        explain_row(small_model, tmp_path / "houses.csv", 1)
    with pytest.raises(DataError, match="row 1"):
        read_columns(tmp_path / "houses.csv")


def test_a_long_cell_that_is_not_used_ends_nothing(small_model: Model, tmp_path: Path) -> None:
    text = HEADER + GOOD.format(1, "x" * 200_000) + GOOD.format(2, "ok")
    answers, _ = answered(small_model, tmp_path, text)
    assert answers[0]["prediction"] == answers[1]["prediction"] != ""


@settings(deadline=None, max_examples=30)
@given(names=st.lists(st.text(st.sampled_from('a"\r\n,; '), min_size=1), min_size=1, max_size=4))
def test_any_name_stays_the_name_of_one_row(
    small_model: Model, tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    text = io.StringIO(newline="")
    rows = [[name, "1710", "7", "", ""] for name in names]
    csv.writer(text).writerows([HEADER.strip().split(","), *rows])
    folder = tmp_path_factory.getbasetemp()
    answers, _ = answered(small_model, folder, text.getvalue(), id_column="Id")
    assert [answer["Id"] for answer in answers] == names
    assert all(answer["prediction"] for answer in answers)


def test_a_line_of_blanks_is_no_row_to_any_command(small_model: Model, tmp_path: Path) -> None:
    header = HEADER.replace("note", "SalePrice")
    text = header + GOOD.format(1, "140000") + "  \n\u00a0\t\n" + GOOD.format(2, "150000")
    answers, summary = answered(small_model, tmp_path, text)
    path = tmp_path / "houses.csv"
    assert len(answers) == summary.n_rows == 2
    assert validate_file(small_model, path).summary.n_rows == 2
    assert evaluate_file(small_model, path).summary.n_rows == 2
    assert explain_row(small_model, path, 1)["record"]["Id"] == "2"
    assert len(read_columns(path)["Id"]) == 2


def test_padded_names_are_the_models_columns(small_model: Model, tmp_path: Path) -> None:
    plain = answered(small_model, tmp_path, HEADER + GOOD.format(1, "ok"))
    padded = "\ufeff\ufeffId, GrLivArea,OverallQual\u00a0,\u200bNeighborhood,,\n"
    answers = answered(small_model, tmp_path, padded + "1,1710,7,CollgCr,,\n")
    assert answers[0] == plain[0]
    assert answers[1].absent == plain[1].absent


def test_decimal_commas_are_read_in_number_columns_alone(
    small_model: Model, tmp_path: Path
) -> None:
    header = HEADER.replace(",", ";")
    text = header + "12,5;1710,5;7;CollgCr;1,5\n2;1.034;7;CollgCr;x\n3;1710.25;7;CollgCr;x\n"
    answers, _ = answered(small_model, tmp_path, text, id_column="Id")
    points = answered(small_model, tmp_path, HEADER + GOOD.replace("1710", "1710.5").format(1, "x"))
    assert answers[0]["Id"] == "12,5"
    assert answers[0]["prediction"] == points[0][0]["prediction"]
    assert "GrLivArea is '1.034'" in answers[1]["error"]
    assert "write it like 1234,5" in answers[1]["error"]
    assert math.isfinite(float(answers[2]["prediction"]))
