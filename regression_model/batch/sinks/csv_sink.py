"""Answers as CSV, which a spreadsheet reads as it was meant."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from regression_model.batch.answers import CsvLines
from regression_model.batch.layouts import ROW, SOURCE
from regression_model.batch.sinks.base import TextSink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.batch.sinks.base import Answered


class CsvSink(TextSink):
    """A line for each row: its name or number, kept columns, answers, and why there are none."""

    endings = (".csv",)

    @property
    def names(self) -> list[str]:
        """``row`` or the column that names rows, kept columns, numbers and ``error``."""
        layout = self.layout
        source = [SOURCE] if layout.has_source else []
        name = layout.id_column or ROW
        return [*source, name, *layout.keep, *layout.number_names, "error"]

    def header(self) -> bytes:
        """Return the line of names."""
        return self._text([self.names])

    def encode(self, answered: Answered) -> bytes:
        """Return a line for each row."""
        return self._text(self._lines(answered))

    def _text(self, lines: Iterator[list[object]] | list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        writer = CsvLines(out, escape_formulas=self.layout.escape_formulas)
        for line in lines:
            writer.write(line)
        return out.getvalue().encode("utf-8")

    def _lines(self, answered: Answered) -> Iterator[list[object]]:
        layout, why = self.layout, answered.reasons
        source = [answered.source] if layout.has_source else []
        rows = range(answered.start, answered.start + answered.n_rows)
        kept = [answered.kept[name] for name in layout.kept]
        if layout.id_column is None:
            kept.insert(0, rows)
        numbers = [answered.numbers[name].tolist() for name in layout.number_names]
        for row, *cells in zip(rows, *kept, *numbers, strict=True):
            texts = ["" if cell is None or cell != cell else cell for cell in cells]
            yield [*source, *texts, why[row].message if row in why else ""]
