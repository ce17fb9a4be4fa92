"""Which columns give the target away, and which only look like it."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import spearmanr

from regression_model.config.facts import collect_facts
from regression_model.config.leaks import Target, leak_reason, rank_correlation

random = np.random.default_rng(2)
Y = random.lognormal(3.0, 0.5, 60)
GROUPS = np.repeat(np.arange(15.0), 4)


def reason(column: npt.NDArray[np.generic], y: npt.NDArray[np.float64] = Y) -> str | None:
    other = collect_facts("other", [str(value) for value in random.permutation(len(y))])
    facts = collect_facts("x", [str(value) for value in column])
    target = collect_facts("y", [str(value) for value in y])
    return leak_reason(facts, Target.of(y), [facts, other, target])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Y * 1.19, "rank correlation 1.0000"),
        (-np.log(Y), "rank correlation -1.0000"),
        (np.round(Y, 1), "rank correlation"),
        (np.where(np.arange(60) < 5, np.nan, Y), "rank correlation 1.0000"),
    ],
    ids=["scaled", "falling", "rounded", "partly missing"],
)
def test_a_near_copy_leaks(column: npt.NDArray[np.float64], said: str) -> None:
    assert said in str(reason(column))


def test_a_one_to_one_function_of_the_target_leaks() -> None:
    labels = np.array([f"band {(7 * group) % 15:.0f}" for group in GROUPS])
    assert "gives the target away" in str(reason(labels, GROUPS))


@pytest.mark.parametrize(
    "column",
    [
        Y * random.lognormal(0.0, 0.1, 60),
        random.permutation(60),
        np.array([f"row {i}" for i in range(60)]),
        random.choice(["a", "b"], 60),
        np.where(np.arange(60) < 55, np.nan, Y),
    ],
    ids=["noisy", "unrelated", "unique", "two levels", "hardly known"],
)
def test_others_do_not(column: npt.NDArray[np.generic]) -> None:
    assert reason(column) is None


def test_rows_that_repeat_as_a_whole_prove_nothing() -> None:
    x, y = random.permutation(40).astype(float), random.permutation(40).astype(float)
    twice = [np.tile(values, 2) for values in (x, y)]
    facts = [collect_facts(n, [str(v) for v in c]) for n, c in zip("xy", twice, strict=True)]
    assert leak_reason(facts[0], Target.of(twice[1]), facts) is None


@pytest.mark.parametrize(("noise", "leaks"), [(0.0, True), (0.002, True), (0.05, False)])
def test_many_rows_are_judged_by_all_of_them(noise: float, *, leaks: bool) -> None:
    y = random.lognormal(3.0, 0.5, 20_000)
    column = y * random.lognormal(0.0, noise, 20_000)
    assert (reason(column, y) is not None) == leaks


def test_the_rank_correlation_is_spearmans() -> None:
    a, b = np.round(random.normal(size=(2, 50)), 1)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert rank_correlation(a, np.ones(50)) == 0
