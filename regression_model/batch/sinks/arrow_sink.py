"""Answers as Arrow files, which pandas and polars call Feather."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from regression_model.batch.sinks.table_sink import TableSink

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa


class ArrowSink(TableSink):
    """Typed columns as they lie in memory, a batch behind the other."""

    endings = (".arrow", ".feather", ".ipc")
    what = "Arrow files"

    def stored(self, file: BinaryIO) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Return the schema of a file, and its batches."""
        import pyarrow as pa

        opened = pa.ipc.open_file(file)
        return opened.schema, map(opened.get_batch, range(opened.num_record_batches))

    def open(self, file: BinaryIO, schema: pa.Schema) -> Any:
        """Return what writes batches."""
        import pyarrow as pa

        return pa.ipc.new_file(file, schema)
