"""Rows drawn from what artifacts tell: like those of training, and the same ones each time."""

from pathlib import Path

import numpy as np
import pytest

from regression_model.artifact.model import Model
from regression_model.predict import load_model
from regression_model.reports.comparison.drawn import drawn_rows, tried_rows
from regression_model.reports.comparison.pairs import pairs_of

ARTIFACTS = Path(__file__).parents[2] / "artifacts"


def test_rows_are_like_those_of_training(small_model: Model) -> None:
    rows = drawn_rows(small_model, small_model, pairs_of(small_model.schema, small_model.schema))
    assert list(rows) == list(small_model.schema.names)
    result = small_model.predict(rows)
    assert result["errors"] is None
    assert result["warnings"] is None
    assert small_model.profile is not None
    for column in small_model.schema.columns:
        told = small_model.profile["columns"][column.name]
        cells = rows[column.name]
        assert len(cells) == 2000
        share = sum(cell is None for cell in cells) / 2000
        # "has none" is a level of its own, besides what is missing
        if not column.has_levels:
            assert share == pytest.approx(told["missing"] / 1460, abs=0.04)
    areas = np.array(rows["GrLivArea"])
    assert np.mean(areas) == pytest.approx(1515, rel=0.1)


def test_artifacts_without_a_profile_are_drawn_from_their_columns() -> None:
    model = load_model(ARTIFACTS / "format_2.zip")
    pairs = pairs_of(model.schema, model.schema)
    rows = drawn_rows(model, model, pairs)
    assert rows == drawn_rows(model, model, pairs)
    assert model.predict(rows)["errors"] is None
    assert len(set(rows["Neighborhood"])) > 5


def test_a_profile_of_either_model_will_do(small_model: Model) -> None:
    old = load_model(ARTIFACTS / "format_1.zip")
    rows = drawn_rows(old, small_model, pairs_of(old.schema, small_model.schema))
    assert np.mean(rows["GrLivArea"]) == pytest.approx(1515, rel=0.1)


def test_tried_rows_have_each_cell() -> None:
    assert tried_rows({"a": [1, 2, 3], "b": ["x"], "c": []}) == {"a": [1, 2, 3], "b": ["x"] * 3}
    assert tried_rows({}) == {}
