"""The quality gate: whether a new model is clearly worse than the one that it would replace.

Compared are the losses of cross-validation folds, by the test of `artifact.fold_losses`.

The rule: a model is clearly worse if its error is larger and the test gives p < 0.05. Fewer than
five losses cannot tell by a test; there more than 1.5 times the old root mean squared error is
clearly worse as well.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.fold_losses import TELLING_LOSSES, common_scale, corrected_t_test
from regression_model.config.core import EvaluationConfig, ModelConfig, kept_config
from regression_model.exceptions import ConfigError, DataError, WorseModelError
from regression_model.training.branches import count_fits, score_branches
from regression_model.training.choice import choose_weights
from regression_model.training.cross_validation import predict_out_of_fold
from regression_model.training.division import divide
from regression_model.training.folds import folds_digest, with_repeats
from regression_model.training.in_place import find_in_place
from regression_model.training.plan import TrainingPlan
from regression_model.training.progress import FitCounter
from regression_model.training.sample import data_digest
from regression_model.training.scale import choose_scale
from regression_model.transformers.encoder import Encoder
from regression_model.transformers.target import to_scores

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.arrays import Floats
    from regression_model.training.division import Division
    from regression_model.training.folds import Fold
    from regression_model.training.in_place import InPlace
    from regression_model.training.plan import TablePart
    from regression_model.training.progress import Progress
    from regression_model.training.sample import Sample


logger = logging.getLogger(__name__)

_SIGNIFICANCE = 0.05
_SMALLEST_DIFFERENCE = 1e-6
"""Below this share, a difference is one of rounding."""
_MUCH_LARGER = 1.5


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
    few_losses : int or None
        How many losses there are, where they are too few to tell by the test.
    """

    version: str
    scale: str
    old: float
    new: float
    p_value: float
    refitted: bool
    few_losses: int | None = None

    @property
    def is_clearly_worse(self) -> bool:
        """Whether the new model should not take the old one's place unasked."""
        is_larger = self.new > self.old * (1 + _SMALLEST_DIFFERENCE)
        is_much_larger = self.few_losses is not None and self.new > self.old * _MUCH_LARGER
        return is_larger and (self.p_value < _SIGNIFICANCE or is_much_larger)

    def sentence(self) -> str:
        """Say how the two compare."""
        verdict = "clearly worse" if self.is_clearly_worse else "not clearly worse"
        unit = "on the score's scale" if self.scale == "score" else "in target units"
        how = "its config fitted again on this table" if self.refitted else "on the same folds"
        few = (
            ""
            if self.few_losses is None
            else f"; losses of {self.few_losses} folds are too few to tell by a test, so more than "
            f"{_MUCH_LARGER:g} times the old error counts"
        )
        return (
            f"{verdict} than the model in place (version {self.version}, {how}): root mean squared "
            f"error {self.new:.6g} after {self.old:.6g} {unit}, p = {self.p_value:.2g}{few}"
        )


