"""The table that a body holds, by its content type: JSON, CSV, JSON Lines or an Arrow stream."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from regression_model.exceptions import DataError
from regression_model.processing.chunks import Chunk
from regression_model.processing.csv_files import CsvFile, csv_of
from regression_model.processing.file_kinds import recognize
from regression_model.processing.json_lines import json_lines_of
from regression_model.serving.arrow_bodies import check_texts_of, read_arrow_body
from regression_model.serving.json_bodies import read_json_body
from regression_model.serving.limits import (
    check_cells,
    check_columns,
    check_items,
    check_length,
    check_rows,
    check_texts,
    may_hold_long_text,
)
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from regression_model.processing.chunks import OpenTable, RefusedRow
    from regression_model.serving.settings import Settings

_BODY = Path("the body")
"""What readers of files call it."""
_SAMPLE = 8192
"""Bytes by which a file of another kind is told."""


class Rows(NamedTuple):
    """A table as `Model.predict` takes it.

    Attributes
    ----------
    data : object
        A record, a list of records, a mapping of columns, or an Arrow table.
    names : sequence of str
        Of records that are all alike: those that each of them has, in this order.
    is_file : bool
        Whether it is a mapping of columns that was read as a file is.
    n_rows : int
        How many rows such a mapping has.
    is_text : bool
        Whether its cells are texts of a file, where a number in text is no news.
    number_format : str or None
        How its numbers are written, where a column does not say so itself.
    refused : list of RefusedRow
        Rows whose cells cannot be told apart; in `data` they hold empty ones.
    """

    data: Any
    names: Sequence[str] = ()
    is_file: bool = False
    n_rows: int = 0
    is_text: bool = False
    number_format: str | None = None
    refused: Sequence[RefusedRow] = ()


def _json_rows(body: bytes, settings: Settings) -> Rows:
    data = read_json_body(body, settings)
    names: list[str] = []
    if isinstance(data, list):
        check_rows(len(data), settings)
        records = [record for record in data if isinstance(record, dict)]
        names = _common_names(records)
        check_columns(len(names or set(chain.from_iterable(records))), settings)
        if len(records) < len(data):
            names = []
        columns: Iterable[Iterable[Any]] = map(dict.values, records)
    elif isinstance(data, dict):
        check_columns(len(data), settings)
        # of most records no cell is a list, which is seen without a look at each
        is_flat = b"[" not in body
        lists = [] if is_flat else [cells for cells in data.values() if isinstance(cells, list)]
        check_rows(max(map(len, lists), default=1), settings)
        columns = (data.values(), *lists)
    else:
        detail = "the body is no table; expected a record, a list of records, or columns"
        raise Problem(400, "no-table", detail)
    if may_hold_long_text(body, settings):
        check_texts(columns, settings)
    return Rows(data, names)


def _common_names(records: Sequence[dict[str, Any]]) -> list[str]:
    """Return the names of records, if all have the same in the same order; else none."""
    names = list(records[0]) if records else []
    return names if all(list(record) == names for record in records) else []


def _csv_rows(body: bytes, settings: Settings) -> Rows:
    _check_kind(body)
    check_items(body, b",;\t|\r\n", settings)
    rows = _file_rows(partial(_csv_of, settings), body, settings)
    for cells in rows.data.values():
        if isinstance(cells, list):
            check_length(max(map(len, cells), default=0), settings)
        else:
            check_texts_of(cells, settings)
    return rows


def _check_kind(body: bytes) -> None:
    """Check that a body is no file of another kind, for which a file's remedy would be no help."""
    recognized = recognize(body[:_SAMPLE])
    if recognized is not None:
        detail = (
            f"the body is {recognized[0]}, not CSV; send it under the Content-Type that it is of: "
            f"{', '.join(READERS)}; or what is packed under Content-Encoding: gzip"
        )
        raise Problem(400, "no-table", detail)


