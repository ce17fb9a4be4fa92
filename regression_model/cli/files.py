"""The files that commands read and write: checked before any work, and written whole."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

import typer

from regression_model.cli.stopping import in_part, stopping, untouched
from regression_model.cli.terminal import data_output, shown_safely
from regression_model.exceptions import OutputError
from regression_model.processing import output_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def check_input(path: Path | None, hint: str) -> None:
    """Refuse a file that is named and not there as wrong usage."""
    if path is not None and not path.exists():
        message = f"there is no file {path}"
        raise typer.BadParameter(message, param_hint=hint)


def check_output(
    path: Path | None,
    hint: str,
    *,
    force: bool,
    inputs: Iterable[Path] = (),
    make_folders: bool = False,
) -> None:
    """Refuse what cannot be written to, or to replace a file unasked, as wrong usage."""
    if path is None:
        return
    try:
        output_files.check_output(path, inputs=inputs, make_folders=make_folders)
    except OutputError as problem:
        raise typer.BadParameter(str(problem), param_hint=hint) from problem
    if output_files.replaces(path) and not force:
        message = f"{path} exists; choose another name or add --force"
        raise typer.BadParameter(message, param_hint=hint)


@contextmanager
def writing(output: Path | None, *, inputs: Iterable[Path] = ()) -> Iterator[TextIO]:
    """Open the output: stdout, or a file that takes its place when it is complete."""
    if output is None:
        output_files.check_stdout(inputs=inputs)
        with stopping(lambda: in_part("stdout")), data_output() as out:
            yield out
    else:
        kept = untouched(output)
        with stopping(kept), output_files.output_text(output, inputs=inputs) as out:
            yield shown_safely(out)


@contextmanager
def writing_bytes(
    output: Path | None, *, is_text: bool, inputs: Iterable[Path] = ()
) -> Iterator[BinaryIO]:
    """Open the output for bytes; a terminal shows those that are text in UTF-8 safely."""
    if output is None or is_text:
        with writing(output, inputs=inputs) as out:
            yield cast("BinaryIO", _Utf8(out))
    else:
        kept = untouched(output)
        with stopping(kept), output_files.output_file(output, inputs=inputs) as file:
            yield file


class _Utf8(io.RawIOBase):
    """A text file as one of bytes."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def write(self, data: Any) -> int:
        self._out.write(bytes(data).decode())
        return len(data)
