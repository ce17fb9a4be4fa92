"""A file's header, held against the columns of a model before any row is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.batch.summary import SHOWN_NAMES, Summary, listed
from regression_model.exceptions import DataError, ForeignTableError
from regression_model.processing.schema import nearest, short
from regression_model.processing.words import Words

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.processing.csv_files import CsvFile

_SHOWN_HEADER = 5


def check_columns(model: Model, file: CsvFile, id_column: str | None, summary: Summary) -> None:
    """Compare a file's header with the model's columns.

    Parameters
    ----------
    model : Model
        Knows its columns.
    file : CsvFile
        Has a header.
    id_column : str or None
        A further column that is wanted.
    summary : Summary
        Is told which columns are unused and which are absent.

    Raises
    ------
    DataError
        If required columns, all columns or the further column are absent.
    """
    wanted, present = set(model.schema.names), set(file.header)
    summary.unused = [name for name in file.header if name not in wanted and name != id_column]
    absent = [name for name in model.schema.names if name not in present]
    required = [name for name in absent if model.schema[name].required]
    if required:
        raise _lacking(file, "required columns", required, summary.unused)
    if len(absent) == len(wanted):
        raise _lacking(file, "all columns", absent, summary.unused)
    if id_column is not None and id_column not in present:
        near = nearest(id_column, file.header)
        hint = f"; did you mean {short(near[0])}?" if near else ""
        message = f"{file.path} has no column {short(id_column)!r} for --id{hint}"
        raise DataError(message)
    words = Words(summary.unused)
    # to look for what is near takes time for each name, and more than these are not shown
    summary.absent = [_with_hint(name, words) for name in absent[:SHOWN_NAMES]]
    summary.absent += absent[SHOWN_NAMES:]


def _lacking(file: CsvFile, what: str, absent: list[str], unused: list[str]) -> ForeignTableError:
    """Return the error for absent columns; those that may be there by another name come first."""
    words = Words(unused)
    with_hint: list[str] = []
    without: list[str] = []
    for name in absent:
        near = words.nearest(name)
        if near:
            with_hint.append(f"{name} (near: {near[0]})")
        else:
            without.append(name)
    header = [short(name) for name in file.header[:_SHOWN_HEADER]]
    rest = ", …" if len(file.header) > _SHOWN_HEADER else ""
    return ForeignTableError(
        f"{file.path} lacks {what} of the model: {listed(with_hint + without)}; its header is "
        f"{', '.join(header)}{rest}"
    )


def _with_hint(name: str, others: Words) -> str:
    near = others.nearest(name)
    return f"{name} (is it {near[0]}?)" if near else name
