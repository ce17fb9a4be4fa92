"""Answers as JSON Lines, a record in each line."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from regression_model.batch import text_columns
from regression_model.batch.layouts import ROW, SOURCE, VERSION
from regression_model.batch.sinks.base import TextSink
from regression_model.processing.shown_values import shown

if TYPE_CHECKING:
    from regression_model.batch.sinks.base import ChunkAnswers
    from regression_model.batch.text_columns import Texts


class JsonLinesSink(TextSink):
    """A record for each row: kept cells as they are, numbers, and null where there is nothing."""

    endings = (".jsonl", ".ndjson")

    @property
    def names(self) -> list[str]:
        """The file, kept columns or the row's position, numbers, why there are none, version."""
        return self.layout.table_names

    def header(self) -> bytes:
        """Return nothing: a record names its columns."""
        return b""

    def encode(self, answers: ChunkAnswers) -> bytes:
        """Return a line for each row."""
        n_rows = answers.n_rows
        pieces: list[Texts] = []
        for name, column in zip(self.names, self._columns(answers), strict=True):
            begin = ", " if pieces else "{"
            pieces.append(text_columns.repeated(f"{begin}{_json(name)}: ", n_rows))
            pieces.append(column)
        pieces.append(text_columns.repeated("}\n", n_rows))
        return text_columns.joined(pieces, "")

    def _columns(self, answers: ChunkAnswers) -> list[Texts]:
        n_rows = answers.n_rows
        columns: list[Texts] = []
        for name in self.names:
            if name in answers.kept:
                cells = answers.cells(name)
                columns.append(text_columns.texts_of([_json(_plain(cell)) for cell in cells]))
            elif name in answers.numbers:
                columns.append(text_columns.numbers(answers.numbers[name], "null"))
            elif name == ROW:
                columns.append(text_columns.positions(answers.start, n_rows))
            elif name in (SOURCE, VERSION):
                told = answers.source if name == SOURCE else answers.version
                columns.append(text_columns.repeated(_json(told), n_rows))
            else:
                why = {row: _json(told) for row, told in answers.why(name).items()}
                columns.append(text_columns.with_some(why, "null", n_rows))
        return columns


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _plain(cell: Any) -> Any:
    """Return a cell as JSON has it; what is no number to JSON is null."""
    if isinstance(cell, str | int | None):
        return cell
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    return _plain(shown(cell))
