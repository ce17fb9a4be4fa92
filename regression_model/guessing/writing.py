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

    from regression_model.guessing.guesses import ColumnGuess, Guesses, Value

_WIDTH = 98
_NOTE_COLUMN = 28
"""Where notes begin, behind most names of columns and their kinds."""
_PLAIN = re.compile(r"[\w/][\w ./()%&+-]*")
"""Accepts what needs no quotes: no sign that means something to YAML at its place."""
_LOOKS_LIKE_A_NUMBER = re.compile(
    r"[\d_.+-]+(e[+-]?\d+)?|0[xob][\da-f_]+|\.?(inf|nan)", re.IGNORECASE
)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
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
    return "\n".join("\n".join(lines) + "\n" for lines in map(list, sections) if lines)


def quote(text: str) -> str:
    """Write a text as a YAML scalar that every reader takes for this text.

    Examples
    --------
    >>> [quote(text) for text in ("Mileage", "1stFlrSF", "No", "007", "a: b", "it's")]
    ['Mileage', '1stFlrSF', "'No'", "'007'", "'a: b'", "'it''s'"]
    """
    is_plain = (
        _PLAIN.fullmatch(text)
        and text == text.strip()
        and text.isprintable()
        and not _LOOKS_LIKE_A_NUMBER.fullmatch(text)
        and text.casefold() not in _WORDS
    )
    if is_plain:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"


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
    indent = " " * (len(line) - len(line.lstrip()))
    yield from _comment(note, indent)
    yield line


def _on_one_line(text: str) -> str:
    """Return what a comment may hold of a text from a table."""
    characters = [
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in " ".join(text.split())
    ]
    return "".join(characters)


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
    is_plain = column.date_order == "ymd" and column.parts == DEFAULT_PARTS
    is_plain = is_plain and not column.also_missing and column.missing == "unknown"
    is_plain = is_plain and column.number_format is None and not column.levels
    if is_plain:
        yield from _noted(f"  {quote(column.name)}: {column.kind}", column.note)
        return
    yield from _noted(f"  {quote(column.name)}:", column.note)
    yield f"    kind: {column.kind}"
    if column.scale in scales:
        yield f"    scale: {column.scale}"
    elif column.levels:
        yield from _list("    levels:", column.levels)
    if column.number_format is not None:
        yield f"    number_format: {quote(column.number_format)}"
    if column.date_order != "ymd":
        yield f"    date_order: {column.date_order}"
    if column.parts != DEFAULT_PARTS:
        yield from _list("    parts:", column.parts)
    if column.missing != "unknown":
        yield f"    missing: {column.missing}"
    if column.also_missing:
        yield from _list("    also_missing:", column.also_missing)


def _list(head: str, items: Sequence[str]) -> Iterator[str]:
    yield head
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    yield from (f"{indent}- {quote(item)}" for item in items)


def _derived(guesses: Guesses) -> Iterator[str]:
    if guesses.differences:
        yield "# New features: the days from one date to another."
        yield "derived:"
    columns = [*(column.name for column in guesses.columns), guesses.target.column]
    wanted = [f"days_{early}_to_{late}" for late, early in guesses.differences]
    names = free_names(wanted, columns)
    dates = {
        column.name: column.parts for column in guesses.columns if KINDS[column.kind].has_parts
    }
    features = date_features(dates, [*columns, *names])
    for name, (late, early) in zip(names, guesses.differences, strict=True):
        yield f"  {quote(name)}:"
        yield "    operation: difference"
        yield from _list("    of:", [features[late]["days"], features[early]["days"]])


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
    active = {"weight": rows.weight, "group": rows.group, "time": rows.time}
    maybe = {"weight": rows.maybe_weight, "group": rows.maybe_group, "time": rows.maybe_time}
    if any((*active.values(), *maybe.values())):
        yield from _comment(
            "How rows count and belong together: weight_column; group_column, whose rows are never "
            "in two folds; time_column, by which rows are predicted from earlier ones alone."
        )
    for what, guess in active.items():
        if guess is not None:
            column, note = guess
            yield from _noted(f"{what}_column: {quote(column)}", note)
    for what, guess in maybe.items():
        if guess is not None:
            column, note = guess
            yield f"# {what}_column: {quote(column)}  # {_on_one_line(note)}"


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
