"""Tensors of the Open Inference Protocol: in, a column each; out, the answers to all rows.

The data of a tensor stands in its JSON, or behind all of the JSON as bytes, as the protocol's
extension for binary data has it and its clients send it by default.
"""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.batch.answer_columns import reasons, why_columns
from regression_model.processing.shown_values import short
from regression_model.serving.answers import number_columns
from regression_model.serving.limits import check_columns, check_rows, check_texts
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.artifact.results import PredictionResult
    from regression_model.serving.settings import Settings

_NUMBERS = {
    "BOOL": "?",
    "UINT8": "<u1", "UINT16": "<u2", "UINT32": "<u4", "UINT64": "<u8",
    "INT8": "<i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8",
    "FP16": "<f2", "FP32": "<f4", "FP64": "<f8",
}  # fmt: skip
"""Datatypes of numbers, and what NumPy calls their bytes."""
_TEXT = "BYTES"
DATATYPES = (*_NUMBERS, _TEXT)
"""What is read."""
_LENGTH = struct.Struct("<I")
"""What stands before each text among bytes: how many bytes it has."""
_SIZE = "binary_data_size"


def read_tensors(inputs: object, behind: memoryview, settings: Settings) -> dict[str, list[Any]]:
    """Return columns of cells by name.

    Parameters
    ----------
    inputs : list of dict
        What a request has under this name.
    behind : memoryview
        The bytes that follow its JSON.
    settings : Settings
        Limits of the table.

    Raises
    ------
    Problem
        If it is no list of tensors, each of one column, all of the same length, or too large.
    """
    if not isinstance(inputs, list) or not inputs:
        raise _wrong("inputs is no list of tensors; expected one for each column")
    check_columns(len(inputs), settings)
    columns: dict[str, list[Any]] = {}
    n_rows = None
    for tensor in inputs:
        name, datatype, length = _described(tensor)
        check_rows(length, settings)
        size = _size_behind(tensor, name)
        if size is None:
            cells = _cells_of_json(tensor.get("data"), name)
        else:
            cells = _cells_of_bytes(behind[:size], datatype, name, length)
            behind = behind[size:]
        if len(cells) != length:
            raise _wrong(f"input {name} has {len(cells)} values, and its shape says {length}")
        if name in columns:
            raise _wrong(f"input {name} is there twice; expected one tensor for each column")
        if length != (n_rows := length if n_rows is None else n_rows):
            raise _wrong(f"input {name} has {length} rows, those before it have {n_rows}")
        columns[name] = cells
    if behind:
        raise _wrong(f"{len(behind)} bytes stand behind those of the last input")
    check_texts(columns.values(), settings)
    return columns


def _described(tensor: Any) -> tuple[str, str, int]:
    """Return a tensor's name, datatype and number of rows."""
    if not isinstance(tensor, dict) or not isinstance(tensor.get("name"), str):
        raise _wrong("an input is no tensor with a name; expected name, shape, datatype and data")
    name, datatype, shape = short(tensor["name"]), tensor.get("datatype"), tensor.get("shape")
    if not isinstance(datatype, str) or datatype not in DATATYPES:
        raise _wrong(f"input {name} has no datatype that is read: {', '.join(DATATYPES)}")
    if not isinstance(shape, list) or not _is_column(shape):
        raise _wrong(f"input {name} is of another shape than [n] or [n, 1], a column of n rows")
    return tensor["name"], datatype, shape[0]


def _is_column(shape: list[Any]) -> bool:
    is_of_numbers = all(type(n) is int and n >= 0 for n in shape)
    return is_of_numbers and (len(shape) == 1 or shape[1:] == [1])


def _size_behind(tensor: dict[str, Any], name: str) -> int | None:
    parameters = tensor.get("parameters")
    size = parameters.get(_SIZE) if isinstance(parameters, dict) else None
    if size is not None and (type(size) is not int or size < 0):
        raise _wrong(f"input {short(name)} has a {_SIZE} that is no number of bytes")
    return size


