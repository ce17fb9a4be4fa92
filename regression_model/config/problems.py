"""All problems of a config at once: gathered from pydantic and our own checks, told with lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from regression_model.config.source import Location, Problem, Source
from regression_model.config.wording import KNOWN, MAP, in_words, shortened

ModelT = TypeVar("ModelT", bound=BaseModel)
LocatedMessage = tuple[Location, Callable[[], str]]
"""Where something is wrong, and what finds the words for it: of many only few are told."""

Vocabulary = Callable[[Location, Mapping[str, Any]], list[str]]
"""Returns the words that are known where an error of pydantic's is."""

_SHOWN = 20
"""How many problems are told; to mend these is a beginning."""


def build(
    kind: type[ModelT],
    data: object,
    prefix: Location,
    problems: list[LocatedMessage],
    *,
    vocabulary: Vocabulary,
) -> ModelT | None:
    """Build settings from parsed data, or add what is wrong with it.

    Parameters
    ----------
    kind : class
        Of the settings.
    data : object
        A map of settings, if all is right.
    prefix : tuple
        Where it stands in the file.
    problems : list
        Is added to.
    vocabulary : callable
        Knows the words of each place.

    Returns
    -------
    settings or None
        None where something is wrong.
    """
    if data is None:
        message = "this section is missing; the config needs it"
        problems.append((prefix, partial(str, message)))
        return None
    if not isinstance(data, Mapping):
        problems.append((prefix, partial(str, f"{MAP}, got {shortened(data)}")))
        return None
    try:
        return kind(**data)
    except ValidationError as error:
        problems += _of_pydantic(error, prefix, vocabulary)
        return None


def _of_pydantic(
    error: ValidationError, prefix: Location, vocabulary: Vocabulary
) -> Iterator[LocatedMessage]:
    details = error.errors()
    broken = {detail["loc"][:-1] for detail in details}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in broken:
            continue  # it is too short only for want of its items that are wrong themselves
        yield _location(detail, prefix), partial(_explained, detail, prefix, vocabulary)


def _location(detail: Any, prefix: Location) -> Location:
    """Return what a detail of pydantic's is about; a type that is none is about the type."""
    location = (*prefix, *detail["loc"])
    return (*location, "type") if detail["type"] == "union_tag_invalid" else location


def _explained(detail: Any, prefix: Location, vocabulary: Vocabulary) -> str:
    return in_words(detail, vocabulary(prefix, detail))


def told(source: Source, problems: list[LocatedMessage]) -> Iterator[str]:
    """Say what is wrong, in the order of the file; only what is told is put into words."""
    in_order = sorted(problems, key=lambda problem: source.line(problem[0]))
    shown = in_order[:_SHOWN]
    numbered = {(source.line(location), worded(location, say())) for location, say in shown}
    told_words = set[str]()
    for line, text in sorted(numbered):
        message, _, words = text.partition(KNOWN)
        is_repetition = words in told_words
        yield f"{source.path}, line {line}: {message if is_repetition else text}"
        if words:
            told_words.add(words)
    if len(in_order) > len(shown):
        line = source.line(in_order[len(shown)][0])
        n_more = len(in_order) - len(shown)
        yield f"{source.path}, line {line}: and at least {n_more:,} problems more"


def worded(location: Location, message: str) -> str:
    """Put the setting's name before what is wrong with it; a name that is empty as two quotes."""
    names = ["''" if part == "" else shortened(part).strip("'") for part in location]
    return f"{'.'.join(names)}: {message}" if location else message


def together(title: str, error: ValidationError | None, own: Iterable[Problem]) -> ValidationError:
    """Return pydantic's errors and our own problems as one error."""
    theirs = [] if error is None else [_again(detail) for detail in error.errors()]
    return ValidationError.from_exception_data(title, [*theirs, *map(_detail, own)])


def _detail(problem: Problem) -> InitErrorDetails:
    error = PydanticCustomError("config", "{message}", {"message": problem.message})
    return InitErrorDetails(type=error, loc=problem.location, input=None)


def _again(detail: Any) -> InitErrorDetails:
    """Return a detail of an error as one of another error."""
    if detail["type"] == "config":
        return _detail(Problem(detail["loc"], detail["msg"]))
    return InitErrorDetails(
        type=detail["type"],
        loc=detail["loc"],
        input=detail["input"],
        ctx=detail.get("ctx", {}),
    )
