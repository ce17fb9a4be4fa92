"""The reader's scripts as one text: a function that opens a model and hides its names."""

from __future__ import annotations

import json
from functools import cache

from regression_model.reports.offline.rules import rules
from regression_model.reports.panels.assembly import text_of

READER = (
    "archive.js", "onnx.js", "operators.js", "shapley.js", "texts.js", "numbers.js", "dates.js",
    "likeness.js", "cells.js", "levels.js", "names.js", "report.js", "encoder.js", "reader.js",
)  # fmt: skip
"""In this order: what runs at once needs what stands before it."""
_HERE = "regression_model.reports.offline.reader"


@cache
def reader_script() -> str:
    """Return the reader: JavaScript that defines `openModel`, `bytesOf` and nothing else.

    ``await openModel(bytes)`` is the model in a zip of `page_archive`. It asks nothing of a page,
    so it runs wherever JavaScript has `DecompressionStream`.
    """
    texts = json.dumps(rules(), ensure_ascii=True, separators=(",", ":"))
    sources = [text_of(_HERE, name) for name in READER]
    return (
        "const { openModel, bytesOf } = (() => {\n"
        f"const RULES = {texts};\n{''.join(sources)}"
        "return { openModel, bytesOf };\n})();\n"
    )
