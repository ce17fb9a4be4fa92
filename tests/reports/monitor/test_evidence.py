"""Evidence over time: rarely wrong however often one looks, and soon there where it should be."""

import math

import numpy as np
import pytest

from regression_model.reports.monitor.evidence import (
    ALARM,
    Sums,
    from_any_week,
    higher_mean,
    more_misses,
)
from regression_model.reports.monitor.judging import evidence_of, likeliest_start
from regression_model.reports.monitor.promise import promise_from

PROMISE = promise_from(level=0.9, n_residuals=1000, mae=0.8, rmse=1.0, bias=0.0, n_rows=1000)


def _sums(errors: np.ndarray, misses: int) -> Sums:
    squared = float((errors * errors).sum())
    absolute = float(np.abs(errors).sum())
    return Sums(len(errors), float(errors.sum()), absolute, squared, len(errors), misses)


def test_years_without_a_fault_are_quiet_though_looked_at_every_week() -> None:
    random = np.random.default_rng(7)
    alarms = np.zeros(3)
    for _ in range(100):
        weeks: dict[int, Sums] = {}
        highest = np.zeros(3)
        for week in range(52):
            errors = random.normal(0, 1, 20)
            weeks[week] = _sums(errors, int(random.binomial(20, 0.1)))
            found = list(evidence_of(weeks, PROMISE).values())
            highest = np.maximum(highest, found)
        alarms += highest >= ALARM
    assert alarms.max() <= 5


def test_a_coverage_of_80_percent_is_noticed_within_100_rows_in_the_median() -> None:
    random = np.random.default_rng(8)
    noticed = []
    for _ in range(50):
        misses = np.cumsum(random.random(1000) < 0.2)
        found = (
            n
            for n in range(1, 1000)
            if from_any_week(
                {0: Sums(n_judged=n, misses=int(misses[n - 1]))},
                lambda sums: more_misses(sums, 0.1, 1000),
            )
            >= math.log(ALARM)
        )
        noticed.append(next(found, 1000))
    assert np.median(noticed) <= 100


@pytest.mark.parametrize(("name", "shift", "factor"), [("bias", 0.5, 1.0), ("error", 0.0, 1.5)])
def test_a_fault_after_a_good_year_is_still_found(name: str, shift: float, factor: float) -> None:
    random = np.random.default_rng(9)
    weeks = {week: _sums(random.normal(0, 1, 50), 5) for week in range(52)}
    assert evidence_of(weeks, PROMISE)[name] < ALARM
    weeks[52] = _sums(random.normal(0, 1, 500) * factor + shift, 50)
    assert evidence_of(weeks, PROMISE)[name] >= ALARM


def test_a_single_error_however_large_is_no_proof() -> None:
    for size in (1e2, 1e6, 1e30):
        found = evidence_of({0: _sums(np.array([size]), 1)}, PROMISE)
        assert max(found.values()) < ALARM


def test_fewer_residuals_promise_less_exactly() -> None:
    sums = Sums(n_judged=400, misses=60)
    assert more_misses(sums, 0.1, 100) < more_misses(sums, 0.1, 10_000)


@pytest.mark.parametrize("n_rows", [1_000, 100_000, 10_000_000, 1_000_000_000])
@pytest.mark.parametrize("share", [0.15, 0.2, 0.21, 0.25, 0.45, 0.99, 1.0])
def test_the_more_rows_miss_the_clearer_it_is(share: float, n_rows: int) -> None:
    few, many = (Sums(n_judged=n, misses=int(share * n)) for n in (n_rows // 10, n_rows))
    assert more_misses(many, 0.1, 1000) > max(more_misses(few, 0.1, 1000), math.log(ALARM) / 2)


@pytest.mark.parametrize("n_rows", [0, 1, 100, 1_000_000])
def test_no_more_misses_than_promised_are_no_evidence(n_rows: int) -> None:
    for misses in {0, n_rows // 20, n_rows // 10}:
        assert more_misses(Sums(n_judged=n_rows, misses=misses), 0.1, 1000) <= 0.0


@pytest.mark.parametrize("n_rows", [100, 10_000, 1_000_000])
def test_when_it_began_is_told_however_clear_it_is(n_rows: int) -> None:
    random = np.random.default_rng(10)
    weeks = {}
    for week in range(120):
        is_worse = week >= 80
        errors = random.normal(0.5 * is_worse, 1 + 0.5 * is_worse, min(n_rows, 5_000))
        missed = int(random.binomial(n_rows, 0.2 if is_worse else 0.1))
        sums = _sums(np.repeat(errors, n_rows // len(errors)), missed)
        weeks[week] = sums
    assert min(evidence_of(weeks, PROMISE).values()) >= ALARM
    for name in ("coverage", "error", "bias"):
        assert abs(likeliest_start(weeks, PROMISE, name) - 80) <= 2


def test_no_rows_are_no_evidence() -> None:
    assert from_any_week({}, lambda _: math.inf) == 0.0
    assert evidence_of({}, PROMISE) == {"coverage": 1.0, "error": 1.0, "bias": 1.0}
    assert higher_mean(0.0, 0.0, 0, most=1.0, spread=1.0) == pytest.approx(0.0)


def test_the_error_spent_on_all_starts_is_whole() -> None:
    weeks = {week: Sums(n=1) for week in range(0, 3000, 3)}
    assert from_any_week(weeks, lambda _: 0.0) == pytest.approx(0.0)


def test_without_intervals_coverage_is_not_asked() -> None:
    promise = promise_from(level=None, n_residuals=0, mae=0.8, rmse=1.0, bias=0.0, n_rows=0)
    assert list(evidence_of({0: Sums(n=1)}, promise)) == ["error", "bias"]
