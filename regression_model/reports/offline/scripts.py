"""The reader's scripts as one text: a function that opens a model and hides its names."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from regression_model.reports.offline.rules import rules

_READER = (
    "archive.js", "onnx.js", "operators.js", "shapley.js", "texts.js", "numbers.js", "dates.js",
    "likeness.js", "cells.js", "levels.js", "names.js", "report.js", "encoder.js", "reader.js",
)  # fmt: skip
"""In this order: what runs at once needs what stands before it."""


@cache
def reader_script() -> str:
    """Return the reader: JavaScript that defines `openModel`, `bytesOf` and nothing else.

    ``await openModel(bytes)`` is the model in a zip of `page_members`. It asks nothing of a page,
    so it runs wherever JavaScript has `DecompressionStream`.
    """
    folder = resources.files("regression_model.reports.offline") / "reader"
    sources = [(folder / name).read_text(encoding="utf-8") for name in _READER]
    texts = json.dumps(rules(), ensure_ascii=True, separators=(",", ":"))
    return (
        "const { openModel, bytesOf } = (() => {\n"
        f"const RULES = {texts};\n{''.join(map(_dense, sources))}"
        "return { openModel, bytesOf };\n})();\n"
    )


def _dense(source: str) -> str:
    """Return a script without indentation, which would be a tenth of it."""
    return "".join(f"{line.lstrip()}\n" for line in source.splitlines())
