"""Which columns matter most, for people who fill in a few of many.

Where an artifact does not say it, each column of its example rows is given other values, and the
column counts by how far the predictions move. That favours columns with a wide range; it is an
order in which to ask, and no measurement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from regression_model.arrays import Floats
from regression_model.artifact.model import Model

if TYPE_CHECKING:
    from regression_model.processing.column import Column

_VALUES = 5
"""How many values of a column are tried."""
_MOST_CELLS = 1_000_000
"""Of all rows that are tried: about half a second. Beyond that the schema's order has to do."""

OrderFrom = Literal["spread", "schema"]


class Order(NamedTuple):
    """Names of columns, the most important first, and where that is known from."""

    names: list[str]
    known_from: OrderFrom


def order_of_columns(model: Model) -> Order:
    """Return the columns in the order of how much they matter.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Order
        ``spread``: by the spread of predictions over values of each column, in example rows.
        ``schema``: as the table had them, where that would take too long or nothing is known.
    """
    names = list(model.schema.names)
    rows = _rows_within(model)
    if not rows:
        return Order(names, "schema")
    spreads = {column.name: _spread(model, column, rows) for column in model.schema.columns}
    return Order(sorted(names, key=lambda name: -spreads[name]), "spread")


def _rows_within(model: Model) -> list[dict[str, Any]]:
    """Return as many of the example rows as can be tried in bounded time."""
    examples = model.facts.get("examples") or []
    cells_of_a_row = _VALUES * len(model.schema) ** 2
    return [example["record"] for example in examples[: _MOST_CELLS // cells_of_a_row]]


def _spread(model: Model, column: Column, rows: list[dict[str, Any]]) -> float:
    """Return the standard deviation of predictions over values of a column, averaged over rows."""
    values = _values(column)
    tried = [{**row, column.name: value} for row in rows for value in values]
    predictions: Floats = np.array(model.predict(tried)["predictions"], dtype=float)
    of_rows = predictions.reshape(len(rows), len(values))
    known = of_rows[np.isfinite(of_rows).all(axis=1)]
    return float(known.std(axis=1).mean()) if len(known) else 0.0


def _values(column: Column) -> list[Any]:
    """Return values of a column from the lowest to the highest that training has seen."""
    kind = column.of_kind
    low, high = kind.silent_range
    if high < low:  # no level is known
        return [None]
    places = np.linspace(low, high, _VALUES)
    if not column.is_number:  # a position, a second, or no and yes
        places = places.round()
    return [kind.decode(place) for place in places.tolist()]
