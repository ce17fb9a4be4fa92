"""Files of Arrow's own format, which pandas and polars call Feather, and streams of it."""

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

_WHAT = "an Arrow file"
_SIGNATURE = b"ARROW1"
"""What a file begins with; a stream has no signature."""


class ArrowFormat(TableFormat):
    """Cells have types of their own."""

    endings = (".arrow", ".feather", ".ipc")
    requirement = "pyarrow>=18  # the table is an Arrow file"

    @contextmanager
    def open(self, path: Path, at: Position) -> Iterator[ArrowFile]:
        """Open a table to read it chunk by chunk."""
        pyarrow = pyarrow_for(path, _WHAT)
        with problems(path, _WHAT, _SIGNATURE):
            source = native_file(path)
        with source:
            with problems(path, _WHAT, _SIGNATURE):
                reader, stored = _reader(pyarrow, source)
                names = reader.schema.names
            make = pyarrow.RecordBatch.from_arrays

            def batches(n_rows: int, columns: list[int]) -> Iterator[RecordBatch]:
                for batch in without_first(stored, at.row):
                    check_whole(batch)
                    for start in range(0, batch.num_rows, n_rows):
                        part = batch.slice(start, n_rows)
                        arrays = [part.column(i) for i in columns]
                        yield make(arrays, names=[names[i] for i in columns])

            yield ArrowFile(path, _WHAT, names, batches, at=at, offset=lambda _row: source.tell())

    def read(self, path: Path) -> TableFile:
        """Read a table whose columns are those of an Arrow table."""
        pyarrow = pyarrow_for(path, _WHAT)
        with problems(path, _WHAT, _SIGNATURE), native_file(path) as source:
            reader, stored = _reader(pyarrow, source)
            table = pyarrow.Table.from_batches(stored, schema=reader.schema)
            check_whole(table)
        return whole_table(path, table)


def _reader(pyarrow: Any, source: Any) -> tuple[Any, Iterator[RecordBatch]]:
    """Return what reads a file or a stream, and its batches."""
    is_file = source.read(len(_SIGNATURE)) == _SIGNATURE
    source.seek(0)
    if not is_file:
        stream = pyarrow.ipc.open_stream(source)
        return stream, iter(stream)
    file = pyarrow.ipc.open_file(source)
    return file, (file.get_batch(i) for i in range(file.num_record_batches))
