"""Parquet, which pyarrow reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.blanks import clean_name, named_twice
from regression_model.processing.file_kinds import recognize
from regression_model.processing.frames import arrow_cells
from regression_model.processing.schema import shown
from regression_model.processing.table_formats.base import TableFile, TableFormat
from regression_model.processing.tables import as_table

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

_SIGNATURE = b"PAR1"
"""What a Parquet file begins with."""
_START_BYTES = 1024
"""How much of a file that is no Parquet file is looked at to say what it is."""


class ParquetFormat(TableFormat):
    """Cells have types of their own."""

    endings = (".parquet", ".pq")
    requirement = "pyarrow>=18  # the table is Parquet"

    def read(self, path: Path) -> TableFile:
        """Read a table whose columns are those of an Arrow table."""
        arrow = _read_parquet(path)
        table = as_table(arrow)
        return TableFile(
            names=list(arrow.schema.names),
            n_rows=table.n_rows,
            is_text=False,
            number_format=None,
            _read=lambda i: table.read(i, 0, table.n_rows),
            _cells=lambda i: arrow_cells(arrow.column(i)),
        )


def _read_parquet(path: Path) -> pa.Table:
    """Read a Parquet file under clean names."""
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
        said = str(problem).splitlines()[0].rstrip(".")
        message = f"cannot read {path} as a Parquet file: {said}{_hint(path)}"
        raise DataError(message) from problem
    names = [clean_name(name) for name in table.schema.names]
    twice = named_twice(names)
    if twice:
        said = ", ".join(repr(shown(name)) for name in twice)
        message = f"{path} names the columns {said} twice; rename one"
        raise DataError(message)
    named = [i for i, name in enumerate(names) if name]
    return table.rename_columns(names).select(named)


def _hint(path: Path) -> str:
    """Say what a file is that is no Parquet file in spite of its name."""
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
    except OSError:
        return ""
    if start.startswith(_SIGNATURE):
        return ""
    found = recognize(start)
    if found is None:
        return "; if it is a CSV file, let its name end in .csv"
    what, remedy = found
    return f"; it is {what}: {remedy}"
