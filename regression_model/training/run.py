"""A training run: a config and a table in, a proven artifact and its metrics out."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from regression_model._version import package_version
from regression_model.config import core
from regression_model.exceptions import ArtifactError
from regression_model.processing.data_manager import load_dataset, with_clean_names
from regression_model.training.assembly import build_artifact, explanation_cost
from regression_model.training.branches import count_fits, score_branches
from regression_model.training.choice import choose_weights
from regression_model.training.cross_validation import predict_out_of_fold
from regression_model.training.division import divide
from regression_model.training.facts.curve import count_curve_fits
from regression_model.training.facts.folds import gather
from regression_model.training.fitting import fit_last
from regression_model.training.gate import check_comparable
from regression_model.training.in_place import check_place
from regression_model.training.intervals import judge_intervals
from regression_model.training.plan import TablePart, TrainingPlan
from regression_model.training.progress import FitCounter
from regression_model.training.quality import judge_model
from regression_model.training.residuals import Difficulty
from regression_model.training.result import TrainingResult
from regression_model.training.scale import choose_scale
from regression_model.training.shuffling import shuffles_of
from regression_model.training.table import read_sample

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.training.assembly import Built
    from regression_model.training.choice import Choice
    from regression_model.training.division import Division
    from regression_model.training.plan import ClosedModel
    from regression_model.training.progress import Progress
    from regression_model.training.quality import Quality
    from regression_model.training.sample import Sample
    from regression_model.training.shuffling import Shuffle

logger = logging.getLogger(__name__)

_MAX_VERSION = 100


def run_training(
    config: core.Config | None = None,
    *,
    data: pd.DataFrame | None = None,
    artifact_path: str | Path | None = None,
    model_version: str | None = None,
    accept: bool = False,
    force: bool = False,
    inputs: Iterable[Path] = (),
    progress: Progress | None = None,
) -> TrainingResult:
    """Choose, measure, fit on all rows, export and prove; with a path also compare and write.

    Parameters
    ----------
    config : Config, optional
        The packaged one by default.
    data : DataFrame, optional
        The training table; the file that the config names by default.
    artifact_path : str or Path, optional
        Where to; nothing is written without one, and `TrainingResult.save` may follow. A file that
        is there is replaced when all is done.
    model_version : str, optional
        What the artifact and its answers name; this package's version by default.
    accept : bool
        Whether to replace the model in place even by a clearly worse one.
    force : bool
        Whether to replace what is no artifact, or a model of another target or other columns.
    inputs : iterable of Path
        Files that `data` came from. Neither they nor the files of the config are ever replaced.
    progress : callable, optional
        Told what is being fitted, how many fits of the run are done, and how many there are.

    Returns
    -------
    TrainingResult

    Raises
    ------
    OccupiedPathError
        If something else than an earlier version of this model is in place, before any work.
    OutputError
        If the path is a file that the model is made from, or cannot be written to, before any work.
    DataError
        If the table cannot be trained on, before anything is fitted.
    ArtifactError
        If the model version will not do, before any work, or if the exported graph is not proven
        equal to the pipeline.
    WorseModelError
        If the model is clearly worse than the one in place, or, before any fit, if the two could
        not be compared; nothing is written.
    """
    config = core.config if config is None else config
    table, plan = TablePart.of(config), TrainingPlan.of(config.model_config)
    path = None if artifact_path is None else Path(artifact_path)
    version = package_version() if model_version is None else _checked_version(model_version)
    inputs = (*config.inputs, *inputs)
    if path is not None:
        target, columns = table.target.column, plan.artifact.columns
        check_place(path, target=target, columns=columns, force=force, inputs=inputs)
    if data is None:
        data = load_dataset(file_name=config.app_config.training_data_file, config=config)
    started = time.perf_counter()
    sample = read_sample(with_clean_names(data, table.schema), table)
    division = divide(sample, plan.evaluation, plan.seed)
    if path is not None and not accept:
        check_comparable(path, sample, table, plan, division)
    result = _train(sample, division, plan, version=version, progress=progress)
    n_left_out, seconds = len(data) - len(sample), time.perf_counter() - started
    result = replace(result, inputs=inputs, n_left_out=n_left_out, seconds=seconds)
    if result.knows_no_more_than_the_mean:
        logger.warning("%s", result.warning())
    if path is None:
        return result
    return result.save(path, accept=accept, force=force, progress=progress)


def _train(
    sample: Sample,
    division: Division,
    plan: TrainingPlan,
    *,
    version: str,
    progress: Progress | None,
) -> TrainingResult:
    """Go through the stages: each takes its part of the plan, and what those before it gave.

    What the result says of the table and the time, the caller knows.
    """
    counter, shuffles = _counter(sample, division, plan, progress)
    scale = choose_scale(sample, plan.open_model, division, counter, shuffles=shuffles)
    scores = score_branches(sample, plan.open_model, scale, division, counter, shuffles=shuffles)
    choice = choose_weights(sample, plan.open_model, scale, scores, division)
    model = plan.close(choice.transform, choice.weights)
    out_of_fold = predict_out_of_fold(sample, model, scores, choice.of_folds, division)
    difficulty = Difficulty.of(sample, out_of_fold, plan.intervals)
    intervals = judge_intervals(sample, out_of_fold, difficulty)
    facts = None
    if plan.facts.are_kept:
        facts = gather(
            sample, plan, choice, scores, out_of_fold,
            intervals=intervals, shuffles=shuffles, counter=counter,
        )  # fmt: skip
    fitted, held_out = fit_last(out_of_fold.pipeline, sample, division.hold_out, counter)
    quality = judge_model(
        sample, model, out_of_fold, intervals, held_out, validation=plan.validation
    )
    built = build_artifact(
        sample,
        fitted,
        model,
        out_of_fold,
        quality,
        difficulty=difficulty,
        part=plan.artifact,
        facts=facts,
    )
    result = _result(
        built,
        quality,
        choice,
        sample=sample,
        model=model,
        fitted=fitted,
        columns=plan.artifact.columns,
        n_fits=counter.done,
    )
    result.artifact.model["model_version"] = version
    return result


def _counter(
    sample: Sample, division: Division, plan: TrainingPlan, progress: Progress | None
) -> tuple[FitCounter, dict[int, Shuffle]]:
    """Return what counts the fits, and which cells folds are asked about for what is kept."""
    counter = FitCounter(progress, total=count_fits(sample, plan.open_model, division))
    if not plan.facts.are_kept:
        return counter, {}
    counter.total += count_curve_fits(plan.open_model, division)
    return counter, shuffles_of(division, len(plan.artifact.columns), plan.facts.seed)


def _result(
    built: Built,
    quality: Quality,
    choice: Choice,
    *,
    sample: Sample,
    model: ClosedModel,
    fitted: Pipeline,
    columns: tuple[str, ...],
    n_fits: int,
) -> TrainingResult:
    """Put a result together, and into the artifact what only the run knows."""
    artifact = built.artifact
    artifact.model["selection"] = choice.to_dict()
    return TrainingResult(
        artifact=artifact,
        artifact_path=None,
        pipeline=fitted,
        quality=quality,
        selection=choice,
        target=model.target,
        columns=columns,
        comparison=None,
        n_rows=len(sample),
        n_left_out=0,
        largest_difference=built.largest_difference,
        explanation_milliseconds=explanation_cost(artifact),
        seconds=0.0,
        sample=sample,
        n_fits=n_fits,
    )


def _checked_version(version: str) -> str:
    """Refuse, before any work, what an artifact could not keep or a reader could not read."""
    if not version.strip() or not version.isprintable() or len(version) > _MAX_VERSION:
        message = (
            f"the model version {version[:_MAX_VERSION]!r} will not do; give 1 to {_MAX_VERSION} "
            "printable characters, such as 1.0.0"
        )
        raise ArtifactError(message)
    return version


def default_artifact_path(config: core.Config) -> Path:
    """Return where the package looks for the artifact of its version."""
    name = f"{config.app_config.pipeline_save_file}{package_version()}.zip"
    return core.TRAINED_MODEL_DIR / name


def artifact_place(config: core.Config, config_file: Path | None, out: Path | None) -> Path:
    """Return where a command writes: as told, beside its config, or the package's own place.

    Only the packaged config, for which no file is named, goes into the package.
    """
    if out is not None:
        return out
    return default_artifact_path(config) if config_file is None else config_file.with_suffix(".zip")
