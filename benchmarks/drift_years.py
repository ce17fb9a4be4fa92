"""Years of looks for drift, as a state takes them: alarms for nothing, and weeks until a shift.

``python -m benchmarks.monitor --only drift`` runs it. Columns are those of `benchmarks.drift`, and
what training knows of 1,460 rows is drawn anew for each year.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np

from benchmarks.drift import _COLUMNS, _LEVELED, _simulated_rows, _simulated_schema
from regression_model.artifact.counts import RowCounter
from regression_model.artifact.intervals import interval_table
from regression_model.artifact.residuals import Residuals
from regression_model.batch.summary import Summary
from regression_model.reports.drift.drift import DRIFT, WORSE, drift_of_counts
from regression_model.reports.drift.spending import level_of_days
from regression_model.reports.monitor.looking import LOOK_ROWS
from regression_model.training.facts.profiles import profile_of

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model

_TRAINED = 1_460
_WEEKS = 52
_LEAST_ROWS = 10
_MOST_WEEKS = 104
_MOVED = next(i for i in range(_LEVELED, _COLUMNS) if i % 3 == 0)
"""A column that is normal."""


class _Year:
    """A model that is trained, and rows that come week by week."""

    def __init__(self, random: np.random.Generator, look_rows: int) -> None:
        self._random, self._look_rows = random, look_rows
        schema, x = _simulated_schema(), _simulated_rows(random, _TRAINED)
        scores = random.standard_t(4, _TRAINED)
        answers = {"prediction": random.normal(size=_TRAINED), "residual": scores}
        profile = profile_of(schema, x, answers, _LEAST_ROWS)
        mae = float(np.abs(scores * _difficulty(random, _TRAINED)).mean())
        facts = {
            "metrics": {"cross_validated_pooled": {"mae": mae}},
            "intervals": interval_table(scores),
        }
        # what drift asks of a model: a real one of each year would have to be trained
        self._model = cast("Model", SimpleNamespace(profile=profile, facts=facts, report=None))
        residuals = Residuals.of(self._model)
        self._mean_error = 0.0 if residuals is None else residuals.mean
        self._counter = RowCounter(schema, profile)
        self._waiting, self._days = self._counter.nothing(), 0

    def status(self, n_rows: int, moved: float = 0.0) -> int:
        """Add a week of rows; return what a look at them finds, 0 where there is none yet."""
        x = _simulated_rows(self._random, n_rows)
        x[:, _MOVED] += moved
        errors = _difficulty(self._random, n_rows) * self._mean_error
        answered = self._counter.count_answers(self._random.normal(size=n_rows), errors)
        self._waiting += self._counter.count(x) + answered
        self._days += 7
        if self._waiting.n_rows < self._look_rows:
            return 0
        counts, level = self._waiting, level_of_days(self._days)
        self._waiting, self._days = self._counter.nothing(), 0
        return drift_of_counts(self._model, counts, Summary(), level).status()


def _difficulty(random: np.random.Generator, n_rows: int) -> Floats:
    return np.exp(random.normal(0, 0.3, n_rows))


def alarms_in_years(n_years: int, n_week: int) -> tuple[float, float]:
    """Return in how many years there is drift, or a larger error to expect, for nothing."""
    drift, worse = 0, 0
    for number in range(n_years):
        year = _Year(np.random.default_rng([20, n_week, number]), LOOK_ROWS)
        found = [year.status(n_week) for _ in range(_WEEKS)]
        drift += DRIFT in found
        worse += WORSE in found
    return drift / n_years, worse / n_years


def weeks_until_noticed(n_tries: int, n_week: int, look_rows: int = LOOK_ROWS) -> list[float]:
    """Return after how many weeks half a deviation of a column is drift: median, nine of ten."""
    weeks = []
    for number in range(n_tries):
        year = _Year(np.random.default_rng([21, n_week, number]), look_rows)
        noticed = (
            week for week in range(1, _MOST_WEEKS) if year.status(n_week, moved=0.5) == DRIFT
        )
        weeks.append(next(noticed, _MOST_WEEKS))
    found: list[float] = np.quantile(weeks, [0.5, 0.9]).tolist()
    return found


def print_drift(n_years: int, n_tries: int) -> None:
    """Print both tables."""
    print(f"years with an alarm though nothing has shifted, of {n_years}, 80 columns")
    print("rows a week   drift  larger error to expect")
    for n_week in (10, 100, 1_000):
        drift, worse = alarms_in_years(n_years, n_week)
        print(f"{n_week:11}  {drift:6.1%}  {worse:22.1%}", flush=True)
    print(f"weeks until half a deviation of one column is drift, of {n_tries}")
    print("rows a week  looks of at least   median   90 %")
    for n_week in (10, 100, 1_000):
        for look_rows in (LOOK_ROWS // 2, LOOK_ROWS, 2 * LOOK_ROWS):
            median, most = weeks_until_noticed(n_tries, n_week, look_rows)
            print(f"{n_week:11}  {look_rows:17}   {median:6.0f}   {most:4.0f}", flush=True)
