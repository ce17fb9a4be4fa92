"""A column of cells in, its encoded values and what there is to say about the cells out.

Each kind of column encodes its own; what they share is in `kinds.screening`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.kinds.screening import EncodedColumn

if TYPE_CHECKING:
    from regression_model.processing.column import Column
    from regression_model.processing.column_data import ColumnData

__all__ = ["EncodedColumn", "encode_column"]


def encode_column(
    column: Column, data: ColumnData, *, from_file: bool = False, hint: bool = True
) -> EncodedColumn:
    """Encode a column and list what there is to say about its cells.

    Parameters
    ----------
    column : Column
        What is known of the column.
    data : Numbers, Times, Factored or Cells
        Its cells.
    from_file : bool
        Whether cells are the texts of a file, where a number in text is no news.
    hint : bool
        Whether to name the levels that are like an unknown one.

    Returns
    -------
    EncodedColumn
        ``values`` of shape (n_rows,), NaN where a cell has an error.
    """
    return column.of_kind.encode(data, from_file=from_file, hint=hint)
