"""JSON Lines, a record in each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.exceptions import DataError
from regression_model.processing.json_lines import open_json_lines
from regression_model.processing.table_formats.base import TableFile, TableFormat
from regression_model.processing.tables import Cells

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from regression_model.processing.chunks import Position
    from regression_model.processing.json_lines import JsonLinesFile

_SHOWN_ROWS = 10
"""How many lines that are no records are told."""


class JsonLinesFormat(TableFormat):
    """Cells are texts, numbers, true, false and null."""

    endings = (".jsonl", ".ndjson")

    def open(self, path: Path, at: Position) -> AbstractContextManager[JsonLinesFile]:
        """Open a table to read it chunk by chunk."""
        return open_json_lines(path, at=at)

    def read(self, path: Path) -> TableFile:
        """Read a whole table; lines that are no records are an error."""
        columns: dict[str, list[Any]] = {}
        refused: list[str] = []
        n_rows = 0
        with open_json_lines(path) as file:
            for chunk in file.chunks():
                refused += [f"{path}: {row.message}" for row in chunk.refused]
                for name in chunk.columns:
                    # records before had no such column
                    columns.setdefault(name, [None] * n_rows)
                for name, cells in columns.items():
                    cells.extend(chunk.cells(name))
                n_rows += chunk.n_rows
        if refused:
            further = [f"and {len(refused) - _SHOWN_ROWS:,} more"][: len(refused) > _SHOWN_ROWS]
            raise DataError(*refused[:_SHOWN_ROWS], *further)
        cells_of = list(columns.values())
        return TableFile(
            names=list(columns),
            n_rows=n_rows,
            is_text=False,
            number_format=None,
            _read=lambda i: Cells(cells_of[i]),
            _cells=lambda i: cells_of[i],
        )
