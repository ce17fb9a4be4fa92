"""The errors for what cannot be exported."""

from __future__ import annotations

from regression_model.exceptions import ArtifactError


def no_rule(step: object) -> ArtifactError:
    """Return the error for a step that cannot be exported."""
    return ArtifactError(f"{type(step).__name__} cannot be exported; there is no rule for it")


def needs_levels(step: object) -> ArtifactError:
    """Return the error for a step that met a number where it can do only with levels."""
    message = f"{type(step).__name__} can be exported on categorical columns only"
    return ArtifactError(message)
