"""What ``model.json`` may say: its schema, by format, checked before anything relies on it.

A key that a later format opens is written into the tables with that format's number; the lowest
format that has all keys, members and operators of an artifact is the one that its file carries.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic_core import SchemaValidator, ValidationError, core_schema

from regression_model.artifact.sections import (
    FORMAT_VERSION,
    Key,
    all_of,
    by_name,
    checked,
    either,
    list_of,
    number,
    one_of,
    or_none,
    or_reason,
    section,
    text,
    whole,
)
from regression_model.exceptions import ArtifactError
from regression_model.processing.blanks import clean_name
from regression_model.processing.column import MAX_ALIAS_CHARACTERS, MAX_ALIASES
from regression_model.processing.dates import LAST_SECONDS, MIN_SECONDS
from regression_model.processing.interruptions import pass_on
from regression_model.processing.schema import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

MODEL = "model.json"
GRAPH = "model.onnx"
INTERVALS = "intervals.onnx"
EXPLANATION_GRAPH = "explain.onnx"
EXPLANATION = "explain.npz"
MEMBERS = {GRAPH: 1, INTERVALS: 2, EXPLANATION_GRAPH: 2, EXPLANATION: 2}
"""The members beside ``model.json``, and the format that opened each."""

MAX_WORK = 20_000_000
"""Numbers that the explanation of one row may take: about a second."""
_MAX_COLUMNS = 20_000
MAX_LEVELS = 250_000
"""Levels of all columns together: each takes half a kilobyte, and some microseconds to index."""
MAX_GRAPH_BYTES = 3 << 23
"""Bytes of all graphs together, of which the engine makes up to twenty times as many."""
MAX_ARRAY_BYTES = 1 << 25
_LONG_TEXT = 1 << 20
_MAX_ALL_ALIASES = 20_000
"""Of all columns together: each is a further place where every record is looked into."""
_MAX_REPORTED = 3
_SHOWN = 100

_FLAG = core_schema.bool_schema(strict=True)
_ANY_NUMBER = number()
_SHARE = number(0, 1)
_DIGEST = text(64)
_CELL = or_none(either(_FLAG, core_schema.int_schema(strict=True), _ANY_NUMBER, text(_LONG_TEXT)))

COLUMN_KEYS: dict[str, Key] = {
    "name": Key(text(least=1), required=True),
    "kind": Key(one_of(*get_args(Kind)), required=True),
    "missing_values": Key(list_of(text(), 10_000)),
    "missing_means": Key(one_of("unknown", "none")),
    "required": Key(_FLAG),
    "minimum": Key(or_none(_ANY_NUMBER)),
    "maximum": Key(or_none(_ANY_NUMBER)),
    "levels": Key(list_of(or_none(text(_LONG_TEXT)), MAX_LEVELS)),
    "closed": Key(_FLAG),
    "training_range": Key(or_none(list_of(_ANY_NUMBER, 2, 2))),
    "missing_share": Key(_SHARE),
    "date_order": Key(one_of("ymd", "dmy", "mdy"), since=2),
    "number_format": Key(text(40, 1), since=3),
    "aliases": Key(list_of(text(MAX_ALIAS_CHARACTERS, 1), MAX_ALIASES), since=3),
}


_NUMBERS, _WITH_LEVELS = frozenset({"number", "integer"}), frozenset({"ordered", "category"})
_KINDS_WITH: dict[str, AbstractSet[str]] = {
    "levels": _WITH_LEVELS,
    "closed": _WITH_LEVELS,
    "minimum": _NUMBERS,
    "maximum": _NUMBERS,
    "number_format": _NUMBERS,
    "training_range": _NUMBERS | {"date"},
    "date_order": frozenset({"date"}),
    "missing_means": frozenset(get_args(Kind)) - {"date"},
}
"""The kinds of column that each key is for; in others it may say no more than if it were absent."""
_ABSENT = {each.name: each.default for each in fields(Column)}


def _check_column(column: dict[str, Any]) -> None:
    levels, is_date = column.get("levels", []), column["kind"] == "date"
    for key, kinds in _KINDS_WITH.items():
        said = column.get(key, _ABSENT[key])
        is_empty = said == [] or said == _ABSENT[key]
        if column["kind"] not in kinds and not is_empty:
            raise ValueError(f"{key} of a column that has none")
    if column.get("required") and column.get("missing_means") == "none":
        raise ValueError("a required column whose missing cells mean something")
    if len(set(levels)) != len(levels):
        raise ValueError("a level stands twice")
    low, high = column.get("minimum"), column.get("maximum")
    if low is not None and high is not None and low > high:
        raise ValueError("the least is above the most")
    low, high = column.get("training_range") or (0.0, 0.0)
    if low > high or (is_date and not MIN_SECONDS <= low <= high <= LAST_SECONDS):
        raise ValueError("its training range is none")


def _check_columns(columns: list[dict[str, Any]]) -> None:
    if len({column["name"] for column in columns}) != len(columns):
        raise ValueError("a name stands twice")
    _check_aliases(columns)
    n_levels = sum(len(column.get("levels", ())) for column in columns)
    if n_levels > MAX_LEVELS:
        raise ValueError(f"{n_levels:,} levels, {MAX_LEVELS:,} are allowed; join rare levels")


def _check_aliases(columns: list[dict[str, Any]]) -> None:
    """Check that no name under which a column may come is another's, or has blanks around it."""
    taken = {clean_name(column["name"]) for column in columns}
    for column in columns:
        for alias in column.get("aliases", ()):
            if alias in taken or alias != clean_name(alias):
                raise ValueError("an alias that is no name of its own")
            taken.add(alias)
    n_aliases = sum(len(column.get("aliases", ())) for column in columns)
    if n_aliases > _MAX_ALL_ALIASES:
        raise ValueError(f"{n_aliases:,} aliases, {_MAX_ALL_ALIASES:,} are allowed")


def _check_table(table: dict[str, Any]) -> None:
    """Check that a table of residuals is ordered, and as long as its ranks say."""
    ranks, lower, upper = table["ranks"], table["lower"], table["upper"]
    fits = len(ranks) == len(lower) == len(upper) and ranks[0] == 1
    fits = fits and ranks == sorted(set(ranks)) and 2 * ranks[-1] <= table["n_residuals"] + 1
    if not fits or lower != sorted(lower) or upper != sorted(upper, reverse=True):
        raise ValueError("the interval table does not fit together")


_FIGURES = section(
    {
        "rmse_log": Key(_ANY_NUMBER),
        "rmse": Key(_ANY_NUMBER, required=True),
        "mae": Key(_ANY_NUMBER, required=True),
        "r2": Key(_ANY_NUMBER),
    }
)
_INTERVAL_FIGURES = all_of(
    coverage=_ANY_NUMBER,
    coverage_by_fifth=list_of(_ANY_NUMBER, 100),
    mean_width=_ANY_NUMBER,
    mean_score=_ANY_NUMBER,
)
_METRICS = section(
    {
        "cross_validated_pooled": Key(_FIGURES, required=True),
        "cross_validated_mean_of_folds": Key(_FIGURES),
        "hold_out": Key(_FIGURES),
        "bias_of_median": Key(_ANY_NUMBER),
        "bias_of_mean": Key(_ANY_NUMBER),
        "intervals": Key(
            all_of(level=_SHARE, nested=_FLAG, scaled=_INTERVAL_FIGURES, constant=_INTERVAL_FIGURES)
        ),
        "n_rows": Key(whole(0)),
        "folds": Key(whole(1)),
        "repeats": Key(whole(1)),
        "validation": Key(text()),
    }
)
_TARGET = section(
    {
        "column": Key(text(), required=True),
        "transform": Key(one_of("none", "log", "log1p", "sqrt", "yeo_johnson"), required=True),
        "prediction": Key(one_of("median", "mean")),
        "unit": Key(text(), required=True),
    }
)
_INTERVAL_TABLE = checked(
    all_of(
        n_residuals=whole(1),
        ranks=list_of(whole(1), 1_000, 1),
        lower=list_of(_ANY_NUMBER, 1_000, 1),
        upper=list_of(_ANY_NUMBER, 1_000, 1),
    ),
    _check_table,
)
_EXPLANATION = section(
    {
        "base": Key(_ANY_NUMBER, required=True),
        "score": Key(_ANY_NUMBER, required=True),
        "contributions": Key(by_name(_ANY_NUMBER), required=True),
        "effect": Key(by_name(_ANY_NUMBER)),
    }
)
_END = or_none(_ANY_NUMBER)
_EXAMPLE = section(
    {
        "record": Key(by_name(_CELL, _MAX_COLUMNS), required=True),
        "prediction": Key(_END, required=True),
        "interval": Key(number(0.5, 1)),
        "lower": Key(_END),
        "upper": Key(_END),
        "explanation": Key(or_none(_EXPLANATION)),
    }
)


