"""Answers as CSV, which a spreadsheet reads as it was meant."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from regression_model.batch.csv_lines import CsvLines
from regression_model.batch.layouts import ROW, SOURCE
from regression_model.batch.sinks.base import TextSink
from regression_model.batch.sinks.csv_columns import csv_columns
from regression_model.batch.text_columns import as_utf8, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regression_model.batch.sinks.base import ChunkAnswers


class CsvSink(TextSink):
    """A line for each row: its name or number, kept columns, answers, and why there are none."""

    endings = (".csv",)

    @property
    def names(self) -> list[str]:
        """``row`` or the column that names rows, kept columns, numbers and ``error``."""
        layout = self.layout
        source = [SOURCE] if layout.has_source else []
        name = ROW if layout.id_column is None else layout.id_column
        return [*source, name, *layout.keep, *layout.number_names, "error"]

    def header(self) -> bytes:
        """Return the line of names."""
        return self._lines([self.names])

    def encode(self, answered: ChunkAnswers) -> bytes:
        """Return a line for each row."""
        columns = csv_columns(answered, self.layout)
        if columns is None:
            return self._lines(self._rows(answered))
        return joined(columns, ",")

    def _lines(self, rows: Iterable[list[Any]]) -> bytes:
        out = io.StringIO(newline="")
        writer = CsvLines(out, escape_formulas=self.layout.escape_formulas)
        for row in rows:
            writer.write(row)
        return as_utf8(out.getvalue())

    def _rows(self, answered: ChunkAnswers) -> Iterator[list[Any]]:
        """Yield the cells of rows, one by one, which may be any."""
        layout, why = self.layout, answered.reasons
        source = [answered.source] if layout.has_source else []
        columns: list[Any] = [answered.cells(name) for name in layout.kept]
        if layout.id_column is None:
            columns.insert(0, range(answered.start, answered.start + answered.n_rows))
        columns += [answered.number_cells(name) for name in layout.number_names]
        for row, cells in enumerate(zip(*columns, strict=True)):
            yield [*source, *cells, why[row].message if row in why else ""]
