"""What fits a table's size and its target."""

import numpy as np
import numpy.typing as npt
import pytest

from regression_model.config.core import ModelConfig
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


@pytest.mark.parametrize("n_rows", [12, 250, 5_000, 50_000, 500_000])
@pytest.mark.parametrize("y", [NORMAL, SKEWED, WITH_ZERO], ids=["normal", "skewed", "with zero"])
@pytest.mark.parametrize("n_columns", [1, 20, 1_000])
def test_every_proposal_is_a_valid_config(
    n_rows: int, n_columns: int, y: npt.NDArray[np.float64]
) -> None:
    transform, _ = propose_transform(y)
    assert transform == "auto"
    branches = propose_estimators(Traits(n_rows, n_columns, max_levels=50, has_gaps=True))
    config = ModelConfig.model_validate(
        {
            "target": {"column": "y", "transform": transform},
            "columns": {"x": "number"},
            "estimators": {branch.name: branch.settings for branch in branches},
        }
    )
    assert all("weight" not in branch.settings for branch in branches)
    types = {e.type for e in config.estimators.values()}
    assert types & {"symmetric_boosting", "hist_gradient_boosting"}
    assert "ridge" in types


def test_what_takes_long_is_not_for_many_rows() -> None:
    few, many, most = (
        {branch.name: branch.settings for branch in propose_estimators(Traits(n, 15))}
        for n in (5_000, 50_000, 300_000)
    )
    assert few.keys() == {"linear", "trees", "shallow_trees", "small_steps", "forest"}
    assert many.keys() == {"linear", "trees", "small_steps", "large_trees"}
    assert most.keys() == {"linear", "trees", "large_trees"}
    assert [each["trees"]["subsample"] for each in (few, many, most)] == [0.8, 0.4, 0.07]


def test_trees_are_told_of_levels_and_gaps_that_are_there() -> None:
    plain = {branch.name: branch.settings for branch in propose_estimators(Traits(2_000, 9))}
    told = propose_estimators(Traits(2_000, 9, max_levels=400, has_gaps=True))
    assert not plain["trees"].keys() & {"one_hot_levels", "level_counts", "missing_indicators"}
    assert {b.name for b in told if b.settings.get("level_counts")} == plain.keys() - {"linear"}
    assert {b.name for b in told if b.settings.get("missing_indicators")} == {"forest"}
