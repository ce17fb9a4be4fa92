"""Commands that make a model: ``init`` and ``train``.

What a command does is imported when it runs: ``--help`` loads no NumPy and no scikit-learn.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input, check_output, writing
from regression_model.cli.notes import is_quiet, say
from regression_model.cli.options import TABLES, EffortOption, ForceOption, JsonOption, by_package
from regression_model.cli.stopping import stopping, untouched
from regression_model.cli.terminal import progress_bar, show_json
from regression_model.exceptions import MissingExtraError, OccupiedPathError, WorseModelError
from regression_model.processing.interruptions import signals_held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.config.core import Config
    from regression_model.project.folder import PackageFolder
    from regression_model.training.result import TrainingResult

TableArgument = Annotated[Path, typer.Argument(metavar="TABLE", help=f"{TABLES}.")]
TargetOption = Annotated[
    str, typer.Option("--target", metavar="COLUMN", help="The column to predict.")
]
NewConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Where to write; TABLE's name with .yml by default."),
]


@command(in_projects=False)
def init(
    table: TableArgument,
    *,
    target: TargetOption,
    config: NewConfigOption = None,
    effort: EffortOption = "standard",
    force: ForceOption = False,
) -> None:
    """Write a config for TABLE, with a note at every guess.

    Read it, change what you know better, then run train.
    """
    with signals_held():
        from regression_model.cli.guesses_report import in_short, say_columns
        from regression_model.config.core import parse_config
        from regression_model.guessing.inference import infer
        from regression_model.guessing.writing import write_config
        from regression_model.processing.table_files import read_table

    out = Path(f"{table.stem}.yml") if config is None else config
    check_input(table, "TABLE")
    check_output(out, "--config", force=force, inputs=[table])
    guesses = infer(read_table(table), target, effort)
    text = write_config(guesses, _seen_from(out.parent, table))
    parse_config(text, out)
    with writing(out, inputs=[table]) as file:
        file.write(text)
    say(f"wrote {out}: {in_short(guesses)}")
    say_columns(guesses)
    say(f"read it, then run: regression-model train --config {out}")


def _seen_from(folder: Path, table: Path) -> str:
    """Return the table's path from the config's folder if it is in there, else in full."""
    path, folder = table.resolve(), folder.resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


# A package that trains itself names nothing of this: all four are its own.
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        callback=by_package(lambda package: package.config_path),
        help="The YAML file; the packaged one by default.",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        callback=by_package(lambda package: package.table),
        help=f"A table instead of the config's: {TABLES}.",
    ),
]
ArtifactOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        callback=by_package(lambda package: package.artifact_path),
        help="The artifact; the config's name with .zip by default.",
    ),
]
VersionOption = Annotated[
    str | None,
    typer.Option(
        "--model-version",
        metavar="VERSION",
        callback=by_package(lambda package: package.version),
        help="What the artifact and its answers name; this package's version by default.",
    ),
]
ForeignOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Replace also what is no artifact, or a model of another target or other columns.",
    ),
]
AcceptOption = Annotated[
    bool, typer.Option("--accept", help="Replace a model even by a clearly worse one.")
]


@command(in_projects=False)
def train(
    context: typer.Context,
    *,
    config: ConfigOption = None,
    data: DataOption = None,
    out: ArtifactOption = None,
    force: ForeignOption = False,
    model_version: VersionOption = None,
    accept: AcceptOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model, measure it, and write it as an artifact once it is proven.

    A model that is there is replaced by one that is not clearly worse, or with --accept; what is no
    artifact, or a model of another target or of other columns, only with --force. What changes for
    callers of the model before is said as by diff.
    """
    check_input(config, "--config")
    check_input(data, "--data")
    with _own_remedy(context.obj), signals_held():
        from regression_model.training.run import artifact_place
    from regression_model.cli.training_advice import (
        advice_to_dict,
        advise,
        load_before,
        show_advice,
    )
    from regression_model.config.core import CONFIG_FILE, load_config
    from regression_model.reports.card.beside import write_card_beside

    loaded = load_config(config or CONFIG_FILE)
    place = artifact_place(loaded, config, out)
    inputs = loaded.inputs if data is None else (*loaded.inputs, data)
    check_output(place, "--out", force=True, inputs=inputs, make_folders=True)
    options = {"model_version": model_version, "accept": accept, "force": force}
    before = load_before(place)
    with _refusals(as_json=as_json), stopping(untouched(place)):
        result = _train_from_files(loaded, data, place, **options)
    card = write_card_beside(place)
    if context.obj is not None and place == context.obj.artifact_path:
        from regression_model.reports.bill import write_bill_beside

        write_bill_beside(place)
    advice = advise(before, place)
    if as_json:
        show_json({**result.to_dict(), **advice_to_dict(advice)})
        return
    show_result(result)
    show_advice(advice)
    if card is not None:
        from regression_model.cli.training_report import seen_from_here

        say(f"wrote its card: {seen_from_here(card)}")
    _say_how_to_predict(place, config, context.obj)


def _train_from_files(
    config: Config, data: Path | None, artifact_path: Path, **options: Any
) -> TrainingResult:
    """Train with a progress bar, on a table of its own or on the one that the config names."""
    with signals_held():
        from regression_model.processing.data_manager import load_dataset
        from regression_model.training.run import run_training

    inputs: tuple[Path, ...] = ()
    table = None
    if data is not None:
        inputs = (data,)
        table = load_dataset(file_name=data.resolve(), config=config)
    with progress_bar(hidden=is_quiet()) as progress:
        return run_training(
            config,
            data=table,
            artifact_path=artifact_path,
            inputs=inputs,
            progress=progress,
            **options,
        )


@contextmanager
def _own_remedy(package: PackageFolder | None) -> Iterator[None]:
    """Where a package trains itself, say how its own extra is installed too."""
    try:
        yield
    except MissingExtraError as problem:
        if package is None:
            raise
        message = f'{problem}, or in the project\'s folder: pip install ".[train]"'
        raise MissingExtraError(message) from problem


@contextmanager
def _refusals(*, as_json: bool) -> Iterator[None]:
    """Take a path that is occupied as wrong usage, and show what a refused model is worth."""
    with signals_held():
        from regression_model.training.result import TrainingResult

    try:
        yield
    except OccupiedPathError as problem:
        raise typer.BadParameter(str(problem), param_hint="--out") from problem
    except WorseModelError as problem:
        if not as_json and isinstance(problem.result, TrainingResult):
            show_result(problem.result)
        raise


def show_result(result: TrainingResult) -> None:
    """Show what a training run gave, unless ``--quiet`` was given."""
    from regression_model.cli.training_report import report

    if not is_quiet():
        report(result)


def _say_how_to_predict(place: Path, config: Path | None, package: PackageFolder | None) -> None:
    """Name the command that answers with the model just written."""
    if package is not None and place == package.artifact_path:
        say(f"predict with it: {package.name} predict FILE")
    elif config is not None:
        say(f"predict with it: regression-model predict FILE --model {place}")
