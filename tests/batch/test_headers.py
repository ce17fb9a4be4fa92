"""A file's header, held against the columns of a model."""

from pathlib import Path

import pytest

from regression_model.artifact.model import Model
from regression_model.batch.headers import check_columns
from regression_model.batch.summary import Summary
from regression_model.exceptions import DataError
from regression_model.predict import load_model
from regression_model.processing.csv_files import open_csv


def test_columns_too_many_and_too_few_are_told(small_model: Model, tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("Id,GrLivArea,Lot Area,OverallQual\n1,1710,8450,7\n", encoding="utf-8")
    summary = Summary()
    with open_csv(path) as file:
        check_columns(small_model, file, summary, {"Id": "--id"})
    assert summary.unused == ["Lot Area"]
    (near,) = (name for name in summary.absent if name.startswith("LotArea"))
    assert "Lot Area" in near
    assert len(summary.absent) == len(small_model.schema) - 2
    with open_csv(path) as file, pytest.raises(DataError, match=r"no column 'Ids' for --id.*Id\?"):
        check_columns(small_model, file, summary, {"Ids": "--id"})


def test_all_columns_that_lack_are_named_those_with_a_hint_first(tmp_path: Path) -> None:
    model = load_model()
    path = tmp_path / "houses.csv"
    path.write_text("LotAreas,foo\n1,2\n", encoding="utf-8")
    with (
        open_csv(path) as file,
        pytest.raises(DataError, match="lacks all columns of the model") as caught,
    ):
        check_columns(model, file, Summary())
    lacking = str(caught.value).split("model: ")[1]
    assert lacking.startswith("LotArea (near: LotAreas); ")
    assert sum(name in lacking for name in model.schema.names) >= 10
    assert lacking.endswith(f"and {len(model.schema) - 10} more; its header is LotAreas, foo")
