"""Which columns give the target away, and which only look like it."""

import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from regression_model.guessing.column_statistics import collect_statistics
from regression_model.guessing.leaks import (
    Target,
    copy_reason,
    question,
    rank_correlation,
    rounding_step,
)

random = np.random.default_rng(2)
Y = random.lognormal(3.0, 0.5, 60)
GROUPS = np.repeat(np.arange(15.0), 4)


def judged(
    column: npt.NDArray[np.generic], y: npt.NDArray[np.float64] = Y
) -> tuple[str | None, str]:
    """Return why a column is left out, and what is asked of it."""
    other = collect_statistics("other", [str(value) for value in random.permutation(len(y))])
    statistics = collect_statistics("x", [str(value) for value in column])
    target = collect_statistics("y", [str(value) for value in y])
    compared = Target.of(y)
    return copy_reason(statistics, compared), question(
        statistics, compared, [statistics, other, target]
    )


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Y, "a copy of the target$"),
        (Y * 1.19, r"in another unit: 1\.19 times it"),
        (32 - 1.8 * Y, r"in another unit: -1\.8 times it"),
        (np.round(Y, 1), "a copy of the target$"),
        (np.round(Y * 107.3, 0), r"in another unit: 107\.\d+ times it"),
        (np.where(np.arange(60) < 5, np.nan, Y), "a copy of the target"),
        (Y * 1e-12, "1e-12 times it"),
    ],
    ids=["same", "scaled", "falling", "rounded", "scaled and rounded", "partly missing", "tiny"],
)
def test_a_copy_leaks(column: npt.NDArray[np.float64], said: str) -> None:
    reason, _ = judged(column)
    assert re.search(said, str(reason))


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    factor=st.floats(1e-6, 1e6).map(lambda f: f if f < 1 else -f),
    shift=st.floats(-1e3, 1e3),
    digits=st.integers(0, 6),
)
def test_whatever_the_unit_a_copy_leaks_and_a_noisy_one_is_asked_about(
    seed: int, factor: float, shift: float, digits: int
) -> None:
    draw = np.random.default_rng(seed)
    y = np.round(draw.normal(size=80) * 10.0**digits, 2)
    line = factor * (y + shift * y.std())
    assert judged(line, y)[0] is not None
    noisy = line + 0.02 * abs(factor) * y.std() * draw.normal(size=80)
    assert judged(noisy, y)[0] is None


@pytest.mark.parametrize("hours", [random.integers(1, 200, 400), random.uniform(1, 200, 400)])
def test_an_honest_predictor_stays_however_good_and_is_asked_about(
    hours: npt.NDArray[np.float64],
) -> None:
    cost = np.round(50 * hours + random.normal(0, 100, 400))
    reason, asked = judged(hours, cost)
    assert reason is None
    assert "with the target: is it known before the target is?" in asked


def test_what_is_no_line_of_the_target_but_orders_it_is_asked_about() -> None:
    reason, asked = judged(-np.log(Y))
    assert reason is None
    assert asked.startswith("rank correlation -1.0000 with the target: is it known before")


def test_a_one_to_one_function_of_the_target_is_asked_about() -> None:
    labels = np.array([f"band {(7 * group) % 15:.0f}" for group in GROUPS])
    reason, asked = judged(labels, GROUPS)
    assert reason is None
    assert "each of its values goes with one value of the target: is it known" in asked


@pytest.mark.parametrize(
    "column",
    [
        Y * random.lognormal(0.0, 0.1, 60),
        random.permutation(60),
        np.array([f"row {i}" for i in range(60)]),
        random.choice(["a", "b"], 60),
        np.where(np.arange(60) < 55, np.nan, Y),
        np.full(60, 3.0),
    ],
    ids=["noisy", "unrelated", "unique", "two levels", "hardly known", "constant"],
)
def test_others_do_not(column: npt.NDArray[np.generic]) -> None:
    assert judged(column) == (None, "")


def test_rows_that_repeat_as_a_whole_prove_nothing() -> None:
    x, y = random.permutation(40).astype(float), random.permutation(40).astype(float)
    twice = [np.tile(values, 2) for values in (x, y)]
    statistics = [
        collect_statistics(n, [str(v) for v in c]) for n, c in zip("xy", twice, strict=True)
    ]
    assert question(statistics[0], Target.of(twice[1]), statistics) == ""


@pytest.mark.parametrize(("noise", "asked"), [(0.0, True), (0.002, True), (0.05, False)])
def test_many_rows_are_judged_by_all_of_them(noise: float, *, asked: bool) -> None:
    y = random.lognormal(3.0, 0.5, 20_000)
    column = y * random.lognormal(0.0, noise, 20_000)
    assert bool(judged(column, y)[1]) == asked


def test_the_rank_correlation_is_spearmans() -> None:
    a, b = np.round(random.normal(size=(2, 50)), 1)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert rank_correlation(a, np.ones(50)) == 0


@pytest.mark.parametrize(
    ("values", "step"),
    [([0.0], 1.0), ([5.0, -20.0], 1.0), ([0.25, 7.0], 0.01), ([1e-9, 2e-9], 1e-9), ([1e12], 1e12)],
)
def test_the_step_is_that_of_the_last_digit(values: list[float], step: float) -> None:
    assert rounding_step(np.array(values)) == pytest.approx(step)
