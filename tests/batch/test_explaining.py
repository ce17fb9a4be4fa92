"""One row of a file, explained."""

from collections.abc import Callable
from pathlib import Path

import pytest

from regression_model.artifact.model import Model
from regression_model.batch.explaining import explain_row
from regression_model.exceptions import DataError

Rows = list[dict[str, str]]
Write = Callable[[str, Rows], Path]


def test_the_explained_row_is_the_one_asked_for(
    small_model: Model, rows: Rows, written: Write
) -> None:
    path = written("houses.csv", rows)
    found = explain_row(small_model, path, 7)
    assert found["record"] == rows[7]
    record = {name: [rows[7][name]] for name in small_model.schema.names}
    answer = small_model.predict(record, explain=True, from_file=True)
    assert found["predictions"] == answer["predictions"]
    assert found["explanations"] == answer["explanations"]


def test_a_row_that_is_not_there_or_cannot_be_predicted_is_an_error(
    small_model: Model, rows: Rows, written: Write
) -> None:
    rows[2]["GrLivArea"] = "big"
    path = written("houses.csv", rows)
    with pytest.raises(DataError, match="has 60 rows, numbered from 0; there is no row 60"):
        explain_row(small_model, path, 60)
    with pytest.raises(DataError, match="row 2 cannot be predicted: GrLivArea is 'big'"):
        explain_row(small_model, path, 2)


def test_a_row_before_the_first_is_an_error(small_model: Model, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rows are numbered from 0; there is no row -1"):
        explain_row(small_model, tmp_path / "houses.csv", -1)
