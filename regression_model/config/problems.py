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
Found = tuple[Location, Callable[[], str]]
"""Where something is wrong, and what finds the words for it: of many only few are told."""

Vocabulary = Callable[[Location, Mapping[str, Any]], list[str]]
"""Returns the words that are known where an error of pydantic's is."""

_SHOWN = 20


def build(
    kind: type[ModelT],
    data: object,
    prefix: Location,
    problems: list[Found],
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
    if not isinstance(data, Mapping):
        absent = "this section is missing; the config needs it"
        wrong = f"{MAP}, got {shortened(data)}"
        problems.append((prefix, partial(str, absent if data is None else wrong)))
        return None
    try:
        return kind(**data)
    except ValidationError as error:
        errors = error.errors()
        broken = {e["loc"][:-1] for e in errors}
        for e in errors:
            if e["type"] == "too_short" and e["loc"] in broken:  # for want of its wrong items
                continue
            location = _location(e, prefix)
            problems.append((location, partial(_explained, e, prefix, vocabulary)))
        return None


def _location(error: Any, prefix: Location) -> Location:
    is_tag = error["type"] == "union_tag_invalid"
    return (*prefix, *error["loc"], "type") if is_tag else (*prefix, *error["loc"])


def _worded(location: Location, message: str) -> str:
    where = ".".join("''" if part == "" else shortened(part).strip("'") for part in location)
    return f"{where}: {message}" if where else message


def _explained(error: Any, prefix: Location, vocabulary: Vocabulary) -> str:
    return in_words(error, vocabulary(prefix, error))


def told(source: Source, problems: list[Found]) -> Iterator[str]:
    """Say what is wrong, in the order of the file; words are found for what is said alone."""
    in_order = sorted(problems, key=lambda problem: source.line(problem[0]))
    shown = in_order[:_SHOWN]
    lines = {(source.line(location), _worded(location, say())) for location, say in shown}
    known_words = set[str]()
    for line, said in sorted(lines):
        message, _, known = said.partition(KNOWN)
        yield f"{source.path}, line {line}: {message if known in known_words else said}"
        known_words |= {known} - {""}
    if len(in_order) > len(shown):
        line = source.line(in_order[len(shown)][0])
        n_more = len(in_order) - len(shown)
        yield f"{source.path}, line {line}: and at least {n_more:,} problems more"


def together(title: str, error: ValidationError | None, own: Iterable[Problem]) -> ValidationError:
    """Return pydantic's errors and our own problems as one error."""
    theirs = [] if error is None else list(_details(error))
    return ValidationError.from_exception_data(title, [*theirs, *map(_detail, own)])


def _detail(problem: Problem) -> InitErrorDetails:
    error = PydanticCustomError("config", "{message}", {"message": problem.message})
    return InitErrorDetails(type=error, loc=problem.location, input=None)


def _details(error: ValidationError) -> Iterator[InitErrorDetails]:
    for e in error.errors():
        if e["type"] == "config":
            yield _detail(Problem(e["loc"], e["msg"]))
        else:
            yield InitErrorDetails(
                type=e["type"], loc=e["loc"], input=e["input"], ctx=e.get("ctx", {})
            )
