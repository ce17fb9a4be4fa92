"""The error to expect: proven larger as seldom as is said, and bounds that widen as they must."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.artifact.counts import RowCounts
from regression_model.artifact.residuals import Residuals
from regression_model.reports.drift.loss import Loss, loss_of

TRAINED = 10.0


USUAL = Residuals(error=1.0, scatter=0.8, between=0.0, n=100_000, table={})


def _loss(errors: np.ndarray, level: float = 0.05, residuals: Residuals = USUAL) -> Loss:
    counts = RowCounts(
        n_rows=len(errors),
        n_failed=0,
        n_beyond=0,
        columns={},
        prediction=np.zeros(1, dtype=np.int64),
        error=float(errors.sum()),
        squared_error=float(np.square(errors).sum()),
        n_estimated=len(errors),
    )
    loss = loss_of(counts, residuals, TRAINED, level)
    assert loss is not None
    return loss


@pytest.mark.parametrize("n_rows", [5, 20, 200])
@pytest.mark.parametrize("skew", [0.2, 1.0])
def test_a_larger_error_is_proven_as_seldom_as_is_said(n_rows: int, skew: float) -> None:
    random = np.random.default_rng([n_rows, int(10 * skew)])
    drawn = TRAINED * np.exp(skew * random.normal(size=(2_000, n_rows)) - skew**2 / 2)
    p_values = np.array([_loss(errors).p_value for errors in drawn])
    for level in (0.05, 0.01):
        # within three standard errors
        allowed = level + 3 * math.sqrt(level * (1 - level) / len(drawn))
        assert (p_values <= level).mean() <= allowed


@given(st.lists(st.floats(1.0, 100.0), min_size=2, max_size=50), st.floats(1.01, 3.0))
def test_harder_rows_are_never_less_certain(errors: list[float], times: float) -> None:
    harder = np.array(errors) + (times - 1) * TRAINED
    before, after = _loss(np.array(errors)), _loss(harder)
    if before.error >= TRAINED:
        assert after.p_value <= before.p_value
    assert after.error > before.error
    assert 0 <= after.low <= after.error <= after.high


def test_few_rows_cannot_tell_and_many_can() -> None:
    random = np.random.default_rng(0)
    errors = TRAINED * random.gamma(4, 0.25, 1_000)
    assert _loss(errors[:1]).verdict == "too_few_rows"
    assert _loss(TRAINED * np.array([0.5, 1.7])).verdict == "too_few_rows"
    assert _loss(errors).verdict == "none"
    assert _loss(1.5 * errors).verdict == "worse"


def test_a_lower_level_asks_for_more_rows() -> None:
    errors = TRAINED * np.array([1.0, 1.4, 1.9, 0.9, 1.5, 1.2, 1.7])
    assert _loss(errors, level=0.05).verdict == "worse"
    assert _loss(errors, level=0.0002).verdict == "too_few_rows"


def test_bounds_know_how_far_parts_of_training_were_apart() -> None:
    errors = np.full(10_000, TRAINED)
    near, far = _loss(errors), _loss(errors, residuals=replace(USUAL, between=0.2))
    assert far.high - far.low > 3 * (near.high - near.low)
    assert (far.error, far.p_value) == (near.error, near.p_value)


def test_rows_that_are_all_alike_are_judged_too() -> None:
    errors = np.full(50, TRAINED)
    alike = replace(USUAL, scatter=0.0)
    assert _loss(errors, residuals=alike).verdict == "none"
    assert _loss(1.2 * errors, residuals=alike).verdict == "worse"


def test_the_final_model_errs_less_than_those_of_folds_which_it_is_judged_by() -> None:
    errors = TRAINED * np.random.default_rng(1).gamma(4, 0.25, 500)
    gaining = replace(USUAL, gain=0.9)
    before, after = _loss(errors), _loss(errors, residuals=gaining)
    assert after.error == pytest.approx(0.9 * before.error)
    assert (after.p_value, after.verdict) == (before.p_value, before.verdict)
