"""Tables in, research pipelines out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import pandas as pd

from regression_model._version import package_version
from regression_model.config import core
from regression_model.exceptions import DataError
from regression_model.processing.absent_names import lacking
from regression_model.processing.blanks import clean_name, named_twice
from regression_model.processing.name_check import under_main_names
from regression_model.processing.output_files import output_file
from regression_model.processing.schema import Column, Schema, Verdict
from regression_model.processing.table_files import open_table
from regression_model.processing.validation import encode_column
from regression_model.transformers.encoder import check_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sklearn.pipeline import Pipeline

    from regression_model.processing.table_formats.base import TableFile


_SHOWN_NAMES = 10


def load_dataset(*, file_name: str | Path, config: core.Config | None = None) -> pd.DataFrame:
    """Load a table with the types that the config declares.

    Parameters
    ----------
    file_name : str or Path
        A CSV or Parquet file: a path, a file beside the config, or one in ``datasets/``.
    config : Config, optional
        Says what the columns are; the packaged one by default.

    Returns
    -------
    DataFrame of shape (n_samples, n_columns_of_the_file)
        Numbers as float64, dates as datetime64, all else as it is, which in a CSV file is text;
        missing cells as NaN, NaT and None.

    Raises
    ------
    DataError
        If the file cannot be read, or cells break their column's kind; they are listed.

    Examples
    --------
    >>> float(load_dataset(file_name="train.csv")["SalePrice"].max())
    755000.0
    """
    config = core.config if config is None else config
    path = find_table(file_name, config)
    settings = config.model_config
    schema = Schema((*settings.input_schema.columns, settings.target.to_column()))
    table = open_table(path)
    table = replace(table, names=under_main_names(table.names, schema, path))
    declared = {column.name: column for column in schema.columns}
    _check_names(path, table.names, declared, config)
    as_written = schema.with_number_format(table.number_format)
    read = {column.name: column for column in as_written.columns}
    remarks: list[tuple[int, str, Verdict]] = []
    typed: dict[str, object] = {}
    for name in table.names:
        column = read.get(name, Column(name, "category"))
        if column.of_kind.keeps_cells:
            typed[name] = _objects(column, table, is_role=name in settings.roles)
        else:
            encoded = encode_column(_bare(column), table.column(name), from_file=table.is_text)
            typed[name] = column.of_kind.typed(encoded.values)
            remarks += [(row, name, verdict) for row, _, verdict in encoded.remarks]
    check_cells(remarks)
    return pd.DataFrame(typed)


def with_clean_names(data: pd.DataFrame, schema: Schema | None = None) -> pd.DataFrame:
    """Return a table under the names that its columns have without what is invisible around them.

    Parameters
    ----------
    data : DataFrame
    schema : Schema, optional
        Its columns get their own names where the table has their aliases.

    Raises
    ------
    DataError
        If two names become one.
    """
    names = [clean_name(name) for name in data.columns]
    if schema is not None:
        names = under_main_names(names, schema, "the table")
    if names == list(data.columns):
        return data
    twice = named_twice(names)
    if twice:
        message = f"the table names {', '.join(map(repr, twice[:_SHOWN_NAMES]))} twice; rename one"
        raise DataError(message)
    return data.set_axis(names, axis="columns")


def _bare(column: Column) -> Column:
    """Return what says how a cell is read, without what it must be."""
    return Column(
        column.name,
        column.kind,
        column.missing_values,
        date_order=column.date_order,
        number_format=column.number_format,
    )


def _objects(column: Column, table: TableFile, *, is_role: bool) -> Any:
    """Return cells as they are, None where missing; numbers that weigh or order rows, read."""
    cells = _without_missing(column, table.cells(column.name), all_text=table.is_text)
    if is_role and table.number_format is not None:
        cells = _with_plain_numbers(
            cells, Column(column.name, "number", number_format=table.number_format)
        )
    # as objects: pandas would make floats of whole numbers beside a gap
    return pd.array(cells, dtype=object)


def _without_missing(column: Column, cells: Sequence[Any], *, all_text: bool) -> list[Any]:
    """Return cells, None where missing. Of equal texts one is kept, and looked at, for all."""
    if not all_text:  # cells that are equal may mean something else: 1 and True are
        return [None if column.is_missing(cell) else cell for cell in cells]
    known = {text: None if column.is_missing(text) else text for text in dict.fromkeys(cells)}
    return [known[text] for text in cells]


def _with_plain_numbers(cells: list[Any], column: Column) -> list[Any]:
    """Return cells of which texts that are numbers have a decimal point alone."""
    plain: list[Any] = []
    for cell in cells:
        text = column.plain_text(cell) if isinstance(cell, str) else None
        plain.append(text or cell)
    return plain


def find_table(file_name: str | Path, config: core.Config) -> Path:
    """Return the path of a table that a config names: beside the config, or in ``datasets/``.

    Raises
    ------
    DataError
        If there is no such file; the message says where it was looked for.
    """
    beside, packaged = config.folder / file_name, core.DATASET_DIR / file_name
    if beside.exists() or Path(file_name).is_absolute():
        return beside
    if packaged.exists():
        return packaged
    is_packaged = config.folder in (core.PACKAGE_ROOT, core.DATASET_DIR)
    place = packaged if is_packaged else f"{beside}, which is where the config names it"
    message = f"there is no {place}; put the table there, or mend files.training_data_file"
    raise DataError(message)


def _check_names(
    path: Path, columns: list[str], declared: dict[str, Column], config: core.Config
) -> None:
    present = {*columns, config.model_config.target.column}
    absent = [name for name in declared if name not in present]
    if absent:
        others = [name for name in columns if name not in declared]
        what = "columns that the config declares"
        place = partial(config.place, "columns")
        aliases = {name: column.aliases for name, column in declared.items()}
        raise DataError(lacking(str(path), what, absent, others, place, aliases=aliases))


def save_pipeline(*, pipeline_to_persist: Pipeline, folder: str | Path | None = None) -> Path:
    """Save a fitted pipeline for further research, as a joblib file.

    It is never shipped, and the prediction side never loads it: such a file is tied to the library
    versions of its day, and loading one runs whatever code it holds.

    Parameters
    ----------
    pipeline_to_persist : sklearn.pipeline.Pipeline
        What to save.
    folder : str or Path, optional
        Where to; ``trained_models/`` by default.

    Returns
    -------
    Path
        The file written.
    """
    folder = core.TRAINED_MODEL_DIR if folder is None else Path(folder)
    path = folder / f"{core.config.app_config.research_pipeline_file}{package_version()}.joblib"
    with output_file(path) as file:
        joblib.dump(pipeline_to_persist, file)
    return path
