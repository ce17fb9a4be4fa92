"""JSON Lines, a record in each line."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from regression_model.exceptions import DataError
from regression_model.processing.json_lines import open_json_lines, packed
from regression_model.processing.table_formats.base import TableFile, TableFormat
from regression_model.processing.tables import Cells

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from regression_model.processing.chunks import Chunk, Position
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
        refused: list[str] = []
        chunks: list[Chunk] = []
        with open_json_lines(path) as file:
            for chunk in file.chunks():
                refused += [f"{path}: {row.message}" for row in chunk.refused]
                chunks.append(packed(chunk))
        if refused:
            further = [f"and {len(refused) - _SHOWN_ROWS:,} more"][: len(refused) > _SHOWN_ROWS]
            raise DataError(*refused[:_SHOWN_ROWS], *further)
        names = list(dict.fromkeys(chain.from_iterable(chunk.columns for chunk in chunks)))

        def cells(i: int) -> list[Any]:
            # a column for itself: where records have keys of their own, all are too many
            return list(chain.from_iterable(chunk.cells(names[i]) for chunk in chunks))

        return TableFile(
            names=names,
            n_rows=sum(chunk.n_rows for chunk in chunks),
            is_text=False,
            number_format=None,
            _read=lambda i: Cells(cells(i)),
            _cells=cells,
        )
