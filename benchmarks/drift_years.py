"""Years of looks for drift, as a state takes them: alarms for nothing, and weeks until a shift.

`python -m benchmarks.monitor --only drift` runs it. Columns are those of `benchmarks.drift`; a
profile of 1,460 rows is drawn anew for each year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.drift import _COLUMNS, _LEVELED, _simulated_rows, _simulated_schema
from regression_model.artifact.counts import RowCounter
from regression_model.artifact.residuals import Residuals
from regression_model.reports.drift.loss import loss_of
from regression_model.reports.drift.shifts import shifts_of
from regression_model.reports.drift.spending import level_of_days
from regression_model.reports.monitor.looking import LOOK_ROWS
from regression_model.training.facts.profiles import profile_of

if TYPE_CHECKING:
    from regression_model.arrays import Floats

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
        schema = _simulated_schema()
        self._profile = profile_of(schema, _simulated_rows(random, _TRAINED), {}, _LEAST_ROWS)
        self._counter = RowCounter(schema, self._profile)
        scores, difficulty = _scores(random, _TRAINED), _difficulty(random, _TRAINED)
        sizes = np.abs(scores)
        self._residuals = Residuals(
            float(sizes.mean()), float(sizes.std() / sizes.mean()), _TRAINED, {}
        )
        self._mae = float((sizes * difficulty).mean())
        self._waiting, self._days = self._counter.nothing(), 0

    def alarms(self, n_rows: int, moved: float = 0.0) -> tuple[bool, bool]:
        """Add a week of rows; tell whether a look at them finds drift, or larger errors."""
        x = _simulated_rows(self._random, n_rows)
        x[:, _MOVED] += moved
        errors = _difficulty(self._random, n_rows) * self._residuals.mean
        answered = self._counter.count_answers(np.empty(0), errors)
        self._waiting += self._counter.count(x) + answered
        self._days += 7
        if self._waiting.n_rows < self._look_rows:
            return False, False
        counts, level = self._waiting, level_of_days(self._days)
        self._waiting, self._days = self._counter.nothing(), 0
        shifts = shifts_of(counts, self._profile, {}, level)
        loss = loss_of(counts, self._residuals, self._mae, level)
        is_drift = any(shift.verdict == "drift" for shift in shifts)
        return is_drift, loss is not None and loss.verdict == "worse"


def _scores(random: np.random.Generator, n_rows: int) -> Floats:
    return random.standard_t(4, n_rows)


def _difficulty(random: np.random.Generator, n_rows: int) -> Floats:
    return np.exp(random.normal(0, 0.3, n_rows))


def years_with_alarms(n_years: int, n_week: int) -> tuple[float, float, float]:
    """Return in how many years there is drift, are larger errors, or either, for nothing."""
    found = np.zeros((n_years, 2), dtype=np.bool_)
    for number in range(n_years):
        year = _Year(np.random.default_rng([20, n_week, number]), LOOK_ROWS)
        for _ in range(_WEEKS):
            found[number] |= year.alarms(n_week)
    drift, worse = found.mean(axis=0).tolist()
    return drift, worse, float(found.any(axis=1).mean())


def weeks_until_noticed(
    n_tries: int, n_week: int, look_rows: int = LOOK_ROWS
) -> tuple[float, float]:
    """Return after how many weeks half a deviation of one column is drift: median, nine of ten."""
    weeks = []
    for number in range(n_tries):
        year = _Year(np.random.default_rng([21, n_week, number]), look_rows)
        noticed = (week for week in range(1, _MOST_WEEKS) if any(year.alarms(n_week, moved=0.5)))
        weeks.append(next(noticed, _MOST_WEEKS))
    median, most = np.quantile(weeks, [0.5, 0.9]).tolist()
    return median, most
