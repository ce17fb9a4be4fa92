"""Tensors say the same, whether their data stands in the JSON or behind it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tritonclient.http import InferenceServerClient, InferInput
from tritonclient.utils import deserialize_bytes_tensor

from regression_model import make_prediction
from regression_model.serving.problems import Problem
from regression_model.serving.settings import Settings
from regression_model.serving.tensors import read_tensors, write_tensors

DTYPES = {
    "BOOL": np.bool_,
    "INT8": np.int8, "INT16": np.int16, "INT32": np.int32, "INT64": np.int64,
    "UINT8": np.uint8, "UINT16": np.uint16, "UINT32": np.uint32, "UINT64": np.uint64,
    "FP16": np.float16, "FP32": np.float32, "FP64": np.float64,
}  # fmt: skip
SETTINGS = Settings()


def read(tensor: InferInput) -> dict[str, list[Any]]:
    """Read what Triton's client sends."""
    body, n_json = InferenceServerClient.generate_request_body([tensor])
    asked = json.loads(body[:n_json])
    behind = b"" if n_json is None else body[n_json:]
    return read_tensors(asked["inputs"], memoryview(behind), SETTINGS)


@given(st.data(), st.sampled_from(sorted(DTYPES)))
def test_numbers_are_the_same_in_json_and_behind_it(data: st.DataObject, datatype: str) -> None:
    dtype = np.dtype(DTYPES[datatype])
    bits = data.draw(st.lists(st.binary(min_size=dtype.itemsize, max_size=dtype.itemsize)))
    array = np.frombuffer(b"".join(bits), dtype=dtype if datatype != "BOOL" else np.uint8)
    array = (array % 2 == 1) if datatype == "BOOL" else array
    array = array[np.isfinite(array)]
    ways = [
        read(InferInput("x", [len(array)], datatype).set_data_from_numpy(array, binary_data=way))
        for way in (True, False)
    ]
    assert ways[0] == ways[1] == {"x": array.tolist()}
    assert list(map(type, ways[0]["x"])) == list(map(type, ways[1]["x"]))


@given(st.lists(st.text()))
def test_texts_are_the_same_in_json_and_behind_it(texts: list[str]) -> None:
    array = np.array([text.encode() for text in texts], dtype=object)
    for way in (True, False):
        tensor = InferInput("x", [len(texts)], "BYTES")
        assert read(tensor.set_data_from_numpy(array, binary_data=way)) == {"x": texts}


def test_texts_are_read_no_further_than_to_one_too_many() -> None:
    tensor = {
        "name": "x", "datatype": "BYTES", "shape": [2],
        "parameters": {"binary_data_size": 4_000_000},
    }  # fmt: skip
    with pytest.raises(Problem, match="input x has 3 values, and its shape says 2"):
        read_tensors([tensor], memoryview(bytes(4_000_000)), SETTINGS)


@given(st.lists(st.sampled_from([1710, "big", None, 1e31]), max_size=8))
def test_an_answer_is_the_same_in_json_and_behind_it(areas: list[Any]) -> None:
    result = make_prediction(input_data={"OverallQual": [7] * len(areas), "GrLivArea": areas})
    plain, nothing = write_tensors(result, None, all_binary=False)
    packed, behind = write_tensors(result, None, all_binary=True)
    assert nothing == b""
    for in_json, described in zip(plain, packed, strict=True):
        size = described["parameters"]["binary_data_size"]
        data, behind = behind[:size], behind[size:]
        assert {**described, "parameters": None} == {
            **{key: value for key, value in in_json.items() if key != "data"},
            "parameters": None,
        }
        if in_json["datatype"] == "BYTES":
            cells = [each.decode() for each in deserialize_bytes_tensor(data)]
        else:
            cells = [None if cell != cell else cell for cell in np.frombuffer(data).tolist()]  # noqa: PLR0124
        assert cells == in_json["data"]
    assert behind == b""


def test_a_table_that_is_too_large_is_refused() -> None:
    small = Settings(max_rows=2, max_columns=1, max_text=3)
    column = {"name": "x", "shape": [2], "datatype": "BYTES", "data": ["abc", "d"]}
    assert read_tensors([column], memoryview(b""), small) == {"x": ["abc", "d"]}
    for inputs, word in (
        ([{**column, "shape": [3], "data": ["a"] * 3}], "rows"),
        ([column, {**column, "name": "y"}], "columns"),
        ([{**column, "data": ["abcd", ""]}], "characters"),
    ):
        with pytest.raises(Problem, match=word) as refused:
            read_tensors(inputs, memoryview(b""), small)
        assert refused.value.status == 413
