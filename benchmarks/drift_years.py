"""Years of looks for drift, as a state takes them: alarms for nothing, and weeks until a shift.

``python -m benchmarks.monitor --only drift`` runs it, with the models and rows of
`benchmarks.drift`: 80 columns, and a training table of 1,460 rows for each of some models.
"""

from __future__ import annotations

from itertools import count, takewhile
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.drift import Source, has_alarm, simulated_table
from regression_model.reports.drift.spending import level_of_days
from regression_model.reports.monitor.looking import LOOK_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.reports.drift.drift import Drift

_WEEKS = 52
_MOST_WEEKS = 104
_POOL = 60_000
_MOVED = "c42"
"""A normal column by which the model goes."""
_RATES = (10, 100, 1_000)


def looks(
    source: Source, random: np.random.Generator, n_week: int, look_rows: int
) -> Iterator[tuple[int, Drift]]:
    """Yield the week and the report of each look at rows that come week by week."""
    waiting, days = np.empty(0, np.intp), 0
    for week in count(1):
        waiting = np.append(waiting, random.choice(len(source.x), n_week, replace=False))
        days += 7
        if len(waiting) >= look_rows:
            yield week, source.report(waiting, level_of_days(days))
            waiting, days = waiting[:0], 0


def alarms_in_a_year(source: Source, random: np.random.Generator, n_week: int) -> list[bool]:
    """Tell whether any look of a year alarms of a shift, and of the error to expect."""
    year = takewhile(lambda look: look[0] <= _WEEKS, looks(source, random, n_week, LOOK_ROWS))
    alarms = [has_alarm(report) for _, report in year]
    return [any(shift for shift, _ in alarms), any(error for _, error in alarms)]


def weeks_until_noticed(
    source: Source, random: np.random.Generator, n_week: int, look_rows: int
) -> int:
    """Return in which week `_MOVED` is found to have drifted."""
    for week, report in looks(source, random, n_week, look_rows):
        is_found = any(shift.column == _MOVED for shift in report.drifted)
        if is_found or week >= _MOST_WEEKS:
            return week
    return _MOST_WEEKS


def moved(source: Source, seed: int) -> Source:
    """Return the same model, and rows of which one column has moved by half a deviation."""
    table = simulated_table(np.random.default_rng([21, seed]), _POOL).drop(columns="y")
    return Source(source.model, table.assign(**{_MOVED: table[_MOVED] + 0.5}))


def print_drift(n_years: int, n_tries: int, n_models: int) -> None:
    """Print both tables, the one that takes longer last."""
    sources = [Source.simulated(seed, _POOL) for seed in range(n_models)]
    _print_noticed([moved(source, seed) for seed, source in enumerate(sources)], n_tries)
    _print_alarms(sources, n_years)


def _print_noticed(sources: Sequence[Source], n_tries: int) -> None:
    print(f"weeks until half a deviation of one of 80 columns is noticed, of {n_tries} tries")
    print("rows a week   looks from   median   90 %")
    for n_week in _RATES:
        for look_rows in (LOOK_ROWS // 2, LOOK_ROWS, 2 * LOOK_ROWS):
            weeks = []
            for number in range(n_tries):
                random = np.random.default_rng([22, n_week, number])
                source = sources[number % len(sources)]
                weeks.append(weeks_until_noticed(source, random, n_week, look_rows))
            median, most = np.quantile(weeks, [0.5, 0.9]).tolist()
            print(f"{n_week:11}   {look_rows:10}   {median:6.0f}   {most:4.0f}", flush=True)


def _print_alarms(sources: Sequence[Source], n_years: int) -> None:
    print(f"years with an alarm though nothing has shifted, of {n_years}, {len(sources)} models")
    print("rows a week   of a shift   of the error   of either")
    for n_week in _RATES:
        years = np.empty((n_years, 2), np.bool_)
        for number in range(n_years):
            random = np.random.default_rng([20, n_week, number])
            years[number] = alarms_in_a_year(sources[number % len(sources)], random, n_week)
        shift, error = years.mean(axis=0).tolist()
        either = float(years.any(axis=1).mean())
        print(f"{n_week:11}   {shift:10.1%}   {error:12.1%}   {either:9.1%}", flush=True)
