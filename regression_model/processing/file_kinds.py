"""What a file is that is no CSV file, told by its first bytes, whatever its name ends in."""

from __future__ import annotations

import codecs
import re

_UNPACK = "unpack it and give the CSV file that is in it"
_EXPORT = "open it where it was made and save the table as CSV"
_PARQUET = (
    "a Parquet file",
    "let its name end in .parquet, by which it is read as such",
)
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", *_PARQUET),
    (
        b"\x1f\x8b",
        "compressed with gzip",
        "let its name end in .gz, by which it is read as such, or unpack it first: gunzip FILE",
    ),
    (b"BZh", "compressed with bzip2", "unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ\0", "compressed with xz", "unpack it first: unxz FILE"),
    (
        b"\x28\xb5\x2f\xfd",
        "compressed with zstd",
        "let its name end in .zst, by which it is read as such, or unpack it first: unzstd FILE",
    ),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (xls)", _EXPORT),
    (
        b"ARROW1",
        "an Arrow (Feather) file",
        "let its name end in .arrow, by which it is read as such",
    ),
    (b"ORC", "an ORC file", "save the table as Parquet or CSV"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", _EXPORT),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
    (b"%PDF-", "a PDF document", _EXPORT),
)
"""What a file begins with, what it is then, and what to do."""
_IN_ZIP = (
    (b"[Content_Types].xml", "an Excel workbook (xlsx)", _EXPORT),
    (b"xl/", "an Excel workbook (xlsx)", _EXPORT),
    (b"opendocument", "an OpenDocument table (ods)", _EXPORT),
    (b"model.json", "an artifact", "give the table here; --model names an artifact"),
)
"""Names of first members, which stand uncompressed in an archive; what it is then, what to do."""
_HTML = re.compile(rb"\s*+<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*+<\?xml\b", re.IGNORECASE)
_JSON = re.compile(rb'\s*+(?:\{\s*+["}]|\[\s*+[\[{\]])')
"""An object with a key, or a list of lists or objects; ``[1`` may be the name of a column."""
_MARK = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8."""
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\r\f"))
"""Bytes that stand for no character of a text."""
_CONTROL_SHARE = 0.2
"""With more of them a file is no text of one byte a character; a stray one does not make it so."""
_CONTROL = re.compile("[\\0-\\x08\\x0b\\x0e-\\x1f\\x7f]")
"""The same, as characters of a text that is decoded already."""
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks of encodings of two or four bytes, which tell them at once."""
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
"""What is tried where there is no mark."""
_ASCII_SHARE = 0.25
"""Of a table's characters: digits, separators and ends of lines, whatever the language."""
_SAMPLE = 8192
"""Bytes that are looked at."""
_LONGEST_SIGN = 64
"""Bytes behind a sign of letters in which a binary file has a byte that no name holds."""
_FIRST_BLANK = 9
"""The tab: the bytes below it stand in no text."""


def recognize(start: bytes) -> tuple[str, str] | None:
    r"""Tell a file of another kind by its first bytes.

    Parameters
    ----------
    start : bytes
        The first of a file, some thousands if there are as many.

    Returns
    -------
    (str, str) or None
        What the file is, and what to do; None for what may be a CSV file.

    Examples
    --------
    >>> recognize(b"\x1f\x8b\x08")[0], recognize(b"a,b\n1,2\n")
    ('compressed with gzip', None)
    """
    for sign, what, remedy in _STARTS:
        if start.startswith(sign) and _is_no_text(start, sign):
            return what, remedy
    if start.startswith(b"PK\x03\x04"):
        return _recognize_zip(start)
    text = start.removeprefix(_MARK)
    if _HTML.match(text):
        return "an HTML page", "download the table itself, or save it as CSV"
    if _XML.match(text):
        return "an XML document", "export the table as CSV"
    if _JSON.match(text):
        return "JSON", "write a record in each line and let its name end in .jsonl, or give CSV"
    return None


def _recognize_zip(start: bytes) -> tuple[str, str]:
    """Tell what an archive is by the names of its first members."""
    for sign, what, remedy in _IN_ZIP:
        if sign in start:
            return what, remedy
    return "a zip archive", _UNPACK


def is_binary(start: bytes) -> bool:
    """Tell what is no text by its first bytes: many of them stand for no character."""
    return _has_many_controls(start) and wide_encoding(start) is None


def _has_many_controls(start: bytes) -> bool:
    n_controls = len(start) - len(start.translate(None, _CONTROLS))
    return n_controls > _CONTROL_SHARE * len(start)


def wide_encoding(start: bytes) -> str | None:
    r"""Return the encoding of text in two or four bytes a character, with a mark or without.

    Parameters
    ----------
    start : bytes
        The first of a file.

    Returns
    -------
    str or None
        None for what is no such text.

    Examples
    --------
    >>> wide_encoding("a,b\n1,2\n".encode("utf-16-le")), wide_encoding(b"a,b\n1,2\n")
    ('utf-16-le', None)
    """
    start = start[:_SAMPLE]
    for mark, encoding in _WIDE_MARKS:
        if start.startswith(mark):
            return encoding
    if not _has_many_controls(start):  # ASCII in two bytes has a NUL in each character
        return None
    shares = {encoding: _ascii_share(start, encoding) for encoding in _WIDE}
    best = max(_WIDE, key=shares.__getitem__)
    return best if shares[best] >= _ASCII_SHARE else None


def _ascii_share(start: bytes, encoding: str) -> float:
    """Return the share of ASCII in what bytes would be as text, 0 where they are none."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return 0.0
    if _CONTROL.search(text):
        return 0.0
    return sum(map(str.isascii, text)) / max(len(text), 1)


def _is_no_text(start: bytes, sign: bytes) -> bool:
    """Tell a sign that is letters alone, such as ORC, from the first name of a header."""
    if not sign.isalnum():
        return True
    return any(byte < _FIRST_BLANK for byte in start[: len(sign) + _LONGEST_SIGN])
