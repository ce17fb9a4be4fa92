"""Conformance vectors: what is answered about them is what they say, and they are nobody's rows."""

import math
from typing import Any

import pytest
from all_kinds import COLUMNS, table, trained

from regression_model.artifact.model import Model
from regression_model.predict import load_model
from regression_model.processing.validation import Report, Validator
from regression_model.processing.verdicts import Code


@pytest.fixture(scope="module")
def of_all_kinds() -> Model:
    return Model(trained(table(), COLUMNS))


@pytest.fixture(scope="module", params=["all kinds", "packaged"])
def model(request: pytest.FixtureRequest, of_all_kinds: Model) -> Model:
    return of_all_kinds if request.param == "all kinds" else load_model()


def near(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)


def test_every_vector_is_answered_as_it_says(model: Model) -> None:
    told = model.conformance
    assert told is not None
    for vector in told["vectors"]:
        from_file = vector["from"] == "file"
        result = model.predict([vector["record"]], interval=told["level"], from_file=from_file)
        for what in ("errors", "warnings"):
            found = [[entry["column"], entry["code"]] for entry in result[what] or []]
            assert found == vector[what]
        assert result["predictions"] == [near(vector.get("prediction"))]
        assert result["lower"] == [near(vector.get("lower"))]
        assert result["upper"] == [near(vector.get("upper"))]
        if "cells" in vector:
            report = Report()
            blocks = Validator(model.schema).blocks([vector["record"]], report, from_file=from_file)
            (x,) = next(iter(blocks))
            cells = [None if math.isnan(value) else value for value in x.tolist()]
            assert cells == vector["cells"]


def test_vectors_try_cells_of_every_sort(of_all_kinds: Model) -> None:
    told = of_all_kinds.conformance
    assert told is not None
    vectors = told["vectors"]
    assert {vector["from"] for vector in vectors} == {"record", "file"}
    codes = {code for vector in vectors for _, code in (*vector["errors"], *vector["warnings"])}
    assert codes >= {
        Code.NOT_A_NUMBER, Code.NOT_AN_INTEGER, Code.NOT_A_BOOLEAN, Code.NOT_A_DATE,
        Code.OUT_OF_LIMITS, Code.UNKNOWN_LEVEL, Code.UNSEEN_LEVEL, Code.OUT_OF_TRAINING_RANGE,
        Code.UNUSED_COLUMN, Code.NO_KNOWN_COLUMN, Code.TEXT_AS_NUMBER,
    }  # fmt: skip
    names = {name for vector in vectors for name in vector["record"]}
    assert names >= {*COLUMNS, "n_rooms"}
    answered = [vector for vector in vectors if "prediction" in vector]
    assert len(answered) > len(vectors) / 2


def test_no_vector_is_a_row_of_the_table(of_all_kinds: Model) -> None:
    told = of_all_kinds.conformance
    assert told is not None
    rows = [dict(row) for row in table().drop(columns="target").to_dict("records")]
    assert not [vector for vector in told["vectors"] if vector["record"] in rows]
