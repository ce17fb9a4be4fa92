import json

import pytest
from pydantic import ValidationError

from regression_model.model import Model
from regression_model.processing.schema import Column, Schema

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
