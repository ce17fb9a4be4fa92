"""The page of one model: what is in it is put together here."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from regression_model.artifact.conformance import conformance_vectors
from regression_model.artifact.contents import GRAPH
from regression_model.artifact.runtime import Engine
from regression_model.reports.offline.members import page_members

if TYPE_CHECKING:
    from regression_model.artifact.format import Artifact
    from regression_model.artifact.model import Model

_DATED = (1980, 1, 1, 0, 0, 0)
"""A zip has dates; equal pages are equal bytes."""


def page_archive(artifact: Artifact, model: Model, name: str) -> bytes:
    """Return the zip that a page holds.

    Parameters
    ----------
    artifact : Artifact
    model : Model
        Loaded from it.
    name : str
        What the page calls it.

    Returns
    -------
    bytes
        Artifacts of formats 1 and 2 keep no conformance vectors: they are answered here.
    """
    told = model.conformance
    if told is None:
        graph = artifact.members[GRAPH]
        engine = Engine(graph, len(model.schema), format_version=artifact.format_version)
        told = conformance_vectors(model, engine)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, data in page_members(model, artifact.members, told, name).items():
            described = zipfile.ZipInfo(member, _DATED)
            described.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(described, data)
    return file.getvalue()
