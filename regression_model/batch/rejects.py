"""What is wrong with rows, a line for each error, kept apart from the answers."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from regression_model.batch.csv_lines import CsvLines
from regression_model.batch.packing import packing_for
from regression_model.batch.sinks.arrow_sink import ArrowSink
from regression_model.batch.sinks.parquet_sink import ParquetSink
from regression_model.batch.text_columns import as_utf8
from regression_model.exceptions import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import PurePath

    from regression_model.processing.validation import Entry

_NAMES = ("source", "row", "column", "code", "value", "message")
_JSON_LINES = (".jsonl", ".ndjson")


class Rejects:
    """A file of rejects, whose lines any process can make.

    Parameters
    ----------
    path : PurePath
        Its name says whether lines are JSON or CSV, and whether they are compressed.
    escape_formulas : bool
        Whether to put ``'`` before texts that a spreadsheet would run, in CSV.

    Attributes
    ----------
    ending : str
        What the names of such files end in.

    Raises
    ------
    OutputError
        If its name says that it is no text.
    MissingExtraError
        If the library that compresses such a file is not installed.
    """

    def __init__(self, path: PurePath, *, escape_formulas: bool = False) -> None:
        self._packing = packing_for(path)
        packed, name = "", path
        if self._packing is not None:
            packed, name = path.suffix.casefold(), path.with_suffix("")
        if name.suffix.casefold() in (*ParquetSink.endings, *ArrowSink.endings):
            message = f"cannot write {path}: rejects are CSV or JSON Lines; name it .csv or .jsonl"
            raise OutputError(message)
        self._is_json = name.suffix.casefold() in _JSON_LINES
        self._escape_formulas = escape_formulas
        self.ending = (_JSON_LINES[0] if self._is_json else ".csv") + packed

    def header(self) -> bytes:
        """Return what a file begins with."""
        return self._packed("" if self._is_json else self._csv([_NAMES]))

    def encode(self, errors: Sequence[Entry], source: str) -> bytes:
        """Return a line for each error.

        Parameters
        ----------
        errors : sequence of dict
            With rows counted through their file.
        source : str
            What that is called.
        """
        if not errors:
            return b""
        rows = list(_rows(errors, source))
        return self._packed(_json(rows) if self._is_json else self._csv(rows))

    def _csv(self, rows: Sequence[tuple[Any, ...]]) -> str:
        out = io.StringIO(newline="")
        lines = CsvLines(out, escape_formulas=self._escape_formulas)
        for row in rows:
            lines.write(row)
        return out.getvalue()

    def _packed(self, text: str) -> bytes:
        lines = as_utf8(text)
        return lines if self._packing is None or not lines else self._packing.pack(lines)


def _rows(errors: Sequence[Entry], source: str) -> Iterator[tuple[Any, ...]]:
    for error in errors:
        yield (
            source,
            error["row"],
            error["column"],
            error["code"],
            error["value"],
            error["message"],
        )


def _json(rows: Sequence[tuple[Any, ...]]) -> str:
    lines = [json.dumps(dict(zip(_NAMES, row, strict=True)), ensure_ascii=False) for row in rows]
    return "\n".join([*lines, ""])
