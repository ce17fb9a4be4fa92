"""The facts, which is what ``model.json`` says, checked before anything relies on them.

They are checked against the keys of the format that they name; the lowest format that has all keys,
members and operators of an artifact is the one that its file carries.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, ValidationError

from regression_model.artifact.contents import MEMBERS, MODEL
from regression_model.artifact.inspection.graphs import operators_of
from regression_model.artifact.inspection.operators import OPERATORS
from regression_model.artifact.keys import (
    COLUMN_KEYS,
    FIXED_KEYS,
    INTERVAL_TABLE,
    TARGET_KEYS,
    facts_schema,
)
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

_MAX_REPORTED = 3
_SHOWN = 100


@cache
def _validator(version: int) -> SchemaValidator:
    return SchemaValidator(facts_schema(version))


def check_facts(facts: dict[str, Any]) -> None:
    """Check what ``model.json`` says against the schema of its format.

    Parameters
    ----------
    facts : dict
        With a ``format_version`` that is read.

    Raises
    ------
    ArtifactError
        If anything is absent, unknown, of another kind, or does not fit together.
    """
    version = facts["format_version"]
    try:
        _validator(version).validate_python(facts)
    except ValidationError as problem:
        _pass_on_causes(problem)
        faults = problem.errors(include_url=False, include_context=False, include_input=False)
        sentences = [_sentence(fault) for fault in faults[:_MAX_REPORTED]]
        if len(faults) > _MAX_REPORTED:
            sentences.append(f"and {len(faults) - _MAX_REPORTED} more")
        message = f"{MODEL} is not as format {version} has it: {'; '.join(sentences)}"
        raise ArtifactError(message) from problem


def check_intervals(table: object) -> dict[str, Any]:
    """Return the table of residuals that intervals are made from, checked.

    Raises
    ------
    ArtifactError
        If it does not fit together.
    """
    try:
        validator = SchemaValidator(INTERVAL_TABLE)
        checked: dict[str, Any] = validator.validate_python(table)
    except ValidationError as problem:
        _pass_on_causes(problem)
        message = "the artifact is damaged: its interval table does not fit together"
        raise ArtifactError(message) from problem
    return checked


def _pass_on_causes(problem: ValidationError) -> None:
    """Raise again what a signal handler raised while a part was checked: pydantic keeps it."""
    for fault in problem.errors(include_url=False, include_input=False):
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, Exception):
            pass_on(cause)


def _sentence(fault: ErrorDetails) -> str:
    """Return what is wrong, behind the place of it; either may be a caller's, and is shortened."""
    place = ".".join(str(part)[:_SHOWN] for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")[:_SHOWN]
    if place.startswith("columns"):
        return f"its columns cannot be read ({place}: {message})"
    return f"{place}: {message}" if place else message


def needed_format(facts: Mapping[str, Any], members: Mapping[str, bytes]) -> int:
    """Return the lowest format that has all keys, members and operators of an artifact.

    Parameters
    ----------
    facts : mapping
        What ``model.json`` is to say.
    members : mapping of str to bytes
        The other members.

    Raises
    ------
    ArtifactError
        If no format has them all.
    """
    lowest = max(_formats_of(facts, members))
    operators: set[str] = set()
    for name, data in members.items():
        if name.endswith(".onnx"):
            operators |= operators_of(data) & OPERATORS.keys()
    for version in range(lowest, FORMAT_VERSION + 1):
        if all(version in OPERATORS[name].formats for name in operators):
            return version
    message = f"no format has all of these operators: {', '.join(sorted(operators))}"
    raise ArtifactError(message)


def _formats_of(facts: Mapping[str, Any], members: Mapping[str, bytes]) -> Iterator[int]:
    """Yield the format that opened each member and key; what no format has is refused later."""
    yield 1
    for name in members:
        yield MEMBERS.get(name, 1)
    for key in facts:
        if key in FIXED_KEYS:
            yield FIXED_KEYS[key].since
    target = facts.get("target")
    for key in target if isinstance(target, dict) else ():
        if key in TARGET_KEYS:
            yield TARGET_KEYS[key].since
    columns = facts["columns"] if isinstance(facts["columns"], list) else []
    for column in columns:
        for key in column if isinstance(column, dict) else ():
            if key in COLUMN_KEYS:
                yield COLUMN_KEYS[key].since