def _check_example(example: dict[str, Any]) -> None:
    if "interval" in example and not example.keys() >= {"lower", "upper"}:
        raise ValueError("an interval without ends")


def _check_losses(losses: dict[str, list[float]]) -> None:
    if len(losses["score"]) != len(losses["target"]):
        raise ValueError("losses of another number of folds")


_LOSSES = checked(
    all_of(
        score=list_of(number(0), 100_000, 1),
        target=list_of(number(0), 100_000, 1),
    ),
    _check_losses,
)
_BRANCH = core_schema.typed_dict_schema(
    {
        "type": core_schema.typed_dict_field(text(), required=True),
        "weight": core_schema.typed_dict_field(number(1e-300), required=True),
    },
    extra_behavior="allow",
)
_CONFIG = core_schema.typed_dict_schema(
    {
        "estimators": core_schema.typed_dict_field(by_name(_BRANCH, 1_000), required=True),
        "weight_column": core_schema.typed_dict_field(or_none(text()), required=False),
    },
    extra_behavior="allow",
)
"""Who trains with a config checks it as any other; here is what everybody shows of it."""
_FIXED_KEYS: dict[str, Key] = {
    "format_version": Key(whole(1, FORMAT_VERSION), required=True),
    "package_version": Key(text(100)),
    "model_version": Key(text(100), required=True),
    "target": Key(_TARGET, required=True),
    "metrics": Key(_METRICS, required=True),
    "config": Key(_CONFIG, since=2),
    "fold_losses": Key(_LOSSES, since=2),
    "explanations": Key(or_reason(all_of(numbers_per_row=whole(0, MAX_WORK))), since=2),
    "intervals": Key(or_reason(_INTERVAL_TABLE), since=2),
    "provenance": Key(
        all_of(
            config_sha256=_DIGEST,
            data_sha256=_DIGEST,
            folds_sha256=_DIGEST,
            python=text(100),
            libraries=by_name(text(100), 100),
        )
    ),
    "examples": Key(list_of(checked(_EXAMPLE, _check_example), 1_000)),
    "selection": Key(
        section(
            {
                "errors": Key(by_name(_ANY_NUMBER), required=True),
                "weights": Key(by_name(_ANY_NUMBER), required=True),
            }
        ),
        since=2,
    ),
}


def _check_whole(model: dict[str, Any]) -> None:
    """Check that sections and members fit each other."""
    members, names = model["members"], {column["name"] for column in model["columns"]}
    if GRAPH not in members:
        raise ValueError(f"it holds no {GRAPH}; it is not a complete artifact")
    size = sum(said["size"] for name, said in members.items() if name.endswith(".onnx"))
    if size > MAX_GRAPH_BYTES:
        raise ValueError(
            f"graphs of {size:,} bytes, {MAX_GRAPH_BYTES:,} are allowed; use fewer or smaller trees"
        )
    explained = {EXPLANATION, EXPLANATION_GRAPH} & members.keys()
    wanted = "numbers_per_row" in model.get("explanations", {})
    if len(explained) != (2 if wanted else 0):
        raise ValueError("explanations are told of and absent, or the other way round")
    if (INTERVALS in members) != ("ranks" in model.get("intervals", {})):
        raise ValueError("intervals are told of and absent, or the other way round")
    if INTERVALS in members and "intervals" not in model["metrics"]:
        raise ValueError("intervals that were not measured")
    if "fold_losses" in model and "provenance" not in model:
        raise ValueError("losses of unknown folds")
    if "intervals" in model and "explanations" not in model:
        raise ValueError("intervals, and not a word on explanations")
    for example in model.get("examples", []):
        if not names.issuperset(example["record"]):
            raise ValueError("an example with a column that there is not")


