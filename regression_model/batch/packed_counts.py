"""Counts of rows as a short text, as they stand in lines of a manifest: most are small or zero."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regression_model.arrays import Floats

_NUMBER = np.dtype("<f8")


def packed(counts: Floats) -> str:
    """Return counts, as `RowCounter.numbers_of` has them, as text.

    Examples
    --------
    >>> import numpy as np
    >>> len(packed(np.zeros(1_000))) < 200
    True
    """
    return base64.b64encode(zlib.compress(counts.astype(_NUMBER).tobytes(), 1)).decode()


def unpacked(text: object, size: int) -> Floats | None:
    """Return the counts that a text holds, None where it holds no such counts.

    Parameters
    ----------
    text : object
        As somebody's file may have it.
    size : int
        How many numbers there are.

    Examples
    --------
    >>> import numpy as np
    >>> unpacked(packed(np.array([2.0, 0.5])), 2).tolist(), unpacked("Mg==", 2)
    ([2.0, 0.5], None)
    """
    if not isinstance(text, str):
        return None
    n_bytes = size * _NUMBER.itemsize
    reading = zlib.decompressobj()
    try:
        # never more than is wanted, whatever the text would unfold into
        data = reading.decompress(base64.b64decode(text, validate=True), n_bytes + 1)
    except (ValueError, zlib.error, binascii.Error):
        return None
    if len(data) != n_bytes:
        return None
    counts = np.frombuffer(data, _NUMBER)
    return counts if (np.isfinite(counts) & (counts >= 0)).all() else None
