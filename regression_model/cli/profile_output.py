"""The file of counts that ``predict`` writes beside its answers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from regression_model.cli.files import check_output
from regression_model.cli.notes import say
from regression_model.cli.stopping import stopping, untouched
from regression_model.processing import output_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.batch.counted import Counted
    from regression_model.batch.outcomes import Outcome

_HINT = "--profile"


def check_profile(path: Path, *, inputs: list[Path], outputs: Iterable[str]) -> None:
    """Refuse a file that cannot be written, as wrong usage, or one of the places of `outputs`."""
    from regression_model.batch.counted import ENDING

    if path.suffix.lower() != ENDING:
        message = f"{path} should end in {ENDING}, by which drift knows what it is"
        raise typer.BadParameter(message, param_hint=_HINT)
    if os.path.realpath(path) in outputs:
        message = f"something else is written to {path}; choose another name"
        raise typer.BadParameter(message, param_hint=_HINT)
    check_output(path, _HINT, force=True, inputs=inputs)


class ProfileOutput:
    """A file of counts, which is written once all rows are answered.

    Parameters
    ----------
    path : Path
        Checked by `check_profile`.
    inputs : list of Path
        Files that are read.
    model : Model

    Attributes
    ----------
    counting : Counting

    Raises
    ------
    ArtifactError
        If the model keeps no profile.
    """

    def __init__(self, path: Path, inputs: list[Path], model: Model) -> None:
        from regression_model.artifact.counting import Counting

        self._path = path
        self._inputs = inputs
        self._model = model
        self.counting = Counting(model)

    def check_free(self, *, force: bool, resume: bool = False) -> None:
        """Refuse to replace unasked what is there, but the counts of a run that is gone on with."""
        from regression_model.batch.counted import looks_like_counts

        is_own = resume and output_files.replaces(self._path) and looks_like_counts(self._path)
        check_output(self._path, _HINT, force=force or is_own, inputs=self._inputs)

    def write(self, outcome: Outcome) -> None:
        """Write what was counted, if it is all that was to be."""
        from regression_model.batch.counted import write_counts

        if outcome.problems:
            say(f"no counts are written to {self._path}, as there are rows that were not read")
            return
        with stopping(untouched(self._path)):
            write_counts(self._path, self._counted(outcome), self._model, inputs=self._inputs)

    def complete(self, outcome: Outcome) -> None:
        """Write what an earlier run has counted, unless it is there."""
        from regression_model.batch.counted import holds_counts

        if output_files.replaces(self._path):
            if holds_counts(self._path, self._counted(outcome), self._model):
                return
            self.check_free(force=False)
        self.write(outcome)

    def _counted(self, outcome: Outcome) -> Counted:
        from regression_model.batch.counted import Counted

        return Counted.of(self.counting, outcome.counts, outcome.summary)
