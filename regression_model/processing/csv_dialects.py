"""How a CSV file is written: its encoding and separator, found out from its bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from regression_model.processing.file_kinds import wide_encoding

_SAMPLE = 65_536
"""Bytes from which the separator is found out: hundreds of rows, and read in no time."""
_BLOCK = 1_048_576
"""Bytes at a time where a whole file is looked through."""
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What may separate cells, the likeliest first, and what a note calls it."""
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=([^\"\r\n])\"?[ \t]*+\r?\n", re.IGNORECASE)
"""A first line such as ``sep=;``, which Excel writes and heeds, perhaps in quotes."""
_DECIMAL_COMMA = re.compile(r"[;\n\r\"] *+[+-]?\d++,\d++ *+[;\r\n\"]", re.ASCII)
"""A cell that is a number with a decimal comma, with what stands before and behind it."""
_LONGEST_NUMBER = 400
"""Characters of a block that are looked at again with the next one: a cell may be cut there."""
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\r\f"))
"""Bytes that no text holds; Windows-1252 gives a meaning to nearly all others."""


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Attributes
    ----------
    encoding : str
        What turns its bytes into text.
    separator : str
        What stands between its cells.
    notes : tuple of str
        What is unusual about it.
    names_separator : bool
        Whether its first line, such as ``sep=;``, says what the separator is.
    decimal_comma : bool
        Whether some cell of it is a number with a decimal comma, where semicolons separate.
    """

    encoding: str
    separator: str
    notes: tuple[str, ...] = ()
    names_separator: bool = False
    decimal_comma: bool = False


def find_dialect(file: BinaryIO) -> Dialect:
    r"""Find out how a file is written.

    Comma-separated UTF-8 is what is expected; UTF-16 and UTF-32 are told also where they have no
    byte order mark. A file that is no UTF-8 is taken for Windows-1252,
    of which Latin-1 is a part, unless it holds bytes that no text has. A first line ``sep=;``, as
    Excel writes, is heeded. One cell with a decimal comma, anywhere in a file of semicolons, makes
    it a file with decimal commas.

    Parameters
    ----------
    file : binary file
        At its beginning, and returned to it.

    Returns
    -------
    Dialect

    Raises
    ------
    UnicodeDecodeError
        If it is no text of these encodings.

    Examples
    --------
    >>> dialect = find_dialect(io.BytesIO("größe;preis\n1,5;2\n".encode("latin-1")))
    >>> dialect.encoding, dialect.separator
    ('cp1252', ';')
    """
    sample = file.read(_SAMPLE)
    encoding = wide_encoding(sample) or _find_encoding(file, sample)
    file.seek(0)
    whole = len(sample) < _SAMPLE
    text = codecs.getincrementaldecoder(encoding)().decode(sample, final=whole)
    named = _SEPARATOR_LINE.match(text)
    separator = named[1] if named else _find_separator(text, whole=whole)
    return Dialect(
        encoding,
        separator,
        tuple(_notes(encoding, separator)),
        names_separator=named is not None,
        decimal_comma=separator == ";" and _has_decimal_comma(file, encoding),
    )


def _has_decimal_comma(file: BinaryIO, encoding: str) -> bool:
    """Tell whether some cell of a file is a number with a decimal comma."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        before = ""
        while block := text.read(_BLOCK):
            if _DECIMAL_COMMA.search(before + block):
                return True
            before = block[-_LONGEST_NUMBER:]
        # the last cell of a file may have no end of line
        return _DECIMAL_COMMA.search(before + "\n") is not None
    finally:
        text.detach()  # else the file would be closed with it
        file.seek(0)


def _find_encoding(file: BinaryIO, sample: bytes) -> str:
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = sample
    try:
        while block:
            decoder.decode(block)
            block = file.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        if sample.translate(None, _CONTROLS) != sample:
            raise
        sample.decode("cp1252")  # raises at the five bytes without a meaning
        return "cp1252"
    return "utf-8"


def _find_separator(text: str, *, whole: bool) -> str:
    """Return the separator that gives each row as many cells as the header, a comma if any does."""
    possible: list[str] = []
    for separator in _SEPARATORS:
        widths = _widths(text, separator, whole=whole)
        if not widths or widths[0] == 1:  # the header has one cell
            continue
        if len(set(widths)) == 1:
            return separator
        possible.append(separator)
    return possible[0] if possible else ","


def _widths(text: str, separator: str, *, whole: bool) -> list[int]:
    """Return how many cells each row of a sample has; the last may be cut and is not counted."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        widths = [len(row) for row in reader if row]
    except csv.Error:
        return []
    if not whole and len(widths) > 1:
        widths.pop()
    return widths


def _notes(encoding: str, separator: str) -> list[str]:
    notes = []
    if encoding == "utf-8-sig":
        notes.append("begins with a byte order mark, which is passed over")
    elif encoding.startswith(("utf-16", "utf-32")):
        notes.append(f"is {encoding[:6].upper()} and not UTF-8 text, and read as such")
    elif encoding == "cp1252":
        notes.append("is not UTF-8 text and read as Latin-1 (Windows-1252)")
    if separator != ",":
        what = _SEPARATORS.get(separator, repr(separator))
        notes.append(f"is separated by {what} and not by commas")
    if separator == ";":
        notes.append("may have decimal commas, so that 1,5 is read as 1.5")
    return notes
