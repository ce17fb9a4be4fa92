"""Whether YAML that a page shows is a config, or a part of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from strictyaml import as_document

from regression_model.config.core import CONFIG_FILE, parse_config
from regression_model.config.source import parse_source
from regression_model.exceptions import ConfigError

_SHOWN = Path("shown.yml")
_NEEDED = {"files", "target", "columns", "estimators"}


def config_problem(text: str) -> str | None:
    """Return what is wrong with a config, or with a part of one in the packaged config.

    Parameters
    ----------
    text : str
        A line ``...`` stands for what the page leaves out.
    """
    kept = "\n".join(line for line in text.splitlines() if line.strip() != "...")
    try:
        shown = parse_source(kept, _SHOWN).data
        if not shown.keys() >= _NEEDED:
            base = parse_source(CONFIG_FILE.read_text(encoding="utf-8"), CONFIG_FILE).data
            kept = as_document(_merged(base, shown)).as_yaml()
        parse_config(kept, _SHOWN)
    except ConfigError as problem:
        return f"no config that can be read: {problem}"
    return None


def _merged(base: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """Return a config with the sections shown: maps are added to, except for the estimators."""
    merged = dict(base)
    for section, value in shown.items():
        old = base.get(section)
        if isinstance(value, dict) and isinstance(old, dict) and section != "estimators":
            merged[section] = {**old, **value}
        else:
            merged[section] = value
    return merged
