"""What it costs to count a million rows: while they are answered, and by themselves.

Run ``python -m benchmarks.counting`` from the repository's root, where the extra ``files`` is
installed. Whole commands are measured, from their start to their end: ``predict`` with and without
``--profile``, in turn, and ``drift``, of a CSV and of a Parquet file. The least of some times
counts, as other work on the machine only ever adds to it. ``--rows`` says how many rows, of which
memory is not to know.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.any_size import N_ROWS, write_csv, write_parquet
from benchmarks.command_costs import measure

if TYPE_CHECKING:
    from benchmarks.command_costs import Cost

_COMMAND = [sys.executable, "-m", "regression_model", "--quiet"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.counting", description=__doc__)
    parser.add_argument("--rows", type=int, default=N_ROWS)
    parser.add_argument("--times", type=int, default=3, help="measure so often, and tell the least")
    parser.add_argument("--folder", type=Path, help="where files are made; they are removed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        tables = [Path(folder, f"houses{ending}") for ending in (".csv", ".parquet")]
        write_csv(tables[0], options.rows)
        write_parquet(*tables)
        for table in tables:
            _measure(table, options.rows, options.times)


def _measure(table: Path, n_rows: int, n_times: int) -> None:
    """Measure all commands once, then all of them again."""
    answers, counts = table.with_name(f"out{table.suffix}"), table.with_name("counts.json")
    predict = ["predict", str(table), "--id", "Id", "-o", str(answers), "--force"]
    interval, profile = ["--interval", "0.9"], ["--profile", str(counts)]
    commands = {
        "predict": predict,
        "predict --profile": [*predict, *profile],
        "predict --interval 0.9": [*predict, *interval],
        "predict --interval 0.9 --profile": [*predict, *interval, *profile],
        "drift": ["drift", str(table), "--fail-on", "none"],
    }
    costs: dict[str, list[Cost]] = {what: [] for what in commands}
    for _ in range(n_times):
        for what, arguments in commands.items():
            costs[what].append(measure([*_COMMAND, *arguments], is_silent=True))
    for what, each in costs.items():
        print(
            f"{table.suffix} {what}: {n_rows:,} rows, "
            f"{min(cost.processor for cost in each):.2f} CPU seconds, "
            f"{min(cost.clock for cost in each):.1f} s by the clock, "
            f"{max(cost.megabytes for cost in each):,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
