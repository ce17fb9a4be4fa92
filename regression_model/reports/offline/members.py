"""What a page holds of a model: one zip of what its reader needs, no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from regression_model.artifact.contents import (
    CONFORMANCE,
    EXPLANATION,
    EXPLANATION_GRAPH,
    GRAPH,
    INTERVALS,
)
from regression_model.reports.describing import described_model
from regression_model.reports.offline.rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.artifact.model import Model

FACTS = "page.json"
"""Columns, words for the form and the table of intervals: what a reader needs of `model.json`."""
_READ = (GRAPH, INTERVALS, EXPLANATION_GRAPH, EXPLANATION)


def page_members(
    model: Model, members: Mapping[str, bytes], conformance: Mapping[str, Any], name: str
) -> dict[str, bytes]:
    """Return the members of a page's zip.

    Parameters
    ----------
    model : Model
    members : mapping of str to bytes
        Those of its artifact.
    conformance : mapping
        Records with their answers, which the page answers before any other.
    name : str
        What the page calls the model.

    Returns
    -------
    dict of str to bytes
    """
    facts = {
        "description": {"name": name, **described_model(model)},
        "columns": [rules_of(column) for column in model.schema.columns],
        "intervals": model.facts.get("intervals"),
    }
    return {
        FACTS: _as_json(facts),
        CONFORMANCE: _as_json(conformance),
        **{member: members[member] for member in _READ if member in members},
    }


def _as_json(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()
