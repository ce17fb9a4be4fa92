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
    without_first,
)
from regression_model.processing.table_formats.base import TableFile, TableFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyarrow import RecordBatch

    from regression_model.processing.chunks import Position

_WHAT = "a Parquet file"
_SIGNATURE = b"PAR1"
"""What a Parquet file begins with."""
_BUFFER_BYTES = 65_536
"""How much of each column is read at once."""


class ParquetFormat(TableFormat):
    """Cells have types of their own."""

    endings = (".parquet", ".pq")
    requirement = "pyarrow>=18  # the table is Parquet"

    @contextmanager
    def open(self, path: Path, at: Position) -> Iterator[ArrowFile]:
        """Open a table to read it chunk by chunk."""
        pyarrow_for(path, _WHAT)
        from pyarrow import parquet

        with problems(path, _WHAT, _SIGNATURE):
            source = native_file(path)
        with source:
            with problems(path, _WHAT, _SIGNATURE):
                # a group of rows may be as large as the file: it is read page by page
                file: Any = parquet.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER_BYTES)
                names = file.schema_arrow.names

            def batches(n_rows: int, columns: list[int]) -> Iterator[RecordBatch]:
                wanted = [names[i] for i in columns]
                # a name with a dot would be taken for a path into a column
                groups, n_passed = _groups_from(file.metadata, at.row)
                if not groups:  # as in `read`
                    return
                stored = file.iter_batches(batch_size=n_rows, row_groups=groups)
                for batch in without_first(stored, at.row - n_passed):
                    check_whole(batch)
                    yield batch.select(wanted)

            def offset(row: int) -> int:
                return int(row * source.size() // file.metadata.num_rows)

            yield ArrowFile(path, _WHAT, names, batches, at=at, offset=offset)

    def read(self, path: Path) -> TableFile:
        """Read a table whose columns are those of an Arrow table."""
        pyarrow_for(path, _WHAT)
        from pyarrow import parquet

        with problems(path, _WHAT, _SIGNATURE), native_file(path) as source:
            file: Any = parquet.ParquetFile(source)
            # of no group of rows, older libraries read one that is not there
            table = file.read() if file.num_row_groups else file.schema_arrow.empty_table()
            check_whole(table)
        return whole_table(path, table)


def _groups_from(metadata: Any, row: int) -> tuple[list[int], int]:
    """Return the row groups from that on which holds a row, and how many rows come before it."""
    n_passed = 0
    for group in range(metadata.num_row_groups):
        n_rows = metadata.row_group(group).num_rows
        if n_passed + n_rows > row:
            return list(range(group, metadata.num_row_groups)), n_passed
        n_passed += n_rows
    return [], n_passed
