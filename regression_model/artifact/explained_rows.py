"""Contributions of many rows, as callers get them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from regression_model.artifact.results import Explanation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats
    from regression_model.artifact.explanation import Explainer

_LARGEST_EXPONENT = 700.0
"""The exponential of more than this is beyond double precision."""


def explanations_of(
    predictions: Sequence[float | None],
    scores: Floats,
    contributions: Floats,
    explainer: Explainer,
    *,
    is_log: bool,
) -> list[Explanation | None]:
    """Return the explanation of each row that has a prediction, if all of it is finite.

    Parameters
    ----------
    predictions : sequence of (float or None)
    scores : ndarray of shape (n_samples,)
    contributions : ndarray of shape (n_samples, n_features)
    explainer : Explainer
    is_log : bool
        Whether the score is the logarithm of the prediction, so that features multiply it.
    """
    base, names = explainer.base, explainer.features
    are_finite = np.isfinite(contributions).all(axis=1) & np.isfinite(scores)
    explanations: list[Explanation | None] = []
    for prediction, is_finite, score, row in zip(
        predictions, are_finite.tolist(), scores.tolist(), contributions.tolist(), strict=True
    ):
        if prediction is None or not is_finite:
            explanations.append(None)
            continue
        parts = dict(zip(names, row, strict=True))
        explanation = Explanation(base=base, score=score, contributions=parts)
        if is_log:
            explanation["effect"] = _factors(parts)
        explanations.append(explanation)
    return explanations


def _factors(contributions: dict[str, float]) -> dict[str, float]:
    """Return by what each feature multiplies a prediction whose score is its logarithm."""
    return {name: math.exp(min(part, _LARGEST_EXPONENT)) for name, part in contributions.items()}
