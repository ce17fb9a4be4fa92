"""A comparison as plain data, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.reports.comparison.advice import advice_on
from regression_model.reports.comparison.declared import differences_of

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.reports.comparison.comparing import Comparison
    from regression_model.reports.comparison.versions import Check


def to_dict(comparison: Comparison, check: Check | None = None) -> dict[str, Any]:
    """Return everything that was found as what JSON can hold.

    Parameters
    ----------
    comparison : Comparison
    check : Check, optional
        Of a number.

    Returns
    -------
    dict
    """
    advice = advice_on(comparison)
    told: dict[str, Any] = {
        "old": _described(comparison.old),
        "new": _described(comparison.new),
        "change": advice.change.word,
        "next_version": advice.next_version,
        "reasons": [
            {**reason._asdict(), "change": reason.change.word} for reason in comparison.reasons
        ],
        "columns": [difference._asdict() for difference in differences_of(comparison.pairs)],
        "inputs": {
            "cells_tried": comparison.tried.n_cells,
            "changes": [change.to_dict() for change in comparison.tried.changes],
        },
    }
    if comparison.quality is not None:
        told["quality"] = comparison.quality.to_dict()
    if comparison.on_file is not None:
        before, after = (metrics.to_dict() for metrics in comparison.on_file)
        told["on_file"] = {"before": before, "after": after}
    if comparison.moves is not None:
        most = [row.to_dict() for row in comparison.explained]
        told["predictions"] = {**comparison.moves.to_dict(), "most_moved": most}
    else:
        told["not_compared"] = comparison.not_compared
    if comparison.backwards:
        told["backwards"] = comparison.backwards
    if check is not None:
        told["check"] = check._asdict()
    return told


def _described(model: Model) -> dict[str, Any]:
    facts = model.facts
    target = {key: facts["target"][key] for key in ("column", "unit", "transform")}
    return {
        "version": model.version,
        "format": facts["format_version"],
        "columns": len(model.schema),
        "target": target,
    }
