"""The zip that a page holds: what its reader needs of a model, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.artifact.conformance import conformance_vectors
from regression_model.artifact.contents import (
    CONFORMANCE,
    EXPLANATION,
    EXPLANATION_GRAPH,
    GRAPH,
    INTERVALS,
)
from regression_model.artifact.kept import as_member
from regression_model.artifact.model import Model
from regression_model.artifact.runtime import Engine
from regression_model.artifact.zip_writing import zip_of
from regression_model.reports.describing import described_model
from regression_model.reports.offline.rules import rules_of

if TYPE_CHECKING:
    from regression_model.artifact.format import Artifact

FACTS = "page.json"
"""Columns, words for the form and the table of intervals: what a reader needs of `model.json`."""
_READ = (GRAPH, INTERVALS, EXPLANATION_GRAPH, EXPLANATION)


def page_archive(artifact: Artifact, name: str) -> bytes:
    """Return the zip that a page holds.

    Parameters
    ----------
    artifact : Artifact
    name : str
        What the page calls the model.

    Returns
    -------
    bytes

    Raises
    ------
    ArtifactError
        If the artifact's columns or graph cannot be used.
    """
    return zip_of(_members(artifact, name))


def _members(artifact: Artifact, name: str) -> dict[str, bytes]:
    model = Model(artifact)
    facts = {
        "description": {"name": name, **described_model(model)},
        "columns": [rules_of(column) for column in model.schema.columns],
        "intervals": artifact.model.get("intervals"),
    }
    return {
        FACTS: as_member(facts),
        CONFORMANCE: as_member(_conformance(artifact, model)),
        **{member: artifact.members[member] for member in _READ if member in artifact.members},
    }


def _conformance(artifact: Artifact, model: Model) -> dict[str, Any]:
    """Return records with their answers: those that the artifact keeps, else some made here."""
    if model.conformance is not None:
        return model.conformance
    graph = artifact.members[GRAPH]
    engine = Engine(graph, len(model.schema), format_version=artifact.format_version)
    return conformance_vectors(model, engine)
