"""Answers as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, Self

from regression_model.batch.sinks.table_sink import TableSink

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

_GROUP_ROWS = 131_072
"""Rows that are read together: fewer cost whoever reads them, more cost memory here."""


class ParquetSink(TableSink):
    """Typed columns in groups of rows, compressed."""

    endings = (".parquet", ".pq")
    what = "Parquet files"

    def stored(self, file: BinaryIO) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Return the schema of a file, and its batches."""
        from pyarrow import parquet

        opened = parquet.ParquetFile(file, pre_buffer=False)
        # of no group of rows, older libraries read one that is not there
        batches = opened.iter_batches() if opened.num_row_groups else iter(())
        return opened.schema_arrow, batches

    def open(self, file: BinaryIO, schema: pa.Schema) -> Any:
        """Return what writes batches."""
        return _GroupWriter(file, schema)


class _GroupWriter:
    """Writes batches in groups of many rows."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        from pyarrow import parquet

        self._writer = parquet.ParquetWriter(file, schema, compression="zstd")
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a batch, perhaps later."""
        self._waiting.append(batch)
        if sum(each.num_rows for each in self._waiting) >= _GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what waits, and what a file ends with."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting = []
