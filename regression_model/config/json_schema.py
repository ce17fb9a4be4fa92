"""The JSON Schema of the config, for editors that complete and check YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from regression_model.config.core import AppConfig, ModelConfig
from regression_model.config.files import FORMER_EVALUATION, FORMER_NAMES

SCHEMA_FILE = Path(__file__).with_name("config.schema.json")

_DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that every editor with a YAML language server knows."""

_TEXT = ["string", "number", "boolean"]
"""What YAML takes a text without quotes for: `007` for a number, `yes` for a truth value."""

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
        definitions["EvaluationConfig"]["properties"] |= dict.fromkeys(FORMER_EVALUATION, _UNUSED)
    properties = {
        "files": {"$ref": "#/$defs/AppConfig", "description": files["description"]},
        **whole["properties"],
    }
    kind = definitions["ColumnConfig"]["properties"]["kind"]
    column = {"anyOf": [kind, properties["columns"]["additionalProperties"]]}
    properties["columns"]["additionalProperties"] = column
    return {
        "$schema": _DRAFT,
        "title": "The config of a regression model",
        "type": "object",
        "additionalProperties": False,
        "required": ["files", *whole["required"]],
        "properties": _as_yaml(properties),
        "$defs": _as_yaml(definitions),
    }


def schema_text() -> str:
    """Return the JSON Schema as the text of its file."""
    return json.dumps(config_json_schema(), indent=1, ensure_ascii=False) + "\n"


def _with_former_names(files: dict[str, Any]) -> dict[str, Any]:
    """Let a file be given under its former name instead; editors strike that through."""
    settings = dict(files["properties"])
    for former, present in FORMER_NAMES.items():
        about = {"description": f"Now called {present}.", "deprecated": True}
        settings[former] = {**settings[present], **about}
    either = [
        {"anyOf": [{"required": [name]}, {"required": [former]}]}
        for former, name in FORMER_NAMES.items()
        if name in files["required"]
    ]
    both = [{"required": [former, present]} for former, present in FORMER_NAMES.items()]
    needed = [name for name in files["required"] if name not in FORMER_NAMES.values()]
    restrictions = {"required": needed, "allOf": either, "not": {"anyOf": both}}
    return {**files, "properties": settings, **restrictions}


def _as_yaml(schema: Any) -> Any:
    """Return a schema for values as YAML gives them: no null, and texts without quotes."""
    if isinstance(schema, list):
        return [_as_yaml(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in _without_null(schema).items()}
    plain = {key: value for key, value in plain.items() if not _is_noise(key, value)}
    if "const" in plain:  # a list of that one word; versions of pydantic differ in writing it
        plain.pop("enum", None)
    if plain.get("type") == "string" and not {"enum", "const"} & plain.keys():
        plain["type"] = _TEXT
    return {key: value if key == "default" else _as_yaml(value) for key, value in plain.items()}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of what may be None without that choice: YAML leaves such a setting out."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    others = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**choices[0], **others}


def _plain(value: Any) -> Any:
    """Return a whole number as such: versions of pydantic differ in how they write limits."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_noise(key: str, value: Any) -> bool:
    """Tell whether a key says nothing: a title repeats a name, the default None an absence."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
