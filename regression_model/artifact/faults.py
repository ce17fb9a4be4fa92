"""What pydantic finds wrong with a part of an artifact, in few and short words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, ValidationError

_MAX_REPORTED = 3
_SHOWN = 100


def faults_of(problem: ValidationError) -> str:
    """Return the first faults, each behind its place, and how many more there are.

    Pydantic keeps what functions raise that look at a part; what a signal handler raised there is
    raised again.
    """
    pass_on_causes(problem)
    faults = problem.errors(include_url=False, include_context=False, include_input=False)
    sentences = [_sentence(fault) for fault in faults[:_MAX_REPORTED]]
    if len(faults) > _MAX_REPORTED:
        sentences.append(f"and {len(faults) - _MAX_REPORTED} more")
    return "; ".join(sentences)


def pass_on_causes(problem: ValidationError) -> None:
    """Raise again what a signal handler raised while a part was checked."""
    for fault in problem.errors(include_url=False, include_input=False):
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, Exception):
            pass_on(cause)


def _sentence(fault: ErrorDetails) -> str:
    """Return what is wrong, behind the place of it; either may be a caller's, and is shortened."""
    place = ".".join(str(part)[:_SHOWN] for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")[:_SHOWN]
    return f"{place}: {message}" if place else message
