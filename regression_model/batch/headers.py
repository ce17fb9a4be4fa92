"""A file's header, held against the columns of a model before any row is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.exceptions import DataError, ForeignTableError
from regression_model.processing.absent_names import SHOWN_NAMES, did_you_mean, lacking, with_near
from regression_model.processing.name_check import under_main_names
from regression_model.processing.shown_values import short
from regression_model.processing.similar_words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.artifact.model import Model
    from regression_model.batch.summary import Summary
    from regression_model.processing.chunks import OpenTable
    from regression_model.processing.schema import Schema


def check_columns(
    model: Model, file: OpenTable, summary: Summary, wanted: Mapping[str, str] | None = None
) -> None:
    """Compare a file's header with the model's columns.

    Parameters
    ----------
    model : Model
        Knows its columns.
    file : OpenTable
        Has a header.
    summary : Summary
        Is told which columns are unused and which are absent.
    wanted : mapping of str to str, optional
        Further columns that the file must have, and which option names them.

    Raises
    ------
    DataError
        If required columns, all columns or a further column are absent, or if a column stands
        under two of its names.
    """
    schema, path = model.schema, str(file.path)
    present = set(under_main_names(file.header, schema, path))
    wanted = wanted or {}
    known = {*schema.main_names, *wanted}
    summary.unused = [name for name in file.header if name not in known]
    _check_enough(file, schema, present, summary.unused)
    for name, option in wanted.items():
        if not file.has(name):
            hint = did_you_mean(name, file.header)
            message = f"{file.path} has no column {short(name)!r} for {option}{hint}"
            raise DataError(message)
    absent = [name for name in schema.names if name not in present]
    words = Words(summary.unused)
    # to look for what is near takes time for each name, and more than these are not shown
    summary.absent = [
        with_near(name, words, schema.aliases.get(name, ())) for name in absent[:SHOWN_NAMES]
    ]
    summary.absent += absent[SHOWN_NAMES:]


def _check_enough(file: OpenTable, schema: Schema, present: set[str], unused: list[str]) -> None:
    """Refuse a file that lacks what is required, or has nothing of all that the model knows."""
    path, header = str(file.path), file.header
    required = [column.name for column in schema.columns if column.required]
    absent = [
        name
        for name in required
        if name not in present and not any(map(file.has, (name, *schema.aliases.get(name, ()))))
    ]
    if absent:
        what = "required columns of the model"
        raise ForeignTableError(
            lacking(path, what, absent, unused, aliases=schema.aliases, header=header)
        )
    if not present.intersection(schema.names):
        what = "all columns of the model"
        raise ForeignTableError(
            lacking(path, what, list(schema.names), unused, aliases=schema.aliases, header=header)
        )