def fold_losses(
    sample: Sample, predictions: Floats, folds: list[Fold], transformer: Any
) -> dict[str, list[float]]:
    """Return the mean squared error of each fold.

    Parameters
    ----------
    sample : Sample
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
    truth = to_scores(transformer, sample.y)
    losses: dict[str, list[float]] = {"score": [], "target": []}
    for repeat, (_, test) in with_repeats(folds, len(predictions)):
        predicted, weights = predictions[repeat, test], sample.weights_of(test)
        errors = truth[test] - to_scores(transformer, predicted)
        losses["score"].append(_mean_square(errors, weights))
        losses["target"].append(_mean_square(sample.y[test] - predicted, weights))
    return losses


def _mean_square(errors: Floats, weights: Floats | None) -> float:
    if weights is not None and not weights.any():
        return 0.0  # no row of the fold counts
    return float(np.average(np.square(errors), weights=weights))


def check_comparable(
    path: Path, sample: Sample, table: TablePart, plan: TrainingPlan, division: Division
) -> None:
    """Refuse a run whose model could not be compared in the end; to be called before any fit.

    Parameters
    ----------
    path : Path
        As of `compare_with_model_in_place`.
    sample : Sample
    table : TablePart
    plan : TrainingPlan
    division : Division

    Raises
    ------
    WorseModelError
        If the config of the model in place can't be fitted any more, and its losses are not of
        these rows and folds; it holds no result.
    """
    old = find_in_place(path)
    if old is None or old.losses is None or old.target["column"] != table.target.column:
        return
    try:
        kept_config(old.config, old.path.name)
    except ConfigError as problem:
        x = Encoder(table.schema).fit_transform(sample.X).to_numpy()
        digests = {
            "data_sha256": data_digest(plan.artifact.columns, x, sample.y),
            "folds_sha256": folds_digest(division.folds),
        }
        if not _are_of_equal_folds(old, old.losses, digests, len(division.folds)):
            raise WorseModelError(f"{no_comparison(problem)}; {stays(path)}", None) from problem


def no_comparison(problem: ConfigError) -> str:
    """Say why a model is not compared with the one in place."""
    return f"no comparison with the model in place: {'; '.join(problem.lines)}"


def stays(path: Path) -> str:
    """Say what becomes of a file, and what would change it."""
    kept = "stays as it is" if path.exists() else "is not written"
    return f"{path} {kept} unless you say --accept"


def compare_with_model_in_place(
    path: Path,
    new: dict[str, Any],
    sample: Sample,
    *,
    n_fits: int = 0,
    progress: Progress | None = None,
) -> Comparison | None:
    """Compare a new model with the artifact that it would replace.

    Parameters
    ----------
    path : Path
        Where the new artifact goes. If there is none yet, the one of the highest version beside it
        counts whose name is the same up to the version.
    new : dict
        What the new artifact says of itself.
    sample : Sample
        The rows that it was trained on.
    n_fits : int
        How many fits the run has made, which progress goes on from.
    progress : callable, optional
        Told about every fit of the old config.

    Returns
    -------
    Comparison or None
        None where there is nothing to compare with; the log says why.

    Raises
    ------
    ConfigError
        If the old config would have to be fitted again, and names what this version has no more.
    """
    old = find_in_place(path)
    if old is None:
        return None
    if old.losses is None or old.target["column"] != new["target"]["column"]:
        logger.info("%s predicts something else or keeps no losses; not compared", old.path.name)
        return None
    if _are_of_equal_folds(old, old.losses, new["provenance"], len(new["fold_losses"]["score"])):
        return _comparison(old, old.losses, new, refitted=False)
    settings = kept_config(_as_it_was_given(old), old.path.name)
    try:
        losses = _refitted_losses(settings, new, sample, n_fits, progress)
    except (DataError, ValueError) as problem:
        logger.warning("the config of %s does not fit this table: %s", old.path.name, problem)
        return None
    return _comparison(old, losses, new, refitted=True)


def _as_it_was_given(old: InPlace) -> dict[str, Any]:
    """Return the old config, its weights left to the data again where they were.

    Those in it have seen all rows, and those that judge a fold of the new model have not.
    """
    return {**old.config, "average": "learned"} if old.learned_weights else old.config


def _are_of_equal_folds(
    old: InPlace, losses: dict[str, list[float]], digests: dict[str, Any], n_folds: int
) -> bool:
    """Whether the old model's losses are of the rows and folds that the new one's are of."""
    same = all(digests[key] == digest for key, digest in old.provenance.items())
    return same and len(losses["score"]) == n_folds


def _refitted_losses(
    old: ModelConfig, new: dict[str, Any], sample: Sample, n_fits: int, progress: Progress | None
) -> dict[str, list[float]]:
    """Cross-validate the old config on the new table and folds."""
    plan = TrainingPlan.of(old)
    evaluation = EvaluationConfig(**new["config"]["evaluation"])
    division = divide(sample, evaluation, new["config"]["seed"])
    # what it takes comes on top of the run's own fits; neither hold-out nor final model is fitted
    counter = FitCounter(progress, done=n_fits, total=n_fits, of="model in place")
    counter.total += count_fits(sample, plan.open_model, division) - 2
    scale = choose_scale(sample, plan.open_model, division, counter)
    scores = score_branches(sample, plan.open_model, scale, division, counter)
    choice = choose_weights(sample, plan.open_model, scale, scores, division)
    model = plan.close(choice.transform, choice.weights)
    out_of_fold = predict_out_of_fold(sample, model, scores, choice.of_folds, division)
    return fold_losses(sample, out_of_fold.medians, division.folds, out_of_fold.transformer)


def _comparison(
    old: InPlace, losses: dict[str, list[float]], new: dict[str, Any], *, refitted: bool
) -> Comparison:
    """Compare losses on the scale that both models have."""
    scale = common_scale(old.target, new["target"])
    before, after = np.array(losses[scale]), np.array(new["fold_losses"][scale])
    return Comparison(
        version=old.version,
        scale=scale,
        old=float(np.sqrt(before.mean())),
        new=float(np.sqrt(after.mean())),
        p_value=corrected_t_test(after - before, new["metrics"]["folds"]),
        refitted=refitted,
        few_losses=len(after) if len(after) < TELLING_LOSSES else None,
    )
