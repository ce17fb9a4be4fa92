"""Prediction intervals: conformal, from residuals that the artifact keeps.

For each row the graph gives ``score + offset * difficulty`` in target units. The offsets are order
statistics of out-of-fold residuals divided by the difficulty that other folds learned (J. Lei et
al., "Distribution-Free Predictive Inference for Regression", JASA 113, 2018, section 5.2; each side
by itself), so that each end is missed by at most half of what the level allows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.facts import check_intervals
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.artifact.sessions import Session
from regression_model.processing.shown_values import outlined, shown

if TYPE_CHECKING:
    from regression_model.arrays import Floats

REPORTED_LEVEL = 0.9
"""Of the intervals by which models are judged, and which conformance vectors have."""
LOWEST_LEVEL = 0.5
"""Kept are a quarter of the residuals on either side, which is what this level asks for."""
_MAX_RANKS = 200
"""How many residuals are kept on either side: a level between two of them gets the wider one."""
_ROUNDING = 1e-9
"""A rank that is a whole number but for the last digits of its computation is that number."""


def interval_table(residuals: Floats) -> dict[str, Any]:
    """Return what an artifact keeps of residuals of shape (n,), in units of difficulty.

    Kept are those up to a quarter on either side; of very many, ever fewer further in.
    """
    ordered, n = np.sort(residuals), len(residuals)
    last = max(1, (n + 1) // 4)  # the rank that `LOWEST_LEVEL` asks for
    ranks = np.arange(1, last + 1)
    if last > _MAX_RANKS:
        ranks = np.unique(np.round(np.geomspace(1, last, _MAX_RANKS)).astype(int))
    return {
        "n_residuals": n,
        "ranks": ranks.tolist(),
        "lower": ordered[ranks - 1].tolist(),
        "upper": ordered[n - ranks].tolist(),
    }


def interval_offsets(table: dict[str, Any], level: float) -> tuple[float, float]:
    """Return how many difficulties below and above the score an interval ends.

    Parameters
    ----------
    table : dict
        From `interval_table`.
    level : float
        Wanted coverage, checked.

    Returns
    -------
    lower, upper : float
        Never above and never below zero.
    """
    rank = (table["n_residuals"] + 1) * (1 - level) / 2 + _ROUNDING
    place = int(np.searchsorted(table["ranks"], rank, side="right")) - 1
    return (
        min(float(table["lower"][place]), 0.0),
        max(float(table["upper"][place]), 0.0),
    )


class Intervals:
    """The interval part of a loaded artifact.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model.
    table : dict
        From `interval_table`.
    n_columns : int
        Number of encoded columns.
    format_version : int
        The format of the artifact that they are from.

    Attributes
    ----------
    rows_at_once : int
        How many rows fit into a chunk.

    Raises
    ------
    ArtifactError
        If the graph is refused, or the table does not fit together.
    """

    def __init__(
        self,
        graph: bytes,
        table: dict[str, Any],
        n_columns: int,
        *,
        format_version: int = FORMAT_VERSION,
    ) -> None:
        takes = [("x", n_columns), ("score", 1), ("offsets", 2)]
        gives = [("lower", 1), ("upper", 1)]
        self._session = Session(graph, takes, gives, format_version=format_version)
        self.rows_at_once = self._session.rows_at_once
        self._table = check_intervals(table)

    @property
    def highest_level(self) -> float:
        """The highest level for which there are enough residuals."""
        return 1 - 2 / (int(self._table["n_residuals"]) + 1)

    def offsets(self, level: object) -> Floats:
        """Return the offsets of a level, of shape (1, 2).

        Raises
        ------
        ValueError
            If the level is not allowed.
        """
        highest = self.highest_level
        number = shown(level)  # a plain number, or something else that is short
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if not is_number or not LOWEST_LEVEL <= float(number) <= highest + _ROUNDING:  # type: ignore[arg-type]
            # rounded down, so that what is allowed by the message is allowed
            allowed = math.floor(highest * 10_000) / 10_000
            message = (
                f"interval should be a coverage from {LOWEST_LEVEL} to {allowed} (what "
                f"{self._table['n_residuals']} residuals allow), got {outlined(level)}"
            )
            raise ValueError(message)
        return np.array([interval_offsets(self._table, float(number))])  # type: ignore[arg-type]

    def ends(self, x: Floats, score: Floats, offsets: Floats) -> Floats:
        """Return the ends of intervals.

        Parameters
        ----------
        x : ndarray of shape (n_samples, n_columns)
            Encoded rows.
        score : ndarray of shape (n_samples, 1)
            Their scores.
        offsets : ndarray of shape (1, 2)
            From `offsets`.

        Returns
        -------
        ndarray of shape (n_samples, 2)
            Lower and upper ends, in target units.
        """
        given = {"x": x, "score": score, "offsets": offsets}
        return np.hstack(self._session.run(("lower", "upper"), given))
