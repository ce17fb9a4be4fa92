"""One HTML text from template, style and scripts, and the policy that allows nothing else."""

from __future__ import annotations

from functools import cache
from string import Template
from typing import NamedTuple

from regression_model.reports.panels import assembly as panels

SCRIPTS = ("service.js", "page.js")
"""Its own, beside those of `reports.panels`."""
_HERE = "regression_model.serving.page"
_FURTHER = (
    '<p id="programs">For programs: <a href="docs">how to call the service</a>, '
    '<a href="openapi.json">its OpenAPI document</a>. '
    '<a href="drift">What has shifted</a> since training.</p>\n'
)


class Page(NamedTuple):
    """A page, and the headers without which it is not to be sent."""

    html: str
    headers: dict[str, str]


@cache
def page() -> Page:
    """Return the page; it is the same for every model."""
    style = panels.style()
    script = panels.script(*(panels.text_of(_HERE, name) for name in SCRIPTS))
    html = Template(panels.text_of(_HERE, "page.html")).substitute(
        style=style, script=script, header=panels.header(), model=panels.markup(_FURTHER)
    )
    return Page(html, {"Content-Security-Policy": _policy(style, script)})


def _policy(style: str, script: str) -> str:
    """Return the policy under which only this style and this script count.

    Nothing is fetched but from the service itself, forms go nowhere, no other page may frame this
    one, and no text can become markup, whatever a script does with it.
    """
    rules = (
        "default-src 'none'",
        f"style-src {panels.allowed(style)}",
        f"script-src {panels.allowed(script)}",
        "connect-src 'self'",
        "img-src data:",  # the empty icon, without which browsers ask for one
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(rules)
