"""What is wrong with a setting, in words: what was expected, what came, the nearest valid word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from regression_model.processing.kinds.registry import find_kind
from regression_model.processing.schema import nearest

_SHOWN = 40
"""How many characters of a text are shown: more would hide what is said of it."""

_MIN_PREFIX = 2
"""From how many letters on the beginning of a word stands for it; one letter begins too many."""

KNOWN = "; known: "
"""Stands before the words of a place; they are not told twice."""

MAP = "expected settings in indented lines below it, each as name: value"
_LIST = "expected a list in lines below it, each as - item, got {got}"
_DERIVED = (
    "a derived feature has an operation, such as ratio, and of, a list of columns, each in lines "
    "of its own below it, got {got}"
)
_COLUMN_OUT_OF_PLACE = "no such setting; if it is a column, indent it by 2 spaces below columns:"
_OTHER = "this is not allowed here, got {got}"

# By pydantic's type of error; names in braces are pydantic's too (`ctx`), but for got, known, meant
# and suggestion. What a file holds is text, so that a wrong number fails as a text that is parsed;
# configs made in Python fail as a wrong type. Both are told alike.
_MESSAGES: dict[str, str] = {
    "missing": "it is missing; the config needs it",
    "too_short": "it is empty; at least one is needed",
    "too_long": "{actual_length} are too many; at most {max_length} are allowed",
    "string_too_short": "it is empty; a text is needed",
    "string_too_long": "it is too long; at most {max_length} characters are allowed",
    "extra_forbidden": "no such setting{suggestion}",
    "union_tag_not_found": "its type is missing; known: {known}",
    "union_tag_invalid": "no such estimator, got {got}{suggestion}",
    "literal_error": "expected one of {known}, got {got}{meant}",
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), f"{MAP}, got {{got}}"),
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    "string_type": "expected a text, got {got}",
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_from_float", "int_parsing_size"),
        "expected a whole number, got {got}",
    ),
    **dict.fromkeys(
        ("float_type", "float_parsing", "finite_number"), "expected a number, got {got}"
    ),
    **dict.fromkeys(("bool_type", "bool_parsing"), "expected true or false, got {got}"),
    "greater_than_equal": "expected {ge} or more, got {got}",
    "greater_than": "expected more than {gt}, got {got}",
    "less_than_equal": "expected {le} or less, got {got}",
    "less_than": "expected less than {lt}, got {got}",
}


def in_words(error: Mapping[str, Any], words: Sequence[str]) -> str:
    """Return what is wrong with a setting.

    Parameters
    ----------
    error : mapping
        One of pydantic's ``errors()``.
    words : sequence of str
        The vocabulary of the place, if it has one.
    """
    if error["type"] == "config":  # of our own checks, which know the words
        return str(error["msg"])
    if error["type"] == "value_error":  # the same; pydantic puts "Value error, " before its `msg`
        return str(error["ctx"]["error"])
    if _is_column_out_of_place(error):
        return _COLUMN_OUT_OF_PLACE
    came = _what_came(error)
    near = closest(str(came), words)
    meant = f"; did you mean {near}?" if near else ""
    known = ", ".join(words)
    limits = error.get("ctx", {})
    return _message_for(error).format(
        **limits,
        got=shortened(came),
        known=known,
        meant=meant,
        suggestion=meant or f"{KNOWN}{known}",
    )


def _message_for(error: Mapping[str, Any]) -> str:
    location: Sequence[str | int] = error["loc"]
    is_derived = location[-2:-1] == ("derived",)
    if error["type"] == "model_type" and is_derived:  # often an expression, which none can be
        return _DERIVED
    return _MESSAGES.get(error["type"], _OTHER)


def _what_came(error: Mapping[str, Any]) -> object:
    """Return what stands where something else was expected; pydantic gives the map around it."""
    if error["type"] == "extra_forbidden":  # its name is wrong, and not its value
        return error["loc"][-1]
    if error["type"] == "union_tag_invalid":
        return error["input"]["type"]
    return error["input"]


def _is_column_out_of_place(error: Mapping[str, Any]) -> bool:
    """Tell whether a section of no known name says what the settings of columns say."""
    if error["type"] != "extra_forbidden" or len(error["loc"]) > 1:
        return False
    value = error["input"]
    kind = value.get("kind") if isinstance(value, Mapping) else value
    return find_kind(kind) is not None


def shortened(value: object) -> str:
    """Return what stands in the file, in a few words."""
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if value == "":
        return "nothing"
    return repr(cut(str(value)))


def cut(text: str) -> str:
    """Return a text, or its beginning if it is long."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def closest(word: str, words: Iterable[str]) -> str | None:
    """Return which of a vocabulary was meant: one that begins so, is abbreviated so, or looks so.

    Examples
    --------
    >>> closest("min", ["missing", "minimum"]), closest("lr", ["learning_rate", "loss"])
    ('minimum', 'learning_rate')
    """
    known = list(words)
    bare = word.casefold()[:_SHOWN]
    if len(bare) >= _MIN_PREFIX:
        begun = [each for each in known if each.startswith(bare)]
        abbreviated = [each for each in known if _initials(each) == bare]
        for matches in (begun, abbreviated):
            if len(matches) == 1:  # of several none is nearer than the others
                return matches[0]
    near = nearest(word[:_SHOWN], known)
    return near[0] if near else None


def _initials(word: str) -> str:
    """Return the first letters of a setting's parts: lr for learning_rate."""
    return "".join(part[0] for part in word.split("_") if part)
