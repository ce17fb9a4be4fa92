"""Commands that make a model: ``init`` and ``train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import (
    ForceOption,
    JsonOption,
    app,
    check_input,
    check_output,
    is_quiet,
    say,
    writing,
)
from regression_model.cli.stopping import stopping, untouched
from regression_model.cli.terminal import show_json
from regression_model.exceptions import OccupiedPathError, WorseModelError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.guessing.guesses import Guesses
    from regression_model.training.result import TrainingResult

_SHOWN_COLUMNS = 10

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The YAML file; the packaged one by default.")
]


@app.command()
def init(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="A CSV or Parquet file.")],
    *,
    target: Annotated[
        str, typer.Option("--target", metavar="COLUMN", help="The column to predict.")
    ],
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Where to write; TABLE's name with .yml by default."),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Write a config for TABLE, with a note at every guess.

    Read it, change what you know better, then run train.
    """
    from regression_model.config.core import parse_config
    from regression_model.guessing.inference import infer
    from regression_model.guessing.writing import write_config
    from regression_model.processing.table_files import read_table

    out = Path(f"{table.stem}.yml") if config is None else config
    check_input(table, "TABLE")
    check_output(out, "--config", force=force, inputs=[table])
    guesses = infer(read_table(table), target)
    text = write_config(guesses, _seen_from(out.parent, table))
    parse_config(text, out)
    with writing(out, inputs=[table]) as file:
        file.write(text)
    _say_guesses(guesses, out)


def _seen_from(folder: Path, table: Path) -> str:
    """Return the table's path from the config's folder if it is in there, else in full."""
    path, folder = table.resolve(), folder.resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _say_guesses(guesses: Guesses, out: Path) -> None:
    say(f"wrote {out}: {in_short(guesses)}")
    say_unused(guesses)
    say(f"read it, then run: regression-model train --config {out}")


def in_short(guesses: Guesses) -> str:
    """Say in a line what is predicted from what."""
    from regression_model.processing.words import short

    columns, target = guesses.columns, short(guesses.target.column)
    kinds = dict.fromkeys(column.kind for column in columns)
    said = ", ".join(f"{sum(c.kind == kind for c in columns)} {kind}" for kind in kinds)
    return f"{len(columns)} columns to predict {target} from ({said})"


def say_unused(guesses: Guesses) -> None:
    """Say what the model does not use and why, what must be asked, and how rows count."""
    from regression_model.processing.words import short

    _say_some(f"left out {short(c.name)!r}: {c.reason}" for c in guesses.left_out)
    _say_some(f"look at {short(c.name)!r}: {c.question}" for c in guesses.columns if c.question)
    for role in ("weight", "group", "time"):
        for words, found in (
            ("used as", getattr(guesses.rows, role)),
            ("not used as", getattr(guesses.rows, f"maybe_{role}")),
        ):
            if found is not None:
                say(f"{words} {role}_column {short(found[0])!r}: {found[1]}")


def _say_some(lines: Iterable[str]) -> None:
    """Say the first lines, and how many more like them the config has."""
    told = list(lines)
    for line in told[:_SHOWN_COLUMNS]:
        say(line)
    more = len(told) - _SHOWN_COLUMNS
    if more > 0:
        say(f"and {more:,} more such columns; the config has a note at each")


@app.command()
def train(
    *,
    config: ConfigOption = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="A CSV or Parquet file instead of the config's.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The artifact; the config's name with .zip by default."),
    ] = None,
    force: ForceOption = False,
    model_version: Annotated[
        str | None,
        typer.Option(
            "--model-version",
            metavar="VERSION",
            help="What the artifact and its answers name; this package's version by default.",
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Replace a model even by a clearly worse one.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model, measure it, and write it as an artifact once it is proven.

    A model that is there is replaced by one that is not clearly worse, or with --accept; what is no
    artifact, or a model of another target or of other columns, only with --force.
    """
    for path, hint in ((config, "--config"), (data, "--data")):
        if path is not None:
            check_input(path, hint)
    from regression_model import train_pipeline
    from regression_model.config.core import CONFIG_FILE, load_config

    settings = load_config(config or CONFIG_FILE)
    out = train_pipeline.artifact_place(settings, config, out)
    inputs = settings.inputs if data is None else (*settings.inputs, data)
    check_output(out, "--out", force=True, inputs=inputs, make_folders=True)
    try:
        with stopping(untouched(out)):
            result = train_pipeline.train_with_progress(
                settings,
                data=data,
                artifact_path=out,
                model_version=model_version,
                accept=accept,
                force=force,
                quiet=is_quiet(),
            )
    except OccupiedPathError as problem:
        raise typer.BadParameter(str(problem), param_hint="--out") from problem
    except WorseModelError as problem:
        if not as_json and isinstance(problem.result, train_pipeline.TrainingResult):
            show_result(problem.result)
        raise
    if as_json:
        show_json(result.to_dict())
        return
    show_result(result)
    if config is not None:
        say(f"predict with it: regression-model predict FILE --model {out}")


def show_result(result: TrainingResult) -> None:
    """Show what a training run gave, unless ``--quiet`` was given."""
    from regression_model.cli.reporting import report

    if not is_quiet():
        report(result)
