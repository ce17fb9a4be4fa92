"""Training: a config and a table in, a proven artifact and its metrics out."""

from __future__ import annotations

import argparse
import logging
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:  # run as a script: import the package that this file belongs to
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from regression_model._version import package_version
from regression_model.exceptions import (
    ArtifactError,
    DataError,
    MissingExtraError,
    RegressionModelError,
    WorseModelError,
)

try:
    import numpy as np

    from regression_model.artifact.assembly import build_artifact, explanation_cost
    from regression_model.config import core
    from regression_model.evaluation import MIN_FITTED_ROWS
    from regression_model.in_place import check_place
    from regression_model.measurement import measure_model
    from regression_model.processing.data_manager import load_dataset, with_clean_names
    from regression_model.processing.encoder import Encoder, check_cells
    from regression_model.processing.tables import as_table
    from regression_model.processing.target import LOWEST_TARGET
    from regression_model.processing.validation import encode_column
    from regression_model.row_columns import check_named, read_row_facts
    from regression_model.selection import select_model
    from regression_model.training_result import TrainingResult, TrainingRows
except ModuleNotFoundError as problem:
    message = (
        f"training needs {problem.name}, which is not installed; "
        'install the extra with: pip install "evergreen-regression[train]"'
    )
    raise MissingExtraError(message) from problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from regression_model.evaluation import Floats, Progress
    from regression_model.processing.row_facts import RowFacts

