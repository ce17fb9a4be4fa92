import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from regression_model.artifact.model import Model
from regression_model.processing.report import Report
from regression_model.processing.schema import Column, Schema
from regression_model.processing.validation import Validator

SCHEMA = Schema(
    (
        Column("area", "number", required=True, minimum=0, maximum=500, training_range=(20, 300)),
        Column("2nd floor", "integer"),
        Column("model_code", "category", levels=("20", "60")),
        Column("heated", "boolean"),
        Column("street", "category", levels=("gravel", "paved"), closed=True),
        Column("alley", "category", levels=(None, "gravel"), missing_means="none"),
        Column("kitchen", "ordered", levels=("poor", "fair")),
    )
)


def test_json_schema_has_titles_limits_levels_and_an_example() -> None:
    described = SCHEMA.record_model.model_json_schema()
    fields = described["properties"]
    assert list(fields) == list(SCHEMA.names)
    assert {field["title"] for field in fields.values()} == set(SCHEMA.names)
    assert (fields["area"]["minimum"], fields["area"]["maximum"]) == (0, 500)
    assert "20 to 300 in training" in fields["area"]["description"]
    assert fields["model_code"]["examples"] == ["20", "60"]
    assert ["gravel", "paved"] in [option.get("enum") for option in fields["street"]["anyOf"]]
    assert 'missing means "has none"' in fields["alley"]["description"]
    assert described["required"] == ["area"]
    assert SCHEMA.record_model.model_validate(described["example"])
    json.dumps(described, allow_nan=False)


@pytest.mark.parametrize(
    "record",
    [{}, {"area": -1}, {"area": 10, "street": "sand"}, {"area": 10, "2nd floor": 1.5}],
)
def test_bad_record_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="1 validation error"):
        SCHEMA.record_model.model_validate(record)


def test_model_is_made_once() -> None:
    assert SCHEMA.record_model is SCHEMA.record_model


def test_instances_are_predicted_like_their_dicts(small_model: Model) -> None:
    record = {"GrLivArea": 1710.0, "1stFlrSF": 856.0, "MSSubClass": 60, "Colour": "red"}
    body = small_model.schema.record_model.model_validate(record)
    expected = small_model.predict(record)
    assert expected["warnings"] is not None
    assert small_model.predict(body) == expected
    assert small_model.predict([body, body])["predictions"] == expected["predictions"] * 2


@pytest.mark.parametrize(
    "names",
    [
        ("a b", "column_0"),
        ("column_1", "a b", "c d", "column_0"),
        ("_x", "model_x", "copy", "column_2", "schema", "class", "é", "1"),
    ],
)
def test_no_column_is_lost_whatever_columns_are_called(names: tuple[str, ...]) -> None:
    model = Schema(tuple(Column(name, "number") for name in names)).record_model
    assert list(model.model_json_schema()["properties"]) == list(names)
    record = {name: float(i) for i, name in enumerate(names)}
    assert model.model_validate(record).model_dump(by_alias=True) == record


def test_a_record_may_have_a_column_under_any_of_its_names() -> None:
    area = Column("area", "number", required=True, minimum=0, aliases=("Fläche", "size"))
    schema = Schema((area, Column("1st", "integer", aliases=("first",))))
    made = [
        schema.record_model.model_validate({name: 12.5, "first": 3}).model_dump(by_alias=True)
        for name in ("area", "Fläche", "size")
    ]
    assert made == [{"area": 12.5, "1st": 3}] * 3
    for name in ("area", "Fläche"):
        with pytest.raises(ValidationError, match="greater than or equal to 0"):
            schema.record_model.model_validate({name: -1})
    described = schema.record_model.model_json_schema()
    assert list(described["properties"]) == ["area", "1st"]
    assert described["required"] == ["area"]
    assert described["properties"]["area"]["description"].endswith("also known as Fläche, size")


def test_a_record_with_two_names_of_a_column_keeps_both_for_the_prediction_to_refuse() -> None:
    schema = Schema((Column("area", "number", aliases=("size",)),))
    both = schema.record_model.model_validate({"size": 1.0, "area": 2.0})
    assert both.model_dump(by_alias=True) == {"area": 2.0, "size": 1.0}
    report = Report()
    list(Validator(schema).blocks(both, report))
    assert [error["code"] for error in report.errors] == ["named_twice"]


bounds = st.none() | st.floats(-1e6, 1e6) | st.integers(-1000, 1000).map(float)


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(["number", "integer"]),
    low=bounds,
    high=bounds,
    seen=st.none() | st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6)),
    means=st.sampled_from(["unknown", "none"]),
)
def test_the_example_keeps_its_own_limits(
    kind: Any, low: float | None, high: float | None, seen: Any, means: Any
) -> None:
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    seen = seen and (seen[0], seen[0] + seen[1])
    column = Column("x", kind, missing_means=means, minimum=low, maximum=high, training_range=seen)
    model = Schema((column,)).record_model
    (example,) = [model.model_json_schema()["example"]]
    model.model_validate(example)
    fits = kind == "number" or low is None or high is None or math.floor(high) >= math.ceil(low)
    assert (example["x"] is not None) is fits
    assert example["x"] is None or column.judge(example["x"]).error is None


@pytest.mark.parametrize(
    "column",
    [
        Column("x", "category", levels=("NA", "a"), closed=True, required=True),
        Column("x", "ordered", levels=(None, "none", "a"), required=True, missing_values=("none",)),
        Column("x", "number", training_range=(1e25, 1e26)),
        Column("x", "number", required=True, minimum=2.0**60, maximum=2.0**61),
        Column("x", "number", minimum=0.25, maximum=0.5),
        Column("x", "integer", training_range=(2.0**52, 2.0**60)),
        Column("x", "date", training_range=(0.5, 0.75), required=True),
        Column("x", "boolean", required=True),
    ],
    ids=lambda column: f"{column.kind} {column.levels or column.silent_range}",
)
def test_there_is_nothing_to_say_about_the_example(column: Column) -> None:
    model = Schema((column,)).record_model
    example = model.model_json_schema()["example"]
    assert model.model_validate(example)
    assert column.judge(json.loads(json.dumps(example))["x"]).silent


def test_closed_levels_that_are_none_take_nothing() -> None:
    column = Column("x", "category", levels=(None,), closed=True, missing_means="none")
    assert Schema((column,)).record_model.model_validate({"x": None})


def test_a_number_in_other_dress_may_be_text() -> None:
    column = Column("x", "number", minimum=0, maximum=10**6, number_format="$1,234.5")
    model = Schema((column,)).record_model
    assert model.model_validate({"x": "$52,000"}).model_dump() == {"x": "$52,000"}
    assert model.model_validate({"x": 52_000}).model_dump() == {"x": 52_000.0}
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        model.model_validate({"x": -1})
