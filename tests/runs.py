"""The stages of a training run, for tests of what lies between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone

from regression_model.config.core import ModelConfig
from regression_model.training.branches import BranchScores, count_fits, score_branches
from regression_model.training.choice import Choice, choose_weights
from regression_model.training.cross_validation import OutOfFold, predict_out_of_fold
from regression_model.training.division import Division, divide
from regression_model.training.fitting import fit_and_predict
from regression_model.training.folds import Fold, with_repeats
from regression_model.training.intervals import judge_intervals
from regression_model.training.plan import TrainingPlan
from regression_model.training.progress import FitCounter, Progress
from regression_model.training.quality import Quality, judge_model
from regression_model.training.residuals import Difficulty
from regression_model.training.sample import Sample
from regression_model.training.scale import choose_scale


@dataclass(frozen=True)
class Chosen:
    """What the stages up to the choice gave."""

    plan: TrainingPlan
    division: Division
    scores: BranchScores
    choice: Choice
    counter: FitCounter


def choose_all(config: ModelConfig, sample: Sample, progress: Progress | None = None) -> Chosen:
    """Divide, choose the scale, score the branches, and choose their weights."""
    plan = TrainingPlan.of(config)
    division = divide(sample, plan.evaluation, plan.seed)
    counter = FitCounter(progress, total=count_fits(sample, plan.open_model, division))
    scale = choose_scale(sample, plan.open_model, division, counter)
    scores = score_branches(sample, plan.open_model, scale, division, counter)
    choice = choose_weights(sample, plan.open_model, scale, scores, division)
    return Chosen(plan, division, scores, choice, counter)


def judged(
    config: ModelConfig, sample: Sample, progress: Progress | None = None
) -> tuple[OutOfFold, Quality]:
    """Choose, cross-validate, and judge intervals and predictions."""
    chosen = choose_all(config, sample, progress)
    plan, choice, division = chosen.plan, chosen.choice, chosen.division
    model = plan.close(choice.transform, choice.weights)
    out_of_fold = predict_out_of_fold(sample, model, chosen.scores, choice.of_folds, division)
    difficulty = Difficulty.of(sample, out_of_fold, plan.intervals)
    intervals = judge_intervals(sample, out_of_fold, difficulty)
    quality = judge_model(
        sample,
        model,
        out_of_fold,
        intervals,
        fit_and_predict(out_of_fold.pipeline, sample, division.hold_out),
        validation=plan.validation,
    )
    return out_of_fold, quality


def cross_validate(
    pipeline: Any, sample: Sample, folds: list[Fold], repeats: int = 1
) -> npt.NDArray[np.float64]:
    """Predict the test rows of each fold by the whole pipeline, one fold after the other."""
    predictions = np.full((repeats, len(sample)), np.nan)
    for repeat, (train, test) in with_repeats(folds, repeats):
        rows = sample.take(train)
        fitted = clone(pipeline).fit(rows.X, rows.y, **rows.fit_parameters())
        predictions[repeat, test] = fitted.predict(sample.X.iloc[test])
    return predictions
