"""From guesses to the YAML text: grouped so that a person finds things, a note at every guess."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from regression_model.processing.dates import DEFAULT_PARTS, date_features
from regression_model.processing.free_names import free_names
from regression_model.processing.kinds.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from regression_model.guessing.guesses import ColumnGuess, Effort, Guesses, Value

_WIDTH = 98
"""How long a line with its note may be: a little less than the hundred that many editors show."""
_NOTE_COLUMN = 28
"""Where notes begin, behind most names of columns and their kinds."""
_PLAIN = re.compile(r"[\w/][\w ./()%&+-]*")
"""Accepts what needs no quotes: no sign that means something to YAML at its place."""
_LOOKS_LIKE_A_NUMBER = re.compile(
    r"[\d_.+-]+(e[+-]?\d+)?|0[xob][\da-f_]+|\.?(inf|nan)", re.IGNORECASE
)
"""Accepts what some reader takes for a number: ``007``, ``1_000``, ``1e3``, ``0x1f``, ``.inf``.

Dates too, as ``2024-01-31``, which most readers of YAML turn into one.
"""
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
"""Words in any case that YAML 1.1 takes for a truth value or for nothing; ``none`` to be safe."""
_EFFORTS: dict[Effort, str] = {
    "quick": "Estimators and folds are for a first look; init --effort standard is more accurate.",
    "standard": "Estimators and folds are for daily use: init --effort quick trains in a fraction "
    "of the time, and best takes several times as long for the last half percent.",
    "best": "Estimators and folds are for the last half percent of accuracy, whatever time it "
    "takes; init --effort standard trains in a fraction of it.",
}
_COLUMNS_HEAD = """\
What the model may use, by kind. The note behind a column says what the table holds.
A missing value counts as unknown. Where it means that there is no such thing (no garage, no
second owner), write instead of the kind alone:
    some_column:
      kind: category
      missing: none
Also possible: required, minimum and maximum (a row outside gets an error), closed levels."""


def write_config(
    guesses: Guesses,
    training_data_file: str,
    *,
    command: str = "regression-model train --config THIS_FILE",
) -> str:
    """Write guesses as the text of a config.

    Parameters
    ----------
    guesses : Guesses
        What to write.
    training_data_file : str
        The table's path, as seen from the config's folder.
    command : str
        What trains from the config, for its first lines.

    Returns
    -------
    str
        YAML that `load_config` reads.
    """
    sections: list[Iterable[str]] = [
        _head(guesses, training_data_file, command),
        _target(guesses),
        _columns(guesses),
        _derived(guesses),
        _left_out(guesses),
        _scales(guesses),
        _rows(guesses),
        _evaluation(guesses),
        _estimators(guesses),
    ]
    texts = ["\n".join(lines) for lines in sections]
    return "\n".join(f"{text}\n" for text in texts if text)  # a blank line between two


def quote(text: str) -> str:
    """Write a text as a YAML scalar that every reader takes for this text.

    Examples
    --------
    >>> [quote(text) for text in ("Mileage", "1stFlrSF", "No", "007", "a: b", "it's")]
    ['Mileage', '1stFlrSF', "'No'", "'007'", "'a: b'", "'it''s'"]
    """
    if not text.isprintable():  # single quotes know no escapes
        return '"' + "".join(map(_escaped, text)) + '"'
    if _needs_no_quotes(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _needs_no_quotes(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or text != text.strip():
        return False
    return not _LOOKS_LIKE_A_NUMBER.fullmatch(text) and text.casefold() not in _WORDS


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"  # the one escape that is there for every character


def _noted(line: str, note: str) -> Iterator[str]:
    """Put a note behind a line, or above it where there is no room."""
    note = _on_one_line(note)
    if not note:
        yield line
        return
    aside = f"{line:<{_NOTE_COLUMN}} # {note}"
    if len(aside) <= _WIDTH:
        yield aside
        return
    yield from _comment(note, _indentation(line))
    yield line


def _on_one_line(text: str) -> str:
    """Return what a comment may hold of a text from a table: YAML refuses a character without form.

    A break would end the comment, and what stands behind it would be settings.
    """
    one_line = " ".join(text.split())
    return "".join(map(_printable, one_line))


def _printable(character: str) -> str:
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _comment(text: str, indent: str = "") -> Iterator[str]:
    start = f"{indent}# "
    wrapper = textwrap.TextWrapper(
        _WIDTH,
        initial_indent=start,
        subsequent_indent=start,
        break_long_words=False,  # a path that is broken can not be copied
        break_on_hyphens=False,
    )
    for line in text.splitlines():
        if line.strip():
            yield from wrapper.wrap(line)
        else:
            yield start.rstrip()


def _head(guesses: Guesses, training_data_file: str, command: str) -> Iterator[str]:
    n_columns = len(guesses.columns) + len(guesses.left_out) + 1
    yield from _comment(
        f"A model of {_on_one_line(guesses.target.column)}, guessed from a table of "
        f"{guesses.n_rows:,} rows and {n_columns:,} columns.\n"
        f"{_EFFORTS[guesses.effort]}\n"
        f"Read it, change what you know better, then run: {command}"
    )
    yield ""
    yield "files:"
    yield f"  training_data_file: {quote(training_data_file)}"


def _target(guesses: Guesses) -> Iterator[str]:
    target = guesses.target
    yield "# What is predicted."
    yield "target:"
    yield from _noted(f"  column: {quote(target.column)}", "; ".join(target.notes))
    if target.number_format is not None:
        yield f"  number_format: {quote(target.number_format)}"
    yield from _noted(f"  transform: {target.transform}", target.reason)
    if target.transform != "none":
        yield from _noted("  prediction: mean", "or median: the middle of what to expect")
    if target.minimum is not None:
        bound, reason = target.minimum
        yield from _noted(f"  minimum: {bound}", reason)
    yield from _noted("  unit: units", "shown beside the figures: dollars, days, kWh, ...")


def _columns(guesses: Guesses) -> Iterator[str]:
    yield from _comment(_COLUMNS_HEAD)
    yield "columns:"
    for kind in sorted(KINDS.values(), key=lambda kind: kind.page_place):
        columns = [column for column in guesses.columns if column.kind == kind.name]
        if columns:
            yield f"  # {kind.page_title}"
        for column in columns:
            yield from _column(column, guesses.scales)


def _column(column: ColumnGuess, scales: dict[str, tuple[str, ...]]) -> Iterator[str]:
    settings = list(_settings_of_column(column, scales))
    if not settings:
        yield from _noted(f"  {quote(column.name)}: {column.kind}", column.note)
        return
    yield from _noted(f"  {quote(column.name)}:", column.note)
    yield f"    kind: {column.kind}"
    yield from settings


def _settings_of_column(column: ColumnGuess, scales: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of what is not so by default, its kind aside."""
    if column.scale in scales:
        yield f"    scale: {column.scale}"
    else:
        yield from _list("    levels:", column.levels)
    if column.number_format is not None:
        yield f"    number_format: {quote(column.number_format)}"
    if column.date_order != "ymd":
        yield f"    date_order: {column.date_order}"
    if column.parts != DEFAULT_PARTS:
        yield from _list("    parts:", column.parts)
    if column.missing != "unknown":
        yield f"    missing: {column.missing}"
    yield from _list("    also_missing:", column.also_missing)


