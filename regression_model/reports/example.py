"""A record that a model answers, for who wants to try it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regression_model.artifact.model import Model


def example_record(model: Model) -> dict[str, Any]:
    """Return a record that the model answers: one of the artifact's own, if it keeps any."""
    for example in model.facts.get("examples", []):
        if example["prediction"] is not None:
            kept: dict[str, Any] = example["record"]
            return kept
    made: dict[str, Any] = model.schema.record_model.model_json_schema()["example"]
    return made
