"""CSV, as which every file is read whose name says no other format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.csv_files import read_csv
from regression_model.processing.table_formats.base import TableFile, TableFormat
from regression_model.processing.tables import Cells

if TYPE_CHECKING:
    from pathlib import Path


class CsvFormat(TableFormat):
    """Cells are texts; what they mean, the kinds of their columns say."""

    endings = (".csv", ".tsv", ".txt")

    def read(self, path: Path) -> TableFile:
        """Read a table, in any of the ways to write CSV that `csv_files` knows."""
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
