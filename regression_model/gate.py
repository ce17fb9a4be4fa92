"""The quality gate: whether a new model is clearly worse than the one that it would replace.

Compared are the losses of cross-validation folds, never predictions of rows that a model was
trained on. Folds share training rows, so the variance of their differences is corrected (C. Nadeau,
Y. Bengio, "Inference for the Generalization Error", Machine Learning 52, 2003, section 4).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from regression_model.artifact.format import read_artifact
from regression_model.config.core import ModelConfig
from regression_model.evaluation import Fold, Progress, cross_validate, make_folds, with_repeats
from regression_model.exceptions import ArtifactError, DataError
from regression_model.metrics import exact_unit
from regression_model.pipeline import build_pipeline
from regression_model.processing.row_facts import NO_FACTS, RowFacts
from regression_model.processing.target import make_transformer, to_scores
from regression_model.selection import select_model

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

Floats = npt.NDArray[np.float64]

logger = logging.getLogger(__name__)

_SIGNIFICANCE = 0.05
_SMALLEST_DIFFERENCE = 1e-6
_MIN_FOLDS = 2


@dataclass(frozen=True)
class Comparison:
    """A new model beside the one in place, by out-of-fold loss.

    Attributes
    ----------
    version : str
        Of the model in place.
    scale : {"score", "target"}
        Whether losses are squared errors on the score's scale or in target units.
    old, new : float
        Root of the mean loss.
    p_value : float
        Probability of so much worse a result if both were equally good; one-sided corrected
        resampled t-test.
    refitted : bool
        Whether the old config was fitted again, because table or folds are not those of then.
    """

    version: str
    scale: str
    old: float
    new: float
    p_value: float
    refitted: bool

    @property
    def is_clearly_worse(self) -> bool:
        """Whether the new model should not take the old one's place unasked."""
        is_larger = self.new > self.old * (1 + _SMALLEST_DIFFERENCE)
        return is_larger and self.p_value < _SIGNIFICANCE

    def sentence(self) -> str:
        """Say how the two compare."""
        verdict = "clearly worse" if self.is_clearly_worse else "not clearly worse"
        unit = "on the score's scale" if self.scale == "score" else "in target units"
        how = "its config fitted again on this table" if self.refitted else "on the same folds"
        return (
            f"{verdict} than the model in place (version {self.version}, {how}): root mean squared "
            f"error {self.new:.6g} after {self.old:.6g} {unit}, p = {self.p_value:.2g}"
        )


def fold_losses(
    y: Floats,
    predictions: Floats,
    folds: list[Fold],
    transformer: Any,
    facts: RowFacts = NO_FACTS,
) -> dict[str, list[float]]:
    """Return the mean squared error of each fold.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        The target.
    predictions : ndarray of shape (n_repeats, n_samples)
        Out of fold, in target units.
    folds : list of (ndarray, ndarray)
        Of all repeats.
    transformer : transformer
        Fitted, from target units to scores.

    Returns
    -------
    dict of str to list of float
        ``score``: on the score's scale; ``target``: in target units.
    """
    truth = to_scores(transformer, y)
    losses: dict[str, list[float]] = {"score": [], "target": []}
    for repeat, (_, test) in with_repeats(folds, len(predictions)):
        predicted, weights = predictions[repeat, test], facts.take(test).weights
        errors = truth[test] - to_scores(transformer, predicted)
        losses["score"].append(_mean_square(errors, weights))
        losses["target"].append(_mean_square(y[test] - predicted, weights))
    return losses


def _mean_square(errors: Floats, weights: Floats | None) -> float:
    if weights is not None and not weights.any():
        return 0.0
    return float(np.average(np.square(errors), weights=weights))