__all__ = ["TrainingResult", "artifact_place", "main", "run_training", "train_with_progress"]

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
        Told about every part that is done.

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
        If the model is clearly worse than the one in place; nothing is written.
    """
    config = core.config if config is None else config
    settings = config.model_config
    path = None if artifact_path is None else Path(artifact_path)
    version = package_version() if model_version is None else _checked_version(model_version)
    inputs = (*config.inputs, *inputs)
    if path is not None:
        check_place(path, settings, force=force, inputs=inputs)
    if data is None:
        data = load_dataset(file_name=config.app_config.training_data, config=config)
    data = with_clean_names(data)
    started = time.perf_counter()
    X, y = split_target(data, config)
    X, y, facts = _with_row_facts(data, X, y, config)
    selection = select_model(settings, X, y, facts=facts, progress=progress)
    settings = selection.settings
    measured = measure_model(settings, X, y, facts=facts, progress=progress)
    fitted, difference, artifact = build_artifact(settings, measured, X, y, facts)
    artifact.model["selection"] = selection.to_dict()
    artifact.model["model_version"] = version
    result = TrainingResult(
        artifact=artifact,
        artifact_path=None,
        pipeline=fitted,
        quality=measured.quality,
        selection=selection,
        comparison=None,
        n_rows=len(y),
        n_left_out=len(data) - len(y),
        largest_difference=difference,
        explanation_milliseconds=explanation_cost(artifact),
        seconds=time.perf_counter() - started,
        rows=TrainingRows(X, y, facts),
        inputs=inputs,
    )
    if result.knows_no_more_than_the_mean:
        logger.warning("%s", result.warning())
    if path is None:
        return result
    return result.save(path, accept=accept, force=force, progress=progress)


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
    name = f"{config.app_config.artifact_name}{package_version()}.zip"
    return core.TRAINED_MODEL_DIR / name


def artifact_place(config: core.Config, config_file: Path | None, out: Path | None) -> Path:
    """Return where a command writes: as told, beside its config, or the package's own place.

    Only the packaged config, for which no file is named, goes into the package.
    """
    if out is not None:
        return out
    return default_artifact_path(config) if config_file is None else config_file.with_suffix(".zip")


def split_target(data: pd.DataFrame, config: core.Config) -> tuple[pd.DataFrame, Floats]:
    """Check a training table and return its columns and its target.

    Rows without a target are left out, once their other cells are checked.

    Raises
    ------
    DataError
        If the target is absent, missing in every row, constant or out of its transform's reach, if
        there are fewer rows than folds, or if a declared column is missing in every row.
    """
    settings = config.model_config
    target = settings.target.column
    check_named(data, config)
    y = _read_target(data, settings.target)
    X = data.drop(columns=target)
    known = ~np.isnan(y)
    _check_row_count(int(known.sum()), settings.evaluation)
    _check_target(y, target, settings.target.transform)
    learned = Encoder(settings.input_schema).fit(X).schema_
    if not known.all():
        logger.warning("left out %d rows whose target %s is missing", sum(~known), target)
        X, y = X[known].reset_index(drop=True), y[known]
        learned = Encoder(settings.input_schema).fit(X).schema_
    empty = [column.name for column in learned.columns if column.missing_share == 1]
    if empty:
        message = (
            f"nothing is known in any row of: {', '.join(empty)}; "
            "leave such columns out of the config"
        )
        raise DataError(message)
    return X, y


def _with_row_facts(
    data: pd.DataFrame, X: pd.DataFrame, y: Floats, config: core.Config
) -> tuple[pd.DataFrame, Floats, RowFacts]:
    """Return rows that count, with what is known of them; rows are called as in the whole table."""
    settings = config.model_config
    target = settings.target.column
    rows = np.flatnonzero(~np.isnan(_read_target(data, settings.target)))
    facts = read_row_facts(X, settings, rows)
    if facts.weights is None or facts.weights.all():
        return X, y, facts
    counts = facts.weights > 0
    logger.warning("left out %d rows whose %s is 0", sum(~counts), settings.weight_column)
    counted = X.assign(**{target: y})[counts].reset_index(drop=True)
    X, y = split_target(counted, config)
    return X, y, read_row_facts(X, settings, rows[counts])


def _read_target(data: pd.DataFrame, target: core.TargetConfig) -> Floats:
    table = as_table(data[[target.column]])
    encoded = encode_column(target.to_column(), table.read(0, 0, table.n_rows))
    check_cells([(row, target.column, verdict) for row, _, verdict in encoded.remarks])
    return encoded.values


def _check_row_count(n_rows: int, settings: core.EvaluationConfig) -> None:
    """Refuse a table of which some part would be too small to fit or to measure on."""
    if n_rows < settings.folds:
        message = (
            f"the table has {n_rows} rows with a target, fewer than the {settings.folds} folds; "
            "give more rows or set evaluation.folds"
        )
        raise DataError(message)
    share = max(settings.hold_out, 1 / settings.folds)
    n_fitted = n_rows - math.ceil(share * n_rows)
    if n_fitted < MIN_FITTED_ROWS:
        message = (
            f"the table has {n_rows} rows with a target, of which {n_fitted} would be left to fit "
            f"on; at least {MIN_FITTED_ROWS} are needed: give more rows, or a smaller "
            "evaluation.hold_out"
        )
        raise DataError(message)


def _check_target(y: Floats, name: str, transform: str) -> None:
    if np.nanmin(y) == np.nanmax(y):
        message = f"the target {name} is {np.nanmin(y):g} in every row; there is nothing to learn"
        raise DataError(message)
    if transform not in LOWEST_TARGET:
        return
    bound, reaches = LOWEST_TARGET[transform]
    wrong = np.flatnonzero((y < bound) | ((y == bound) & (not reaches)))
    if wrong.size:
        message = (
            f"the target {name} is {y[wrong[0]]:g} in row {wrong[0]} ({wrong.size} rows like it); "
            f"the transform {transform} needs values {'from' if reaches else 'above'} {bound:g}: "
            "mend the rows, or set target.transform to none or yeo_johnson"
        )
        raise DataError(message)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="train_pipeline", description=__doc__)
    parser.add_argument("--config", type=Path, help="a YAML file instead of the package's")
    parser.add_argument("--data", type=Path, help="a CSV or Parquet table instead of the config's")
    parser.add_argument(
        "--out",
        type=Path,
        help="the artifact's path; by default the config's with .zip, or the package's own",
    )
    parser.add_argument("--model-version", help="instead of the package's version")
    parser.add_argument(
        "--accept", action="store_true", help="replace even by a clearly worse model"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace what is no earlier version of the model"
    )
    return parser.parse_args(arguments)


def train_with_progress(
    config: core.Config,
    *,
    data: Path | None = None,
    artifact_path: Path | None = None,
    model_version: str | None = None,
    accept: bool = False,
    force: bool = False,
    quiet: bool = False,
) -> TrainingResult:
    """Train from files, show what came out, with a progress bar where stderr is a terminal.

    Parameters
    ----------
    config : Config
        What to train.
    data : Path, optional
        A table instead of the one that the config names.
    artifact_path : Path, optional
        Where to; nothing is written without one.
    model_version : str, optional
        What the artifact and its answers name; this package's version by default.
    accept : bool
        Whether to replace the model in place even by a clearly worse one.
    force : bool
        Whether to replace what is no artifact, or a model of another target or other columns.
    quiet : bool
        Whether to show no progress.

    Returns
    -------
    TrainingResult
    """
    from regression_model.cli.terminal import progress_bar

    table = None if data is None else load_dataset(file_name=data.resolve(), config=config)
    with progress_bar(hidden=quiet) as show:
        return run_training(
            config,
            data=table,
            artifact_path=artifact_path,
            model_version=model_version,
            accept=accept,
            force=force,
            inputs=() if data is None else (data,),
            progress=show,
        )


def main(arguments: list[str] | None = None) -> int:
    """Train from the command line; return the exit status."""
    from regression_model.cli.reporting import report
    from regression_model.cli.stopping import stopping, untouched
    from regression_model.cli.terminal import prepare_streams, tell, tell_error

    prepare_streams()

    options = _parse(arguments)
    try:
        config = core.load_config(options.config or core.CONFIG_FILE)
        out = artifact_place(config, options.config, options.out)
        with stopping(untouched(out)):
            result = train_with_progress(
                config,
                data=options.data,
                artifact_path=out,
                model_version=options.model_version,
                accept=options.accept,
                force=options.force,
            )
        report(result)
    except RegressionModelError as problem:
        if isinstance(problem, WorseModelError) and isinstance(problem.result, TrainingResult):
            report(problem.result)
        tell_error(problem)
        return 1
    except OSError as problem:
        tell(f"error: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
