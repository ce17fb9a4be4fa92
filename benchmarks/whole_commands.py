"""What ``init`` and ``train`` take of 300,000 rows: processor time and memory of whole commands.

Run ``python -m benchmarks.whole_commands`` from the repository's root; ``--catboost`` fits
CatBoost's defaults beside them. What is measured, `benchmarks.command_costs` says.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.command_costs import measure
from benchmarks.tables import TARGET, large, read

_COMMAND = [sys.executable, "-m", "regression_model", "--quiet"]


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
