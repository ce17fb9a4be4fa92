"""What ``init`` and ``train`` take of 300,000 rows: processor time and memory of whole commands.

Run ``python -m benchmarks.whole_commands`` from the repository's root; ``--catboost`` fits
CatBoost's defaults beside them. Processor time is that of a command and of all processes that it
starts, so that other work on the machine hardly counts; memory is what they hold together at the
peak, a page that several of them share counted once.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.tables import TARGET, large, read

_SECONDS_BETWEEN_LOOKS = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")
_COMMAND = [sys.executable, "-m", "regression_model", "--quiet"]


class Cost(NamedTuple):
    """What a command took: seconds of processors, seconds by the clock, megabytes at the peak."""

    processor: float
    clock: float
    megabytes: float


def measure(command: list[str]) -> Cost:
    """Run a command to its end, looking at its processes all the while."""
    ticks: dict[int, int] = {}
    peak = 0
    started, before = time.perf_counter(), _seconds_of_ended()
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            tree = _with_descendants(process.pid)
            peak = max(peak, sum(map(_kilobytes, tree)))
            ticks |= {pid: _ticks(pid) or ticks.get(pid, 0) for pid in tree}
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    if process.returncode:
        sys.exit(process.returncode)
    # the system knows all of those that were waited for, the looks what was seen of the others
    processor = max(sum(ticks.values()) / _TICKS, _seconds_of_ended() - before)
    return Cost(processor, time.perf_counter() - started, peak / 1024)


def _seconds_of_ended() -> float:
    """Return the processor time of processes that have ended, and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _with_descendants(root: int) -> list[int]:
    """Return a process and all that it started, and those started."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, _said(children).split())
    return found


def _said(file: Path) -> str:
    """Return what Linux says of a process; nothing once it has ended."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def _ticks(pid: int) -> int:
    """Return the processor time of a process so far, its own and the system's for it."""
    behind_name = _said(Path(f"/proc/{pid}/stat")).rpartition(")")[2]
    return sum(map(int, behind_name.split()[11:13]))


def _kilobytes(pid: int) -> int:
    """Return what a process holds, of shared pages its part."""
    lines = _said(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def fit_catboost(table: Path) -> None:
    """Read a table and fit CatBoost's defaults, with native categories."""
    from catboost import CatBoostRegressor

    frame = read(table, TARGET)
    X = frame.drop(columns=TARGET)
    texts = list(X.select_dtypes(exclude="number"))
    model = CatBoostRegressor(
        verbose=False, cat_features=texts, random_seed=0, allow_writing_files=False
    )
    model.fit(X, frame[TARGET])


def main() -> None:
    options = _parse()
    if options.fit:
        fit_catboost(options.fit)
        return
    with tempfile.TemporaryDirectory() as folder:
        table, config = Path(folder, "table.csv"), Path(folder, "table.yml")
        large(np.random.default_rng(0)).to_csv(table, index=False)
        commands = {
            "init": [*_COMMAND, "init", str(table), "--target", TARGET, "--config", str(config)],
            "train": [*_COMMAND, "train", "--config", str(config)],
        }
        if options.catboost:
            commands["CatBoost"] = [sys.executable, "-m", __spec__.name, "--fit", str(table)]
        for name, command in commands.items():
            cost = measure(command)
            print(
                f"{name}: {cost.processor:.1f} s of processors, {cost.clock:.1f} s by the clock, "
                f"{cost.megabytes:,.0f} MB",
                flush=True,
            )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.whole_commands", description=__doc__
    )
    parser.add_argument("--catboost", action="store_true", help="fit CatBoost's defaults as well")
    parser.add_argument("--fit", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
