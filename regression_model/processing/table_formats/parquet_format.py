"""Parquet, which pyarrow reads."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from regression_model.processing.table_formats.arrow_tables import (
    ArrowFile,
    check_whole,
    native_file,
    problems,
    pyarrow_for,
    whole_table,
)
from regression_model.processing.table_formats.base import TableFile, TableFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyarrow import RecordBatch

_WHAT = "a Parquet file"
_SIGNATURE = b"PAR1"
"""What a Parquet file begins with."""


class ParquetFormat(TableFormat):
    """Cells have types of their own."""

    endings = (".parquet", ".pq")
    requirement = "pyarrow>=18  # the table is Parquet"

    @contextmanager
    def open(self, path: Path) -> Iterator[ArrowFile]:
        """Open a table to read it chunk by chunk."""
        pyarrow_for(path, _WHAT)
        from pyarrow import parquet

        with problems(path, _WHAT, _SIGNATURE):
            source = native_file(path)
        with source:
            with problems(path, _WHAT, _SIGNATURE):
                file: Any = parquet.ParquetFile(source)
                names = file.schema_arrow.names

            def batches(n_rows: int, columns: list[int]) -> Iterator[RecordBatch]:
                wanted = [names[i] for i in columns]
                # a name with a dot would be taken for a path into a column
                for batch in file.iter_batches(batch_size=n_rows):
                    check_whole(batch)
                    yield batch.select(wanted)

            yield ArrowFile(path, _WHAT, names, batches)

    def read(self, path: Path) -> TableFile:
        """Read a table whose columns are those of an Arrow table."""
        pyarrow_for(path, _WHAT)
        from pyarrow import parquet

        with problems(path, _WHAT, _SIGNATURE), native_file(path) as source:
            table = parquet.ParquetFile(source).read()
            check_whole(table)
        return whole_table(path, table)
