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
    say,
    writing,
)
from regression_model.cli.terminal import show_json
from regression_model.exceptions import ArtifactError, WorseModelError

if TYPE_CHECKING:
    from regression_model.config.guesses import Guesses

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
    from regression_model.config.inference import infer
    from regression_model.config.writing import write_config
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
    say_left_out(guesses)
    say(f"read it, then run: regression-model train --config {out}")


def in_short(guesses: Guesses) -> str:
    """Say in a line what is predicted from what."""
    columns = guesses.columns
    kinds = dict.fromkeys(column.kind for column in columns)
    said = ", ".join(f"{sum(c.kind == kind for c in columns)} {kind}" for kind in kinds)
    return f"{len(columns)} columns to predict {guesses.target.column} from ({said})"


def say_left_out(guesses: Guesses) -> None:
    """Say which columns the model does not use, and why."""
    for column in guesses.left_out[:_SHOWN_COLUMNS]:
        say(f"left out {column.name!r}: {column.reason}")
    more = len(guesses.left_out) - _SHOWN_COLUMNS
    if more > 0:
        say(f"left out {more:,} more; left_out in the config has all of them, with reasons")


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
    accept: Annotated[
        bool, typer.Option("--accept", help="Replace a model even by a clearly worse one.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model, measure it, and write it as an artifact once it is proven.

    A model that is there is replaced by one that is not clearly worse, or with --accept.
    """
    for path, hint in ((config, "--config"), (data, "--data")):
        if path is not None:
            check_input(path, hint)
    from regression_model import train_pipeline
    from regression_model.cli.reporting import report
    from regression_model.config.core import CONFIG_FILE, load_config

    out = out or (None if config is None else config.with_suffix(".zip"))
    settings = load_config(config or CONFIG_FILE)
    unit = settings.model_config.target.unit
    out = out or train_pipeline.default_artifact_path(settings)
    inputs = [path for path in (config, data) if path is not None]
    may_replace = force or _is_artifact(out)
    check_output(out, "--out", force=may_replace, inputs=inputs, make_folders=True)
    try:
        result = train_pipeline.train_with_progress(
            settings, data=data, artifact_path=out, accept=accept
        )
    except WorseModelError as problem:
        if not as_json and isinstance(problem.result, train_pipeline.TrainingResult):
            report(problem.result, unit=unit, written=False)
        raise
    if as_json:
        show_json(result.to_dict())
        return
    report(result, unit=unit)
    if config is not None:
        say(f"predict with it: regression-model predict FILE --model {out}")


def _is_artifact(path: Path) -> bool:
    """Tell whether a file is an artifact, which training may replace by one that is not worse."""
    from regression_model.artifact.format import read_artifact

    try:
        read_artifact(path)
    except ArtifactError:
        return False
    return True
