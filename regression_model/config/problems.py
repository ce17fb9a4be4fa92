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
    places_around = {detail["loc"][:-1] for detail in details}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in places_around:
            continue  # it is too short only for want of its items that are wrong themselves
        yield _location(detail, prefix), partial(_explained, detail, prefix, vocabulary)


def _location(detail: Any, prefix: Location) -> Location:
    """Return what a detail of pydantic's is about."""
    location = (*prefix, *detail["loc"])
    if detail["type"] == "union_tag_invalid":  # pydantic blames the estimator, and not its type
        return (*location, "type")
    return location


def _explained(detail: Any, prefix: Location, vocabulary: Vocabulary) -> str:
    return in_words(detail, vocabulary(prefix, detail))


def told(source: Source, problems: list[LocatedMessage]) -> Iterator[str]:
    """Say what is wrong, in the order of the file; only what is told is put into words."""
    in_order = sorted(problems, key=lambda problem: source.line(problem[0]))
    # a set, as one mistake may break several rules that are told alike
    numbered: set[tuple[int, str]] = set()
    for location, message in in_order[:_SHOWN]:
        numbered.add((source.line(location), _worded(location, message())))
    yield from _without_repetitions(source, sorted(numbered))
    if len(in_order) > _SHOWN:
        line = source.line(in_order[_SHOWN][0])
        n_more = len(in_order) - _SHOWN
        yield f"{source.path}, line {line}: and at least {n_more:,} problems more"


def _without_repetitions(source: Source, numbered: Iterable[tuple[int, str]]) -> Iterator[str]:
    """Yield messages with their lines; the words of a place are listed where it is told first."""
    told_words: set[str] = set()
    for line, text in numbered:
        message, _, words = text.partition(KNOWN)
        shown = message if words in told_words else text
        yield f"{source.path}, line {line}: {shown}"
        if words:
            told_words.add(words)


def _worded(location: Location, message: str) -> str:
    """Put the setting's name before what is wrong with it; a name that is empty as two quotes."""
    names = ["''" if part == "" else shortened(part).strip("'") for part in location]
    return f"{'.'.join(names)}: {message}" if location else message


def together(title: str, error: ValidationError | None, own: Iterable[Problem]) -> ValidationError:
    """Return pydantic's errors and our own problems as one error.

    Pydantic adds nothing to an error that is raised already, so each is made anew.
    """
    details: list[InitErrorDetails] = []
    if error is not None:
        details += map(_again, error.errors())
    details += map(_detail, own)
    return ValidationError.from_exception_data(title, details)


def _detail(problem: Problem) -> InitErrorDetails:
    # the message as a value: as the template itself its braces would be filled in
    error = PydanticCustomError("config", "{message}", {"message": problem.message})
    return InitErrorDetails(type=error, loc=problem.location, input=None)


def _again(detail: Any) -> InitErrorDetails:
    """Return a detail of an error as one of another error."""
    if detail["type"] == "config":  # pydantic knows only its own types by their names
        return _detail(Problem(detail["loc"], detail["msg"]))
    return InitErrorDetails(
        type=detail["type"],
        loc=detail["loc"],
        input=detail["input"],
        ctx=detail.get("ctx", {}),
    )
