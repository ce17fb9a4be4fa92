"""What each operator makes of its inputs, and what of them it refuses."""

from typing import Any

import numpy as np
import pytest

from regression_model.artifact.inspection.operators import OPERATORS, Node, Tensor
from regression_model.exceptions import ArtifactError

ROWS = None
X = Tensor("double", (ROWS, 4))
ONE = Tensor("double", (1,), np.ones(1))
SCALAR = Tensor("double", (), np.array(0.0))
PLACES = Tensor("int64", (ROWS, 2))
AXIS = {"axis": 1}


def integers(*values: int) -> Tensor:
    return Tensor("int64", (len(values),), np.array(values, dtype=np.int64))


def constant(*shape: int) -> Tensor:
    return Tensor("double", shape, np.zeros(shape))


def given(operator: str, inputs: list[Tensor], attributes: dict[str, Any], n_outputs: int) -> Any:
    return OPERATORS[operator].rule(Node(operator, n_outputs, attributes), inputs)


BOOLEANS = Tensor("bool", (ROWS, 4))
GIVES: list[tuple[str, list[Tensor], dict[str, Any], list[tuple[str, Any]]]] = [
    ("Add", [X, ONE], {}, [("double", (ROWS, 4))]),
    ("Add", [ONE, X], {}, [("double", (ROWS, 4))]),
    ("Add", [constant(3, 1), constant(4)], {}, [("double", (3, 4))]),
    ("Less", [X, ONE], {}, [("bool", (ROWS, 4))]),
    ("Clip", [X, SCALAR, SCALAR], {}, [("double", (ROWS, 4))]),
    ("Where", [BOOLEANS, X, SCALAR], {}, [("double", (ROWS, 4))]),
    ("Cast", [BOOLEANS], {"to": 11}, [("double", (ROWS, 4))]),
    ("Cast", [X], {"to": 7}, [("int64", (ROWS, 4))]),
    ("Concat", [X, X], AXIS, [("double", (ROWS, 8))]),
    ("Split", [X, integers(1, 3)], AXIS, [("double", (ROWS, 1)), ("double", (ROWS, 3))]),
    ("Split", [X, integers(4)], AXIS, [("double", (ROWS, 4))]),
    ("Slice", [X, integers(0), integers(4), integers(1)], {}, [("double", (ROWS, 4))]),
    ("Slice", [X, integers(3), integers(4), integers(1)], {}, [("double", (ROWS, 1))]),
    ("Gather", [X, integers(0, 3, 3)], AXIS, [("double", (ROWS, 3))]),
    ("Gather", [constant(9), PLACES], {}, [("double", (ROWS, 2))]),
    ("Gather", [constant(9, 5), PLACES], {}, [("double", (ROWS, 2, 5))]),
    ("Reshape", [Tensor("double", (ROWS, 2, 5)), integers(-1, 10)], {}, [("double", (ROWS, 10))]),
    ("MatMul", [X, constant(4, 2)], {}, [("double", (ROWS, 2))]),
    ("Gemm", [X, constant(4, 2), constant(2)], {}, [("double", (ROWS, 2))]),
]


@pytest.mark.parametrize(("operator", "inputs", "attributes", "expected"), GIVES)
def test_the_kind_and_shape_of_what_comes_out_are_known(
    operator: str,
    inputs: list[Tensor],
    attributes: dict[str, Any],
    expected: list[tuple[str, Any]],
) -> None:
    out = given(operator, inputs, attributes, len(expected))
    assert [(tensor.kind, tensor.shape) for tensor in out] == expected
    assert all(tensor.values is None for tensor in out)