def _keys(version: int) -> dict[str, Key]:
    columns = list_of(checked(section(COLUMN_KEYS, version), _check_column), _MAX_COLUMNS)
    facts = all_of(size=whole(0), sha256=_DIGEST)
    members = {name: Key(facts, since) for name, since in MEMBERS.items()}
    return {
        **_FIXED_KEYS,
        "columns": Key(checked(columns, _check_columns), required=True),
        "members": Key(section(members, version), required=True),
    }


@cache
def _validator(version: int) -> SchemaValidator:
    schema = checked(section(_keys(version), version), _check_whole)
    return SchemaValidator(schema)


def check_facts(model: dict[str, Any]) -> None:
    """Check what ``model.json`` says against the schema of its format.

    Parameters
    ----------
    model : dict
        With a ``format_version`` that is read.

    Raises
    ------
    ArtifactError
        If anything is absent, unknown, of another kind, or does not fit together.
    """
    try:
        _validator(model["format_version"]).validate_python(model)
    except ValidationError as problem:
        _pass_on_causes(problem)
        found = problem.errors(include_url=False, include_context=False, include_input=False)
        said = "; ".join(_sentence(each) for each in found[:_MAX_REPORTED])
        more = len(found) - _MAX_REPORTED
        message = f"{MODEL} is not as format {model['format_version']} has it: {said}"
        raise ArtifactError(message + (f"; and {more} more" if more > 0 else "")) from problem


def check_intervals(table: object) -> dict[str, Any]:
    """Return the table of residuals that intervals are made from, checked.

    Raises
    ------
    ArtifactError
        If it does not fit together.
    """
    try:
        validator = SchemaValidator(_INTERVAL_TABLE)
        checked: dict[str, Any] = validator.validate_python(table)
    except ValidationError as problem:
        _pass_on_causes(problem)
        message = "the artifact is damaged: its interval table does not fit together"
        raise ArtifactError(message) from problem
    return checked


def _pass_on_causes(problem: ValidationError) -> None:
    """Raise again what a signal handler raised while a part was checked: pydantic keeps it."""
    for each in problem.errors(include_url=False, include_input=False):
        cause = each.get("ctx", {}).get("error")
        if isinstance(cause, Exception):
            pass_on(cause)


def _sentence(problem: Any) -> str:
    place = ".".join(str(part)[:_SHOWN] for part in problem["loc"])
    said = str(problem["msg"]).removeprefix("Value error, ")[:_SHOWN]
    if place.startswith("columns"):
        return f"its columns cannot be read ({place}: {said})"
    return f"{place}: {said}" if place else said


def needed_format(model: Mapping[str, Any], members: Mapping[str, bytes]) -> int:
    """Return the lowest format that has all keys, members and operators of an artifact.

    Parameters
    ----------
    model : mapping
        What ``model.json`` is to say.
    members : mapping of str to bytes
        The other members.

    Raises
    ------
    ArtifactError
        If no format has them all.
    """
    from regression_model.artifact.inspection.graphs import operators_of
    from regression_model.artifact.inspection.operators import OPERATORS

    least = max((MEMBERS.get(name, 1) for name in members), default=1)
    least = max([least, *(_FIXED_KEYS[key].since for key in model if key in _FIXED_KEYS)])
    columns = model["columns"] if isinstance(model["columns"], list) else []
    keys = {key for column in columns if isinstance(column, dict) for key in column}
    least = max([least, *(COLUMN_KEYS[key].since for key in keys if key in COLUMN_KEYS)])
    graphs = [data for name, data in members.items() if name.endswith(".onnx")]
    used = set().union(*map(operators_of, graphs)) & OPERATORS.keys()
    for version in range(least, FORMAT_VERSION + 1):
        if all(version in OPERATORS[name].formats for name in used):
            return version
    message = f"no format has all of these operators: {', '.join(sorted(used))}"
    raise ArtifactError(message)
