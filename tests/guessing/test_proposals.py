"""What fits a table's size and its target."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from regression_model.config.core import ModelConfig
from regression_model.guessing.guesses import Effort
from regression_model.guessing.proposals import (
    Traits,
    propose_estimators,
    propose_evaluation,
    propose_minimum,
    propose_transform,
)

random = np.random.default_rng(4)
NORMAL = random.normal(100, 10, 2000)
SKEWED = random.lognormal(10, 0.6, 2000)
WITH_ZERO = np.append(random.lognormal(3, 0.6, 2000), 0.0)


@pytest.mark.parametrize(
    ("y", "transform", "said"),
    [
        (NORMAL, "auto", "whichever errs least"),
        (SKEWED, "auto", "whichever errs least"),
        (WITH_ZERO, "auto", "whichever errs least"),
        (np.zeros(99) + (np.arange(99) > 97), "auto", "whichever errs least"),
        (NORMAL - 100, "none", "not for targets below zero"),
        (1000 + NORMAL, "none", "it spreads 1."),
        (np.zeros(999) + (np.arange(999) > 997), "none", "nearly all of it is zero"),
    ],
    ids=["normal", "skewed", "with zero", "mostly zero", "negative", "narrow", "nearly all zero"],
)
def test_the_data_choose_a_scale_where_it_can_matter(
    y: npt.NDArray[np.float64], transform: str, said: str
) -> None:
    found, reason = propose_transform(y)
    assert found == transform
    assert said in reason


COUNTS = {
    "of few": random.poisson(2, 300), "without zero": 1 + random.poisson(5, 300),
    "yes or no": random.integers(0, 2, 300), "mostly zero": np.arange(300) > 297,
}  # fmt: skip
AMOUNTS = {
    "skewed": SKEWED, "with zero": WITH_ZERO, "huge": 1e29 * random.lognormal(0, 1, 300),
    "tiny": 1e-200 * random.lognormal(0, 1, 300), "shares": random.beta(2, 5, 300),
    "cut off": np.maximum(0, random.normal(0, 5, 300)),
}  # fmt: skip
OTHERS = {
    "kelvin": random.normal(285, 10, 300), "celsius": random.uniform(3, 35, 300),
    "standardised": random.normal(size=300), "years": random.integers(1950, 2025, 300),
    "weights of adults": random.normal(72, 15, 300), "far counts": random.poisson(100, 300),
    "logarithms": np.log(SKEWED), "one below": np.append(SKEWED, -1.0),
    "kelvin and a typing error": np.append(random.normal(285, 10, 300), 28_500.0),
}  # fmt: skip


@pytest.mark.parametrize("what", COUNTS)
def test_a_count_is_not_below_zero(what: str) -> None:
    bound, reason = propose_minimum(COUNTS[what].astype(float)) or (None, "")
    assert bound == 0
    assert "nothing in the table is, and this looks like a count; if there can be less" in reason


@pytest.mark.parametrize("what", AMOUNTS)
def test_an_amount_is_not_below_zero(what: str) -> None:
    bound, reason = propose_minimum(AMOUNTS[what]) or (None, "")
    assert bound == 0
    assert "no prediction is below 0" in reason


@pytest.mark.parametrize("what", OTHERS)
def test_nothing_is_said_of_what_merely_happens_to_be_above_zero(what: str) -> None:
    assert propose_minimum(OTHERS[what].astype(float)) is None


def test_fewer_rows_are_measured_more_often() -> None:
    guesses = [propose_evaluation(n) for n in (50, 500, 5_000, 50_000, 500_000)]
    fits = [guess.folds * guess.repeats for guess in guesses]
    assert fits == sorted(fits, reverse=True)
    assert all(guess.note for guess in guesses)


EFFORTS: tuple[Effort, ...] = ("quick", "standard", "best")


@pytest.mark.parametrize("n_rows", [12, 250, 5_000, 50_000, 500_000])
@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("n_columns", [1, 20, 1_000])
def test_every_proposal_is_a_valid_config(n_rows: int, n_columns: int, effort: Effort) -> None:
    branches = propose_estimators(Traits(n_rows, n_columns, max_levels=50, has_gaps=True), effort)
    evaluation = propose_evaluation(n_rows, effort)
    config = ModelConfig.model_validate(
        {
            "target": {"column": "y", "transform": "auto"},
            "columns": {"x": "number"},
            "estimators": {branch.name: branch.settings for branch in branches},
            "evaluation": {"folds": evaluation.folds, "repeats": evaluation.repeats},
        }
    )
    assert len(config.estimators) == len(branches)
    assert all("weight" not in branch.settings for branch in branches)
    types = {branch.model_dump()["type"] for branch in config.estimators.values()}
    assert types >= {"ridge", "lightgbm"}
    assert ("catboost" in types) == (effort != "quick")


@pytest.mark.parametrize("n_rows", [50, 500, 5_000, 50_000, 500_000])
def test_more_effort_is_more_fits(n_rows: int) -> None:
    fits = []
    for effort in EFFORTS:
        evaluation = propose_evaluation(n_rows, effort)
        branches = propose_estimators(Traits(n_rows, 9), effort)
        fits.append(evaluation.folds * evaluation.repeats * len(branches))
    assert fits == sorted(set(fits))


def test_the_best_averages_over_seeds() -> None:
    branches = {
        branch.name: branch.settings for branch in propose_estimators(Traits(2_000, 9), "best")
    }
    assert branches["trees_again"] == {**branches["trees"], "seed": 2}


def test_what_takes_long_is_not_for_many_rows() -> None:
    def proposed(n_rows: int) -> dict[str, dict[str, Any]]:
        return {each.name: {**each.settings} for each in propose_estimators(Traits(n_rows, 15))}

    few, some, many = proposed(500), proposed(5_000), proposed(300_000)
    assert some.keys() - few.keys() == {"trees"}
    assert some.keys() - many.keys() == {"curves", "shallow_trees"}
    assert some["trees"]["iterations"] > many["trees"]["iterations"]


def test_what_takes_long_is_not_for_many_columns() -> None:
    for n_rows in (5_000, 300_000):
        names = {branch.name for branch in propose_estimators(Traits(n_rows, 1_000))}
        assert names == {"linear", "lines", "shallow_trees", "small_steps"}


def test_lines_take_each_of_many_levels_by_itself_unless_the_table_is_large() -> None:
    def max_levels(n_rows: int, n_levels: int) -> object:
        branches = propose_estimators(Traits(n_rows, 9, max_levels=n_levels, n_levels=n_levels))
        (curves,) = [branch for branch in branches if branch.name == "curves"]
        return curves.settings.get("max_levels")

    assert max_levels(3_000, 800) == 1_000
    assert max_levels(3_000, 20) is None
    assert max_levels(19_000, 800) is None


def test_trees_are_told_of_levels_and_gaps_that_are_there() -> None:
    plain = propose_estimators(Traits(2_000, 9), "best")
    told = propose_estimators(Traits(2_000, 9, max_levels=400, has_gaps=True), "best")
    of_levels = {"one_hot_levels", "level_counts", "missing_indicators"}
    assert not any(branch.settings.keys() & of_levels for branch in plain)
    linear = {branch.name for branch in told if branch.settings["type"] == "ridge"}
    names = {branch.name for branch in told}
    assert {b.name for b in told if b.settings.get("level_counts")} == names - linear
    assert {b.name for b in told if b.settings.get("missing_indicators")} == {"forest"}