def compare_with_present(
    path: Path,
    new: dict[str, Any],
    X: pd.DataFrame,
    y: Floats,
    *,
    facts: RowFacts = NO_FACTS,
    progress: Progress | None = None,
) -> Comparison | None:
    """Compare a new model with the artifact that it would replace.

    Parameters
    ----------
    path : Path
        Where the new artifact goes. If there is none yet, the newest one beside it counts whose
        name is the same up to the version.
    new : dict
        What the new artifact says of itself.
    X : DataFrame of shape (n_samples, n_columns)
        The raw table.
    y : ndarray of shape (n_samples,)
        The target.
    progress : callable, optional

    Returns
    -------
    Comparison or None
        None where there is nothing to compare with; the log says why.
    """
    old = _present(path)
    if old is None:
        return None
    if "fold_losses" not in old or old["target"]["column"] != new["target"]["column"]:
        logger.info("%s predicts something else or keeps no losses; not compared", path.name)
        return None
    digests = ("data_sha256", "folds_sha256")
    refitted = any(old["provenance"][d] != new["provenance"][d] for d in digests)
    losses = old["fold_losses"]
    if refitted:
        try:
            losses = _refitted_losses(old, new, X, y, facts=facts, progress=progress)
        except (DataError, ValueError) as problem:
            logger.warning("the config of %s does not fit this table: %s", path.name, problem)
            return None
    transform = new["target"]["transform"]
    same_scale = transform == old["target"]["transform"] and transform != "yeo_johnson"
    scale = "score" if same_scale else "target"
    before, after = np.array(losses[scale]), np.array(new["fold_losses"][scale])
    p_value = corrected_t_test(after - before, new["metrics"]["folds"])
    old_loss, new_loss = float(np.sqrt(before.mean())), float(np.sqrt(after.mean()))
    return Comparison(str(old["model_version"]), scale, old_loss, new_loss, p_value, refitted)


def _present(path: Path) -> dict[str, Any] | None:
    beside = sorted(path.parent.glob(f"{path.name.rpartition('_v')[0]}_v*.zip"))
    found = path if path.exists() else max(beside, key=lambda p: p.stat().st_mtime, default=None)
    if found is None:
        return None
    try:
        return read_artifact(found).model
    except ArtifactError as problem:
        logger.warning("the model in place is not compared: %s", problem)
        return None


def _refitted_losses(
    old: dict[str, Any],
    new: dict[str, Any],
    X: pd.DataFrame,
    y: Floats,
    *,
    facts: RowFacts,
    progress: Progress | None,
) -> dict[str, list[float]]:
    """Cross-validate the old config on the new table and folds."""
    settings = select_model(ModelConfig(**old["config"]), X, y, facts=facts).settings
    evaluation = ModelConfig(**new["config"]).evaluation
    folds = make_folds(len(y), evaluation, new["config"]["seed"], facts)
    transformer = make_transformer(settings.target.transform).fit(y.reshape(-1, 1))
    predictions = cross_validate(
        build_pipeline(settings),
        X,
        y,
        folds=folds,
        repeats=evaluation.repeats,
        facts=facts,
        progress=progress,
    )
    return fold_losses(y, predictions, folds, transformer, facts)


def corrected_t_test(differences: Floats, n_folds: int) -> float:
    """Return the one-sided p-value of differences of losses, new minus old.

    Parameters
    ----------
    differences : ndarray of shape (n_folds * n_repeats,)
    n_folds : int
        Folds of one repeat; a test part is 1 / (n_folds - 1) of its training part.

    Returns
    -------
    float

    Examples
    --------
    >>> import numpy as np
    >>> round(corrected_t_test(np.array([1.0, 2.0, 3.0, 2.0]), 4), 3)
    0.025
    """
    count = len(differences)
    if count < _MIN_FOLDS:
        return 1.0
    differences = differences / exact_unit(differences)
    mean, variance = float(differences.mean()), float(differences.var(ddof=1))
    if variance == 0:
        return 0.0 if mean > 0 else 1.0
    t = mean / np.sqrt(variance * (1 / count + 1 / (n_folds - 1)))
    return float(stats.t.sf(t, count - 1))
