"""Tables in, research pipelines out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import numpy.typing as npt
import pandas as pd

from regression_model._version import package_version
from regression_model.config import core
from regression_model.exceptions import DataError
from regression_model.processing.encoder import check_cells
from regression_model.processing.output_files import output_file
from regression_model.processing.schema import Column, Verdict, nearest
from regression_model.processing.table_files import read_table
from regression_model.processing.tables import Cells
from regression_model.processing.validation import encode_column

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

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
        Numbers as float64, dates as datetime64, all else as text; missing cells as NaN, NaT and
        None.

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
    columns = read_table(path)
    model_config = config.model_config
    declared = {column.name: column for column in model_config.input_schema.columns}
    target = model_config.target.column
    declared[target] = Column(target, "number")
    _check_names(path, columns, declared, target)
    remarks: list[tuple[int, str, Verdict]] = []
    typed: dict[str, object] = {}
    for name, cells in columns.items():
        column = declared.get(name)
        if column is None or column.has_levels or column.kind == "boolean":
            missing = (column or Column(name, "category")).is_missing_text
            typed[name] = pd.array([None if missing(c) else c for c in cells], dtype=object)
        else:
            bare = Column(name, column.kind, column.missing_values, date_order=column.date_order)
            encoded = encode_column(bare, Cells(cells), from_file=True)
            typed[name] = _typed(column, encoded.values)
            remarks += ((row, name, verdict) for row, _, verdict in encoded.remarks)
    check_cells(remarks)
    return pd.DataFrame(typed)


def _typed(column: Column, values: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    if column.kind != "date":
        return values
    moments = np.full(len(values), np.datetime64("NaT", "us"))
    known = ~np.isnan(values)
    moments[known] = np.round(values[known] * 1e6).astype(np.int64).astype("datetime64[us]")
    return moments


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
    message = f"there is no {place}; put the table there, or mend files.training_data"
    raise DataError(message)


def _check_names(
    path: Path, columns: dict[str, list[str]], declared: dict[str, Column], target: str
) -> None:
    absent = [name for name in declared if name not in columns and name != target]
    if absent:
        others = [name for name in columns if name not in declared]
        near = [nearest(name, others) for name in absent[:_SHOWN_NAMES]]
        said = [
            f"{a} (near: {', '.join(n)})" if n else a for a, n in zip(absent, near, strict=False)
        ]
        more = f" and {len(absent) - len(near):,} more" if len(absent) > len(near) else ""
        message = f"{path} lacks columns that the config declares: {'; '.join(said)}{more}"
        if others and not any(near):
            message += f"; what it has and the config lacks: {', '.join(others[:_SHOWN_NAMES])}"
        raise DataError(message)


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
    path = folder / f"{core.config.app_config.pipeline_name}{package_version()}.joblib"
    with output_file(path) as file:
        joblib.dump(pipeline_to_persist, file)
    return path
