"""The page of all settings, made from the models that check them, and the JSON Schema.

``python -m docs.settings_page``, at the top of the repository, writes ``docs/reference/config.md``,
and the schema into the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from regression_model.config.files import FORMER_NAMES
from regression_model.config.json_schema import config_json_schema, schema_text
from regression_model.estimators.registry import ESTIMATOR_SETTINGS, ESTIMATORS, is_linear
from regression_model.estimators.settings import Settings
from regression_model.processing.schema import MISSING_TEXTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from regression_model.estimators.estimator import Estimator

PAGE = Path(__file__).with_name("reference") / "config.md"
SCHEMA = Path(__file__).parents[1] / "regression_model" / "config" / "config.schema.json"

_HEAD = """\
# The config

<!-- Made by: python -m docs.settings_page -->

A YAML file of maps, lists and texts, which cannot compute. `regression-model init TABLE --target
COLUMN` writes one for your table. Quote names and levels that YAML would read as something else
(`'No'`). All problems are reported together, each with its line. Up to 2,000 columns are allowed.

An editor that knows the YAML language server completes and checks a config whose first line names
the JSON Schema, which `regression-model config-schema` prints, like this:
`# yaml-language-server: $schema=config.schema.json`
"""
_FORMER = ", ".join(f"`{former}`" for former in FORMER_NAMES)
_NOTES = {
    "files": f"""\
A path is taken from the config's folder; a file that is not there, from the package's `datasets/`.
Up to version 0.4.0 the last four were called {_FORMER}:
these names are still read, with a note.
""",
    "columns": """\
Each column is `name: kind` in one line, or a map of these settings. A text stands for a missing
value where it is all of the cell but for blanks around it; `None`, NaN and the like always do.
""",
    "difficulty": """\
Boosted trees on all columns and the score learn how far off a prediction tends to be; the width of
a row's interval goes with it.
""",
    "derived": """\
`sum` and `product` take two or more columns, `difference` and `ratio` two, `presence` one (1 where
it is more than zero). Missing in, missing out; so is a ratio to zero.
""",
    "scales": """\
Each is a list of levels by name, for ordered columns that share them.
""",
}
_ESTIMATORS_NOTE = """\
Each has a name of your choice and a `type`. Linear ones see numbers clipped, logged and scaled, and
levels one by one; trees see numbers as they are, and for levels the mean of the target,
cross-fitted. {see_missing} also see where a number is missing.
A `monotonic` column can be kept by {keep_monotonic} and by the linear ones alone.
"""
_TYPES = {
    "string": "text", "boolean": "`true`, `false`", "integer": "whole number", "number": "number",
    "array": "list", "object": "map",
}  # fmt: skip
_LIMITS = {
    "minimum": "from", "exclusiveMinimum": "above",
    "maximum": "to", "exclusiveMaximum": "below",
}  # fmt: skip


def settings_page() -> str:
    """Return the page as Markdown.

    Returns
    -------
    str
    """
    schema = config_json_schema(former_names=False)
    lines = [_HEAD, "| section | default | what it says |", "| --- | --- | --- |"]
    for name, section in schema["properties"].items():
        needed = "needed" if name in schema["required"] else _default(section)
        described = section if "description" in section else _settings(section, schema["$defs"])
        what = described["description"].splitlines()[0]
        lines.append(f"| `{name}` | {needed} | {what} |")
    for name, section in schema["properties"].items():
        lines += _section(name, section, schema["$defs"])
    return "\n".join(lines) + "\n"


def _section(
    name: str, section: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[str]:
    """Describe one section of the config, if there is more to say than its line in the list."""
    if name == "estimators":
        yield from _estimators(definitions)
        return
    settings = _settings(section, definitions)
    if not settings and name not in _NOTES:
        return
    yield f"\n## `{name}`\n"
    if name in _NOTES:
        yield _NOTES[name].rstrip()
    if settings:
        yield from _table(settings, leading_line=name in _NOTES)


def _settings(section: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings of a section, or of what its map holds by name; none of a plain value."""
    parts = [section, section.get("additionalProperties", {})]
    for part in tuple(parts):  # each may leave it to one of several schemas
        parts += part.get("allOf", ())
        parts += part.get("anyOf", ())
    for part in parts:
        if "$ref" in part:
            settings: Mapping[str, Any] = definitions[part["$ref"].rpartition("/")[2]]
            return settings
    return {}


