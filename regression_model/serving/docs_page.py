"""The page at ``/docs``: the OpenAPI document for people, with no script and no internet."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow-x: auto; padding: .7rem; border: 1px solid GrayText; border-radius: .3rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
"""
_SHOWN_LEVELS = 12


class Page(NamedTuple):
    """A page, and the headers by which browsers run nothing but what is in it."""

    text: str
    headers: dict[str, str]


def docs_page(document: dict[str, Any]) -> Page:
    """Return the page of an OpenAPI document.

    Parameters
    ----------
    document : dict
        As `openapi` makes it. Names, units and levels in it are other people's: text, never markup.
    """
    info = document["info"]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width"><title>Predictions</title>',
        f"<style>{_STYLE}</style></head><body><h1>{escape(info['title'])}</h1>",
        f"<p>{escape(info['description'])}</p>",
        '<p>For programs: <a href="openapi.json">openapi.json</a></p>',
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts += _operation(path, method.upper(), operation)
    for name, schema in document["components"]["schemas"].items():
        if name.startswith("Record."):
            parts += _record(schema)
    parts.append("</body></html>")
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    return Page("\n".join(parts), {"Content-Security-Policy": policy})


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{method} {escape(path)}</code></h2><p>{escape(operation['summary'])}</p>"
    for parameter in operation.get("parameters", []):
        shown = "?{}=" if parameter["in"] == "query" else "{{{}}}"
        name, text = escape(shown.format(parameter["name"])), escape(parameter["description"])
        yield f"<p><code>{name}</code> {text}</p>"
    contents = operation.get("requestBody", {}).get("content", {})
    if contents:
        kinds = ", ".join(f"<code>{escape(kind)}</code>" for kind in contents)
        yield f"<p>Bodies: {kinds}, each also as gzip.</p>"
        example = json.dumps(contents["application/json"]["example"], indent=1)
        yield f"<details><summary>An example</summary><pre>{escape(example)}</pre></details>"
    rows = [
        f"<tr><td><code>{status}</code></td><td>{escape(response['description'])}</td></tr>"
        for status, response in operation["responses"].items()
    ]
    yield f"<details><summary>Answers</summary><table>{''.join(rows)}</table></details>"


def _record(schema: dict[str, Any]) -> Iterator[str]:
    yield f"<h2>{escape(schema['title'])}</h2><table><tr><th>column</th><th>cells</th></tr>"
    for name, field in schema["properties"].items():
        words = field.get("description", "")
        levels = field.get("examples") or []
        if levels:
            more = " …" if len(levels) > _SHOWN_LEVELS else ""
            words += f": {', '.join(map(str, levels[:_SHOWN_LEVELS]))}{more}"
        yield f"<tr><td><code>{escape(name)}</code></td><td>{escape(words)}</td></tr>"
    yield "</table>"
