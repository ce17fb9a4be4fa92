"""What a signal handler raises goes on to its caller, wherever it strikes."""

import signal
import sys
from collections import UserDict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import regression_model
from regression_model.artifact.contents import PROFILE, REPORT
from regression_model.artifact.format import read_artifact
from regression_model.artifact.kept import read_member
from regression_model.artifact.model import Model
from regression_model.processing.interruptions import pass_on, signals_held
from regression_model.processing.report import Report
from regression_model.processing.schema import Column, Schema
from regression_model.processing.validation import Validator

PACKAGE = str(Path(regression_model.__file__).parent)
VALIDATOR = Validator(
    Schema(
        (
            Column("number", "number", required=True),
            Column("level", "category", levels=("a", "5")),
            Column("flag", "boolean"),
            Column("day", "date", date_order="dmy"),
        )
    )
)


class LateError(OSError, OverflowError, RuntimeError, TypeError, KeyError, UnicodeError):
    """Whatever is caught, this is one of it."""


class Odd:
    def __float__(self) -> float:
        raise ValueError

    __str__ = __repr__ = __float__  # type: ignore[assignment]


def late(*_: object) -> NoReturn:
    raise LateError


def late_and_tidy(number: int, frame: object) -> NoReturn:
    del number, frame
    raise LateError


class Late:
    def __call__(self, *given: object) -> NoReturn:
        self.raise_late(*given)

    def handle(self, number: int, frame: object) -> NoReturn:
        self.raise_late(number, frame)

    def raise_late(self, *_: object) -> NoReturn:
        raise LateError


@pytest.fixture
def handled() -> Iterator[Callable[[Any], None]]:
    before = signal.getsignal(signal.SIGTERM)

    def handle(handler: Callable[..., object]) -> None:
        signal.signal(signal.SIGTERM, handler)

    yield handle
    signal.signal(signal.SIGTERM, before)


class Striker:
    """Raises a signal before one line of the package that was not struck before."""

    def __init__(self) -> None:
        self.struck: set[tuple[object, int]] = set()
        self.has_struck = False

    def __call__(self, frame: Any, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        place = frame.f_code, frame.f_lineno
        if event == "line" and place not in self.struck and not self.has_struck:
            self.struck.add(place)
            self.has_struck = True
            signal.raise_signal(signal.SIGTERM)
        return self

    def strike(self, act: Callable[[], object]) -> bool:
        """Act, and be struck; return whether there was a line left for it."""
        self.has_struck = False
        before = sys.gettrace()
        sys.settrace(self)
        try:
            act()
        except LateError:
            return True
        finally:
            sys.settrace(before)
        assert not self.has_struck, f"kept what was raised at one of {list(self.struck)[-1:]}"
        return False


def strike_everywhere(act: Callable[[], object]) -> int:
    striker = Striker()
    while striker.strike(act):
        pass
    return len(striker.struck)


GOOD = {"number": 1.5, "level": "a", "flag": True, "day": "03/04/2024"}
BAD = {"number": Odd(), "level": 10**5000, "flag": "maybe", "day": "31/02/2024"}
COLUMNS = {
    "number": ["1", None, "x"] * 6,
    "level": ["a", "b", None] * 6,
    "day": [datetime(2024, 1, 1), None, None] * 6,
}
INPUTS: dict[str, Callable[[], object]] = {
    "record": lambda: GOOD,
    "bad record": lambda: [BAD],
    "few mappings": lambda: [UserDict(GOOD), GOOD, 7, {Odd(): 1}],
    "records": lambda: [GOOD, {**BAD, "other": 1}] * 9,
    "columns": lambda: {**COLUMNS, "flag": np.ones(18)},
    "few columns": lambda: {"number": (1, 2), "day": np.array(["2024", "NaT"], "M8[s]")},
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "polars": lambda: pl.DataFrame(COLUMNS)[:9],
    "arrow": lambda: pa.table(COLUMNS),
}


@pytest.mark.parametrize("form", INPUTS)
def test_what_a_handler_raises_before_any_line_is_passed_on(
    form: str, handled: Callable[[Any], None]
) -> None:
    handled(late)
    input_data = INPUTS[form]()

    def act() -> None:
        if isinstance(input_data, dict):
            VALIDATOR.encode_record(input_data)
        list(VALIDATOR.blocks(input_data, Report()))

    assert strike_everywhere(act) > 60


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_prediction_that_is_interrupted_raises_what_the_handler_did(
    small_model: Model, n_rows: int, handled: Callable[[Any], None]
) -> None:
    record = {"GrLivArea": 1500, "Neighborhood": "nowhere"}
    expected = small_model.predict([record] * n_rows)
    handled(late)
    assert strike_everywhere(lambda: small_model.predict([record] * n_rows)) > 100
    complete = dict.fromkeys(small_model.schema.names) | record
    assert strike_everywhere(lambda: small_model.predict(complete)) > 10
    assert small_model.predict([record] * n_rows) == expected


def test_what_a_handler_raises_while_an_artifact_is_read_is_no_fault_of_the_artifact(
    handled: Callable[[Any], None],
) -> None:
    path = Path(__file__).parents[1] / "artifacts" / "format_1.zip"
    handled(late)
    assert strike_everywhere(lambda: read_artifact(path)) > 100


@pytest.mark.parametrize("name", [PROFILE, REPORT])
def test_what_a_handler_raises_while_what_is_kept_is_read_is_no_fault_of_it(
    small_path: Path, name: str, handled: Callable[[Any], None]
) -> None:
    artifact = read_artifact(small_path)
    data, columns = artifact.members[name], artifact.model["columns"]
    handled(late)
    assert strike_everywhere(lambda: read_member(name, data, columns)) > 15


@pytest.mark.parametrize(
    "handler",
    [late, late_and_tidy, Late().handle, partial(late), Late()],
)
def test_any_handler_is_known(handler: Any, handled: Callable[[Any], None]) -> None:
    class Slow:
        def __float__(self) -> float:
            signal.raise_signal(signal.SIGTERM)
            return 1.0

    handled(handler)
    try:
        float(Slow())
    except LateError as problem:
        with pytest.raises(LateError):
            pass_on(problem)
    else:
        pytest.fail("no signal came")


def test_what_an_object_raises_is_its_own() -> None:
    class Failing:
        def __getitem__(self, *keys: object) -> int:
            del keys
            raise LateError

    try:
        Failing()[1]
    except LateError as problem:
        pass_on(problem, Failing())
        with pytest.raises(LateError):
            pass_on(problem, "of a plain text nothing runs")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_is_held_is_not_lost_to_who_catches_all(number: signal.Signals) -> None:
    found = signal.signal(number, signal.default_int_handler)
    passed = []

    def import_something() -> None:
        with signals_held():
            try:
                signal.raise_signal(number)
            except BaseException:  # noqa: BLE001 - as modules do that are imported
                passed.append("caught")
            passed.append("imported")

    try:
        with pytest.raises(KeyboardInterrupt):
            import_something()
    finally:
        signal.signal(number, found)
    assert passed == ["imported"]
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
