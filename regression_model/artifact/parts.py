"""The parts of an artifact that are read when they are first asked for.

What reads them is imported then too: who asks for predictions alone does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.artifact.contents import EXPLANATION, EXPLANATION_GRAPH, INTERVALS
from regression_model.artifact.once import importing
from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from regression_model.artifact.explanation import Explainer
    from regression_model.artifact.format import Artifact
    from regression_model.artifact.intervals import Intervals


def read_intervals(artifact: Artifact, n_columns: int) -> Intervals:
    """Return the interval part; an `ArtifactError` says why there is none."""
    with importing():
        from regression_model.artifact.intervals import Intervals

    table = artifact.model.get("intervals")
    if table is None or INTERVALS not in artifact.members:
        raise ArtifactError(_absent("intervals", table))
    graph = artifact.members[INTERVALS]
    return Intervals(graph, table, n_columns, format_version=artifact.format_version)


def read_explainer(artifact: Artifact, n_columns: int) -> Explainer:
    """Return the explanation part; an `ArtifactError` says why there is none."""
    with importing():
        from regression_model.artifact.explanation import Explainer
        from regression_model.artifact.explanation_arrays import unpack_arrays

    if EXPLANATION_GRAPH not in artifact.members:
        raise ArtifactError(_absent("explanations", artifact.model.get("explanations")))
    graph = artifact.members[EXPLANATION_GRAPH]
    arrays = unpack_arrays(artifact.members[EXPLANATION])
    return Explainer(graph, arrays, n_columns, format_version=artifact.format_version)


def read_kept(artifact: Artifact, name: str) -> dict[str, Any] | None:
    """Return what is kept for people under a name, None where nothing is."""
    if name not in artifact.members:
        return None
    with importing():
        from regression_model.artifact.kept import read_member

    return read_member(name, artifact.members[name], artifact.model["columns"])


def _absent(what: str, section: Any) -> str:
    """Say that there is no such part, and why; artifacts of format 1 give no reason."""
    has_reason = isinstance(section, dict) and "reason" in section
    reason = section["reason"] if has_reason else "train it again"
    return f"this artifact has no {what}: {reason}"