FITS_NOT = "that do not fit"
NOT_THERE = "of columns that are not there"
OTHER_PARTS = "into other parts than there are columns"
NO_TABLE = "from anything but columns or a constant table"
NO_MATRIX = "by anything but a constant matrix that fits"
REFUSES: list[tuple[str, list[Tensor], dict[str, Any], int, str]] = [
    ("Add", [X, constant(3)], {}, 1, FITS_NOT),
    ("Add", [X, constant(7, 4)], {}, 1, FITS_NOT),  # seven rows may be asked about, or not
    ("Add", [X, PLACES], {}, 1, "of anything but doubles"),
    ("Clip", [X, ONE, SCALAR], {}, 1, "no single numbers"),
    ("Clip", [X, SCALAR, ONE], {}, 1, "no single numbers"),
    ("Where", [X, X, X], {}, 1, "whose condition is no condition"),
    ("Where", [BOOLEANS, X, BOOLEANS], {}, 1, "of anything but doubles"),
    ("Cast", [BOOLEANS], {"to": 7}, 1, "from bool to something else"),
    ("Cast", [PLACES], {"to": 11}, 1, "from int64 to something else"),
    ("Cast", [X], {"to": 3}, 1, "from double to something else"),
    ("Cast", [X], {}, 1, "from double to something else"),
    ("Concat", [X, X], {"axis": 0}, 1, "but tables side by side"),
    ("Concat", [X, constant(1, 4)], AXIS, 1, "but tables side by side"),
    ("Concat", [X, BOOLEANS], AXIS, 1, "but tables side by side"),
    ("Concat", [X, ONE], AXIS, 1, "of anything but a table"),
    ("Concat", [X, Tensor("double", (3, ROWS))], AXIS, 1, "of anything but a table"),
    ("Split", [X, integers(1, 2)], AXIS, 2, OTHER_PARTS),
    ("Split", [X, integers(4, 0)], AXIS, 2, OTHER_PARTS),
    ("Split", [X, integers(5, -1)], AXIS, 2, OTHER_PARTS),
    ("Split", [X, integers(1, 3)], AXIS, 3, OTHER_PARTS),
    ("Split", [X, integers(1, 3)], {"axis": 0}, 2, OTHER_PARTS),
    # together they are 4 in 64 bits
    ("Split", [X, integers(2**62, 2**62, 2**62, 2**62, 1, 3)], AXIS, 6, OTHER_PARTS),
    ("Split", [X, Tensor("int64", (2,))], AXIS, 2, "whose positions are no constant"),
    ("Split", [X, ONE], AXIS, 1, "whose positions are no constant"),
    ("Slice", [X, integers(0), integers(5), integers(1)], {}, 1, NOT_THERE),
    ("Slice", [X, integers(-1), integers(4), integers(1)], {}, 1, NOT_THERE),
    ("Slice", [X, integers(2), integers(2), integers(1)], {}, 1, NOT_THERE),
    ("Slice", [X, integers(0), integers(4), integers(0)], {}, 1, NOT_THERE),
    ("Slice", [X, integers(0, 0), integers(4), integers(1)], {}, 1, "of more than columns"),
    ("Gather", [X, integers(4)], AXIS, 1, NOT_THERE),
    ("Gather", [X, integers(-1)], AXIS, 1, NOT_THERE),
    ("Gather", [X, integers()], AXIS, 1, NOT_THERE),
    ("Gather", [X, PLACES], AXIS, 1, "whose positions are no constant"),
    ("Gather", [X, integers(0)], {"axis": 0}, 1, NO_TABLE),
    ("Gather", [X, PLACES], {}, 1, NO_TABLE),
    ("Gather", [constant(9), integers(0)], {}, 1, NO_TABLE),
    ("Gather", [constant(9), X], {}, 1, NO_TABLE),
    ("Gather", [SCALAR, PLACES], {}, 1, NO_TABLE),
    ("Gather", [constant(2, 2, 2), PLACES], {}, 1, NO_TABLE),
    ("Gather", [integers(1, 2), PLACES], {}, 1, NO_TABLE),
    ("Gather", [constant(9), Tensor("int64", (ROWS, 2, 2))], {}, 1, "of anything but a table"),
    ("Reshape", [X, integers(-1, 4)], {}, 1, "to another number of columns"),
    ("Reshape", [constant(3, 2, 5), integers(-1, 10)], {}, 1, "to another number of columns"),
    ("Reshape", [Tensor("double", (ROWS, 2, 5)), integers(-1, 5)], {}, 1, "another number"),
    ("Reshape", [Tensor("double", (ROWS, 2, 5)), integers(10, -1)], {}, 1, "another number"),
    ("MatMul", [X, X], {}, 1, NO_MATRIX),
    ("MatMul", [X, constant(3, 2)], {}, 1, NO_MATRIX),
    ("MatMul", [X, constant(4)], {}, 1, NO_MATRIX),
    ("Gemm", [X, constant(4, 2), constant(7, 2)], {}, 1, FITS_NOT),
    ("Gemm", [X, constant(4, 1), constant(5)], {}, 1, "plus something that is larger"),
]


@pytest.mark.parametrize(("operator", "inputs", "attributes", "n_outputs", "message"), REFUSES)
def test_what_no_exporter_writes_is_refused(
    operator: str, inputs: list[Tensor], attributes: dict[str, Any], n_outputs: int, message: str
) -> None:
    with pytest.raises(ArtifactError, match=rf"its graph holds a {operator} .*{message}"):
        given(operator, inputs, attributes, n_outputs)


def test_the_size_of_a_tensor_is_that_of_one_row() -> None:
    assert Tensor("double", (None, 3, 5)).size == 15
    assert Tensor("double", ()).size == 1
    assert Tensor("double", (None, 0)).size == 0
