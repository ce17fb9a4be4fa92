"""Answers of JSON, whatever their cells hold."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import PydanticSerializationError, to_json


def write_json(content: Any) -> bytes:
    r"""Return what is said as JSON.

    A line of JSON Lines may hold half a pair of surrogates, which UTF-8 has not, and an answer
    repeats cells: Python's own writer spells such a text out.

    Examples
    --------
    >>> write_json({"value": "\ud800"})
    b'{"value":"\\ud800"}'
    """
    try:
        return to_json(content)
    except PydanticSerializationError:
        return json.dumps(content, separators=(",", ":")).encode()
