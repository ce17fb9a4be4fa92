"""The text of a page that predicts by itself: markup, style, scripts and the model in one file."""

from __future__ import annotations

import base64
from html import escape
from string import Template
from typing import TYPE_CHECKING

from regression_model.reports.offline.archive import page_archive
from regression_model.reports.offline.scripts import reader_script
from regression_model.reports.page import MADE_BY
from regression_model.reports.panels import assembly as panels

if TYPE_CHECKING:
    from regression_model.artifact.format import Artifact

_HERE = "regression_model.reports.offline"
_FURTHER = (
    '<p class="hint">This page computes everything by itself; nothing that you enter leaves it. '
    '<span id="proven"></span></p>\n'
)


def offline_page(artifact: Artifact, name: str) -> str:
    """Return the page of a model.

    Parameters
    ----------
    artifact : Artifact
    name : str
        What the page calls the model.

    Returns
    -------
    str
        One HTML file that opens from a disk. Equal artifacts are equal texts. Its policy lets no
        request leave it, and allows the one style and the one script in it by their digests.

    Raises
    ------
    ArtifactError
        If the artifact's columns or graph cannot be used.
    """
    style = panels.style()
    own = [panels.text_of(_HERE, each) for each in ("computing.js", "start.js")]
    script = panels.script(reader_script(), *own)
    return Template(panels.text_of(_HERE, "page.html")).substitute(
        policy=_policy(style, script),
        made_by=MADE_BY,
        title=escape(f"Predict {artifact.model['target']['column']}"),
        style=style,
        header=panels.header(),
        model=panels.markup(_FURTHER),
        artifact=base64.b64encode(page_archive(artifact, name)).decode(),
        script=script,
    )


def _policy(style: str, script: str) -> str:
    """Return the policy of a file: it asks nobody for anything, and no text becomes markup."""
    rules = (
        "default-src 'none'",
        f"style-src {panels.allowed(style)}",
        f"script-src {panels.allowed(script)}",
        "connect-src 'none'",
        "img-src data:",  # the empty icon, without which browsers ask for one
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(rules)
