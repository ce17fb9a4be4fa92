"""The files of commands that read any number of them: found, and told where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from regression_model.cli.asked_models import with_model
from regression_model.cli.notes import say
from regression_model.cli.terminal import tell, tell_error
from regression_model.exceptions import ForeignTableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.artifact.model import Model
    from regression_model.batch.inputs import Inputs
    from regression_model.exceptions import RegressionModelError

_SHOWN_PROBLEMS = 20
"""How many files are told that cannot be read."""


def found_inputs(files: list[str]) -> Inputs:
    """Find the files that are meant, and say what was passed over; none is wrong usage."""
    from regression_model.batch.inputs import NoInputError, find_inputs

    try:
        inputs = find_inputs(files)
    except NoInputError as problem:
        raise typer.BadParameter(str(problem), param_hint="FILE") from problem
    for note in inputs.notes:
        say(f"note: {note}")
    return inputs


def tell_problems(problems: Sequence[RegressionModelError], packaged: Model | None) -> None:
    """Say what is wrong with files, the first of them.

    Parameters
    ----------
    problems : sequence of RegressionModelError
    packaged : Model or None
        The model that was asked, where nobody has named it: a file of other columns may be meant
        for another.
    """
    for problem in problems[:_SHOWN_PROBLEMS]:
        if isinstance(problem, ForeignTableError) and packaged is not None:
            tell_error(with_model(problem, packaged))
        else:
            tell_error(problem)
    if len(problems) > _SHOWN_PROBLEMS:
        tell(f"and {len(problems) - _SHOWN_PROBLEMS:,} more files")
