"""`init` and `train`, unchanged, beside the defaults of CatBoost and LightGBM, and AutoGluon.

``python -m benchmarks.beside`` prints a table in Markdown: root mean squared errors on a quarter of
the rows that is kept aside, and what fits took. All get the same files; what is done with them
is in :mod:`benchmarks.systems`. AutoGluon is measured where the interpreter that ``--autogluon``
names has it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from benchmarks.systems import SYSTEMS
from benchmarks.tables import TABLES, TARGET, large, read

Make = Callable[[np.random.Generator], pd.DataFrame]

ROOT = Path(__file__).parent.parent
FEW_ROWS = 1_000
SPLITS_OF_FEW_ROWS = 5
"""Of fewer rows one split says little."""


class Case(NamedTuple):
    """A fit to measure."""

    table: str
    n_rows: int
    split: int
    system: str


def main() -> None:
    options = _parse()
    pythons = dict.fromkeys(SYSTEMS, sys.executable)
    pythons["AutoGluon"] = options.autogluon
    if not _has_autogluon(options.autogluon):
        del pythons["AutoGluon"]
    figures = _read_kept(options.keep)
    for name, make in _tables(options).items():
        for split, frame in _splits(make, options.splits):
            for system, python in pythons.items():
                case = Case(name, len(frame), split, system)
                if case not in figures:
                    figures[case] = measure(frame, split, system, python)
                    _keep(figures, options.keep)
                print(case, figures[case], file=sys.stderr, flush=True)
    print(as_markdown(_frame(figures)))


def _splits(make: Make, n_splits: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield a table for each split; those that are generated are other ones each time."""
    first = make(np.random.default_rng(0))
    yield 0, first
    for split in range(1, SPLITS_OF_FEW_ROWS if len(first) < FEW_ROWS else n_splits):
        yield split, make(np.random.default_rng(split))


def measure(frame: pd.DataFrame, split: int, system: str, python: str) -> dict[str, float]:
    """Let a system answer for rows that it has not seen, in a process of its own.

    Returns
    -------
    dict of str to float
        ``error``, and the seconds of its fit on the clock (``wall``) and of the processor, those of
        the processes included that it started (``cpu``).
    """
    parts = train_test_split(frame, test_size=0.25, random_state=split)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("train.csv", "test.csv")]
        for part, file in zip(parts, files, strict=True):
            part.to_csv(file, index=False)
        done = subprocess.run(
            [python, "-W", "ignore", "-m", "benchmarks.systems", system, *map(str, files), TARGET],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=ROOT,
            # threads that wait for others are not to count as work
            env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"},
        )
    said = json.loads(done.stdout.splitlines()[-1])
    errors = np.array(said["answers"], dtype=np.float64) - parts[1][TARGET].to_numpy()
    return {"error": float(np.sqrt(np.mean(errors**2))), "wall": said["wall"], "cpu": said["cpu"]}


def as_markdown(figures: pd.DataFrame) -> str:
    """Return a row for each table, then the means.

    A ratio is the error of ours to another's, of several splits the mean of their ratios.
    """
    systems = [system for system in SYSTEMS if (figures["system"] == system).any()]
    others = [system for system in systems if system != "ours"]
    errors = figures.pivot_table("error", ["table", "n_rows", "split"], "system", sort=False)
    ratios = errors[others].rdiv(errors["ours"], axis=0)
    by_table = ratios.groupby(level=["table", "n_rows"], sort=False)
    means, n_splits = by_table.mean(), by_table.size()
    seconds = figures.pivot_table(["wall", "cpu"], ["table", "n_rows"], "system", sort=False)
    lines = [_heading(systems, others)]
    for table in means.index.to_list():
        name, n_rows = table
        error = errors.loc[table, "ours"].mean()
        first = [name, f"{n_rows:,}", str(n_splits[table]), f"{error:.5g}"]
        lines.append(
            _row([*first, *_ratios(means.loc[table]), *_times(seconds.loc[table], systems)])
        )
    without = means.drop("dates", level="table", errors="ignore").mean()
    blank, no_times = [""] * 3, [""] * len(systems)
    lines.append(_row(["mean", *blank, *_ratios(means.mean()), *_times(seconds.mean(), systems)]))
    lines.append(_row(["mean without dates", *blank, *_ratios(without), *no_times]))
    lines.append(_row(["worst", *blank, *_ratios(means.max()), *no_times]))
    return "\n".join(lines)


def _heading(systems: list[str], others: list[str]) -> str:
    names = ["table", "rows", "splits", "error"]
    names += [f"to {system}'s" for system in others]
    names += [f"{system}, s (CPU)" for system in systems]
    return "\n".join([_row(names), _row(["---"] * len(names))])


def _ratios(ratios: pd.Series) -> list[str]:
    return [f"{ratio:.3f}" for ratio in ratios]


def _times(seconds: pd.Series, systems: list[str]) -> list[str]:
    return [f"{seconds['wall', each]:.1f} ({seconds['cpu', each]:.1f})" for each in systems]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _has_autogluon(python: str) -> bool:
    look = "import importlib.util as u; print(bool(u.find_spec('autogluon')))"
    done = subprocess.run([python, "-c", look], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip() == "True"


def _frame(figures: dict[Case, dict[str, float]]) -> pd.DataFrame:
    return pd.DataFrame([{**case._asdict(), **found} for case, found in figures.items()])


def _read_kept(path: Path | None) -> dict[Case, dict[str, float]]:
    if path is None or not path.exists():
        return {}
    kept = pd.read_csv(path)
    cases = kept[list(Case._fields)].itertuples(index=False, name=None)
    found = kept.drop(columns=list(Case._fields)).to_dict(orient="records")
    return {
        Case(*case): {str(name): float(value) for name, value in each.items()}
        for case, each in zip(cases, found, strict=True)
    }


def _keep(figures: dict[Case, dict[str, float]], path: Path | None) -> None:
    if path is not None:
        _frame(figures).to_csv(path, index=False)


def _tables(options: argparse.Namespace) -> dict[str, Make]:
    """Return what makes each table that is asked for, by name."""
    tables: dict[str, Make] = {"large": large} if options.large else dict(TABLES)
    for path, target in options.csv:
        tables[Path(path).stem] = partial(_read, Path(path), target)
    return {name: tables[name] for name in options.only or tables}


def _read(path: Path, target: str, _: np.random.Generator) -> pd.DataFrame:
    return read(path, target)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="TABLE", help="these tables alone")
    parser.add_argument(
        "--csv", nargs=2, action="append", default=[], metavar=("FILE", "TARGET"), help="one more"
    )
    parser.add_argument("--splits", type=int, default=1, help="of tables of 1,000 rows and more")
    parser.add_argument("--large", action="store_true", help="300,000 rows instead")
    parser.add_argument(
        "--autogluon", default=sys.executable, metavar="PYTHON", help="an interpreter that has it"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="figures as CSV; what is there is not measured"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
