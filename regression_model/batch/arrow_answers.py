"""Answers as Arrow arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.batch.text_arrays import sparse_texts
from regression_model.exceptions import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from regression_model.batch.answer_columns import Reason


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


def why_arrays(reasons: Mapping[int, Reason], n_rows: int) -> list[pa.Array]:
    """Return the columns that say why rows have no prediction, null where they have one."""
    codes = {row: reason.code for row, reason in reasons.items()}
    messages = {row: reason.message for row, reason in reasons.items()}
    return [sparse_texts(codes, n_rows), sparse_texts(messages, n_rows)]
