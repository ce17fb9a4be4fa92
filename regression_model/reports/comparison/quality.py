"""How good two models are, by what training measured, and whether that may be chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.fold_losses import TELLING_LOSSES, common_scale, corrected_t_test
from regression_model.metrics import rounded

if TYPE_CHECKING:
    from regression_model.artifact.model import Model

_SIGNIFICANCE = 0.05
_DIGESTS = ("data_sha256", "folds_sha256")


@dataclass(frozen=True)
class FoldTest:
    """Losses of the same folds of two models.

    Attributes
    ----------
    scale : {"score", "target"}
        Whether they are squared errors on the score's scale or in target units.
    before, after : float
        Root of the mean loss.
    n_losses : int
    p_value : float
        Probability of so large a difference, either way, if both were equally good.
    """

    scale: str
    before: float
    after: float
    n_losses: int
    p_value: float

    @property
    def verdict(self) -> str:
        """In words."""
        if self.before == self.after:
            return "no difference"
        if self.n_losses < TELLING_LOSSES:
            return "losses of so few folds cannot tell"
        if self.p_value >= _SIGNIFICANCE:
            return "the difference may be chance"
        return "clearly better" if self.after < self.before else "clearly worse"

    def sentence(self) -> str:
        """Say how the two compare."""
        unit = "on the score's scale" if self.scale == "score" else "in target units"
        return (
            f"{self.verdict}: on the same {self.n_losses} folds the root mean squared error is "
            f"{self.after:.6g} after {self.before:.6g} {unit}, p = {self.p_value:.2g}"
        )


@dataclass(frozen=True)
class Quality:
    """What training measured of two models.

    Attributes
    ----------
    figures : list of (str, float or None, float or None)
        Name, old and new figure.
    test : FoldTest or None
    no_test : str
        Why there is none; empty if there is.
    """

    figures: list[tuple[str, float | None, float | None]]
    test: FoldTest | None
    no_test: str

    def sentence(self) -> str:
        """Say what the test found, or why there is none."""
        return f"no test: {self.no_test}" if self.test is None else self.test.sentence()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        figures = {name: {"before": was, "after": now} for name, was, now in self.figures}
        if self.test is None:
            return {"figures": figures, "no_test": self.no_test}
        test = asdict(self.test) | {"verdict": self.test.verdict}
        numbers = {key: rounded(test[key]) for key in ("before", "after", "p_value")}
        return {"figures": figures, "test": test | numbers}


def quality_of(old: Model, new: Model) -> Quality:
    """Compare what training measured; both models must be of one target in one unit."""
    reason = _why_no_test(old.facts, new.facts)
    return Quality(
        figures=_figures(old.facts["metrics"], new.facts["metrics"]),
        test=None if reason else _test(old.facts, new.facts),
        no_test=reason,
    )


def _figures(
    before: dict[str, Any], after: dict[str, Any]
) -> list[tuple[str, float | None, float | None]]:
    held_out = [each.get("hold_out", {}).get("rmse") for each in (before, after)]
    pooled = [each["cross_validated_pooled"] for each in (before, after)]
    figures = [
        ("rmse_log", pooled[0].get("rmse_log"), pooled[1].get("rmse_log")),
        ("rmse", pooled[0]["rmse"], pooled[1]["rmse"]),
        ("mae", pooled[0]["mae"], pooled[1]["mae"]),
        ("r2", pooled[0].get("r2"), pooled[1].get("r2")),
        ("hold_out_rmse", held_out[0], held_out[1]),
        ("coverage", _coverage(before), _coverage(after)),
        ("n_rows", before.get("n_rows"), after.get("n_rows")),
    ]
    return [figure for figure in figures if figure[1:] != (None, None)]


def _coverage(metrics: dict[str, Any]) -> float | None:
    share: float | None = metrics.get("intervals", {}).get("scaled", {}).get("coverage")
    return share


def _why_no_test(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Say why losses of folds cannot be compared, empty if they can."""
    for which, facts in (("old", before), ("new", after)):
        if "fold_losses" not in facts:
            version = facts["format_version"]
            return f"the {which} artifact, of format {version}, keeps no losses of folds"
    digests = [[each["provenance"][key] for key in _DIGESTS] for each in (before, after)]
    n_losses = [len(each["fold_losses"]["score"]) for each in (before, after)]
    if digests[0] != digests[1] or n_losses[0] != n_losses[1]:
        return "losses of folds are of other rows, other columns or other folds"
    return ""


def _test(before: dict[str, Any], after: dict[str, Any]) -> FoldTest:
    scale = common_scale(before["target"], after["target"])
    was, now = (np.array(each["fold_losses"][scale]) for each in (before, after))
    n_folds = after["metrics"]["folds"]
    tails = [corrected_t_test(difference, n_folds) for difference in (now - was, was - now)]
    return FoldTest(
        scale=scale,
        before=float(np.sqrt(was.mean())),
        after=float(np.sqrt(now.mean())),
        n_losses=len(now),
        p_value=min(1.0, 2 * min(tails)),
    )
