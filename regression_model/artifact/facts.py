"""What ``model.json`` may say: its schema, by format, checked before anything relies on it.

A key that a later format opens is written into the tables with that format's number; the lowest
format that has all keys, members and operators of an artifact is the one that its file carries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from pydantic_core import SchemaValidator, ValidationError, core_schema

from regression_model.exceptions import ArtifactError
from regression_model.processing.dates import LAST_SECONDS, MIN_SECONDS
from regression_model.processing.schema import Kind

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

FORMAT_VERSION = 3
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
_MAX_LEVELS = 1_000_000
_LONG_TEXT = 1 << 20
_MAX_REPORTED = 3
_SHOWN = 100


class Key(NamedTuple):
    """A key of a section: what stands there, and since which format."""

    schema: CoreSchema
    since: int = 1
    required: bool = False


def _text(most: int = 10_000, least: int = 0) -> CoreSchema:
    return core_schema.str_schema(min_length=least, max_length=most, strict=True)


def _number(low: float | None = None, high: float | None = None) -> CoreSchema:
    return core_schema.float_schema(ge=low, le=high, allow_inf_nan=False, strict=True)


def _whole(low: int, high: int = 1 << 53) -> CoreSchema:
    return core_schema.int_schema(ge=low, le=high, strict=True)


def _list(items: CoreSchema, most: int, least: int = 0) -> CoreSchema:
    return core_schema.list_schema(items, min_length=least, max_length=most, strict=True)


def _by_name(values: CoreSchema, most: int = 100_000) -> CoreSchema:
    return core_schema.dict_schema(_text(), values, max_length=most, strict=True)


def _words(*words: str) -> CoreSchema:
    return core_schema.literal_schema(list(words))


def _or_none(schema: CoreSchema) -> CoreSchema:
    return core_schema.nullable_schema(schema)


def _either(*schemas: CoreSchema) -> CoreSchema:
    return core_schema.union_schema(list(schemas))


def _checked(schema: CoreSchema, check: Callable[[Any], None]) -> CoreSchema:
    """Return a schema after which a function looks whether things fit together."""

    def look(value: Any) -> Any:
        check(value)
        return value

    return core_schema.no_info_after_validator_function(look, schema)


def _section(keys: Mapping[str, Key], version: int = FORMAT_VERSION) -> CoreSchema:
    """Return the schema of a section that has these keys, and no others."""
    fields = {
        name: core_schema.typed_dict_field(key.schema, required=key.required)
        for name, key in keys.items()
        if key.since <= version
    }
    return core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True)


def _required(**schemas: CoreSchema) -> CoreSchema:
    return _section({name: Key(schema, required=True) for name, schema in schemas.items()})


def _or_reason(schema: CoreSchema) -> CoreSchema:
    """Return the schema of a part, or of the reason why there is none."""

    def which(value: Any) -> str:
        return "reason" if isinstance(value, dict) and "reason" in value else "part"

    choices = {"reason": _required(reason=_text()), "part": schema}
    return core_schema.tagged_union_schema(choices, discriminator=which)


_FLAG = core_schema.bool_schema(strict=True)
_ANY_NUMBER = _number()
_SHARE = _number(0, 1)
_DIGEST = _text(64)
_CELL = _or_none(
    _either(_FLAG, core_schema.int_schema(strict=True), _ANY_NUMBER, _text(_LONG_TEXT))
)

COLUMN_KEYS: dict[str, Key] = {
    "name": Key(_text(least=1), required=True),
    "kind": Key(_words(*get_args(Kind)), required=True),
    "missing_values": Key(_list(_text(), 10_000)),
    "missing_means": Key(_words("unknown", "none")),
    "required": Key(_FLAG),
    "minimum": Key(_or_none(_ANY_NUMBER)),
    "maximum": Key(_or_none(_ANY_NUMBER)),
    "levels": Key(_list(_or_none(_text(_LONG_TEXT)), _MAX_LEVELS)),
    "closed": Key(_FLAG),
    "training_range": Key(_or_none(_list(_ANY_NUMBER, 2, 2))),
    "missing_share": Key(_SHARE),
    "date_order": Key(_words("ymd", "dmy", "mdy"), since=2),
    "number_format": Key(_text(40, 1), since=3),
}


def _check_column(column: dict[str, Any]) -> None:
    levels, is_date = column.get("levels", []), column["kind"] == "date"
    if levels and column["kind"] not in ("ordered", "category"):
        raise ValueError("levels of a column that has none")
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


def _check_table(table: dict[str, Any]) -> None:
    """Check that a table of residuals is ordered, and as long as its ranks say."""
    ranks, lower, upper = table["ranks"], table["lower"], table["upper"]
    fits = len(ranks) == len(lower) == len(upper) and ranks[0] == 1
    fits = fits and ranks == sorted(set(ranks)) and 2 * ranks[-1] <= table["n_residuals"] + 1
    if not fits or lower != sorted(lower) or upper != sorted(upper, reverse=True):
        raise ValueError("the interval table does not fit together")


_FIGURES = _section(
    {
        "rmse_log": Key(_ANY_NUMBER),
        "rmse": Key(_ANY_NUMBER, required=True),
        "mae": Key(_ANY_NUMBER, required=True),
        "r2": Key(_ANY_NUMBER),
    }
)
_INTERVAL_FIGURES = _required(
    coverage=_ANY_NUMBER,
    coverage_by_fifth=_list(_ANY_NUMBER, 100),
    mean_width=_ANY_NUMBER,
    mean_score=_ANY_NUMBER,
)
_METRICS = _section(
    {
        "cross_validated_pooled": Key(_FIGURES, required=True),
        "cross_validated_mean_of_folds": Key(_FIGURES),
        "hold_out": Key(_FIGURES),
        "bias_of_median": Key(_ANY_NUMBER),
        "bias_of_mean": Key(_ANY_NUMBER),
        "intervals": Key(
            _required(
                level=_SHARE, nested=_FLAG, scaled=_INTERVAL_FIGURES, constant=_INTERVAL_FIGURES
            )
        ),
        "n_rows": Key(_whole(0)),
        "folds": Key(_whole(1)),
        "repeats": Key(_whole(1)),
        "validation": Key(_text()),
    }
)
_TARGET = _section(
    {
        "column": Key(_text(), required=True),
        "transform": Key(_words("none", "log", "log1p", "sqrt", "yeo_johnson"), required=True),
        "prediction": Key(_words("median", "mean")),
        "unit": Key(_text(), required=True),
    }
)
_INTERVAL_TABLE = _checked(
    _required(
        n_residuals=_whole(1),
        ranks=_list(_whole(1), 1_000, 1),
        lower=_list(_ANY_NUMBER, 1_000, 1),
        upper=_list(_ANY_NUMBER, 1_000, 1),
    ),
    _check_table,
)
_EXPLANATION = _section(
    {
        "base": Key(_ANY_NUMBER, required=True),
        "score": Key(_ANY_NUMBER, required=True),
        "contributions": Key(_by_name(_ANY_NUMBER), required=True),
        "effect": Key(_by_name(_ANY_NUMBER)),
    }
)
_END = _or_none(_ANY_NUMBER)
_EXAMPLE = _section(
    {
        "record": Key(_by_name(_CELL, _MAX_COLUMNS), required=True),
        "prediction": Key(_END, required=True),
        "interval": Key(_number(0.5, 1)),
        "lower": Key(_END),
        "upper": Key(_END),
        "explanation": Key(_or_none(_EXPLANATION)),
    }
)


def _check_example(example: dict[str, Any]) -> None:
    if "interval" in example and not example.keys() >= {"lower", "upper"}:
        raise ValueError("an interval without ends")


def _check_losses(losses: dict[str, list[float]]) -> None:
    if len(losses["score"]) != len(losses["target"]):
        raise ValueError("losses of another number of folds")


_LOSSES = _checked(
    _required(
        score=_list(_number(0), 100_000, 1),
        target=_list(_number(0), 100_000, 1),
    ),
    _check_losses,
)
_FIXED_KEYS: dict[str, Key] = {
    "format_version": Key(_whole(1, FORMAT_VERSION), required=True),
    "package_version": Key(_text(100)),
    "model_version": Key(_text(100), required=True),
    "target": Key(_TARGET, required=True),
    "metrics": Key(_METRICS, required=True),
    "config": Key(core_schema.dict_schema(_text(), core_schema.any_schema()), since=2),
    "fold_losses": Key(_LOSSES, since=2),
    "explanations": Key(_or_reason(_required(numbers_per_row=_whole(0, MAX_WORK))), since=2),
    "intervals": Key(_or_reason(_INTERVAL_TABLE), since=2),
    "provenance": Key(
        _required(
            config_sha256=_DIGEST,
            data_sha256=_DIGEST,
            folds_sha256=_DIGEST,
            python=_text(100),
            libraries=_by_name(_text(100), 100),
        )
    ),
    "examples": Key(_list(_checked(_EXAMPLE, _check_example), 1_000)),
    "selection": Key(
        _section(
            {
                "errors": Key(_by_name(_ANY_NUMBER), required=True),
                "weights": Key(_by_name(_ANY_NUMBER), required=True),
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
    explained = {EXPLANATION, EXPLANATION_GRAPH} & members.keys()
    wanted = "numbers_per_row" in model.get("explanations", {})
    if len(explained) != (2 if wanted else 0):
        raise ValueError("explanations are told of and absent, or the other way round")
    if (INTERVALS in members) != ("ranks" in model.get("intervals", {})):
        raise ValueError("intervals are told of and absent, or the other way round")
    if INTERVALS in members and "intervals" not in model["metrics"]:
        raise ValueError("intervals that were not measured")
    for example in model.get("examples", []):
        if not names.issuperset(example["record"]):
            raise ValueError("an example with a column that there is not")


def _keys(version: int) -> dict[str, Key]:
    columns = _list(_checked(_section(COLUMN_KEYS, version), _check_column), _MAX_COLUMNS)
    facts = _required(size=_whole(0), sha256=_DIGEST)
    members = {name: Key(facts, since) for name, since in MEMBERS.items()}
    return {
        **_FIXED_KEYS,
        "columns": Key(_checked(columns, _check_columns), required=True),
        "members": Key(_section(members, version), required=True),
    }


@cache
def _validator(version: int) -> SchemaValidator:
    schema = _checked(_section(_keys(version), version), _check_whole)
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
        message = "the artifact is damaged: its interval table does not fit together"
        raise ArtifactError(message) from problem
    return checked


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
    keys = {key for column in model["columns"] for key in column}
    least = max([least, *(COLUMN_KEYS[key].since for key in keys if key in COLUMN_KEYS)])
    graphs = [data for name, data in members.items() if name.endswith(".onnx")]
    used = set().union(*map(operators_of, graphs)) & OPERATORS.keys()
    for version in range(least, FORMAT_VERSION + 1):
        if all(version in OPERATORS[name].formats for name in used):
            return version
    message = f"no format has all of these operators: {', '.join(sorted(used))}"
    raise ArtifactError(message)
