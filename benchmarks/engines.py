"""A million rows from Parquet to Parquet: by the command, by Dask and by Spark, side by side.

Run ``python -m benchmarks.engines`` from the repository's root, where the extras ``dask`` and
``spark`` are installed and there is a Java 17 runtime; what is not there is left out. The command
is timed from its start; engines from when their sessions are up, in a process of their own each,
with two workers of one thread, for the first job and for the same job again. Answers are compared
row by row, to the last bit.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.command_costs import measure, processor_seconds
from benchmarks.measure import DATASETS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

N_ROWS = 1_000_000
_GROUP_ROWS = 62_500
"""Of a row group of the table: sixteen of them, so that two workers end at about the same time."""


class Job(NamedTuple):
    """What a job took: seconds by the clock, and of all processors."""

    seconds: float
    processor: float


class Speed(NamedTuple):
    """What one way took: its jobs, and megabytes at the peak."""

    jobs: list[Job]
    megabytes: float


def write_houses(path: Path, n_rows: int) -> None:
    """Write rows of test.csv, drawn at random, under names of their own."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    options = csv.ConvertOptions(null_values=["NA", ""], strings_can_be_null=True)
    houses = csv.read_csv(DATASETS / "test.csv", convert_options=options)
    rows = np.random.default_rng(0).integers(0, houses.num_rows, n_rows)
    names = pa.array(np.arange(n_rows))
    table = houses.take(pa.array(rows))
    table = table.set_column(table.schema.get_field_index("Id"), "Id", names)
    parquet.write_table(table, path, row_group_size=_GROUP_ROWS)


def by_spark(table: Path, out: Path) -> list[Job]:
    """Predict on Spark once the session is up, and again."""
    from pyspark.sql import SparkSession

    from regression_model import load_model
    from regression_model.batch import spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    session.range(1).count()

    def job() -> None:
        rows = session.read.parquet(str(table))
        answers = spark.predict(rows, load_model(), keep=["Id"])
        answers.write.mode("overwrite").parquet(str(out))

    jobs = _timed(job)
    session.stop()
    return jobs


def by_dask(table: Path, out: Path) -> list[Job]:
    """Predict on Dask once the workers are up, and again."""
    import dask.dataframe as dd
    from distributed import Client, LocalCluster

    from regression_model import load_model
    from regression_model.batch import dask

    workers = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)

    def job() -> None:
        rows = dd.read_parquet(table, split_row_groups=True)
        answers = dask.predict(rows, load_model(), keep=["Id"])
        answers.to_parquet(out, write_index=False, overwrite=True)

    with workers as cluster, Client(cluster):
        return _timed(job)


def _timed(job: Callable[[], None]) -> list[Job]:
    """Do a session's first job, and the same job again."""
    jobs = []
    for _ in range(2):
        started, before = time.perf_counter(), processor_seconds(os.getpid())
        job()
        seconds = time.perf_counter() - started
        jobs.append(Job(seconds, processor_seconds(os.getpid()) - before))
    return jobs


ENGINES: dict[str, Callable[[Path, Path], list[Job]]] = {"Dask": by_dask, "Spark": by_spark}


def installed() -> list[str]:
    """Return the engines that are here."""
    found = []
    if importlib.util.find_spec("dask") and importlib.util.find_spec("distributed"):
        found.append("Dask")
    if importlib.util.find_spec("pyspark") and shutil.which("java"):
        found.append("Spark")
    return found


def speed_of_command(table: Path, out: Path) -> Speed:
    """Predict by the command, from its start to its end."""
    command = ["-m", "regression_model", "--quiet", "predict", str(table), "--id", "Id"]
    cost = measure([sys.executable, *command, "-o", str(out)])
    return Speed([Job(cost.clock, cost.processor)], cost.megabytes)


def speed_of(engine: str, table: Path, out: Path) -> Speed:
    """Predict on an engine, in a process of its own."""
    said = out.with_suffix(".jobs")
    options = ["--engine", engine, "--table", str(table), "--out", str(out)]
    cost = measure([sys.executable, "-m", "benchmarks.engines", *options])
    jobs = [Job(*job) for job in json.loads(said.read_text(encoding="utf-8"))]
    return Speed(jobs, cost.megabytes)


def answers(out: Path) -> pa.Table:
    """Return what was written, in the order of the rows' names."""
    from pyarrow import dataset

    return dataset.dataset(out, format="parquet").to_table(["Id", "prediction"]).sort_by("Id")


def compare(table: Path, folder: Path) -> dict[str, Speed]:
    """Predict a table by the command and by each engine that is here.

    Raises
    ------
    ValueError
        If answers differ.
    """
    outs = {"command": folder / "command.parquet"}
    speeds = {"command": speed_of_command(table, outs["command"])}
    for engine in installed():
        outs[engine] = folder / engine
        speeds[engine] = speed_of(engine, table, outs[engine])
    expected = answers(outs["command"])
    for name, out in outs.items():
        if not answers(out).equals(expected):
            message = f"{name} answers otherwise than the command"
            raise ValueError(message)
    return speeds


def main() -> None:
    options = _parse()
    if options.engine:
        jobs = ENGINES[options.engine](options.table, options.out)
        options.out.with_suffix(".jobs").write_text(json.dumps(jobs), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = folder / "houses.parquet"
        write_houses(table, options.rows)
        speeds = compare(table, folder)
    for line in lines(speeds, options.rows):
        print(line)


def lines(speeds: dict[str, Speed], n_rows: int) -> list[str]:
    """Tell speeds, those of engines beside that of the command."""
    told = []
    command = speeds["command"].jobs[0]
    for way, speed in speeds.items():
        for i, job in enumerate(speed.jobs):
            told.append(
                f"{way}{', the same again' if i else ''}: {job.seconds:.1f} s, "
                f"{n_rows / job.seconds:,.0f} rows/s, {job.processor:.1f} s of processors; "
                f"{job.seconds / command.seconds:.2f} and {job.processor / command.processor:.2f} "
                f"of the command's; {speed.megabytes:,.0f} MB"
            )
    return told


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--rows", type=int, default=N_ROWS, help="rows of the table")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
