"""What a card in Markdown says first: the metadata by which model hubs list and compare models."""

from __future__ import annotations

import json
import re
from typing import Any

from regression_model.processing.shown_values import short
from regression_model.processing.visible_text import one_line
from regression_model.reports.card.purpose import given_words

_METRICS = {"rmse": "RMSE", "mae": "MAE", "r2": "R²", "rmse_log": "RMSE of log"}
_WAYS = {"cross_validated_pooled": "cross-validated", "hold_out": "hold-out"}
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9.+-]*")
"""What hubs know licences by; any other is told by its name."""


def metadata(facts: dict[str, Any], title: str) -> str:
    """Return the YAML at the top of a card, as model hubs read it (``model-index``).

    Parameters
    ----------
    facts : dict
        What the artifact says of itself.
    title : str
        Of the card.

    Returns
    -------
    str
        All texts in it stand in quotes, so that none is anything else than a text.
    """
    results = [_result(facts, key, way) for key, way in _WAYS.items() if key in facts["metrics"]]
    lines = [
        "---",
        *_licence(given_words(facts).get("license")),
        "library_name: evergreen-regression",
        "pipeline_tag: tabular-regression",
        "tags:",
        "- tabular-regression",
        "- onnx",
        "model-index:",
        f"- name: {_quoted(title)}",
        "  results:",
    ]
    return "\n".join([*lines, *(line for result in results for line in result), "---"])


def _licence(given: str | None) -> list[str]:
    if given is None:
        return []
    if _IDENTIFIER.fullmatch(given.lower()):
        return [f"license: {_quoted(given.lower())}"]
    return ["license: other", f"license_name: {_quoted(given)}"]


def _result(facts: dict[str, Any], key: str, way: str) -> list[str]:
    unit = short(facts["target"]["unit"])
    lines = [
        "  - task:",
        "      type: tabular-regression",
        "    dataset:",
        "      type: tabular",
        f"      name: {_quoted(f'the training table, {way}')}",
        "    metrics:",
    ]
    for metric, value in facts["metrics"][key].items():
        name = _METRICS[metric]
        counted = f"{name} ({unit})" if metric in ("rmse", "mae") else name
        lines += [f"    - type: {metric}", f"      name: {_quoted(counted)}"]
        lines.append(f"      value: {_number(value)}")
    return lines


def _quoted(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)


def _number(value: float) -> str:
    """Return a number that every reader of YAML takes for one, which needs a point before an e."""
    text = repr(float(value))
    return text if "." in text else text.replace("e", ".0e")
