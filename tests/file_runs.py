"""Runs of files into a place, which may end at some moment as if the power were cut."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from regression_model.artifact.counting import Counting
from regression_model.batch.chunk_scoring import ChunkScorer
from regression_model.batch.inputs import find_inputs
from regression_model.batch.layouts import Layout
from regression_model.batch.local_places import LocalFolder
from regression_model.batch.running import Run
from regression_model.batch.target import target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model
    from regression_model.batch.outcomes import Outcome


def a_run(
    model: Model,
    inputs: list[str],
    output: str,
    *,
    resume: bool = False,
    killed_at: int | None = None,
    is_counted: bool = False,
) -> Run:
    """Return a run that names rows by their Id, in parts of 100 rows at most if chunks allow."""
    found = find_inputs(inputs)
    target = target_of(output, Layout("Id", has_source=found.are_many))
    if killed_at is not None:
        target = replace(target, folder=DeadlyFolder(Path(target.folder.place), killed_at))
    counting = Counting(model) if is_counted else None
    scorer = ChunkScorer(model, target.sink, counting=counting)
    return Run(scorer, found, target, {"Id": "--id"}, resume=resume, part_rows=100)


def run_files(
    model: Model,
    inputs: list[str],
    output: str,
    *,
    resume: bool = False,
    killed_at: int | None = None,
    is_counted: bool = False,
) -> Outcome:
    """Run files into a place."""
    run = a_run(model, inputs, output, resume=resume, killed_at=killed_at, is_counted=is_counted)
    return run.run(lambda *_: None, n_workers=1)


class DeadlyFolder(LocalFolder):
    """A folder whose process is killed at the so manieth change in it."""

    def __init__(self, path: Path, moment: int) -> None:
        super().__init__(path)
        self._left = moment

    def _pass(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        with super().writing(name) as file:
            yield file
            self._pass()
        self._pass()

    def append(self, name: str, line: bytes) -> None:
        super().append(name, line[: len(line) // 2])
        self._pass()
        super().append(name, line[len(line) // 2 :])
        self._pass()

    def remove(self, name: str) -> None:
        super().remove(name)
        self._pass()
