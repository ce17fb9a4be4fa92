"""How often drift is alarmed for nothing, and found where it is; what counting costs.

Run ``python -m benchmarks.drift`` from the repository's root; all of it is seeded. What errors are
foretold, and found, is in `benchmarks.foretold`.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.honesty import propose
from regression_model.artifact.counting import Counting
from regression_model.artifact.counts import RowCounter
from regression_model.artifact.model import Model
from regression_model.batch.summary import Summary
from regression_model.config.core import DATASET_DIR
from regression_model.predict import load_model
from regression_model.processing.report import Report
from regression_model.processing.schema import Column, Schema
from regression_model.reports.drift.drift import SHARE_OF_SHIFTS, drift_of_counts
from regression_model.reports.drift.shifts import LEVEL, shifts_of
from regression_model.reports.drift.spending import level_of_days
from regression_model.training.facts.profiles import profile_of
from regression_model.training.run import run_training

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from regression_model.reports.drift.drift import Drift

    Floats = npt.NDArray[np.float64]
    Rows = npt.NDArray[np.intp]

_LEAST_ROWS = 10
_COLUMNS, _LEVELED = 80, 40
_TRAINED = 1_460
_POOL = 60_000
_WEEKS = 52
_BLOCK = 16_384


def simulated_schema() -> Schema:
    """Return 80 columns: half are numbers, half have 2 to 21 levels."""
    columns = []
    for place in range(_COLUMNS):
        if place < _LEVELED:
            levels = tuple(f"level {i}" for i in range(2 + place // 2))
            columns.append(Column(f"c{place}", "category", levels=levels))
        else:
            columns.append(Column(f"c{place}", "number"))
    return Schema(tuple(columns))


def simulated_rows(random: np.random.Generator, n_rows: int) -> Floats:
    """Draw rows: levels of falling frequency, numbers that are normal, skewed or mostly zero."""
    x = np.empty((n_rows, _COLUMNS))
    for place in range(_COLUMNS):
        if place < _LEVELED:
            weights = 0.8 ** np.arange(2 + place // 2)
            x[:, place] = random.choice(len(weights), n_rows, p=weights / weights.sum())
            continue
        values = random.normal(size=n_rows)
        if place % 3 == 1:
            values = np.exp(values)
        elif place % 3 == 2:
            values[random.random(n_rows) < 0.6] = 0.0
        values[random.random(n_rows) < (place % 5) / 50] = np.nan
        x[:, place] = values
    return x


def simulated_table(random: np.random.Generator, n_rows: int) -> pd.DataFrame:
    """Draw such rows with a target ``y``, whose noise is larger for some than for others."""
    x = simulated_rows(random, n_rows)
    cells: dict[str, object] = {}
    for place in range(_COLUMNS):
        values = x[:, place]
        is_level = place < _LEVELED
        cells[f"c{place}"] = [f"level {value:.0f}" for value in values] if is_level else values
    known = np.nan_to_num(x)
    score = 0.5 * known[:, 42] + 0.2 * known[:, 45] + 0.3 * known[:, 48] * (x[:, 20] < 2)
    score += np.where(x[:, 10] == 0, 0.3, -0.3) + 0.4 * (x[:, 3] == 1)
    scale = 0.3 * np.exp(0.4 * known[:, 51] + 0.5 * (x[:, 30] == 0))
    cells["y"] = 10 + score + scale * random.standard_t(6, n_rows)
    return pd.DataFrame(cells)


class Source:
    """A model, and rows of the source of its training table that it has answered once.

    Parameters
    ----------
    model : Model
    rows : DataFrame
        Fresh ones.
    """

    def __init__(self, model: Model, rows: pd.DataFrame) -> None:
        self.model = model
        self.counting = Counting(model)
        blocks: list[Floats] = []
        answers = model.answer(
            rows,
            Report(),
            interval=self.counting.interval,
            seen=lambda block: blocks.append(block.copy()),
        )
        self.x = np.asfortranarray(np.concatenate(blocks))
        if answers.lower is None or answers.upper is None:
            raise RuntimeError("the artifact has no intervals")
        self.predictions, self.lower, self.upper = (
            answers.predictions, answers.lower, answers.upper,
        )  # fmt: skip

    @classmethod
    def simulated(cls, seed: int, n_rows: int = _POOL) -> Source:
        """Return a model of a few small trees, trained on a simulated table."""
        random = np.random.default_rng([5, seed])
        table = simulated_table(random, _TRAINED)
        model = Model(run_training(propose(table, cheap=True), data=table).artifact)
        return cls(model, simulated_table(random, n_rows).drop(columns="y"))

    def report(self, rows: Rows, level: float = LEVEL) -> Drift:
        """Return the report on some of the rows, by their positions."""
        ends = self.lower[rows], self.upper[rows], self.counting.interval
        counts = self.counting.counter.count(self.x[rows])
        counts += self.counting.count_answers(self.predictions[rows], *ends)
        return drift_of_counts(self.model, counts, Summary(n_rows=len(rows)), level)

    def reports(
        self, random: np.random.Generator, n_reports: int, n_rows: int, level: float = LEVEL
    ) -> Iterator[Drift]:
        """Yield reports on so many rows at random each."""
        for _ in range(n_reports):
            rows = random.choice(len(self.x), min(n_rows, len(self.x)), replace=False)
            yield self.report(rows, level)


def has_alarm(report: Drift) -> tuple[bool, bool]:
    """Return whether a report alarms of a shift, and of the error to expect."""
    worse = report.loss is not None and report.loss.verdict == "worse"
    return bool(report.drifted), worse


def years_with_alarms(source: Source, seed: int, n_years: int, n_rows: int) -> list[list[bool]]:
    """Return whether there is an alarm in any of a year's weekly reports: of a shift, of the error.

    Each week has other rows; the training table is the same all year.
    """
    found = []
    for year in range(n_years):
        random = np.random.default_rng([7, seed, year, n_rows])
        weeks = source.reports(random, _WEEKS, n_rows, level_of_days(7))
        found.append(np.any([has_alarm(report) for report in weeks], axis=0).tolist())
    return found


def found_shifts(n_reports: int, n_rows: int, level: float = LEVEL) -> float:
    """Return in how many reports a normal column that moved by half a deviation is drift."""
    schema, n_found = simulated_schema(), 0
    moved = next(i for i in range(_LEVELED, _COLUMNS) if i % 3 == 0)
    for seed in range(n_reports):
        random = np.random.default_rng([2, n_rows, seed])
        trained, found = simulated_rows(random, _TRAINED), simulated_rows(random, n_rows)
        found[:, moved] += 0.5
        profile = profile_of(schema, trained, {}, _LEAST_ROWS)
        shifts = shifts_of(RowCounter(schema, profile).count(found), profile, {}, level)
        n_found += any(
            shift.column == f"c{moved}" and shift.what == "values" and shift.verdict == "drift"
            for shift in shifts
        )
    return n_found / n_reports


def _encoded(model: Model, table: pd.DataFrame) -> Floats:
    blocks: list[Floats] = []
    model.answer(table, Report(), seen=blocks.append)
    return np.concatenate(blocks)


def halves_of_ames(n_models: int) -> Iterator[Source]:
    """Yield models of one half of the houses at random, each with the other half as fresh rows."""
    table = pd.read_csv(DATASET_DIR / "train.csv")
    for seed in range(n_models):
        order = np.random.default_rng([3, seed]).permutation(len(table))
        first, rest = order[: len(table) // 2], order[len(table) // 2 :]
        model = Model(run_training(data=table.iloc[first]).artifact)
        yield Source(model, table.iloc[rest].drop(columns="SalePrice"))


def profiled_rows(n_rows: int) -> float:
    """Return the CPU seconds that it takes to count so many rows of the Ames table."""
    model = load_model()
    encoded = _encoded(model, pd.read_csv(DATASET_DIR / "train.csv"))
    rows = np.arange(_BLOCK) % len(encoded)
    block = np.ascontiguousarray(encoded[rows].T).T  # as rows are encoded: a column in one piece
    counter = RowCounter(model.schema, model.profile or {})
    counts = counter.nothing()
    started = time.process_time()
    for _ in range(n_rows // len(block)):
        counts += counter.count(block)
    return (time.process_time() - started) * n_rows / counts.n_rows


def _print_alarms(options: argparse.Namespace) -> None:
    sizes = (20, 100, 300, 1_000, 10_000)
    found: dict[int, list[tuple[bool, bool]]] = {n_rows: [] for n_rows in sizes}
    for seed in range(options.models):
        source = Source.simulated(seed)
        for n_rows in sizes:
            random = np.random.default_rng([6, seed, n_rows])
            reports = source.reports(random, -(-options.reports // options.models), n_rows)
            found[n_rows] += [has_alarm(report) for report in reports]
    for n_rows, alarms in found.items():
        print(f"no drift, 80 columns, {n_rows} rows, {len(alarms)} reports: {_text(alarms)}")


def _print_halves(options: argparse.Namespace) -> None:
    found: dict[int, list[tuple[bool, bool]]] = {100: [], 300: [], 730: []}
    for seed, source in enumerate(halves_of_ames(options.models)):
        for n_rows, alarms in found.items():
            random = np.random.default_rng([3, seed, n_rows])
            n_reports = 10 if n_rows < len(source.x) else 1
            alarms += [has_alarm(each) for each in source.reports(random, n_reports, n_rows)]
    for n_rows, alarms in found.items():
        print(f"no drift, halves of Ames, {n_rows} rows, {len(alarms)} reports: {_text(alarms)}")


def _print_years(options: argparse.Namespace) -> None:
    for n_rows in (100, 1_000):
        years: list[list[bool]] = []
        for seed in range(options.models):
            source = Source.simulated(seed)
            years += years_with_alarms(source, seed, -(-options.years // options.models), n_rows)
        print(f"no drift, {len(years)} years of weekly reports on {n_rows} rows: {_text(years)}")


def _text(found: Sequence[Sequence[bool]]) -> str:
    drift, loss = np.array(found, dtype=np.bool_).T
    told = {"of a shift": drift, "of the error": loss, "of either": drift | loss}
    return ", ".join(f"{alarms.mean():.1%} {what}" for what, alarms in told.items())


def _print_shifts(options: argparse.Namespace) -> None:
    for name, level in (("one report", LEVEL), ("a week of a year's", level_of_days(7))):
        for n_rows in (100, 300, 1_000):
            share = found_shifts(min(options.reports, 200), n_rows, SHARE_OF_SHIFTS * level)
            print(
                f"half a deviation of one of 80 columns, {n_rows} rows, {name}: {share:.1%} found"
            )


def _print_speed(_: argparse.Namespace) -> None:
    print(f"1,000,000 rows of 79 columns counted in {profiled_rows(1_000_000):.2f} CPU s")


_PARTS = {
    "alarms": _print_alarms,
    "halves": _print_halves,
    "years": _print_years,
    "shifts": _print_shifts,
    "speed": _print_speed,
}


def main() -> int:
    options = _parse()
    for name, show in _PARTS.items():
        if options.only in (None, name):
            show(options)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift", description=__doc__)
    parser.add_argument("--models", type=int, default=20, help="trained on a table each")
    parser.add_argument("--reports", type=int, default=1_000, help="of each number of rows")
    parser.add_argument("--years", type=int, default=200, help="of 52 weekly reports")
    parser.add_argument("--only", choices=list(_PARTS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
