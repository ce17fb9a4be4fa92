"""Answers as Arrow arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.batch.text_columns import as_utf8, text_array
from regression_model.exceptions import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa


def pyarrow_for(what: str) -> Any:
    """Return pyarrow, of an extra that who predicts records has not.

    Parameters
    ----------
    what : str
        What needs it, for the error: ``Arrow batches need``.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import pyarrow as pa
    except ModuleNotFoundError as problem:
        message = (
            f"{what} pyarrow, which is not installed; install it with: "
            'pip install "evergreen-regression[files]"'
        )
        raise MissingExtraError(message) from problem
    return pa


def repeated_text(text: str, n_rows: int) -> pa.Array:
    """Return the same text in every row."""
    encoded = as_utf8(text)
    return text_array(np.full(n_rows, len(encoded)), encoded * n_rows).cast("string")


def optional_texts(texts: Mapping[int, str], n_rows: int) -> pa.Array:
    """Return texts by their row, null in all other rows."""
    rows = np.array(sorted(texts), dtype=np.intp)
    encoded = [as_utf8(texts[row]) for row in rows.tolist()]
    lengths = np.zeros(n_rows, dtype=np.int64)
    lengths[rows] = [len(each) for each in encoded]
    valid = np.zeros(n_rows, dtype=bool)
    valid[rows] = True
    return text_array(lengths, b"".join(encoded), valid).cast("string")
