"""What one cell of a column means: every code, every kind, every spelling."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.processing.blanks import clean_name
from regression_model.processing.schema import (
    MAX_MAGNITUDE,
    MISSING_TEXTS,
    Code,
    Column,
    MissingMeans,
    Schema,
    Verdict,
    is_missing,
    nearest,
    plain,
    shown,
)


class Room(IntEnum):
    KITCHEN = 20


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


NUMBER = Column("n", "number", training_range=(0.0, 100.0))
INTEGER = Column("i", "integer")
LIMITED = Column("l", "number", minimum=0.0, maximum=10.0, training_range=(2.0, 8.0))
REQUIRED = Column("r", "number", required=True)
BOOLEAN = Column("b", "boolean")
CODED = Column("c", "category", levels=("20", "30", "A", "b c"))
CLOSED = Column("x", "category", levels=("Grvl", "Pave"), closed=True)
ORDERED = Column("o", "ordered", levels=(None, "Po", "Fa", "TA"), missing_means="none")
KINDS = [NUMBER, INTEGER, BOOLEAN, CODED, ORDERED]

HUGE = 10**5000

MISSING: list[Any] = [
    None, math.nan, np.nan, np.float64("nan"), np.float32("nan"), np.float16("nan"),
    np.longdouble("nan"), Decimal("NaN"), Decimal("sNaN"), pd.NA, pd.NaT,
    np.datetime64("NaT", "ns"), np.timedelta64("NaT", "ns"), np.array(np.nan), np.array(None),
    *MISSING_TEXTS, " ", "\t\n", " NA ", "\u00a0",
]  # fmt: skip


def codes(verdict: Verdict) -> list[str]:
    """Return the code of the error, or those of the warnings."""
    return [n.code.value for n in ((verdict.error,) if verdict.error else verdict.warnings)]


def describe(cell: object) -> str:
    named = isinstance(cell, str | float | int | Decimal | Fraction)
    return f"{type(cell).__name__} {shown(cell)!r}" if named else type(cell).__name__


def with_names(cells: list[Any]) -> list[Any]:
    return [pytest.param(*cell, id=describe(cell[0])) for cell in cells]


@pytest.mark.parametrize("cell", [pytest.param(cell, id=describe(cell)) for cell in MISSING])
@pytest.mark.parametrize("kind", ["number", "integer", "boolean", "category", "ordered"])
def test_missing_is_missing_however_it_is_spelled(cell: object, kind: str) -> None:
    levels = ("a", "b") if kind in ("category", "ordered") else ()
    unknown = Column("c", kind, levels=levels).judge(cell)
    assert math.isnan(unknown.value)
    assert unknown.silent
    assert codes(Column("c", kind, levels=levels, required=True).judge(cell)) == [
        "missing_required"
    ]
    none = Column("c", kind, missing_means="none", levels=(None, *levels)).judge(cell)
    assert none == Verdict(0.0)


@pytest.mark.parametrize("cell", ["", "NA", "none", "0", " - "])
def test_a_column_may_have_spellings_of_its_own(cell: str) -> None:
    column = Column("c", "category", missing_values=("none", "-"), levels=("NA", "0", ""))
    missing = cell.strip() in ("none", "-")
    assert math.isnan(column.judge(cell).value) is missing
    assert column.judge(cell).silent


@pytest.mark.parametrize(
    ("cell", "value"),
    with_names([
        (8450, 8450.0), (0, 0.0), (-3, -3.0), (2.5, 2.5), (1e30, 1e30), (-1e30, -1e30),
        (5e-324, 5e-324), (np.float64(2.5), 2.5), (np.float32(0.5), 0.5), (np.float16(2), 2.0),
        (np.longdouble(1.5), 1.5), (np.int8(-5), -5.0), (np.uint64(7), 7.0), (np.array(4), 4.0),
        (Decimal("2.50"), 2.5), (Decimal("-1E+3"), -1000.0), (Fraction(1, 4), 0.25),
        (Room.KITCHEN, 20.0), (2**53 - 1, 2.0**53 - 1), (1e20, 1e20),
    ]),
)  # fmt: skip
def test_numbers_are_taken_as_they_are(cell: object, value: float) -> None:
    assert Column("n", "number").judge(cell) == Verdict(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8450", 8450.0), ("-3", -3.0), ("+3", 3.0), ("2.5", 2.5), (".5", 0.5), ("5.", 5.0),
        ("1e3", 1000.0), ("1E-3", 0.001), (" 12 ", 12.0), ("12\n", 12.0), ("\u00a012", 12.0),
        ("007", 7.0), ("1e-400", 0.0), ("0.1", 0.1), (np.str_("12"), 12.0),
        ("1" + "0" * 15, 1e15),
        ("1e29", 1e29),
    ],
)  # fmt: skip
def test_a_number_in_text_is_read_and_is_news_unless_from_a_file(text: str, value: float) -> None:
    column = Column("n", "number")
    verdict = column.judge(text)
    assert (verdict.value, codes(verdict)) == (value, ["text_as_number"])
    assert column.judge(text, from_file=True) == Verdict(value)


@pytest.mark.parametrize(
    "cell",
    [
        "ten", "1_000", "0x10", "1,000", "1 000", "١٢", "\uff11\uff12", "½", "Ⅻ", "1e", "e5", "--1",
        ".", "1.2.3", "$5", "5%", "12a", "na", "none?", "true", "infinite", "x" * 1000, "\ud800",
        "🏠", True, False, np.True_, b"12", np.bytes_(b"12"), 20 + 0j, np.complex128(1),
        datetime(2020, 1, 1, tzinfo=UTC), date(2020, 1, 1), timedelta(1), pd.Timestamp("2020"),
        np.datetime64("2020-01-01"), np.timedelta64(5, "D"), np.timedelta64(5), object(), int, len,
        Unprintable(), np.array("x"), iter([1]),
    ],
    ids=describe,
)  # fmt: skip
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_what_is_no_number_is_refused(cell: object, kind: str) -> None:
    verdict = Column("LotArea", kind).judge(cell)
    assert codes(verdict) == ["not_a_number"]
    assert math.isnan(verdict.value)
    assert verdict.error is not None
    assert verdict.error.message.startswith("LotArea is ")
    assert len(verdict.error.message) < 300


@pytest.mark.parametrize(
    ("cell", "code"),
    with_names([
        (math.inf, "infinite"), (-math.inf, "infinite"), (np.float32("inf"), "infinite"),
        (Decimal("Infinity"), "infinite"), ("inf", "infinite"), ("-Infinity", "infinite"),
        (" INF ", "infinite"), (np.array(np.inf), "infinite"),
        (2**53, "too_large"), (-(10**20), "too_large"), (Decimal(2**53), "too_large"),
        (np.uint64(2**63), "too_large"), ("12345678901234567890", "too_large"),
        (1.1e30, "too_large"), (-1.1e30, "too_large"), (10**31, "too_large"), (HUGE, "too_large"),
        (-HUGE, "too_large"), ("1e400", "too_large"), ("-1e400", "too_large"),
        ("9" * 5000, "too_large"), (Fraction(HUGE), "too_large"), (Decimal("1e31"), "too_large"),
        (Decimal("1e400"), "too_large"), (Decimal("-1e400"), "too_large"),
        (math.nextafter(MAX_MAGNITUDE, math.inf), "too_large"),
    ]),
)  # fmt: skip
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_infinite_and_too_large_numbers_are_refused(cell: object, code: str, kind: str) -> None:
    for column in (Column("n", kind), Column("n", kind, minimum=0, maximum=5)):
        assert codes(column.judge(cell)) == [code]


@pytest.mark.parametrize(
    ("cell", "expected"),
    with_names([
        (5, []), (5.0, []), (-0.0, []), (np.int64(5), []), (Decimal("5.00"), []),
        (Fraction(10, 2), []), ("5", ["text_as_number"]),
        (2**53 - 1, []), (2**53, ["too_large"]), (1e29, ["too_large"]),
        ("5.0", ["text_as_number"]), ("5e0", ["text_as_number"]),
        (5.5, ["not_an_integer"]), ("5.5", ["not_an_integer"]),
        (Decimal("5.5"), ["not_an_integer"]),
        (Fraction(1, 3), ["not_an_integer"]), (np.float32(0.5), ["not_an_integer"]),
        (1e-9, ["not_an_integer"]), (True, ["not_a_number"]),
    ]),
)  # fmt: skip
def test_an_integer_column_takes_whole_numbers(cell: object, expected: list[str]) -> None:
    assert codes(INTEGER.judge(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (2, []), (8.0, []), (1.99, ["out_of_training_range"]), (0, ["out_of_training_range"]),
        (10, ["out_of_training_range"]), (-0.01, ["out_of_limits"]), (10.01, ["out_of_limits"]),
        ("5", ["text_as_number"]), ("9", ["text_as_number", "out_of_training_range"]),
        ("-1", ["out_of_limits"]), ("11", ["out_of_limits"]), (math.nan, []),
    ],
)  # fmt: skip
def test_limits_are_errors_and_the_training_range_is_a_warning(
    cell: object, expected: list[str]
) -> None:
    assert codes(LIMITED.judge(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(0, []), (5, []), (9, []), (10, ["out_of_training_range"]), (-1, ["out_of_training_range"])],
)
def test_zero_is_in_range_where_missing_means_none(cell: float, expected: list[str]) -> None:
    column = Column("n", "number", missing_means="none", training_range=(5.0, 9.0))
    assert codes(column.judge(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "value"),
    with_names([
        (True, 1.0), (False, 0.0), (np.True_, 1.0), (np.False_, 0.0), (1, 1.0), (0, 0.0),
        (1.0, 1.0), (0.0, 0.0), (-0.0, 0.0), (np.int8(1), 1.0), (np.float32(1), 1.0),
        (Decimal(1), 1.0), (Fraction(0), 0.0), (np.array(True), 1.0),  # noqa: FBT003
        ("true", 1.0), ("FALSE", 0.0), ("Y", 1.0), ("n", 0.0), (" yes ", 1.0), ("No", 0.0),
        ("t", 1.0), ("F", 0.0), ("on", 1.0), ("off", 0.0), ("1", 1.0), ("0", 0.0), ("1.0", 1.0),
        ("0.0", 0.0),
    ]),
)  # fmt: skip
def test_booleans_in_all_spellings(cell: object, value: float) -> None:
    assert BOOLEAN.judge(cell) == Verdict(value)


@pytest.mark.parametrize(
    "cell",
    [
        2, -1, 0.5, math.inf, "2", "maybe", "wahr", "tru", b"true", Decimal(2), HUGE, -HUGE,
        datetime(2020, 1, 1, tzinfo=UTC), object(), Unprintable(), 1j, np.timedelta64(5, "D"),
    ],
    ids=describe,
)  # fmt: skip
def test_what_is_no_boolean_is_refused(cell: object) -> None:
    verdict = BOOLEAN.judge(cell)
    assert codes(verdict) == ["not_a_boolean"]
    assert math.isnan(verdict.value)


@pytest.mark.parametrize(
    ("cell", "value"),
    with_names([
        ("20", 0), (20, 0), (20.0, 0), ("20.0", 0), (" 20 ", 0), (np.int16(20), 0),
        (np.float32(20), 0), (Decimal("20.0"), 0), (Fraction(20), 0), (Room.KITCHEN, 0),
        (np.str_("20"), 0), (np.array("20"), 0), ("30", 1), ("A", 2), (" A ", 2), ("b c", 3),
        (" b c", 3),
        ("020", -1), ("0020.0", -1), (20.5, -1), (21, -1), ("a", -1), ("B C", -1), ("b  c", -1),
        (True, -1), (False, -1), (math.inf, -1), (10**31, -1), (HUGE, -1), (-HUGE, -1),
        ("x" * 10_000, -1), ("2_0", -1), ("٢٠", -1), ("\ud800", -1), (Decimal("1e400"), -1),
    ]),
)  # fmt: skip
def test_levels_are_found_as_text_or_as_number(cell: object, value: float) -> None:
    verdict = CODED.judge(cell)
    assert verdict.value == value
    assert codes(verdict) == ([] if value >= 0 else ["unseen_level"])


@pytest.mark.parametrize(
    ("levels", "cell", "value"),
    [
        (("007", "7"), "007", 0), (("007", "7"), "7", 1), (("007", "7"), 7, 1),
        (("007", "7"), "7.0", 1), (("007", "7"), "07", -1), (("7",), "007", -1), (("7",), 7, 0),
        (("20", "20.0"), 20, 0), (("20", "20.0"), "20.0", 1), (("20.0", "20.00"), 20, -1),
        (("20.0", "20.00"), "20.00", 1), (("20.0",), 20, 0), (("1e3",), 1000, 0), (("-1",), -1, 0),
        (("True", "False"), True, 0), (("True", "False"), np.False_, 1), (("true",), True, 0),
        (("1", "0"), True, 0), (("1", "0"), False, 1), (("1.0", "0.0"), True, 0),
        (("1", "True"), True, 1), (("1", "True"), 1, 0), (("True",), 1, -1),
        (("True",), "true", -1), (("Y", "N"), True, -1), (("0",), -0.0, 0), (("0",), "-0", 0),
        ((None, "A"), "A", 1), ((), "A", -1), (("inf",), "inf", 0),
    ],
)  # fmt: skip
def test_which_level_a_cell_means(levels: tuple[str | None, ...], cell: object, value: int) -> None:
    assert Column("c", "category", levels=levels).judge(cell).value == value


@pytest.mark.parametrize(
    "cell",
    [
        b"20", np.bytes_(b"A"), 20 + 0j, datetime(2020, 1, 1, tzinfo=UTC), pd.Timestamp("2020"),
        np.datetime64("2020-01-01"), timedelta(20), np.timedelta64(20, "D"), np.timedelta64(20),
        object(), int, Unprintable(),
    ],
    ids=describe,
)  # fmt: skip
@pytest.mark.parametrize("column", [CODED, CLOSED, ORDERED], ids=lambda column: column.name)
def test_what_can_be_no_level_is_refused(cell: object, column: Column) -> None:
    assert codes(column.judge(cell)) == ["not_text"]


@pytest.mark.parametrize(
    ("column", "cell", "code", "hint"),
    [
        (CLOSED, "Pavee", "unknown_level", "the nearest known: Pave"),
        (CLOSED, "pave", "unknown_level", "the nearest known: Pave"),
        (CLOSED, 3, "unknown_level", "the nearest known: Grvl, Pave"),
        (CLOSED, True, "unknown_level", "the nearest known: Grvl, Pave"),
        (ORDERED, "ta", "unseen_level", "the nearest known: TA"),
        (ORDERED, "Excellent", "unseen_level", "the nearest known: Po, Fa, TA"),
        (CODED, "B C", "unseen_level", "the nearest known: b c"),
    ],
)
def test_an_unknown_level_is_told_the_nearest(
    column: Column, cell: object, code: str, hint: str
) -> None:
    verdict = column.judge(cell)
    assert codes(verdict) == [code]
    notice = verdict.error or verdict.warnings[0]
    assert notice.message.endswith(hint)
    assert math.isnan(verdict.value) if column.closed else verdict.value == -1


@pytest.mark.parametrize(
    "cell",
    [
        [1], [], (1,), {}, {"a": 1}, {1}, frozenset(), range(3), np.array([1]), np.array([[1]]),
        np.array([]), pd.Series([1]), pd.DataFrame({"a": [1]}), memoryview(b"1"),
        [[[1]]], [None],
    ],
    ids=lambda cell: type(cell).__name__,
)  # fmt: skip
@pytest.mark.parametrize("column", KINDS, ids=lambda column: column.kind)
def test_a_cell_that_holds_many_values_is_refused(cell: object, column: Column) -> None:
    verdict = column.judge(cell)
    assert codes(verdict) == ["not_a_scalar"]
    assert verdict.error is not None
    assert type(cell).__name__ in verdict.error.message


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        (
            NUMBER,
            "ten",
            (
                "n is 'ten' (text), which is not a number; write digits with a decimal point, or "
                "leave it empty if it is not known"
            ),
        ),
        (INTEGER, 2.5, "i is 2.5, which is not a whole number"),
        (LIMITED, -1, "l is -1; the least that is allowed is 0"),
        (LIMITED, 11.5, "l is 11.5; the most that is allowed is 10"),
        (REQUIRED, None, "r is required; give it a value"),
        (BOOLEAN, "maybe", "b is 'maybe', neither true nor false; write true or false"),
        (NUMBER, 1e31, "n is larger than 1e+30; check its unit"),
        (NUMBER, math.inf, "n is infinite; leave it empty if it is not known"),
        (NUMBER, [1], "n holds a list; give one value per cell"),
        (CODED, b"A", "c holds a bytes; give its level as text"),
    ],
)
def test_an_error_says_what_came_and_what_to_do(column: Column, cell: object, message: str) -> None:
    error = column.judge(cell).error
    assert error is not None
    assert error.message == message


def test_a_value_outside_the_training_range_is_told_the_range() -> None:
    (warning,) = NUMBER.judge(101.5).warnings
    assert warning.code is Code.OUT_OF_TRAINING_RANGE
    assert "n is 101.5, outside the training range 0 to 100" in warning.message


@settings(deadline=None, max_examples=150)
@given(
    cell=st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.fractions(),
        st.complex_numbers(), st.text(), st.binary(), st.datetimes(), st.dates(), st.timedeltas(),
        st.uuids(), st.lists(st.integers()), st.dictionaries(st.text(), st.integers()),
        st.sampled_from([HUGE, pd.NA, pd.NaT, object(), Unprintable(), np.timedelta64(3, "h")]),
        st.from_regex(r"[+-]?[0-9.]{1,4}([eE][+-]?[0-9]{1,3})?"),
    )
)  # fmt: skip
def test_judge_never_raises_and_agrees_with_itself(cell: object) -> None:
    for column in (*KINDS, LIMITED, REQUIRED, CLOSED):
        verdict = column.judge(cell)
        assert isinstance(verdict.value, float)
        assert not math.isinf(verdict.value)
        assert verdict.error is None or math.isnan(verdict.value)
        assert verdict.error is None or not verdict.warnings
        assert repr(column.judge(cell)) == repr(verdict)
        from_file = column.judge(cell, from_file=True)
        kept = [n for n in verdict.warnings if n.code is not Code.TEXT_AS_NUMBER]
        assert (from_file.error, list(from_file.warnings)) == (verdict.error, kept)
        low, high = column.silent_range
        if not math.isnan(verdict.value) and verdict.silent:
            assert low <= verdict.value <= high


@settings(deadline=None, max_examples=150)
@given(
    value=st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.fractions(),
        st.text(), st.binary(), st.datetimes(), st.complex_numbers(), st.lists(st.integers()),
        st.sampled_from([
            HUGE, -HUGE, Fraction(HUGE), pd.NA, pd.NaT, np.float32(0.1), np.longdouble(0.1),
            np.int64(3), np.True_, np.str_("x"), np.datetime64("2020"), np.void(b"a"),
            np.array([1, 2]), pd.Series([1]), "x" * 1000, "\ud800", Unprintable(), Room.KITCHEN,
            np.array(2.0), {"a": {1}}, Decimal("sNaN"), float("inf"), 2**64, 2**64 - 1,
        ]),
    )
)  # fmt: skip
def test_what_is_shown_is_short_and_fits_in_json(value: object) -> None:
    result = shown(value)
    text = json.dumps(result, allow_nan=False)
    assert len(text) < 1300
    assert json.loads(text) == result


@pytest.mark.parametrize(
    ("value", "expected"),
    with_names([
        ("ten", "ten"), (3, 3), (2.5, 2.5), (True, True), (None, None), (math.nan, None),
        (pd.NA, None), (math.inf, "inf"), (-math.inf, "-inf"), (np.int8(3), 3),
        (np.float32(0.5), 0.5), (np.True_, True), (np.str_("a"), "a"),
        (2**64 - 1, 2**64 - 1), (2**64, "an integer of 65 bits"),
        (HUGE, "an integer of 16610 bits"), ([1, 2], "[1, 2]"), ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 99 + "…"), (b"ab", "b'ab'"),
        (Unprintable(), "a Unprintable whose repr fails with RuntimeError"),
    ]),
)  # fmt: skip
def test_scalars_are_shown_as_they_are(value: object, expected: object) -> None:
    result = shown(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("cell", "missing"),
    with_names([
        (None, True), (math.nan, True), (pd.NA, True), (pd.NaT, True), (Decimal("NaN"), True),
        (np.float32("nan"), True), (np.datetime64("NaT", "s"), True),
        ("", False), ("NA", False), (0, False), (False, False), (math.inf, False), ([], False),
        (np.array([np.nan]), False), (Decimal(0), False),
    ]),
)  # fmt: skip
def test_is_missing_is_about_cells_that_are_no_text(cell: object, missing: object) -> None:
    assert is_missing(cell) is missing


@pytest.mark.parametrize(
    ("number", "text"),
    [(8450.0, "8450"), (0.1, "0.1"), (1e30, "1e+30"), (-2.50, "-2.5"), (20.0, "20")],
)
def test_numbers_are_written_as_a_person_would(number: float, text: str) -> None:
    assert plain(number) == text


@pytest.mark.parametrize(
    ("word", "words", "expected"),
    [
        ("lotarea", ["LotArea", "Street"], ["LotArea"]),
        ("LotAria", ["LotFrontage", "LotArea"], ["LotArea"]),
        ("zzz", ["LotArea"], []),
        ("a", [], []),
        ("abcd", ["abxx", "abcx", "ABCD", "zzzz"], ["ABCD", "abcx"]),
    ],
)
def test_the_nearest_words_ignore_case(word: str, words: list[str], expected: list[str]) -> None:
    assert nearest(word, words) == expected


def test_at_most_three_nearest_words_are_named() -> None:
    assert len(nearest("abcd", ["abce", "abcf", "abcg", "abch"])) == 3


def test_codes_are_a_documented_enumeration() -> None:
    assert all(code.value == code.name.lower() for code in Code)
    assert {code.value for code in Code} >= {
        "not_a_number", "not_an_integer", "not_a_boolean", "not_text", "not_a_scalar",
        "not_a_record", "infinite", "too_large", "out_of_limits", "unknown_level",
        "missing_required", "missing_column", "duplicate_column", "not_finite_prediction",
        "unseen_level", "out_of_training_range", "unused_column", "text_as_number",
    }  # fmt: skip


texts = st.text(st.characters(codec="utf-8"), max_size=10)
limits = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def columns(draw: Callable[[st.SearchStrategy[Any]], Any], name: str) -> Column:
    kind: str = draw(st.sampled_from(["number", "integer", "ordered", "category", "boolean"]))
    means: MissingMeans = draw(st.sampled_from(["unknown", "none"]))
    levels: tuple[str | None, ...] = ()
    if kind in ("ordered", "category"):
        levels = tuple(draw(st.lists(texts, unique=True, max_size=4)))
        levels = (None, *levels) if means == "none" else levels
    return Column(
        name,
        kind,
        missing_values=draw(st.just(MISSING_TEXTS) | st.lists(texts, max_size=3).map(tuple)),
        missing_means=means,
        required=draw(st.booleans()),
        minimum=draw(limits),
        maximum=draw(limits),
        levels=levels,
        closed=draw(st.booleans()),
        training_range=draw(st.none() | st.tuples(st.floats(-9, 9), st.floats(-9, 9))),
        missing_share=draw(st.floats(0, 1)),
    )


@st.composite
def schemas(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Schema:
    names = draw(st.lists(texts.map(clean_name), unique=True, max_size=4))
    return Schema(tuple(draw(columns(name)) for name in names))


@settings(deadline=None, max_examples=100)
@given(schema=schemas())
def test_a_schema_survives_a_trip_through_json(schema: Schema) -> None:
    text = json.dumps(schema.to_dict(), allow_nan=False)
    again = Schema.from_dict(json.loads(text))
    assert again == schema
    assert again.names == schema.names
    for column, same in zip(schema.columns, again.columns, strict=True):
        for cell in (None, 3, 2.5, "x", *column.levels):
            assert repr(same.judge(cell)) == repr(column.judge(cell))


def test_a_schema_leaves_out_defaults() -> None:
    assert Schema((Column("a", "number"),)).to_dict() == [{"name": "a", "kind": "number"}]


def test_a_schema_finds_and_replaces_columns_by_name() -> None:
    schema = Schema((NUMBER, INTEGER))
    assert (len(schema), schema.names, schema["i"]) == (2, ("n", "i"), INTEGER)
    changed = schema.replace_columns({"i": Column("i", "boolean")})
    assert [column.kind for column in changed.columns] == ["number", "boolean"]
    with pytest.raises(ValueError, match="not in tuple"):
        schema["nothing"]


def test_a_column_does_not_change() -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        cast("Any", NUMBER).kind = "integer"


INFINITIES = ["inf", "-Infinity", " INF ", math.inf, -math.inf, np.float32("-inf"), Decimal("inf")]


@pytest.mark.parametrize("declared", ["inf", "-inf", "Infinity"])
@pytest.mark.parametrize("cell", INFINITIES, ids=repr)
def test_an_infinity_is_one_in_every_form(declared: str, cell: object) -> None:
    for kind in ("number", "integer"):
        column = Column("x", kind, missing_values=("", declared))
        assert column.judge(cell).silent
        assert column.is_missing(cell)
        assert not Column("x", kind).is_missing(cell)
        required = replace(column, required=True).judge(cell).error
        assert required is not None
        assert required.code == "missing_required"
    category = Column("x", "category", levels=("Inf",), missing_values=("", declared))
    assert category.judge("Inf").value == 0
