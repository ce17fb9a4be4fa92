"""Answers as typed columns, which pyarrow writes: what Parquet and Arrow files have in common."""

from __future__ import annotations

import json
import shutil
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from regression_model.batch.arrow_answers import optional_texts, pyarrow_for, repeated_text
from regression_model.batch.layouts import ROW, SOURCE, VERSION
from regression_model.batch.sinks.base import PartWriter, Sink, flat
from regression_model.batch.text_columns import number_array
from regression_model.exceptions import OutputError
from regression_model.processing.arrow_columns import is_dictionary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from regression_model.batch.layouts import Layout
    from regression_model.batch.sinks.base import ChunkAnswers, Opener


class TableSink(Sink):
    """Base of the kinds whose files hold record batches.

    A kept column is of the type that it has in the file that it is from; of a file of text it is
    text. Where parts of one output differ in that, it is of a type that holds the cells of all.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """

    what: str
    """What such files are called."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        pyarrow_for(f"{self.what} need")

    @property
    def names(self) -> list[str]:
        """The file, kept columns or the row's position, numbers, why there are none, version."""
        return self.layout.table_names

    @abstractmethod
    def stored(self, file: BinaryIO) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Return the schema of a file of this kind, and its batches, which are read one by one."""

    @abstractmethod
    def open(self, file: BinaryIO, schema: pa.Schema) -> Any:
        """Return pyarrow's writer of such a file."""

    def encode(self, answers: ChunkAnswers) -> bytes:
        """Return a record batch as Arrow sends it."""
        import pyarrow as pa

        arrays = [self._array(answers, name) for name in self.names]
        batch = pa.RecordBatch.from_arrays(arrays, names=self.names)
        stream = pa.BufferOutputStream()
        with pa.ipc.new_stream(stream, batch.schema) as writer:
            writer.write_batch(batch)
        return bytes(stream.getvalue())

    def _array(self, answers: ChunkAnswers, name: str) -> pa.Array:
        import pyarrow as pa

        n_rows = answers.n_rows
        if name in answers.kept:
            return _kept_array(answers.kept[name])
        if name in answers.numbers:
            return number_array(answers.numbers[name])
        if name == ROW:
            rows = np.arange(answers.start, answers.start + n_rows, dtype=np.int64)
            return pa.Array.from_buffers(pa.int64(), n_rows, [None, pa.py_buffer(rows)])
        if name in (SOURCE, VERSION):
            return repeated_text(answers.source if name == SOURCE else answers.version, n_rows)
        return optional_texts(answers.why(name), n_rows)

    def writer(self, file: BinaryIO) -> PartWriter:
        """Return what writes batches of the schema that the first one has."""
        return _BatchWriter(self, file)

    def empty_schema(self) -> pa.Schema:
        """Return the schema of a file without rows."""
        import pyarrow as pa

        kinds = dict.fromkeys(self.names, pa.string())
        kinds |= dict.fromkeys(self.layout.number_names, pa.float64())
        if ROW in kinds and ROW not in self.layout.kept:
            kinds[ROW] = pa.int64()
        return pa.schema(list(kinds.items()))

    def assemble(self, parts: Sequence[Opener], out: BinaryIO) -> None:
        """Write the batches of all parts, read one by one, with columns that hold all of them."""
        if len(parts) == 1:
            with parts[0]() as part:
                shutil.copyfileobj(part, out)
            return
        schema = _common([self._schema(part) for part in parts]) if parts else self.empty_schema()
        with self.open(out, schema) as writer:
            for open_part in parts:
                with open_part() as part:
                    for batch in self.stored(part)[1]:
                        writer.write_batch(_cast(batch, schema))

    def _schema(self, open_part: Opener) -> pa.Schema:
        with open_part() as part:
            return self.stored(part)[0]


def _kept_array(cells: Any) -> pa.Array:
    """Return a kept column of the type that it has, or as text."""
    if not isinstance(cells, list):
        # batches that are written one by one share no dictionary
        return cells.cast(cells.type.value_type) if is_dictionary(cells.type) else cells
    texts = {row: _spelt(cell) for row, cell in enumerate(cells) if cell is not None}
    return optional_texts(texts, len(cells))


def _spelt(cell: Any) -> str:
    """Return a cell of JSON as text."""
    text = flat(cell)
    return text if isinstance(text, str) else json.dumps(text)


def _common(schemas: list[pa.Schema]) -> pa.Schema:
    """Return columns that hold the cells of all: text, where types differ in more than size."""
    import pyarrow as pa

    fields = []
    for name in schemas[0].names:
        kinds = {schema.field(name).type for schema in schemas} - {pa.null()}
        common = pa.string()
        if len(kinds) == 1:
            common = kinds.pop()
        elif kinds and all(map(pa.types.is_signed_integer, kinds)):
            common = pa.int64()
        fields.append(pa.field(name, common))
    return pa.schema(fields)


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    try:
        return batch.cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        message = (
            f"cannot put parts together whose kept columns are of several types ({problem}); write "
            "into a folder, or keep others"
        )
        raise OutputError(message) from problem


class _BatchWriter(PartWriter):
    """Opens a file when it gets the first batch, whose columns say of what type they are."""

    def __init__(self, sink: TableSink, file: BinaryIO) -> None:
        self._sink = sink
        self._file = file
        self._writer: Any = None

    def write(self, payload: bytes) -> None:
        """Write a batch."""
        import pyarrow as pa

        with pa.ipc.open_stream(payload) as stream:
            batch = stream.read_next_batch()
        if self._writer is None:
            self._writer = self._sink.open(self._file, batch.schema)
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write what a file of this kind ends with."""
        if self._writer is None:
            self._writer = self._sink.open(self._file, self._sink.empty_schema())
        self._writer.close()
