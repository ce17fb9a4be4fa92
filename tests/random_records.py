"""Records as nobody should write them, drawn at random from a schema."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from regression_model.processing.blanks import BLANKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regression_model.processing.column import Column
    from regression_model.processing.schema import Schema

_LETTERS = "aeioxyzAEIOXYZ" + "äßİıſςΣéñ中𝔸😀'\"\\\n\t\u200b\u0301<&{}"
_DIGITS = "0123456789\u0663\xbe\xb2\uff11\uff12"
_TRUTHS = ("true", "FALSE", "Yes", "nO", "t", "F", "on", "OFF", "ye\u017f", "1.0", "0", "-0", "2")
_NUMBERS: tuple[Any, ...] = (
    0, -0.0, 1, -1, 12, 12.5, 0.1 + 0.2, 1e15, 1e16, 123456789012.3455, 1000000000000.125,
    9007199254740991, 9007199254740993, 1e20, 1e21, 1e22, -1e30, 1.0000001e30, 1e300, 5e-324,
    1e-5, 0.0001, 123456.789e-9, "1e400", "-1e400", "1e-400", "inf", "-Infinity", "+INF", "nan",
    "1_000", "0x10", "1e", "1e5e5", ".5", "5.", ".", "+7", "--5", "+-5", "007", "7.0", "60.0",
    "9007199254740991", "9007199254740992", "9007199254740993.0", "1" * 40, "0" * 120 + "1", "1,5",
    "1.234,5", "1.234", "12.34", "1 234,5", "1.234.567,25", "(75)", "(1.234,5)", "-(5)", "1.23,4",
    "\u22125", "-1.234,5", ",5", "5,", "1e3", "1,5e3", "١٢", "12 ", "1\n", "1" * 1001,
)  # fmt: skip
_DAYS = (
    "2024-03-01", "2024/3/1", "2024.03", "20240301", "20240301.0", "01/03/2024", "31.12.68",
    "1-3-69", "1 March 2024", "1st-Mar-24", "1. Mar 2024", "Mar 2024", "3/2024", "March 1, 2024",
    "Mar 1st 2024", "2024-02-29", "2023-02-29", "0001-01-01", "0000-01-01", "9999-12-31",
    "13/13/20", "sept 2020", "SEPT. 2020", "Septem 2020", "1 \u017fep 2020", "32/1/2020",
    "2020-00-10", "20201301",
)  # fmt: skip
_TIMES = (
    "", "", "T14:30", " 14:30", ", 2:05 pm", "T1430", " 1430", "T143005", " 24:00", " 23:59:60",
    "T23:59:59.999999", "T00:00:00.123456789", " 12:00 am", " 12:00 PM", " 13:00 pm", " 0:10 am",
    "T14:30Z", "T14:30+02:00", "T14:30 -0530", "T14:30+99:99", " 14:30 utc", "T14:30:00.5 GMT",
    "T14:30:05.25+02", "  14:30", "T00:00",
)  # fmt: skip
_WEEKDAYS = ("", "", "", "Mon ", "tuesday, ", "\u017fun. ", "Thurs  ", "Mon")


def records(schema: Schema, count: int, seed: int) -> Iterator[tuple[list[dict[str, Any]], bool]]:
    """Yield lists of records, of one or a few, and whether they are as from a file."""
    random = Random(seed)
    made = 0
    while made < count:
        size = random.choice((1, 1, 1, 1, 2, 5, 30))
        is_file = random.random() < 0.3
        frame = [_record(schema, random) for _ in range(size)]
        if is_file:
            frame = [{name: _as_text(cell) for name, cell in row.items()} for row in frame]
        yield frame, is_file
        made += size


def _record(schema: Schema, random: Random) -> dict[str, Any]:
    record: dict[str, Any] = {}
    oddness = random.choice((0.0, 0.03, 0.3, 1.0))
    for column in schema.columns:
        name = column.name
        if random.random() < 0.05:
            continue
        if random.random() < 0.02:
            name = random.choice((*column.aliases, name, _mistyped(name, random), name + "\u00a0"))
        record[name] = _odd(column, random) if random.random() < oddness else _usual(column, random)
        if column.aliases and random.random() < 0.02:
            record[column.aliases[0]] = record[name]
    if random.random() < 0.05:
        record[_text(random)] = 1
    # keys that are whole numbers come first in JavaScript, so that warnings have another order
    return {f"{name}." if name.isdigit() else name: cell for name, cell in record.items()}


def _usual(column: Column, random: Random) -> Any:
    kind = column.of_kind
    if column.has_levels:
        return random.choice([level for level in column.levels if level is not None])
    low, high = column.training_range or (0.0, 1.0)
    value = random.uniform(low, high)
    if column.kind == "integer":
        return round(value)
    if column.kind == "boolean":
        return random.random() < 0.5
    if column.kind == "date":
        return kind.decode(value)
    return value


def _odd(column: Column, random: Random) -> Any:
    ways: tuple[Callable[[Column, Random], Any], ...] = (
        _at_limits, _level, _number, _date, _missing, _truth, _any_text, _container,
    )  # fmt: skip
    weights = (4, 4 * column.has_levels, 5, 4 if column.kind == "date" else 1, 2, 2, 2, 0.2)
    cell = random.choices(ways, weights)[0](column, random)
    if isinstance(cell, str) and random.random() < 0.3:
        cell = random.choice(BLANKS) + cell + random.choice(BLANKS)
    if isinstance(cell, str) and cell and random.random() < 0.1:
        place = random.randrange(len(cell))
        cell = cell[:place] + random.choice(_LETTERS + _DIGITS) + cell[place + 1 :]
    return _as_both_read(cell)


def _at_limits(column: Column, random: Random) -> Any:
    low, high = column.silent_range
    ends = [low, high, *(end for end in (column.minimum, column.maximum) if end is not None)]
    end = random.choice(ends)
    if column.kind == "date":
        return column.of_kind.show(min(max(end + random.choice((-1, 0, 0.5, 1)), low), high))
    return random.choice((end, end + 1, end - 1, end + 1e-9 * max(1.0, abs(end)), str(end)))


def _level(column: Column, random: Random) -> Any:
    level = random.choice([level for level in column.levels if level is not None])
    return random.choice((level, level.swapcase(), _mistyped(level, random), level[:2]))


def _number(_: Column, random: Random) -> Any:
    number = random.choice(_NUMBERS)
    return str(number) if random.random() < 0.3 else number


def _date(_: Column, random: Random) -> Any:
    if random.random() < 0.1:
        return random.choice((20240301, 20240301.0, 20241301, 99991231, 10100, 2024.5))
    return random.choice(_WEEKDAYS) + random.choice(_DAYS) + random.choice(_TIMES)


def _missing(column: Column, random: Random) -> Any:
    spellings = (None, "", " ", "NaT", "NA", "nan", "Nan", "?", "inf", "none", "None")
    return random.choice((*spellings, *column.missing_values[:3]))


def _truth(_: Column, random: Random) -> Any:
    return random.choice((True, False, *_TRUTHS))


def _any_text(_: Column, random: Random) -> Any:
    return _text(random)


def _container(_: Column, random: Random) -> Any:
    return random.choice(([], [1], {}, {"a": 1}))


def _text(random: Random) -> str:
    length = random.choice((1, 2, 5, 20, 120))
    return "".join(random.choice(_LETTERS + _DIGITS) for _ in range(length))


def _mistyped(text: str, random: Random) -> str:
    place = random.randrange(len(text))
    return text[:place] + random.choice(("", "x", text[place] * 2)) + text[place + 1 :]


def _as_both_read(cell: Any) -> Any:
    """Return a number as JavaScript has it: digits alone are digits alone for both."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    number = float(cell)
    is_digits = number.is_integer() and abs(number) < 1e21
    return int(number) if is_digits else number


def _as_text(cell: Any) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)
