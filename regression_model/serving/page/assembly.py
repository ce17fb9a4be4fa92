"""One HTML text from template, style and scripts, and the policy that allows nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from string import Template
from typing import NamedTuple

SCRIPTS = (
    "elements.js", "words.js", "columns.js", "fields.js", "interval_chart.js",
    "contributions.js", "curve.js", "tables.js", "answers_table.js", "service.js", "what_if.js",
    "row_words.js", "row.js", "table.js", "page.js",
)  # fmt: skip
"""In this order: what runs at once needs what stands before it."""


class Page(NamedTuple):
    """A page, and the headers without which it is not to be sent."""

    html: str
    headers: dict[str, str]


@cache
def page() -> Page:
    """Return the page; it is the same for every model."""
    style = _text("page.css")
    # one function around all scripts keeps their names to themselves
    script = '(() => {\n"use strict";\n' + "\n".join(map(_text, SCRIPTS)) + "})();\n"
    html = Template(_text("page.html")).substitute(style=style, script=script)
    return Page(html, {"Content-Security-Policy": _policy(style, script)})


def _text(name: str) -> str:
    """Return the text of a file without its indentation, which would be a tenth of the page."""
    file = resources.files("regression_model.serving.page") / name
    lines = file.read_text(encoding="utf-8").splitlines()
    return "".join(f"{line.lstrip()}\n" for line in lines)


def _policy(style: str, script: str) -> str:
    """Return the policy under which only this style and this script count.

    Nothing is fetched but from the service itself, forms go nowhere, no other page may frame this
    one, and no text can become markup, whatever a script does with it.
    """
    rules = (
        "default-src 'none'",
        f"style-src {_source(style)}",
        f"script-src {_source(script)}",
        "connect-src 'self'",
        "img-src data:",  # the empty icon, without which browsers ask for one
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(rules)


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
