"""One row of a file, explained."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from regression_model.batch.headers import check_columns
from regression_model.batch.summary import Summary
from regression_model.exceptions import DataError
from regression_model.processing.dates import date_features
from regression_model.processing.shown_values import shown
from regression_model.processing.table_files import open_rows

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.artifact.results import Explanation
    from regression_model.processing.chunks import Chunk, OpenTable


def explain_row(model: Model, path: Path, row: int) -> dict[str, Any]:
    """Predict one row of a CSV file and explain it.

    Parameters
    ----------
    model : Model
    path : Path
        A CSV file with the columns of the model.
    row : int
        0-based position of the row in the file.

    Returns
    -------
    dict
        ``record``: the row's cells under their columns' own names, as JSON can hold them, and the
        keys of `PredictionResult` for this one row.

    Raises
    ------
    DataError
        If the file has no such row, or the row cannot be predicted.
    ValueError
        If `row` is negative.
    """
    if row < 0:
        message = f"rows are numbered from 0; there is no row {row}"
        raise ValueError(message)
    with open_rows(path) as file:
        check_columns(model, file, Summary())
        chunk = _chunk_with(file, row)
        cells = _cells(chunk, row)
    own_names = model.schema.main_names
    record = {own_names.get(name, name): cell for name, cell in cells.items()}
    used = {name: [cell] for name, cell in record.items() if name in own_names}
    result = model.predict(
        used, explain=True, from_file=chunk.is_text, number_format=chunk.number_format
    )
    if result["errors"]:
        messages = "; ".join(error["message"] for error in result["errors"])
        raise DataError(f"row {row} cannot be predicted: {messages}")
    return {"record": {name: _told(cell) for name, cell in record.items()}, **result}


def _told(cell: Any) -> Any:
    """Return a cell as JSON can hold it: texts as they are, dates and all else as `shown` does."""
    if isinstance(cell, str):
        return cell
    return str(cell) if isinstance(cell, Decimal) else shown(cell)


def _chunk_with(file: OpenTable, row: int) -> Chunk:
    n_rows = 0
    for chunk in file.chunks():
        n_rows = chunk.start + chunk.n_rows
        if row < n_rows:
            return chunk
    raise DataError(f"{file.path} has {n_rows} rows, numbered from 0; there is no row {row}")


def _cells(chunk: Chunk, row: int) -> dict[str, Any]:
    """Return the cells of a row by the names that the file gives their columns."""
    position = row - chunk.start
    for refused in chunk.refused:
        if refused.position == position:
            raise DataError(f"row {row} cannot be predicted: {refused.message}")
    return chunk.row(position)


def by_column(explanation: Explanation, model: Model) -> Explanation:
    """Put the parts of each date together, so that every column is explained once.

    Parameters
    ----------
    explanation : dict
        Of one row, as `make_prediction` gives it.
    model : Model
        Which explained it.

    Returns
    -------
    dict
        The same, with one contribution, and one effect, for a date; what is derived from its parts
        stays by itself.
    """
    owners = _owners_of_parts(model)
    contributions: dict[str, float] = defaultdict(float)
    for name, part in explanation["contributions"].items():
        contributions[owners.get(name, name)] += part
    together: Explanation = {**explanation, "contributions": dict(contributions)}
    if "effect" in explanation:
        effects: dict[str, float] = defaultdict(lambda: 1.0)
        for name, effect in explanation["effect"].items():
            effects[owners.get(name, name)] *= effect
        together["effect"] = dict(effects)
    return together


def _owners_of_parts(model: Model) -> dict[str, str]:
    """Return the date column of each feature that is a part of one."""
    config = model.facts.get("config", {})
    settings = config.get("columns", {})
    dates = {
        column.name: settings.get(column.name, {}).get("parts", ())
        for column in model.schema.columns
        if column.of_kind.has_parts
    }
    taken = [*model.schema.names, *config.get("derived", {}), model.facts["target"]["column"]]
    features = date_features(dates, taken)
    return {part: name for name, parts in features.items() for part in parts.values()}