def _csv_of(settings: Settings, file: io.BytesIO, path: Path, *, block_bytes: int) -> CsvFile:
    """Open a body of CSV, so that of rows that are too short not too many are read at once.

    Each row has as many cells as the header once it is read, however few bytes it came with.
    """
    opened = csv_of(file, path, block_bytes=block_bytes)
    check_columns(opened.width, settings)
    body = file.getvalue()
    n_lines = max(body.count(b"\n"), body.count(b"\r"))
    n_at_once = min(settings.max_cells // opened.width, settings.max_rows)
    if n_lines <= n_at_once:
        return opened
    file.seek(0)
    return csv_of(file, path, block_bytes=max(1, n_at_once))


def _json_lines_rows(body: bytes, settings: Settings) -> Rows:
    check_items(body, b",[{\n", settings)
    rows = _file_rows(json_lines_of, body, settings)
    if may_hold_long_text(body, settings):
        check_texts(rows.data.values(), settings)
    return rows


def _file_rows(open_file: Callable[..., OpenTable], body: bytes, settings: Settings) -> Rows:
    """Return the rows of a body as of a file that is in memory, read in one go."""
    is_wide = b"\0" in body[:4]  # of UTF-16 and UTF-32, whose ends of line have more bytes
    if not body.endswith(b"\n") and not is_wide:
        body += b"\n"  # a last line without its end would be a chunk of its own
    try:
        file = open_file(io.BytesIO(body), _BODY, block_bytes=len(body) + 1)
        check_columns(len(file.header), settings)
        check_length(max(map(len, file.header), default=0), settings)
        chunks = list(_chunks_within(file, settings))
    except DataError as problem:
        raise Problem(400, "no-table", str(problem)) from problem
    chunk = _joined(chunks, file.header)
    return Rows(
        chunk.columns,
        is_file=True,
        n_rows=chunk.n_rows,
        is_text=chunk.is_text,
        number_format=chunk.number_format,
        refused=chunk.refused,
    )


def _chunks_within(file: OpenTable, settings: Settings) -> Iterator[Chunk]:
    """Yield chunks as long as all of them together keep within the limits."""
    n_rows = n_cells = 0
    for chunk in file.chunks():
        n_rows += chunk.n_rows
        width = file.width if isinstance(file, CsvFile) else len(chunk.columns)
        n_cells += chunk.n_rows * width  # cells of columns without a name take memory, too
        check_rows(n_rows, settings)
        check_cells(n_cells, settings)
        yield chunk


def _joined(chunks: list[Chunk], header: list[str]) -> Chunk:
    """Return the rows of all chunks as one."""
    if len(chunks) == 1:
        return chunks[0]
    columns: dict[str, list[Any]] = {}
    refused: list[RefusedRow] = []
    for name in dict.fromkeys(chain(header, *(chunk.columns for chunk in chunks))):
        columns[name] = [cell for chunk in chunks for cell in chunk.cells(name)]
    for chunk in chunks:
        refused += [row._replace(position=chunk.start + row.position) for row in chunk.refused]
    n_rows = sum(chunk.n_rows for chunk in chunks)
    if not chunks:
        return Chunk(0, columns, n_rows)
    return replace(chunks[0], columns=columns, n_rows=n_rows, refused=refused)


def _arrow_rows(body: bytes, settings: Settings) -> Rows:
    table = read_arrow_body(body, settings)
    check_columns(table.num_columns, settings)
    return Rows(table)


READERS: Mapping[str, Callable[[bytes, Settings], Rows]] = {
    "application/json": _json_rows,
    "text/csv": _csv_rows,
    "application/jsonl": _json_lines_rows,
    "application/x-ndjson": _json_lines_rows,
    "application/vnd.apache.arrow.stream": _arrow_rows,
}
"""What reads a body of a content type."""
_CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii")


def reader_of(content_type: bytes | None) -> Callable[[bytes, Settings], Rows]:
    """Return what reads bodies of a content type, JSON where none is given.

    Raises
    ------
    Problem
        If there is none, or it has a charset that is not read.
    """
    if content_type in (None, b"application/json"):
        return _json_rows
    kind, _, parameters = (content_type or b"").decode("latin-1").partition(";")
    reader = READERS.get(kind.strip().lower())
    if reader is None:
        detail = (
            f"the header Content-Type names nothing that is read: {', '.join(READERS)}; curl says "
            "application/x-www-form-urlencoded unless it is told: --json DATA"
        )
        raise Problem(
            415, "wrong-content-type", detail, headers={"Accept-Post": ", ".join(READERS)}
        )
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in _CHARSETS:
            raise Problem(
                415, "wrong-charset", "the body is in a charset that is not read: send UTF-8"
            )
    return reader
