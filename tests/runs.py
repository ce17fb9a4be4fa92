"""The stages of a training run behind the choice, for tests of what lies between them."""

from regression_model.config.core import ModelConfig
from regression_model.training.choice import choose
from regression_model.training.cross_validation import OutOfFold, predict_out_of_fold
from regression_model.training.fitting import Progress
from regression_model.training.intervals import judge_intervals
from regression_model.training.plan import TrainingPlan
from regression_model.training.quality import Quality, judge_model
from regression_model.training.sample import Sample


def judged(
    config: ModelConfig, sample: Sample, progress: Progress | None = None
) -> tuple[OutOfFold, Quality]:
    """Choose, cross-validate, and judge intervals and predictions."""
    plan = TrainingPlan.of(config)
    evaluation, seed = plan.evaluation, plan.seed
    choice = choose(sample, plan.open_model, evaluation, seed=seed)
    model = plan.close(choice.transform, choice.weights)
    out_of_fold = predict_out_of_fold(sample, model, evaluation, seed=seed, progress=progress)
    intervals = judge_intervals(
        sample, model.pipeline, out_of_fold, plan.intervals, progress=progress
    )
    quality = judge_model(
        sample,
        model,
        out_of_fold,
        intervals,
        evaluation,
        seed=seed,
        validation=plan.validation,
    )
    return out_of_fold, quality
