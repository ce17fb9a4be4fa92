"""Tensors: what a formula of NumPy computes, the graph that it writes answers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from regression_model.artifact.runtime import Engine
from regression_model.exceptions import ArtifactError
from regression_model.export.graph import Graph
from regression_model.export.tensors import LANES, add_input, concatenate, constant
from regression_model.transformers.date_parts import calendar, circles
from regression_model.transformers.numbers import log_positive
from regression_model.transformers.operations import OPERATIONS, bound
from regression_model.transformers.target import square_positive

Floats = npt.NDArray[np.float64]
ROWS = np.array(
    [
        [1.0, 2.0, 3.0],
        [-1.5, 0.0, 4.0],
        [np.nan, 1e30, -1e30],
        [0.25, -0.0, 1e-300],
        [7.0, np.nan, 0.5],
    ]
)


def answers(formula: Callable[[Any], Any]) -> Floats:
    """Return what the graph of a formula answers for ROWS, of as many columns as it has."""
    columns = []
    for position in range(formula(add_input(Graph(), "x", 3)).width):
        graph = Graph()
        column = formula(add_input(graph, "x", 3)).column(position)
        engine = Engine(graph.serialise({"score": column, "prediction": column}), 3)
        columns.append(engine.run(ROWS)[0])
    return np.column_stack(columns)


FORMULAS: dict[str, Callable[[Any], Any]] = {
    "plus": lambda x: x + x,
    "number plus": lambda x: 2.0 + x,
    "minus": lambda x: x - 2.0,
    "number minus": lambda x: 2.0 - x,
    "times": lambda x: x * x,
    "number times": lambda x: 2.0 * x,
    "over": lambda x: x / 8.0,
    "negative": lambda x: -x,
    "row on the left": lambda x: np.array([1.0, 2.0, 3.0]) * x,
    "row on the right": lambda x: x - np.array([1.0, 2.0, 3.0]),
    "where": lambda x: np.where(x < 1.0, x, 5.0),
    "equal": lambda x: np.where(np.equal(x, 0.0), np.nan, x),
    "clip to numbers": lambda x: np.clip(x, -1.0, 2.0),
    "clip each column": lambda x: np.clip(x, np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])),
    "floor": np.floor,
    "square of what is positive": square_positive,
    "bounded product": lambda x: bound(OPERATIONS["product"].compute([x, x, x])),
    "sum": lambda x: OPERATIONS["sum"].compute([x, x + 1.0]),
    "difference": lambda x: OPERATIONS["difference"].compute([x, x * 2.0]),
    "ratio": lambda x: bound(OPERATIONS["ratio"].compute([x, np.floor(x)])),
    "presence": lambda x: OPERATIONS["presence"].compute([x]),
    "side by side": lambda x: np.concatenate([x, x + 1.0], axis=1),
    "year": lambda x: calendar(x * 1e9)["year"],
    "weekday": lambda x: calendar(x * 1e9)["weekday"],
    "hour": lambda x: calendar(x * 1e9)["hour"],
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid", "ignore:divide")
def test_a_formula_of_numpy_is_the_same_in_the_graph(name: str) -> None:
    formula = FORMULAS[name]
    np.testing.assert_array_equal(answers(formula), formula(ROWS))


IN_LANES: dict[str, Callable[[Any], Any]] = {
    "logarithm": log_positive,
    "exponential": lambda x: np.exp(np.clip(x, -5.0, 5.0)),
    "exponential minus one": lambda x: np.expm1(np.clip(x, 1.0, 5.0)),
    "circles": lambda x: circles([np.clip(x, 0.0, 11.0)], [12.0]),
}


@pytest.mark.parametrize("name", IN_LANES)
def test_logarithms_and_the_like_have_whole_lanes_and_what_was_asked_first(name: str) -> None:
    expected = IN_LANES[name](ROWS)
    got = answers(IN_LANES[name])
    assert got.shape[1] % LANES == 0
    np.testing.assert_allclose(got[:, : expected.shape[1]], expected, rtol=1e-14)


def test_widths_are_known() -> None:
    x = add_input(Graph(), "x", 3)
    column = x.column(1)
    assert (column.width, (column + x).width, (x * np.ones((1, 8))).width) == (1, 3, 8)
    assert (x @ np.ones((3, 5))).width == 5
    assert [part.width for part in concatenate([x, column]).split([1, 3])] == [1, 3]
    assert (x.in_lanes().width, x.flags([0, 2]).width) == (LANES, 2)


def test_finite_is_what_is_known_to_be() -> None:
    graph = Graph()
    x = add_input(graph, "x", 3)
    filled = x.filled([0.0, 0.0, 1.0])
    assert filled.is_finite
    assert filled.take([0, 2]).is_finite
    assert concatenate([filled, filled]).is_finite
    assert not concatenate([filled, x]).is_finite
    assert not constant(graph, np.nan).is_finite
    assert not (filled / 0.0).is_finite


def test_all_columns_in_order_are_the_tensor_itself() -> None:
    x = add_input(Graph(), "x", 3)
    assert x.take([0, 1, 2]) == x
    assert x.split([3]) == [x]


@pytest.mark.parametrize(
    "function",
    [np.tanh, np.sort, np.add.reduce, lambda x: np.add(x, 1.0, where=False)],
    ids=["element by element", "of the whole", "reduced", "with an option"],
)
def test_what_has_no_nodes_is_refused(function: Callable[[Any], Any]) -> None:
    with pytest.raises(ArtifactError, match="of a tensor cannot be exported"):
        function(add_input(Graph(), "x", 3))
