"""What fits a table's size and its target."""

import numpy as np
import numpy.typing as npt
import pytest

from regression_model.config.core import ModelConfig
from regression_model.guessing.guesses import Effort
from regression_model.guessing.proposals import (
    Traits,
    propose_estimators,
    propose_evaluation,
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
    types = {e.type for e in config.estimators.values()}
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
    few, some, many = (
        {branch.name: branch.settings for branch in propose_estimators(Traits(n, 15))}
        for n in (500, 5_000, 300_000)
    )
    assert some.keys() - few.keys() == {"trees"}
    assert some.keys() == many.keys()
    assert some["trees"]["iterations"] > many["trees"]["iterations"]


def test_trees_are_told_of_levels_and_gaps_that_are_there() -> None:
    plain = propose_estimators(Traits(2_000, 9), "best")
    told = propose_estimators(Traits(2_000, 9, max_levels=400, has_gaps=True), "best")
    of_levels = {"one_hot_levels", "level_counts", "missing_indicators"}
    assert not any(branch.settings.keys() & of_levels for branch in plain)
    linear = {branch.name for branch in told if branch.settings["type"] == "ridge"}
    names = {branch.name for branch in told}
    assert {b.name for b in told if b.settings.get("level_counts")} == names - linear
    assert {b.name for b in told if b.settings.get("missing_indicators")} == {"forest"}
