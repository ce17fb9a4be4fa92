"""Training from the command line: the script, and what the command shares with it."""

from __future__ import annotations

import argparse
from pathlib import Path

from regression_model.config import core
from regression_model.exceptions import RegressionModelError, WorseModelError
from regression_model.processing.data_manager import load_dataset
from regression_model.training.result import TrainingResult
from regression_model.training.run import artifact_place, run_training


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