def _cells_of_json(data: object, name: str) -> list[Any]:
    """Return data that is flat, or nested as its shape [n, 1] is."""
    if not isinstance(data, list):
        raise _wrong(f"input {short(name)} has no list of data")
    if data and all(isinstance(row, list) and len(row) == 1 for row in data):
        return list(chain.from_iterable(data))
    return data


def _cells_of_bytes(data: memoryview, datatype: str, name: str, length: int) -> list[Any]:
    if datatype == _TEXT:
        return _texts(data, name, length)
    kind = np.dtype(_NUMBERS[datatype])
    if len(data) != length * kind.itemsize:
        raise _wrong(
            f"input {short(name)} has {len(data)} bytes behind the JSON; expected "
            f"{length * kind.itemsize} for {length} of {datatype}"
        )
    cells: list[Any] = np.frombuffer(data, kind).tolist()
    return cells


def _texts(data: memoryview, name: str, length: int) -> list[str]:
    """Return the texts that bytes hold, of which one more than are expected is enough to tell."""
    texts: list[str] = []
    try:
        while data and len(texts) <= length:
            (size,) = _LENGTH.unpack_from(data)
            text, data = data[_LENGTH.size : _LENGTH.size + size], data[_LENGTH.size + size :]
            if len(text) != size:
                raise _wrong(f"input {short(name)} ends within a text")
            texts.append(str(text, "utf-8"))
    except (struct.error, UnicodeDecodeError) as problem:
        raise _wrong(
            f"input {short(name)} holds no texts of UTF-8, each with its length"
        ) from problem
    return texts


def output_datatypes(*, has_intervals: bool) -> dict[str, str]:
    """Return what a model can be asked for, and of which datatype that is."""
    ends = {"lower": "FP64", "upper": "FP64"} if has_intervals else {}
    return {"prediction": "FP64", **ends, "error_code": _TEXT, "error": _TEXT}


def write_tensors(
    result: PredictionResult, wanted: Mapping[str, bool] | None, *, all_binary: bool
) -> tuple[list[dict[str, Any]], bytes]:
    """Return the tensors of an answer, and the bytes that follow its JSON.

    Parameters
    ----------
    result : PredictionResult
    wanted : mapping of str to bool, optional
        Names of outputs, and whether their data follows as bytes; all outputs if not given.
    all_binary : bool
        Whether that is so where nothing is said of an output.

    Raises
    ------
    Problem
        If there is no such output.
    """
    numbers = number_columns(result)
    texts = _why(result)
    if wanted is None:
        wanted = dict.fromkeys([*numbers, *texts], all_binary)
    tensors: list[dict[str, Any]] = []
    pieces: list[bytes] = []
    for name, is_binary in wanted.items():
        if name not in numbers and name not in texts:
            there = ", ".join([*numbers, *texts])
            raise _wrong(f"there is no output {short(name)}; this request can have: {there}")
        cells = numbers[name] if name in numbers else texts[name]
        tensor: dict[str, Any] = {
            "name": name,
            "datatype": "FP64" if name in numbers else _TEXT,
            "shape": [len(cells)],
        }
        if is_binary:
            piece = _as_doubles(numbers[name]) if name in numbers else _as_bytes(texts[name])
            tensor["parameters"] = {_SIZE: len(piece)}
            pieces.append(piece)
        else:
            tensor["data"] = cells
        tensors.append(tensor)
    return tensors, b"".join(pieces)


def _why(result: PredictionResult) -> dict[str, list[str]]:
    """Return why rows have no prediction; of those that have one, empty texts."""
    predictions = np.array(result["predictions"], dtype=float)
    why = why_columns(reasons(result["errors"] or [], predictions), len(predictions))
    return {name: [cell or "" for cell in cells] for name, cells in why.items()}


def _as_doubles(cells: list[float | None]) -> bytes:
    """Return numbers as bytes; a row without one has NaN."""
    return np.array(cells, dtype="<f8").tobytes()


def _as_bytes(texts: list[str]) -> bytes:
    encoded = [text.encode() for text in texts]
    return b"".join(chain.from_iterable((_LENGTH.pack(len(each)), each) for each in encoded))


def _wrong(detail: str) -> Problem:
    return Problem(400, "no-tensors", detail)
