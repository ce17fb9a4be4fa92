"""Markup, style and scripts of the panels as texts, and the parts of a policy that allow them."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources
from string import Template

SCRIPTS = (
    "elements.js", "words.js", "columns.js", "fields.js", "interval_chart.js",
    "contributions.js", "curve.js", "tables.js", "answers_table.js", "what_if.js", "row_words.js",
    "row.js", "table.js", "model.js",
)  # fmt: skip
"""In this order: what runs at once needs what stands before it."""
_HERE = "regression_model.reports.panels"
_COMMENTS = re.compile(r"^[ ]*(?://[^\n]*|/\*\*.*?\*/)?\n", re.MULTILINE | re.DOTALL)
"""Lines that hold a comment alone, or nothing: a tenth of a page that many open or keep."""


def text_of(package: str, name: str) -> str:
    """Return the text of a file without its indentation, and a script without its comments."""
    text = (resources.files(package) / name).read_text(encoding="utf-8")
    if name.endswith(".js"):
        text = _COMMENTS.sub("", text)
    return "".join(f"{line.lstrip()}\n" for line in text.splitlines())


def style() -> str:
    """Return the style sheet."""
    return text_of(_HERE, "panels.css")


def header() -> str:
    """Return the head of the page: its title, and a choice of models."""
    return text_of(_HERE, "header.html")


def markup(further: str) -> str:
    """Return the panels; `further` is what stands below the facts of the model."""
    return Template(text_of(_HERE, "model.html")).substitute(further=further)


def script(*own: str) -> str:
    """Return all scripts, those of the page behind these, in a function of their own."""
    shared = [text_of(_HERE, name) for name in SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join([*shared, *own]) + "})();\n"


def allowed(text: str) -> str:
    """Return how a policy names a style or a script that stands in the page."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
