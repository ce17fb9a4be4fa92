"""The JSON Schema of the config, for editors."""

from __future__ import annotations

from typing import Any


def config_json_schema() -> dict[str, Any]:
    """Return it."""
    return {}
