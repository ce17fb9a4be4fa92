"""The formats that tables are read from. A new one is a file beside this one, and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.table_formats.arrow_format import ArrowFormat
from regression_model.processing.table_formats.csv_format import CsvFormat
from regression_model.processing.table_formats.json_lines_format import JsonLinesFormat
from regression_model.processing.table_formats.parquet_format import ParquetFormat
from regression_model.processing.text_files import PACKED

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.processing.remote_files import RemoteFile
    from regression_model.processing.table_formats.base import TableFormat

_CSV = CsvFormat()
_ALL: tuple[TableFormat, ...] = (_CSV, JsonLinesFormat(), ParquetFormat(), ArrowFormat())
_BY_ENDING = {ending: table_format for table_format in _ALL for ending in table_format.endings}


def format_of(path: Path) -> TableFormat:
    """Return the format that a file's name says; CSV if it says none.

    Examples
    --------
    >>> from pathlib import Path
    >>> format_of(Path("cars.PARQUET")).endings, format_of(Path("cars.dat")).endings[0]
    (('.parquet', '.pq'), '.csv')
    >>> format_of(Path("cars.jsonl.gz")).endings
    ('.jsonl', '.ndjson')
    """
    return _BY_ENDING.get(_ending(path), _CSV)


def says_format(path: Path | RemoteFile) -> bool:
    """Tell whether a file's name says a format, as those of tables among other files do."""
    return _ending(path) in _BY_ENDING


def _ending(path: Path | RemoteFile) -> str:
    name = path.with_suffix("") if path.suffix.casefold() in PACKED else path
    return name.suffix.casefold()
