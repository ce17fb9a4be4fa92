"""What is told at the end of a run of files whose columns differ."""

from pathlib import Path

from regression_model.batch.outcomes import Outcome
from regression_model.batch.reading import Opened
from regression_model.batch.sources import Source
from regression_model.batch.summary import Summary


def opened(name: str, unused: list[str], absent: list[str]) -> Opened:
    return Opened(Source(name, Path(name), "", 0), Summary(unused=unused, absent=absent))


def test_what_all_files_have_in_common_is_told_once() -> None:
    outcome = Outcome(Summary(5, 1))
    for name in "abc":
        outcome.opened(opened(name, ["note"], []))
    assert outcome.lines() == [
        "5 rows: 4 predicted, 1 not",
        "columns that the model does not use: note",
    ]


def test_files_that_differ_are_told_apart_up_to_a_few() -> None:
    outcome = Outcome()
    for name in "aabc":
        outcome.opened(opened(name, [name], []))
    outcome.opened(opened("d", [], ["area"]))
    assert outcome.lines()[1:] == [
        "a and 1 more: columns that the model does not use: a",
        "b: columns that the model does not use: b",
        "c: columns that the model does not use: c",
        "and 1 more sets of columns that differ",
    ]


def test_a_column_of_many_files_is_named_once() -> None:
    outcome = Outcome()
    for name in "ab":
        outcome.opened(opened(name, ["note", name], ["area"]))
    assert (outcome.unused, outcome.absent) == (["note", "a", "b"], ["area"])
