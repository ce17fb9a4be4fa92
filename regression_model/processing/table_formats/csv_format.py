"""CSV, as which every file is read whose name says no other format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.csv_files import open_csv, read_csv
from regression_model.processing.table_formats.base import TableFile, TableFormat
from regression_model.processing.tables import Cells

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from regression_model.processing.chunks import Position
    from regression_model.processing.csv_files import CsvFile


class CsvFormat(TableFormat):
    """Cells are texts; what they mean, the kinds of their columns say."""

    endings = (".csv", ".tsv", ".txt")

    def open(self, path: Path, at: Position) -> AbstractContextManager[CsvFile]:
        """Open a table, in any of the ways to write CSV that `csv_files` knows."""
        return open_csv(path, at=at)

    def read(self, path: Path) -> TableFile:
        """Read a whole table; rows that cannot be read are an error."""
        columns, number_format = read_csv(path)
        texts = list(columns.values())
        return TableFile(
            names=list(columns),
            n_rows=len(texts[0]),
            is_text=True,
            number_format=number_format,
            _read=lambda i: Cells(texts[i]),
            _cells=lambda i: texts[i],
        )