def _list(head: str, items: Sequence[str]) -> Iterator[str]:
    """Yield a list below its name; of an empty one nothing, as configs have none."""
    if not items:
        return
    yield head
    indent = _indentation(head) + "  "
    for item in items:
        yield f"{indent}- {quote(item)}"


def _indentation(line: str) -> str:
    return " " * (len(line) - len(line.lstrip()))


def _derived(guesses: Guesses) -> Iterator[str]:
    if not guesses.differences:
        return
    yield "# New features: the days from one date to another."
    yield "derived:"
    names = _names_of_differences(guesses)
    features = _names_of_parts(guesses, names)
    for name, (late, early) in zip(names, guesses.differences, strict=True):
        yield f"  {quote(name)}:"
        yield "    operation: difference"
        yield from _list("    of:", [features[late]["days"], features[early]["days"]])


def _names_of_differences(guesses: Guesses) -> list[str]:
    columns = [column.name for column in guesses.columns]
    wanted = [f"days_{early}_to_{late}" for late, early in guesses.differences]
    return free_names(wanted, [*columns, guesses.target.column])


def _names_of_parts(guesses: Guesses, derived: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what the parts of dates will be called, as the config that is written will say."""
    columns = [column.name for column in guesses.columns]
    dates: dict[str, Sequence[str]] = {}
    for column in guesses.columns:
        if KINDS[column.kind].has_parts:
            dates[column.name] = column.parts
    return date_features(dates, [*columns, guesses.target.column, *derived])


def _left_out(guesses: Guesses) -> Iterator[str]:
    if guesses.left_out:
        yield "# What the model must not use, and why. To use one, move it to the columns."
        yield "left_out:"
        for column in guesses.left_out:
            yield from _noted(f"  - {quote(column.name)}", column.reason)


def _scales(guesses: Guesses) -> Iterator[str]:
    if guesses.scales:
        yield "# Levels that several ordered columns share, from lowest to highest."
        yield "scales:"
        for name, levels in guesses.scales.items():
            yield from _list(f"  {name}:", levels)


def _rows(guesses: Guesses) -> Iterator[str]:
    rows = guesses.rows
    used = {"weight": rows.weight, "group": rows.group, "time": rows.time}
    maybe = {"weight": rows.maybe_weight, "group": rows.maybe_group, "time": rows.maybe_time}
    if any(used.values()) or any(maybe.values()):
        yield from _comment(
            "How rows count and belong together: weight_column; group_column, whose rows are never "
            "in two folds; time_column, by which rows are predicted from earlier ones alone."
        )
    for role, guess in used.items():
        if guess is not None:
            column, note = guess
            yield from _noted(f"{role}_column: {quote(column)}", note)
    for role, guess in maybe.items():
        if guess is not None:  # as a comment that only has to be uncovered, on one line
            column, note = guess
            yield f"# {role}_column: {quote(column)}  # {_on_one_line(note)}"


def _evaluation(guesses: Guesses) -> Iterator[str]:
    guess = guesses.evaluation
    yield "# How quality is measured. Equal seeds give equal models."
    yield "seed: 1"
    yield "evaluation:"
    yield from _noted(f"  folds: {guess.folds}", guess.note)
    yield from _noted(f"  repeats: {guess.repeats}", "how often, each time with other folds")
    yield from _noted(
        f"  hold_out: {guess.hold_out}", "share of rows kept aside for a second opinion"
    )


def _estimators(guesses: Guesses) -> Iterator[str]:
    yield "# The model is the weighted average of these; what is no use gets no weight."
    yield from _noted("average: learned", "weights come from out-of-fold predictions")
    yield "estimators:"
    for estimator in guesses.estimators:
        yield from _noted(f"  {quote(estimator.name)}:", estimator.note)
        for name, value in estimator.settings.items():
            yield f"    {name}: {_value(value)}"


def _value(value: Value) -> str:
    return quote(value) if isinstance(value, str) else str(value).lower()
