"""A million rows from file to file: the command beside the scikit-learn pipeline fed by pandas.

Run ``python -m benchmarks.any_size`` from the repository's root, where the extras ``train`` and
``files`` are installed. Whole commands are measured, from their start to their end: rows by the
clock and by the processor, which other work on the machine hardly slows, and the memory that all
of their processes hold together at the peak. ``--times 10`` gives the command so many times the
rows as well, whose memory is to be the same. Spark and Dask: ``python -m benchmarks.engines``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.command_costs import measure
from benchmarks.measure import DATASETS

if TYPE_CHECKING:
    from benchmarks.command_costs import Cost

N_ROWS = 1_000_000
_GROUP_ROWS = 131_072
"""Of a row group of Parquet, as DuckDB and others write them, about."""
_CHUNK_ROWS = 100_000
"""Rows that pandas reads at once, so that memory does not grow with the file."""
_COMMAND = [sys.executable, "-m", "regression_model", "--quiet", "predict"]
_ENDINGS = (".csv", ".parquet")


def write_csv(path: Path, n_rows: int, times: int = 1) -> None:
    """Write rows of test.csv, drawn at random, under names of their own, one or more times."""
    header, *lines = (DATASETS / "test.csv").read_text(encoding="utf-8").splitlines()
    cells = [line.partition(",")[2] for line in lines]
    drawn = np.random.default_rng(0).integers(0, len(cells), n_rows).tolist()
    text = "".join(f"{row},{cells[line]}\n" for row, line in enumerate(drawn))
    with path.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        for _ in range(times):
            file.write(text)


def write_parquet(table: Path, path: Path) -> None:
    """Write the rows of a CSV file with the types that a library guesses, batch by batch."""
    from pyarrow import csv, parquet

    missing = csv.ConvertOptions(null_values=["NA", ""], strings_can_be_null=True)
    types = csv.read_csv(DATASETS / "test.csv", convert_options=missing).schema
    options = csv.ConvertOptions(
        null_values=["NA", ""], strings_can_be_null=True, column_types=types
    )
    rows = csv.open_csv(table, convert_options=options)
    with rows, parquet.ParquetWriter(path, rows.schema) as out:
        for batch in rows:
            out.write_batch(batch, row_group_size=_GROUP_ROWS)


def by_pipeline(table: Path, out: Path, pipeline: Path) -> None:
    """Read a file with pandas, predict with a fitted pipeline, and write with pandas."""
    import joblib
    import pandas as pd

    fitted = joblib.load(pipeline)
    if table.suffix == ".parquet":
        rows = pd.read_parquet(table)
        pd.DataFrame({"Id": rows["Id"], "prediction": fitted.predict(rows)}).to_parquet(out)
        return
    for number, rows in enumerate(pd.read_csv(table, chunksize=_CHUNK_ROWS)):
        answers = pd.DataFrame({"Id": rows["Id"], "prediction": fitted.predict(rows)})
        answers.to_csv(out, mode="a", header=not number, index=False)


def fit_pipeline(path: Path) -> None:
    """Fit the packaged config's pipeline on the training rows, and keep it as a pickle."""
    import joblib

    from regression_model.config.core import config
    from regression_model.pipeline import build_pipeline
    from regression_model.processing.data_manager import load_dataset
    from regression_model.train_pipeline import split_target
    from regression_model.training.fitting import fit
    from regression_model.training.sample import Sample

    rows = Sample(*split_target(load_dataset(file_name="train.csv"), config))
    joblib.dump(fit(build_pipeline(config.model_config), rows), path)


def main() -> None:
    options = _parse()
    if options.pipeline is not None:
        by_pipeline(*options.pipeline)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        _measure_all(Path(folder), options)


def _measure_all(folder: Path, options: argparse.Namespace) -> None:
    tables = _tables(folder / "rows", options.rows, 1)
    pipeline = folder / "pipeline.joblib"
    if not options.alone:
        fit_pipeline(pipeline)
    for table in tables:
        out = folder / f"answers{table.suffix}"
        _tell(f"{table.suffix} by the command", options.rows, _by_command(table, out))
        if not options.alone:
            command = [sys.executable, "-W", "ignore", "-m", __spec__.name]
            command += ["--pipeline", str(table), str(out), str(pipeline)]
            _tell(f"{table.suffix} by the pipeline", options.rows, measure(command))
            out.unlink()
    if options.times > 1:
        shutil.rmtree(folder / "rows")
        for table in _tables(folder / "many", options.rows, options.times):
            what = f"{table.suffix} by the command, {table.stat().st_size / 1e9:.1f} GB"
            cost = _by_command(table, folder / f"answers{table.suffix}")
            _tell(what, options.rows * options.times, cost)


def _tables(folder: Path, n_rows: int, times: int) -> list[Path]:
    folder.mkdir()
    tables = [folder / f"houses{ending}" for ending in _ENDINGS]
    write_csv(tables[0], n_rows, times)
    write_parquet(*tables)
    return tables


def _by_command(table: Path, out: Path) -> Cost:
    cost = measure([*_COMMAND, str(table), "--id", "Id", "-o", str(out), "--force"])
    out.unlink()
    shutil.rmtree(f"{out}.parts")
    return cost


def _tell(what: str, n_rows: int, cost: Cost) -> None:
    print(
        f"{what}: {n_rows:,} rows, {n_rows / cost.clock:,.0f} rows/s by the clock, "
        f"{cost.processor / n_rows * 1e6:.1f} µs of processors a row, {cost.megabytes:,.0f} MB",
        flush=True,
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.any_size", description=__doc__)
    parser.add_argument("--rows", type=int, default=N_ROWS)
    parser.add_argument("--times", type=int, default=1, help="measure so many times the rows too")
    parser.add_argument("--alone", action="store_true", help="without the pipeline beside it")
    parser.add_argument("--folder", type=Path, help="where files are made; they are removed")
    parser.add_argument("--pipeline", type=Path, nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