def _table(
    settings: Mapping[str, Any], *, leading_line: bool = True, only: Collection[str] | None = None
) -> Iterator[str]:
    if leading_line:
        yield ""
    yield "| setting | takes | default | meaning |"
    yield "| --- | --- | --- | --- |"
    needed = settings.get("required", ())
    for name, setting in settings["properties"].items():
        if only is None or name in only:
            default = "needed" if name in needed else _default(setting)
            yield f"| `{name}` | {_takes(setting)} | {default} | {setting.get('description', '')} |"


def _estimators(definitions: Mapping[str, Any]) -> Iterator[str]:
    """Describe the estimators: first what several of them share, then each with its own."""
    note = _ESTIMATORS_NOTE.format(
        see_missing=_listed(e for e in ESTIMATORS.values() if e.sees_missing),
        keep_monotonic=_listed(
            e for e in ESTIMATORS.values() if e.keeps_monotonic and not is_linear(e)
        ),
    )
    yield f"\n## `estimators`\n\n{note.rstrip()}"
    shared: frozenset[str] = frozenset({"type"})
    bases = [base for e in ESTIMATOR_SETTINGS.values() for base in reversed(e.__mro__[1:])]
    for kind in dict.fromkeys(base for base in bases if issubclass(base, Settings)):
        own = kind.model_fields.keys() - shared
        if own:
            users = [name for name, e in ESTIMATOR_SETTINGS.items() if issubclass(e, kind)]
            is_for_all = len(users) == len(ESTIMATOR_SETTINGS)
            said = "All" if is_for_all else ", ".join(f"`{user}`" for user in users)
            yield f"\n{said} take:"
            yield from _table(definitions[ESTIMATOR_SETTINGS[users[0]].__name__], only=own)
            shared |= own
    for name, estimator in ESTIMATOR_SETTINGS.items():
        settings = definitions[estimator.__name__]
        own = settings["properties"].keys() - shared
        yield f"\n### `{name}`\n\n{settings['description'].splitlines()[0]}"
        if own:
            yield from _table(settings, only=own)


def _listed(estimators: Iterable[Estimator[Any]]) -> str:
    """Return the words that name estimators, as a sentence takes them."""
    *first, last = [f"`{estimator.name}`" for estimator in estimators]
    return f"{', '.join(first)} and {last}" if first else last


def _takes(setting: Mapping[str, Any]) -> str:
    """Say what a setting takes, with its limits."""
    if "anyOf" in setting:
        return " or ".join(map(_takes, setting["anyOf"]))
    if "const" in setting:
        return f"`{setting['const']}`"
    if "enum" in setting:
        return ", ".join(f"`{word}`" for word in setting["enum"])
    kind = setting.get("type", "object")
    text = "text" if isinstance(kind, list) else _TYPES[kind]
    for key, word in _LIMITS.items():
        if key in setting:
            text += f" {word} {setting[key]:,}"
    return text


def _default(setting: Mapping[str, Any]) -> str:
    """Say what holds where a setting is not given."""
    default = setting.get("default")
    if default in (None, [], {}):
        return "none"
    if default == list(MISSING_TEXTS):
        return "an empty cell, `NA`, `NaN`, `None`, `null` and what else `pandas.read_csv` takes"
    if isinstance(default, dict):
        return "as below"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def main() -> None:
    """Write the page and the JSON Schema into the source tree."""
    PAGE.write_text(settings_page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
