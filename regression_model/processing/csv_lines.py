"""The lines of a text file, one by one or many at once, in bounded memory."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_BYTES = 4_194_304
"""How much of a file is read at once: thousands of rows, and some tens of megabytes as cells."""

LONGEST_LINE = 268_435_456
"""Bytes of a line at most: what has no end of line, such as zeros unpacked, fills no memory."""


class LineTooLongError(ValueError):
    """A line has no end for so long that the file is no table of lines."""

    def __init__(self) -> None:
        super().__init__(f"it has a line of more than {LONGEST_LINE >> 20} MB, so it is no table")


class Lines:
    r"""The lines of a file, each with its end: a line feed, a carriage return, or both.

    They are read in blocks of many whole lines, which whoever is faster than line by line may have
    as bytes.

    Parameters
    ----------
    file : binary file
        At its beginning.
    encoding : str
        What turns its bytes into text.
    block_bytes : int
        How much is read at once; a block is about as long, or as long as a line that is longer.
    at : int
        How many bytes of the text in UTF-8 are passed over, which are whole lines.

    Examples
    --------
    >>> lines = Lines(io.BytesIO(b"a,b\r\n1,2\n3,4\n"), "utf-8")
    >>> next(lines), lines.load(), lines.waiting
    ('a,b\r\n', True, b'1,2\n3,4\n')
    >>> list(lines), lines.load()
    (['1,2\n', '3,4\n'], False)
    """

    def __init__(
        self, file: BinaryIO, encoding: str, block_bytes: int = BLOCK_BYTES, *, at: int = 0
    ) -> None:
        self._blocks = _whole_lines(_utf8(file, encoding, block_bytes, at))
        self._before = at
        self._block = b""
        self._start = 0
        self._lines: Iterator[str] | None = None

    def __iter__(self) -> Iterator[str]:
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next line.

        Raises
        ------
        UnicodeDecodeError
            If its block is no text of the encoding.
        """
        if not self.load():
            raise StopIteration
        if self._lines is None:
            # ends of line are told apart here, and kept as they are
            self._lines = io.StringIO(self.waiting.decode(), newline="")
        line = next(self._lines)
        self._start += len(line.encode())
        return line

    @property
    def waiting(self) -> bytes:
        """The lines of the block at hand that are still to come, in UTF-8."""
        return self._block[self._start :]

    @property
    def n_waiting(self) -> int:
        """How many lines these are."""
        waiting = self.waiting
        n_ends = waiting.count(b"\n") + waiting.count(b"\r") - waiting.count(b"\r\n")
        return n_ends + (not waiting.endswith((b"\n", b"\r")))

    @property
    def offset(self) -> int:
        """How many bytes of the text in UTF-8 come before the next line."""
        return self._before + self._start

    def load(self) -> bool:
        """Have lines wait, and tell whether there are any."""
        if self._start == len(self._block):
            self._before += len(self._block)
            self._block, self._start, self._lines = next(self._blocks, b""), 0, None
        return bool(self._block)

    def skip(self) -> None:
        """Pass over the lines that wait."""
        self._start = len(self._block)


def _utf8(file: BinaryIO, encoding: str, n_bytes: int, at: int) -> Iterator[bytes]:
    """Yield what a file holds as UTF-8 from some byte of that on, piece by piece."""
    if at:
        file.seek(at if encoding == "utf-8" else 0)
    if encoding == "utf-8":
        while piece := file.read(n_bytes):
            yield piece
        return
    for piece in _decoded(file, encoding, n_bytes):
        # where a byte of the text stands in the file is not known
        passed = min(at, len(piece))
        at -= passed
        if passed < len(piece):
            yield piece[passed:]


def _decoded(file: BinaryIO, encoding: str, n_bytes: int) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    while piece := file.read(n_bytes):
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut pieces anew, behind ends of line.

    Raises
    ------
    LineTooLongError
        If there is none for too long.
    """
    begun: list[bytes] = []
    n_begun = 0
    for piece in pieces:
        end = _last_line_end(piece)
        if not end:
            begun.append(piece)
            n_begun += len(piece)
            if n_begun > LONGEST_LINE:
                raise LineTooLongError
            continue
        yield b"".join([*begun, piece[:end]])
        begun, n_begun = [piece[end:]], len(piece) - end
    last = b"".join(begun)
    if last:
        yield last


def _last_line_end(piece: bytes) -> int:
    """Return where the last line ends that surely does, or zero.

    A carriage return at the very end may be half of an end.
    """
    return max(piece.rfind(b"\n"), piece.rfind(b"\r", 0, len(piece) - 1)) + 1
