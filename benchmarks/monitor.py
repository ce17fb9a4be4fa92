"""How often a monitor alarms for nothing over years, and after how many rows it notices a fault.

Run ``python -m benchmarks.monitor`` from the repository's root; ``--years 200`` is a first look.
Years of drift are in `benchmarks.drift_years`; a thousand of each sort take above an hour.
What training measured is drawn anew for each year, too, since promises are known no better than
that: errors are heavy-tailed (Student's t with 4 degrees of freedom, times a lognormal difficulty).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.drift_years import print_drift
from regression_model.artifact.intervals import interval_offsets, interval_table
from regression_model.reports.monitor.evidence import ALARM, Sums
from regression_model.reports.monitor.judging import evidence_of
from regression_model.reports.monitor.promise import Promise, promise_from

if TYPE_CHECKING:
    from regression_model.arrays import Floats

_WEEKS = 52
_LEVEL = 0.9
_NAMES = ("coverage", "error", "bias")
_MOST_ROWS = 3_000
_GOOD_YEARS = (0, 1, 3)


@dataclass(frozen=True)
class Trained:
    """What one training measured: its promise, and the ends of its intervals."""

    promise: Promise
    lower: float
    upper: float


def train(n_rows: int, random: np.random.Generator) -> Trained:
    """Measure errors on so many rows, as training does out of fold."""
    errors = draw(n_rows, random)
    lower, upper = interval_offsets(interval_table(errors), _LEVEL)
    promise = promise_from(
        level=_LEVEL,
        n_residuals=n_rows,
        mae=float(np.abs(errors).mean()),
        rmse=float(np.sqrt((errors * errors).mean())),
        bias=float(errors.mean()),
        n_rows=n_rows,
    )
    return Trained(promise, lower, upper)


def draw(n_rows: int, random: np.random.Generator) -> Floats:
    """Return errors of a model that is as it was."""
    return random.standard_t(4, n_rows) * np.exp(random.normal(0, 0.3, n_rows))


def sums_of(errors: Floats, trained: Trained) -> Sums:
    """Return what the state would hold of rows with these errors."""
    missed = (errors < trained.lower) | (errors > trained.upper)
    return Sums(
        n=len(errors),
        error=float(errors.sum()),
        absolute=float(np.abs(errors).sum()),
        squared=float((errors * errors).sum()),
        n_judged=len(errors),
        misses=int(missed.sum()),
    )


def alarms_in_a_year(n_week: int, n_rows: int, random: np.random.Generator) -> list[bool]:
    """Tell which tests alarm in a year in which nothing has changed, looked at every week."""
    trained = train(n_rows, random)
    weeks: dict[int, Sums] = {}
    alarms = dict.fromkeys(_NAMES, False)
    for week in range(_WEEKS):
        weeks[week] = sums_of(draw(n_week, random), trained)
        for name, evidence in evidence_of(weeks, trained.promise).items():
            alarms[name] |= evidence >= ALARM
    return list(alarms.values())


def rows_until_noticed(
    fault: str, good_years: int, n_rows: int, random: np.random.Generator
) -> int:
    """Return after how many rows of a fault the test of it alarms, looked at every other row."""
    trained = train(n_rows, random)
    weeks = {week: sums_of(draw(100, random), trained) for week in range(_WEEKS * good_years)}
    errors = draw(_MOST_ROWS, random)
    if fault == "error":
        errors = errors * 1.5
    elif fault == "bias":
        errors = errors + 0.5 * trained.promise.rmse
    sums = np.cumsum(_one_by_one(errors, trained, fault, random), axis=0)
    for n in range(2, _MOST_ROWS, 2):
        n_all, error, absolute, squared, n_judged, misses = sums[n - 1].tolist()
        now = Sums(int(n_all), error, absolute, squared, int(n_judged), int(misses))
        weeks[_WEEKS * good_years] = now
        if evidence_of(weeks, trained.promise, only=fault)[fault] >= ALARM:
            return n
    return _MOST_ROWS


def _one_by_one(
    errors: Floats, trained: Trained, fault: str, random: np.random.Generator
) -> Floats:
    """Return the sums of each row; where coverage has fallen, 20 % of rows are outside."""
    missed = (errors < trained.lower) | (errors > trained.upper)
    if fault == "coverage":
        missed = random.random(len(errors)) < 0.2
    ones = np.ones(len(errors))
    return np.column_stack([ones, errors, np.abs(errors), errors * errors, ones, missed])


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.monitor", description=__doc__)
    parser.add_argument("--years", type=int, default=1000, help="of each sort")
    parser.add_argument("--tries", type=int, default=200, help="of each fault")
    parser.add_argument("--models", type=int, default=20, help="whose looks for drift are taken")
    parser.add_argument("--only", choices=["truths", "drift"])
    asked = parser.parse_args()
    if asked.only != "drift":
        _print_truths(asked.years, asked.tries)
    if asked.only != "truths":
        print_drift(asked.years, asked.tries, asked.models)


def _print_truths(n_years: int, n_tries: int) -> None:
    random = np.random.default_rng(20)
    print(f"years with an alarm though nothing has changed, of {n_years}, looked at weekly")
    print("rows a week  rows of training  coverage  error   bias")
    for n_week, n_rows in ((10, 1314), (100, 1314), (1000, 1314), (100, 200), (100, 20_000)):
        years = [alarms_in_a_year(n_week, n_rows, random) for _ in range(n_years)]
        shares = "  ".join(f"{share:6.1%}" for share in np.mean(years, axis=0))
        print(f"{n_week:11}  {n_rows:16}    {shares}", flush=True)
    print(f"rows until it is noticed, of {n_tries}: median, and nine of ten")
    print("fault     good years before   median   90 %")
    for fault in _NAMES:
        for good_years in _GOOD_YEARS:
            found = [rows_until_noticed(fault, good_years, 1314, random) for _ in range(n_tries)]
            median, most = np.quantile(found, [0.5, 0.9])
            print(f"{fault:8}  {good_years:17}   {median:6.0f}   {most:4.0f}", flush=True)


if __name__ == "__main__":
    main()
