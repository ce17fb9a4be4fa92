"""Which columns are taken as weights, groups and times, and which are only mentioned."""

import numpy as np
import pytest

from regression_model.guessing.column_statistics import collect_statistics
from regression_model.guessing.columns import guess_column
from regression_model.guessing.guesses import ColumnGuess, RowGuesses
from regression_model.guessing.rows import guess_rows

N_ROWS = 200
POSITIVE = [str(round(v, 2)) for v in np.random.default_rng(1).uniform(1, 9, N_ROWS)]
SCATTERED = np.random.default_rng(2).integers(0, 50, N_ROWS).astype(str).tolist()
BALANCED = np.random.default_rng(3).permutation(np.repeat(np.arange(40), 5)).astype(str).tolist()


def guesses(**columns: list[str]) -> RowGuesses:
    statistics = [collect_statistics(name, cells) for name, cells in columns.items()]
    found = [guess_column(each) for each in statistics]
    return guess_rows(statistics, [guess for guess in found if isinstance(guess, ColumnGuess)], 5)


@pytest.mark.parametrize(
    "name", ["weights", "sample_weight", "Sample Weight", "fnlwgt", "pweight", "survey_wt", "PERWT"]
)
def test_what_can_only_be_a_weight_is_one(name: str) -> None:
    rows = guesses(**{name: POSITIVE})
    assert rows.weight is not None
    assert rows.maybe_weight is None


@pytest.mark.parametrize("name", ["weight", "Weight", "wgt", "wght", "households", "freq"])
def test_what_may_be_the_weight_of_a_thing_is_only_mentioned(name: str) -> None:
    rows = guesses(**{name: POSITIVE})
    assert rows.weight is None
    assert rows.maybe_weight is not None


@pytest.mark.parametrize(
    "name", ["birth_weight", "diet weight", "wt", "whole_weight", "person_weight", "n"]
)
def test_other_weights_are_features(name: str) -> None:
    assert guesses(**{name: POSITIVE}) == RowGuesses()


@pytest.mark.parametrize("name", ["customer_id", "CustomerID", "customerid", "PATIENT_NO"])
def test_keys_of_those_who_come_anew_are_groups(name: str) -> None:
    assert guesses(**{name: SCATTERED}).group is not None


@pytest.mark.parametrize("name", ["store_id", "firm_no", "patient", "Subject", "id"])
def test_other_keys_and_persons_are_only_mentioned(name: str) -> None:
    rows = guesses(**{name: SCATTERED})
    assert rows.group is None
    assert rows.maybe_group is not None


@pytest.mark.parametrize("name", ["bid", "humid", "casino", "monkey", "pig", "users_online"])
def test_words_that_end_like_keys_are_none(name: str) -> None:
    assert guesses(**{name: SCATTERED}) == RowGuesses()


def test_what_stands_in_equally_many_rows_may_be_a_group() -> None:
    assert guesses(pig=BALANCED).maybe_group == (
        "pig",
        "40 of them, 5 rows each: if others are to be predicted; take it out of the columns then",
    )
    assert guesses(week=BALANCED).maybe_group is None
    assert guesses(pig=[f"{cell}.5" for cell in BALANCED]).maybe_group is None


def test_years_may_be_times_but_not_those_of_a_birth() -> None:
    years = [str(1990 + i // 20) for i in range(N_ROWS)]
    assert guesses(year=years).maybe_time is not None
    assert guesses(birth_year=years).maybe_time is None
    assert guesses(floors=years).maybe_time is None
    days = [f"2024-{1 + i // 20:02d}-01" for i in range(N_ROWS)]
    assert guesses(sold=days).time is not None
    assert guesses(date_of_birth=days) == RowGuesses()


def test_time_order_is_not_proposed_for_few_rows() -> None:
    days = [f"20{10 + i // 12}-{1 + i % 12:02d}-01" for i in range(150)]
    assert guesses(sold=days).time is not None
    few = guesses(sold=days[:149])
    assert few.time is None
    assert few.maybe_time is not None


def test_what_is_named_like_a_role_and_cannot_have_it_is_told() -> None:
    holed = ["", *POSITIVE[1:]]
    assert guesses(sample_weight=holed).maybe_weight == (
        "sample_weight",
        "named like a weight, but unknown in 1 row; mend it, or take it out of the columns then",
    )
    below = guesses(weights=["-1", *POSITIVE[1:]]).maybe_weight
    assert below is not None
    assert "not a number from 0 up" in below[1]
    group = guesses(customer_id=["", *SCATTERED[1:]])
    assert group.group is None
    assert group.maybe_group is not None
    assert "named like a group, but unknown in 1 row" in group.maybe_group[1]
    days = [f"20{10 + i // 12}-{1 + i % 12:02d}-01" for i in range(N_ROWS)]
    time = guesses(sold=["", *days[1:]])
    assert time.time is None
    assert time.maybe_time is not None
    assert "it is unknown in 1 row, and a time is needed in every row" in time.maybe_time[1]
