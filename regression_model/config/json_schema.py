"""The JSON Schema of the config, for editors that complete and check YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from regression_model.config.evaluation import FORMER_SETTINGS
from regression_model.config.files import FORMER_NAMES, AppConfig
from regression_model.config.model import ModelConfig

SCHEMA_FILE = Path(__file__).with_name("config.schema.json")

_DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that every editor with a YAML language server knows."""

_TEXT = ["string", "number", "boolean"]
"""What YAML takes a text without quotes for: `007` for a number, `yes` for a truth value."""


_NULL = {"type": "null"}
"""How pydantic writes that a setting may be None."""

_UNUSED = {"description": "Does nothing any more.", "deprecated": True}


def config_json_schema(*, former_names: bool = True) -> dict[str, Any]:
    """Return the JSON Schema of a whole config.

    It says what a YAML file may hold, where a plain column is its kind alone and where a text may
    look like a number: every value is read as text and then as what the setting wants.

    Parameters
    ----------
    former_names : bool
        Whether to allow the former names of settings too.

    Returns
    -------
    dict

    Examples
    --------
    >>> config_json_schema()["properties"]["seed"]["description"]
    'Equal seeds give equal models.'
    """
    whole, files = ModelConfig.model_json_schema(), AppConfig.model_json_schema()
    definitions = whole.pop("$defs")
    definitions["AppConfig"] = _with_former_names(files) if former_names else files
    if former_names:
        definitions["EvaluationConfig"]["properties"] |= dict.fromkeys(FORMER_SETTINGS, _UNUSED)
    properties = {
        "files": {"$ref": "#/$defs/AppConfig", "description": files["description"]},
        **whole["properties"],
    }
    _allow_kind_alone(properties["columns"], definitions["ColumnConfig"])
    return {
        "$schema": _DRAFT,
        "title": "The config of a regression model",
        "type": "object",
        "additionalProperties": False,
        "required": ["files", *whole["required"]],
        "properties": _as_yaml(properties),
        "$defs": _as_yaml(definitions),
    }


def _allow_kind_alone(columns: dict[str, Any], column: dict[str, Any]) -> None:
    """Let a plain column take one line, its kind; `ColumnConfig` takes that before it is checked.

    So pydantic's own schema knows nothing of it.
    """
    kind = column["properties"]["kind"]
    columns["additionalProperties"] = {"anyOf": [kind, columns["additionalProperties"]]}


def schema_text() -> str:
    """Return the JSON Schema as the text of its file."""
    return json.dumps(config_json_schema(), indent=1, ensure_ascii=False) + "\n"


def _with_former_names(files: dict[str, Any]) -> dict[str, Any]:
    """Let a file be given under its former name instead; editors strike that through."""
    settings = dict(files["properties"])
    needed = list(files["required"])
    one_of_two: list[dict[str, Any]] = []
    both: list[dict[str, Any]] = []
    for former, present in FORMER_NAMES.items():
        about = {"description": f"Now called {present}.", "deprecated": True}
        settings[former] = {**settings[present], **about}
        both.append({"required": [former, present]})
        if present in needed:
            needed.remove(present)
            one_of_two.append({"anyOf": [{"required": [present]}, {"required": [former]}]})
    restrictions = {"required": needed, "allOf": one_of_two, "not": {"anyOf": both}}
    return {**files, "properties": settings, **restrictions}


def _as_yaml(schema: Any) -> Any:
    """Return a schema for values as YAML gives them: no null, and texts without quotes."""
    if isinstance(schema, list):
        return [_as_yaml(part) for part in schema]
    if isinstance(schema, dict):
        return _map_as_yaml(schema)
    return schema


def _map_as_yaml(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the same of a schema that is a map: of keywords, or of settings by their names."""
    plain: dict[str, Any] = {}
    for key, value in _without_null(schema).items():
        if not _is_noise(key, value):
            plain[key] = _plain(value)
    if "const" in plain:  # versions of pydantic write a list of that one word beside it, or not
        plain.pop("enum", None)
    is_fixed = "enum" in plain or "const" in plain
    if plain.get("type") == "string" and not is_fixed:
        plain["type"] = _TEXT
    for key in plain.keys() - {"default"}:  # a default is a value, and no schema
        plain[key] = _as_yaml(plain[key])
    return plain


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of what may be None without that choice: YAML leaves such a setting out."""
    others = dict(schema)
    choices = list(others.pop("anyOf", ()))
    if _NULL in choices:
        choices.remove(_NULL)
    if len(choices) != 1:
        return schema
    return {**choices[0], **others}


def _plain(value: Any) -> Any:
    """Return a whole number as such: versions of pydantic differ in how they write limits."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_noise(key: str, value: Any) -> bool:
    """Tell whether a key says nothing: a title repeats a name, the default None an absence."""
    if key == "title":  # unless it is a setting of that name, which is a map
        return isinstance(value, str)
    return key == "default" and value is None
