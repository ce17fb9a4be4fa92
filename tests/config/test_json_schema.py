"""The JSON Schema of the config: up to date, named by the shipped config, as YAML is written."""

import json

from regression_model.config.core import CONFIG_FILE
from regression_model.config.json_schema import SCHEMA_FILE, config_json_schema, schema_text


def test_the_committed_schema_is_up_to_date() -> None:
    stale = "stale; run: python -m docs.settings_page"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), stale
    assert json.loads(schema_text()) == config_json_schema()


def test_the_shipped_config_names_the_schema_in_its_first_line() -> None:
    first = CONFIG_FILE.read_text(encoding="utf-8").splitlines()[0]
    name = first.removeprefix("# yaml-language-server: $schema=")
    assert (CONFIG_FILE.parent / name).samefile(SCHEMA_FILE)


def test_a_plain_column_is_its_kind_alone() -> None:
    schema = config_json_schema()
    alone, settings = schema["properties"]["columns"]["additionalProperties"]["anyOf"]
    assert "category" in alone["enum"]
    assert settings == {"$ref": "#/$defs/ColumnConfig"}


def test_texts_may_look_like_numbers_and_nothing_may_be_null() -> None:
    column = config_json_schema()["$defs"]["ColumnConfig"]["properties"]
    assert column["levels"]["items"]["type"] == ["string", "number", "boolean"]
    assert column["minimum"]["type"] == "number"
    assert "default" not in column["minimum"]
    assert '"null"' not in schema_text().replace('"null"\n     ]', "")
