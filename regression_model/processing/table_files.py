"""Whole tables from files, CSV or Parquet, as columns of text: the column's kind decides later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.csv_files import read_columns

_PARQUET_NAMES = (".parquet", ".pq")


def read_table(path: Path) -> dict[str, list[str]]:
    """Read a table as columns of text.

    Parameters
    ----------
    path : Path
        A Parquet file if its name ends in ``.parquet`` or ``.pq``, otherwise a CSV file.

    Returns
    -------
    dict of str to list of str
        The cells as a CSV file would spell them; a missing cell is an empty text.

    Raises
    ------
    DataError
        If it cannot be read, or names a column twice.
    MissingExtraError
        If a Parquet file is to be read and pyarrow is not installed.
    """
    return _read_parquet(path) if is_parquet(path) else read_columns(path)


def is_parquet(path: Path) -> bool:
    """Tell by its name whether a file is a Parquet file."""
    return path.suffix.casefold() in _PARQUET_NAMES


def _read_parquet(path: Path) -> dict[str, list[str]]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError as problem:
        message = (
            f"{path} is a Parquet file, and reading one needs {problem.name}, which is not "
            "installed; install it with: pip install pyarrow, or give a CSV file"
        )
        raise MissingExtraError(message) from problem
    try:
        table = parquet.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as problem:
        said = str(problem).splitlines()[0]
        message = f"cannot read {path} as a Parquet file: {said}"
        raise DataError(message) from problem
    names = list(table.schema.names)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"{path} names the columns {', '.join(map(repr, twice))} twice; rename one"
        raise DataError(message)
    return {
        name: [_spelt(cell) for cell in column.to_pylist()]
        for name, column in zip(names, table.columns, strict=True)
    }


def _spelt(cell: Any) -> str:
    """Spell a cell as a CSV file would."""
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
