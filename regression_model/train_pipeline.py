"""Training: a config and a table in, a proven artifact and its metrics out."""

from __future__ import annotations

import argparse
import hashlib
import logging
import math
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if not __package__:  # run as a script: import the package that this file belongs to
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from regression_model._version import package_version
from regression_model.exceptions import DataError, MissingExtraError, RegressionModelError

try:
    import numpy as np

    from regression_model.artifact.export import export_pipeline
    from regression_model.artifact.format import GRAPH, Artifact, write_artifact
    from regression_model.artifact.proof import predict_encoded, prove_equal
    from regression_model.artifact.runtime import Engine
    from regression_model.config import core
    from regression_model.evaluation import (
        CrossValidation,
        Fold,
        Metrics,
        Progress,
        cross_validate,
        fit,
        folds_digest,
        hold_out,
        make_folds,
    )
    from regression_model.pipeline import build_pipeline
    from regression_model.processing.data_manager import load_dataset
    from regression_model.processing.encoder import Encoder, check_cells
    from regression_model.processing.schema import Column, nearest
    from regression_model.processing.tables import as_table
    from regression_model.processing.validation import encode_column
except ModuleNotFoundError as problem:
    message = (
        f"training needs {problem.name}, which is not installed; "
        'install the extra with: pip install "evergreen-regression[train]"'
    )
    raise MissingExtraError(message) from problem

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.evaluation import Floats
    from regression_model.processing.schema import Schema

logger = logging.getLogger(__name__)

_LIBRARIES = ("joblib", "numpy", "onnx", "pandas", "scikit-learn", "scipy")
_EXAMPLE_ROWS = 5
_MIN_FITTED_ROWS = 5


