"""The facts, which is what ``model.json`` says, checked before anything relies on them.

They are checked against the keys of the format that they name; the lowest format that has all keys,
members and operators of an artifact is the one that its file carries.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, ValidationError

from regression_model.artifact.contents import MEMBERS, MODEL
from regression_model.artifact.faults import faults_of, pass_on_causes
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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
        message = f"{MODEL} is not as format {version} has it: {faults_of(problem)}"
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
        pass_on_causes(problem)
        message = "the artifact is damaged: its interval table does not fit together"
        raise ArtifactError(message) from problem
    return checked


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
