"""Blocks of lines that pyarrow reads several times faster, and surely to the same cells.

`csv_records` says what a row is. Where a block holds nothing but rows of one line each, whose
quotes open and close cells and do nothing else, pyarrow's reader and our own agree; `looks_plain`
tells such blocks from all others, by their bytes. Rows of another number of cells than the header
are only found when the block is read: then it is not plain after all.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    import numpy.typing as npt
    import pyarrow as pa

_NEW_LINE, _RETURN, _QUOTE = b'\n\r"'
_MAY_BE_BLANK = bytes(
    [*range(9, 14), *range(28, 33), *(0xC2, 0xE1, 0xE2, 0xE3), codecs.BOM_UTF8[0], 0]
)
"""Bytes that a blank line may begin with: blanks, and what characters for them begin with in UTF-8.

So do all lines that pyarrow might pass over, or begin to read behind their first character.
"""
_BLANK_START = np.isin(np.arange(256), list(_MAY_BE_BLANK))


def looks_plain(block: bytes, separator: str) -> bool:
    r"""Tell whether every line of a block is a row by itself, if all have as many cells.

    Parameters
    ----------
    block : bytes
        Whole lines of UTF-8.
    separator : str
        What stands between cells.

    Examples
    --------
    >>> looks_plain(b'1,"b, c"\n2,d\n', ",")
    True
    >>> looks_plain(b'1,"b\nc"\n2,d\n', ","), looks_plain(b'1,b "c"\n', ",")
    (False, False)
    """
    if len(separator) > 1 or not separator.isascii() or b"\0" in block:
        return False
    if block.count(b"\r") != block.count(b"\r\n"):  # a lone one would end a line as well
        return False
    characters = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(characters == _NEW_LINE)
    starts = np.concatenate([[0], ends + 1])
    if starts[-1] == len(block):
        starts = starts[:-1]
    if _BLANK_START[characters[starts]].any():
        return False
    return b'"' not in block or _are_quotes_plain(characters, ends, ord(separator))


def _are_quotes_plain(
    characters: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp], separator: int
) -> bool:
    """Tell whether quotes open a cell and close it in turns, within lines, and do nothing else."""
    quotes = np.flatnonzero(characters == _QUOTE)
    if len(quotes) % 2:
        return False
    around = np.concatenate([[_NEW_LINE], characters, [_NEW_LINE]])
    before, after = around[quotes[::2]], around[quotes[1::2] + 2]
    do_open = (before == separator) | (before == _NEW_LINE)
    do_close = (after == separator) | (after == _NEW_LINE) | (after == _RETURN)
    if not (do_open.all() and do_close.all()):
        return False
    n_before_line_ends = np.searchsorted(quotes, ends)
    return not (n_before_line_ends % 2).any()


@dataclass(frozen=True)
class PlainBlock:
    """A block that looks plain, not read yet: it may be sent to another process for that.

    Attributes
    ----------
    block : bytes
        Its lines.
    names : tuple of str
        The columns in order; empty where one has no name.
    separator : str
    """

    block: bytes
    names: tuple[str, ...]
    separator: str

    @property
    def n_rows(self) -> int:
        """How many rows it has."""
        return self.block.count(b"\n") + (not self.block.endswith(b"\n"))

    def read(self) -> dict[int, pa.Array] | None:
        """Return the cells of each column by its position, as texts, or None if it is not plain."""
        csv = arrow_csv()
        if csv is None:
            return None
        import pyarrow as pa

        positions = [str(i) for i in range(len(self.names))]
        try:
            table = csv.read_csv(
                pa.py_buffer(self.block),
                read_options=csv.ReadOptions(
                    use_threads=False, block_size=len(self.block) + 1, column_names=positions
                ),
                parse_options=csv.ParseOptions(
                    delimiter=self.separator,
                    quote_char='"' if b'"' in self.block else False,
                    double_quote=False,
                    ignore_empty_lines=False,
                ),
                convert_options=csv.ConvertOptions(
                    column_types=dict.fromkeys(positions, pa.string()),
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:  # a row of another length, or bytes that are no text
            return None
        if table.num_rows != self.n_rows:
            return None
        return {i: table.column(i).combine_chunks() for i in range(len(self.names))}


def arrow_csv() -> ModuleType | None:
    """Return pyarrow's reader of CSV files, or None where it is not installed."""
    try:
        from pyarrow import csv
    except ModuleNotFoundError:
        return None
    return csv  # type: ignore[no-any-return]