@dataclass(frozen=True)
class TrainingResult:
    """What a training run gave.

    Attributes
    ----------
    artifact_path : Path
        The file written.
    pipeline : sklearn.pipeline.Pipeline
        Fitted on all rows.
    cross_validation : CrossValidation
        Out-of-fold predictions and metrics.
    hold_out : Metrics
        On rows kept aside.
    n_rows : int
        Rows trained on.
    n_left_out : int
        Rows of the table without a target.
    largest_difference : float
        Between the artifact's and the pipeline's predictions, relative.
    seconds : float
        From the table in memory to the file written.
    """

    artifact_path: Path
    pipeline: Pipeline
    cross_validation: CrossValidation
    hold_out: Metrics
    n_rows: int
    n_left_out: int
    largest_difference: float
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as what JSON can hold."""
        return {
            "artifact": str(self.artifact_path),
            "metrics": _metrics(self.cross_validation, self.hold_out),
            "n_rows": self.n_rows,
            "n_left_out": self.n_left_out,
            "largest_difference": self.largest_difference,
            "seconds": round(self.seconds, 3),
        }


def run_training(
    config: core.Config | None = None,
    *,
    data: pd.DataFrame | None = None,
    artifact_path: str | Path | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    """Measure, fit on all rows, export, prove, write.

    Parameters
    ----------
    config : Config, optional
        The packaged one by default.
    data : DataFrame, optional
        The training table; the file that the config names by default.
    artifact_path : str or Path, optional
        Where to; the packaged place by default. A file that is there is replaced when all is done.
    progress : callable, optional
        Told about every part that is done.

    Returns
    -------
    TrainingResult

    Raises
    ------
    DataError
        If the table cannot be trained on, before anything is fitted.
    ArtifactError
        If the exported graph is not proven equal to the pipeline.
    """
    config = core.config if config is None else config
    settings = config.model_config
    if data is None:
        data = load_dataset(file_name=config.app_config.training_data, config=config)
    started = time.perf_counter()
    X, y = split_target(data, config)
    log = settings.target.transform == "log"
    pipeline = build_pipeline(settings)
    folds = make_folds(len(y), settings.evaluation, settings.seed)
    validated = cross_validate(
        pipeline, X, y, folds=folds, repeats=settings.evaluation.repeats, log=log, progress=progress
    )
    share = settings.evaluation.hold_out
    held_out = hold_out(pipeline, X, y, share=share, seed=settings.seed, log=log)
    fitted = fit(pipeline, X, y)
    x = np.ascontiguousarray(fitted[0].transform(X).to_numpy())
    graph = export_pipeline(fitted)
    difference = prove_equal(fitted, Engine(graph, x.shape[1]), x, float(np.std(y)))
    model = {
        **_description(config, fitted, validated, held_out),
        "provenance": _provenance(settings, x, y, folds),
    }
    path = default_artifact_path(config) if artifact_path is None else Path(artifact_path)
    write_artifact(path, Artifact(model, {GRAPH: graph}))
    seconds = time.perf_counter() - started
    logger.info("wrote %s in %.1f s", path, seconds)
    n_left_out = len(data) - len(y)
    return TrainingResult(
        path, fitted, validated, held_out, len(y), n_left_out, difference, seconds
    )


def default_artifact_path(config: core.Config) -> Path:
    """Return where the package looks for the artifact of its version."""
    name = f"{config.app_config.artifact_name}{package_version()}.zip"
    return core.TRAINED_MODEL_DIR / name


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
    if target not in data.columns:
        near = nearest(target, map(str, data.columns))
        hint = f"; did you mean {near[0]}?" if near else ""
        message = f"the table has no target column {target!r}{hint}"
        raise DataError(message)
    y = _read_target(data, target)
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


def _read_target(data: pd.DataFrame, target: str) -> Floats:
    table = as_table(data[[target]])
    encoded = encode_column(Column(target, "number"), table.read(0, 0, table.n_rows))
    check_cells([(row, target, verdict) for row, _, verdict in encoded.remarks])
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
    if n_fitted < _MIN_FITTED_ROWS:
        message = (
            f"the table has {n_rows} rows with a target, of which {n_fitted} would be left to fit "
            f"on; at least {_MIN_FITTED_ROWS} are needed: give more rows, or a smaller "
            "evaluation.hold_out"
        )
        raise DataError(message)


def _check_target(y: Floats, name: str, transform: str) -> None:
    if np.nanmin(y) == np.nanmax(y):
        message = f"the target {name} is {np.nanmin(y):g} in every row; there is nothing to learn"
        raise DataError(message)
    wrong = np.flatnonzero(y <= 0)
    if transform == "log" and wrong.size:
        message = (
            f"the target {name} is {y[wrong[0]]:g} in row {wrong[0]} ({wrong.size} rows are not "
            "above zero); a log transform needs positive values: mend the rows, or set "
            "target.transform to none"
        )
        raise DataError(message)


def _description(
    config: core.Config, fitted: Pipeline, validated: CrossValidation, held_out: Metrics
) -> dict[str, Any]:
    """What the artifact says of the model."""
    schema: Schema = fitted[0].schema_
    return {
        "package_version": package_version(),
        "model_version": package_version(),
        "columns": schema.to_dict(),
        "target": config.model_config.target.model_dump(),
        "metrics": {
            **_metrics(validated, held_out),
            "n_rows": int(validated.predictions.shape[1]),
            "folds": config.model_config.evaluation.folds,
            "repeats": config.model_config.evaluation.repeats,
        },
        "examples": _examples(fitted, config.model_config.seed),
    }


def _metrics(validated: CrossValidation, held_out: Metrics) -> dict[str, dict[str, float]]:
    return {
        "cross_validated_pooled": validated.pooled.to_dict(),
        "cross_validated_mean_of_folds": validated.mean_of_folds.to_dict(),
        "hold_out": held_out.to_dict(),
    }


def _examples(fitted: Pipeline, seed: int) -> list[dict[str, Any]]:
    """Synthetic records, each cell drawn by itself from what its column may hold."""
    schema: Schema = fitted[0].schema_
    random = np.random.default_rng(seed)
    x = np.full((_EXAMPLE_ROWS, len(schema)), np.nan)
    records: list[dict[str, Any]] = [{} for _ in range(_EXAMPLE_ROWS)]
    for i, column in enumerate(schema.columns):
        low, high = column.silent_range
        drawn = np.round(random.uniform(low, high, _EXAMPLE_ROWS))
        x[:, i] = np.clip(drawn, low, high)
        for record, value in zip(records, x[:, i].tolist(), strict=True):
            record[column.name] = column.levels[int(value)] if column.has_levels else value
    predictions = predict_encoded(fitted, x).tolist()
    return [
        {"record": record, "prediction": prediction}
        for record, prediction in zip(records, predictions, strict=True)
    ]


def _provenance(
    settings: core.ModelConfig, x: Floats, y: Floats, folds: list[Fold]
) -> dict[str, Any]:
    """Where the model comes from; no clock time, so that equal inputs give equal bytes."""
    data = hashlib.sha256()
    data.update("\n".join(settings.columns).encode())
    data.update(np.ascontiguousarray(x, dtype="<f8").tobytes())
    data.update(y.astype("<f8").tobytes())
    return {
        "config_sha256": hashlib.sha256(settings.model_dump_json().encode()).hexdigest(),
        "data_sha256": data.hexdigest(),
        "folds_sha256": folds_digest(folds),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "libraries": {name: library_version(name) for name in _LIBRARIES},
    }


def report(result: TrainingResult, *, unit: str) -> None:
    """Show the table of metrics, and where the artifact is.

    Parameters
    ----------
    result : TrainingResult
        What the training gave.
    unit : str
        Of the target.
    """
    from rich.console import Console
    from rich.table import Table

    validated = result.cross_validation
    rows = {
        "cross-validated, pooled": validated.pooled,
        "cross-validated, mean of folds": validated.mean_of_folds,
        "hold-out": result.hold_out,
    }
    table = Table()
    table.add_column("", no_wrap=True)
    for header in ("RMSE of log", f"RMSE ({unit})", f"MAE ({unit})", "R²"):
        table.add_column(header, justify="right")
    for name, metrics in rows.items():
        log = "" if metrics.rmse_log is None else f"{metrics.rmse_log:.4f}"
        r2 = "" if metrics.r2 is None else f"{metrics.r2:.4f}"
        table.add_row(name, log, f"{metrics.rmse:,.0f}", f"{metrics.mae:,.0f}", r2)
    console = Console()
    console.print(table)
    if result.n_left_out:
        console.print(f"left out: {result.n_left_out:,} rows without a target", highlight=False)
    console.print(
        f"{result.n_rows:,} rows in {result.seconds:.1f} s; largest difference between artifact "
        f"and pipeline {result.largest_difference:.1e}",
        highlight=False,
    )
    path, here = result.artifact_path.resolve(), Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    console.print(f"wrote {shown}", highlight=False, soft_wrap=True)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="train_pipeline", description=__doc__)
    parser.add_argument("--config", type=Path, default=core.CONFIG_FILE, help="the YAML file")
    parser.add_argument("--data", type=Path, help="a CSV table instead of the config's")
    parser.add_argument("--out", type=Path, help="the artifact's path instead of the package's")
    return parser.parse_args(arguments)


def train_with_progress(
    config: core.Config, *, data: Path | None = None, artifact_path: Path | None = None
) -> TrainingResult:
    """Train from files, with a progress bar where stderr is a terminal.

    Parameters
    ----------
    config : Config
        What to train.
    data : Path, optional
        A table instead of the one that the config names.
    artifact_path : Path, optional
        Where to; the packaged place by default.

    Returns
    -------
    TrainingResult
    """
    from rich.console import Console
    from rich.progress import Progress as ProgressBar

    watched = Console(stderr=True)
    table = None if data is None else load_dataset(file_name=data.resolve(), config=config)
    with ProgressBar(console=watched, transient=True, disable=not watched.is_terminal) as bar:
        task = bar.add_task("training", total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        return run_training(config, data=table, artifact_path=artifact_path, progress=show)


def main(arguments: list[str] | None = None) -> int:
    """Train from the command line; return the exit status."""
    from rich.console import Console

    options = _parse(arguments)
    try:
        config = core.load_config(options.config)
        result = train_with_progress(config, data=options.data, artifact_path=options.out)
    except (RegressionModelError, OSError) as problem:
        watched = Console(stderr=True)
        watched.print(str(problem), style="red", highlight=False, soft_wrap=True, markup=False)
        return 1
    report(result, unit=config.model_config.target.unit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
