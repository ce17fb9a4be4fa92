"""What has shifted: the sizes of shifts, what is proven of them, and what that amounts to."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from regression_model.metrics import rounded
from regression_model.reports.drift.chance import Chance, chance_of_new, divergence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from regression_model.artifact.counts import ColumnCounts, RowCounts
    from regression_model.reports.drift.chance import Expectation

    Counts = npt.NDArray[np.int64]

What = Literal["values", "missing", "unseen", "outside", "errors"]
Verdict = Literal["drift", "small", "none", "too_few_rows"]

LEVEL = 0.05
"""Of all tests of a report together: in so many reports without drift there is an alarm."""
LARGE_DISTANCE = 0.1
"""Of distributions: a normal one that moves by a quarter of its standard deviation."""
LARGE_SHARE = 0.05
"""Of rows that are missing, unseen, outside, or have an error, and were not in training."""
_TOLD_DISTANCE = 0.18
"""Whoever would rather miss half a standard deviation than prove it has too few rows to tell.

That makes a distance of 0.2, of which a sample shows somewhat less as often as not.
"""


@dataclass(frozen=True)
class Shift:
    """How one thing differs from training.

    Attributes
    ----------
    column : str or None
        None where it concerns predictions or whole rows.
    what : str
        ``values``: how they are distributed; otherwise the share of cells that are ``missing``, of
        a level ``unseen`` in training, ``outside`` of its range, or of rows with ``errors``.
    size : float
        Of ``values`` the Jensen-Shannon distance less what chance makes of it, 0 to 1; otherwise
        by how much the share is higher than in training.
    p_value : float
        How likely chance alone does this, corrected for the number of tests.
    verdict : str
        ``drift``: proven and large; ``small``: proven; ``none``; or ``too_few_rows`` to tell.
    importance : float or None
        The column's share of the importance of all; None where that is unknown.
    moved : float or None
        Of numbers: how far they have moved (Wasserstein), in standard deviations of training; where
        many are ``outside`` of its range, that far at least.
    share, trained_share : float or None
        Where it is a share.
    expected : Expectation or None
        Of values: what chance does.
    """

    column: str | None
    what: What
    size: float
    p_value: float
    verdict: Verdict = "none"
    importance: float | None = None
    moved: float | None = None
    share: float | None = None
    trained_share: float | None = None
    expected: Expectation | None = None

    @property
    def weight(self) -> float:
        """By which shifts are ranked: importance times size, or size where all count alike."""
        return abs(self.size) * (1.0 if self.importance is None else self.importance)

    def to_dict(self) -> dict[str, Any]:
        """Return what is known as plain data, to six significant digits."""
        told: dict[str, Any] = {"column": self.column, "what": self.what, "verdict": self.verdict}
        for name in ("size", "p_value", "importance", "moved", "share", "trained_share"):
            value = getattr(self, name)
            if value is not None:
                told[name] = rounded(value)
        return told


def shifts_of(
    counts: RowCounts, profile: dict[str, Any], importance: dict[str, float], level: float = LEVEL
) -> list[Shift]:
    """Return what differs from training, the most important first.

    Parameters
    ----------
    counts : RowCounts
    profile : dict
        As ``profile.json`` has it.
    importance : dict of str to float
        Shares, by column; empty where they are unknown.
    level : float
        In how many of such reports anything is proven where nothing has shifted.
    """
    chance = Chance()
    shifts: list[Shift] = []
    for name, found in counts.columns.items():
        share = importance.get(name, 0.0) if importance else None
        of_column = _of_column(name, found, profile, chance)
        shifts += (replace(shift, importance=share) for shift in of_column)
    shifts += _of_rows(counts, profile, chance)
    shifts = [_judged(shift, len(shifts), level) for shift in _corrected(shifts)]
    order = {"drift": 0, "small": 1, "too_few_rows": 2, "none": 2}
    return sorted(shifts, key=lambda shift: (order[shift.verdict], -shift.weight))


def _of_column(
    name: str, found: ColumnCounts, profile: dict[str, Any], chance: Chance
) -> Iterator[Shift]:
    told, n_trained = profile["columns"][name], profile["n_rows"]
    trained = trained_bins(told)
    values = _of_values(name, *_folded(trained, found.bins, profile["least_rows"]), chance)
    if values is not None:
        moved = None if "levels" in told else distance_moved(told, trained, found.bins)
        yield replace(values, moved=moved)
    n_found = int(found.bins.sum()) + found.unseen + found.missing
    if n_found and (found.missing or told["missing"]):
        before = np.array([n_trained - told["missing"], told["missing"]])
        after = np.array([n_found - found.missing, found.missing])
        yield _of_missing(name, before, after, chance)
    for what, n_new in (("unseen", found.unseen), ("outside", found.outside)):
        if n_new:
            yield _of_new(name, what, n_trained, n_found, n_new)  # type: ignore[arg-type]


def _of_rows(counts: RowCounts, profile: dict[str, Any], chance: Chance) -> Iterator[Shift]:
    """Yield how predictions are distributed, and whether rows have errors, as in training none."""
    if "prediction" in profile:
        trained = trained_bins(profile["prediction"])
        folded = _folded(trained, counts.prediction, profile["least_rows"])
        values = _of_values(None, *folded, chance)
        if values is not None:
            moved = distance_moved(profile["prediction"], trained, counts.prediction)
            yield replace(values, moved=moved)
    if counts.n_failed:
        yield _of_new(None, "errors", profile["n_rows"], counts.n_rows, counts.n_failed)


def trained_bins(told: dict[str, Any]) -> Counts:
    """Return the counts of training, as `ColumnCounts` has them."""
    rare = [told["rare"]] if "levels" in told else []
    return np.array([*told["counts"], *rare], dtype=np.int64)


def _folded(trained: Counts, found: Counts, least_rows: int) -> tuple[Counts, Counts]:
    """Put bins of few rows into the largest: they may be told as more than they were, and it less.

    See `artifact.bins.told_counts`.
    """
    is_small = (trained > 0) & (trained <= least_rows)
    is_small[np.argmax(trained)] = False
    folded = []
    for counts in (trained, found):
        kept = np.where(is_small, 0, counts)
        kept[np.argmax(trained)] += counts[is_small].sum()
        folded.append(kept)
    return folded[0], folded[1]


def _of_values(name: str | None, trained: Counts, found: Counts, chance: Chance) -> Shift | None:
    if not found.sum() or not trained.sum() or ((trained + found) > 0).sum() < 2:  # noqa: PLR2004
        return None
    expected = chance.judge(trained, found)
    apart = float(divergence(trained / trained.sum(), found / found.sum()))
    size = math.sqrt(max(apart - expected.mean, 0.0))
    return Shift(name, "values", size, expected.p_value, expected=expected)


def _of_missing(name: str, trained: Counts, found: Counts, chance: Chance) -> Shift:
    """Compare how many cells are known, and how many are missing."""
    share, trained_share = float(found[1] / found.sum()), float(trained[1] / trained.sum())
    if trained[1]:
        p_value = chance.judge(trained, found).p_value
    else:
        p_value = chance_of_new(int(trained.sum()), int(found.sum()), int(found[1]))
    higher = share - trained_share
    return Shift(name, "missing", higher, p_value, share=share, trained_share=trained_share)


def _of_new(name: str | None, what: What, n_trained: int, n_found: int, n_new: int) -> Shift:
    share = n_new / n_found
    p_value = chance_of_new(n_trained, n_found, n_new)
    return Shift(name, what, share, p_value, share=share, trained_share=0.0)


def distance_moved(told: dict[str, Any], trained: Counts, found: Counts) -> float | None:
    """Return how far numbers have moved, in standard deviations of training.

    It is the Wasserstein distance of the two, all numbers of a bin taken for its median, and so the
    least where they are far beyond what training has seen.
    """
    if not told["deviation"] or not found.sum():
        return None
    apart = np.cumsum(trained / trained.sum() - found / found.sum())[:-1]
    return float(np.abs(apart) @ np.diff(told["medians"]) / told["deviation"])


def _corrected(shifts: Sequence[Shift]) -> list[Shift]:
    """Correct p-values for their number (Y. Benjamini, Y. Hochberg, JRSS B 57, 1995)."""
    p_values = np.array([shift.p_value for shift in shifts])
    order = np.argsort(p_values, kind="stable")
    raised = p_values[order] * len(shifts) / np.arange(1, len(shifts) + 1)
    corrected = np.empty(len(shifts))
    corrected[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return [
        replace(shift, p_value=float(p_value))
        for shift, p_value in zip(shifts, corrected, strict=True)
    ]


def _judged(shift: Shift, n_tests: int, level: float) -> Shift:
    """Return a shift with its verdict."""
    is_values = shift.what == "values"
    is_large = abs(shift.size) >= (LARGE_DISTANCE if is_values else LARGE_SHARE)
    verdict: Verdict = "none"
    if shift.p_value <= level:
        verdict = "drift" if is_large else "small"
    elif shift.expected is not None:
        proof = shift.expected.reached_by(level / n_tests)
        if proof - shift.expected.mean > _TOLD_DISTANCE**2:
            verdict = "too_few_rows"
    elif is_large:
        verdict = "too_few_rows"
    return replace(shift, verdict=verdict)
