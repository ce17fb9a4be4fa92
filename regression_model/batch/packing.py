"""Ways to compress lines, which names of files end in."""

from __future__ import annotations

import gzip
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from regression_model.batch.arrow_answers import pyarrow_for

if TYPE_CHECKING:
    from pathlib import PurePath


class Packing(ABC):
    """A way to compress bytes, by which equal bytes give equal ones."""

    @abstractmethod
    def pack(self, data: bytes) -> bytes:
        """Return bytes that unpack by themselves, and behind others."""


class _Gzip(Packing):
    def pack(self, data: bytes) -> bytes:
        """Return a member of a gzip file, without the time."""
        return gzip.compress(data, mtime=0)


class _Zstd(Packing):
    def __init__(self) -> None:
        pyarrow_for("files that end in .zst need")

    def pack(self, data: bytes) -> bytes:
        """Return a frame of a zstd file."""
        import pyarrow as pa

        packed: bytes = pa.Codec("zstd").compress(data, asbytes=True)
        return packed


_BY_ENDING = {".gz": _Gzip, ".zst": _Zstd}


def packing_for(path: PurePath) -> Packing | None:
    """Return how a file is compressed by its name, or None if it is not.

    Raises
    ------
    MissingExtraError
        If the library that compresses so is not installed.
    """
    make = _BY_ENDING.get(path.suffix.casefold())
    return None if make is None else make()
