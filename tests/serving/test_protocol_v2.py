"""The Open Inference Protocol, asked by Triton's client and by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tritonclient.http as triton
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services import running
from starlette.testclient import TestClient
from tritonclient.utils import InferenceServerException

from regression_model import __version__, make_prediction
from regression_model.serving import app

COLUMNS: dict[str, list[Any]] = {
    "OverallQual": [7, 5, 6],
    "GrLivArea": [1710.0, 900.5, 1e31],
    "Neighborhood": ["CollgCr", "NAmes", "Crawfor"],
}
DATATYPES = {"OverallQual": "INT64", "GrLivArea": "FP64", "Neighborhood": "BYTES"}
DTYPES: dict[str, Any] = {"OverallQual": np.int64, "GrLivArea": np.float64, "Neighborhood": object}
MODEL = "regression_model"


@pytest.fixture(scope="module")
def client() -> Iterator[triton.InferenceServerClient]:
    with (
        running() as service,
        triton.InferenceServerClient(f"127.0.0.1:{service.port}") as client,
    ):
        yield client


@pytest.fixture(scope="module")
def http() -> TestClient:
    return TestClient(app())


def tensors(*, shape: list[int], binary: bool) -> list[triton.InferInput]:
    inputs = []
    for name, cells in COLUMNS.items():
        tensor = triton.InferInput(name, shape, DATATYPES[name])
        array = np.array(cells, dtype=DTYPES[name]).reshape(shape)
        inputs.append(tensor.set_data_from_numpy(array, binary_data=binary))
    return inputs


def request_of(**columns: list[Any]) -> dict[str, Any]:
    inputs = [
        {"name": name, "shape": [len(cells)], "datatype": DATATYPES[name], "data": cells}
        for name, cells in columns.items()
    ]
    return {"inputs": inputs}


@pytest.mark.parametrize("shape", [[3], [3, 1]], ids=str)
@pytest.mark.parametrize("binary", [True, False])
def test_a_client_of_the_protocol_gets_the_answers_of_make_prediction(
    client: triton.InferenceServerClient, shape: list[int], *, binary: bool
) -> None:
    names = ["prediction", "error_code", "error"]
    outputs = [triton.InferRequestedOutput(name, binary_data=binary) for name in names]
    answer = client.infer(MODEL, tensors(shape=shape, binary=binary), outputs=outputs)
    expected = make_prediction(input_data=COLUMNS)
    predictions = answer.as_numpy("prediction")
    assert predictions.dtype == np.float64
    assert predictions[:2].tolist() == expected["predictions"][:2]
    assert np.isnan(predictions[2])
    assert expected["errors"] is not None
    errors = [as_text(each) for each in answer.as_numpy("error")]
    assert errors == ["", "", expected["errors"][0]["message"]]
    codes = [as_text(each) for each in answer.as_numpy("error_code")]
    assert codes == ["", "", "too_large"]


def as_text(cell: bytes | str) -> str:
    return cell.decode() if isinstance(cell, bytes) else cell


def test_without_a_wish_all_outputs_come_with_the_interval(
    client: triton.InferenceServerClient,
) -> None:
    answer = client.infer(
        MODEL,
        tensors(shape=[3], binary=True),
        model_version=__version__,
        request_id="seven",
        parameters={"interval": 0.9},
    )
    response = answer.get_response()
    assert (response["id"], response["model_name"], response["model_version"]) == (
        "seven",
        MODEL,
        __version__,
    )
    names = [output["name"] for output in response["outputs"]]
    assert names == ["prediction", "lower", "upper", "error_code", "error"]
    expected = make_prediction(input_data=COLUMNS, interval=0.9)
    assert answer.as_numpy("lower")[:2].tolist() == expected["lower"][:2]
    assert answer.as_numpy("upper")[:2].tolist() == expected["upper"][:2]


def test_a_client_sees_whether_server_and_model_are_ready_and_what_the_model_eats(
    client: triton.InferenceServerClient,
) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(MODEL)
    assert client.is_model_ready(MODEL, __version__)
    assert not client.is_model_ready(MODEL, "0.5.0")
    assert not client.is_model_ready("other")
    assert client.get_server_metadata()["name"] == "evergreen-regression"
    metadata = client.get_model_metadata(MODEL)
    assert metadata["versions"] == [__version__]
    inputs = {tensor["name"]: tensor for tensor in metadata["inputs"]}
    assert inputs["LotArea"] == {"name": "LotArea", "datatype": "FP64", "shape": [-1]}
    assert inputs["Neighborhood"]["datatype"] == "BYTES"
    names = [tensor["name"] for tensor in metadata["outputs"]]
    assert names == ["prediction", "lower", "upper", "error_code", "error"]


def test_a_client_is_told_what_is_wrong(client: triton.InferenceServerClient) -> None:
    with pytest.raises(InferenceServerException, match="there is no model of this name"):
        client.infer("other", tensors(shape=[3], binary=True))
    with pytest.raises(InferenceServerException, match="has no such version; it has"):
        client.infer(MODEL, tensors(shape=[3], binary=True), model_version="7")
    outputs = [triton.InferRequestedOutput("price")]
    with pytest.raises(InferenceServerException, match="there is no output price"):
        client.infer(MODEL, tensors(shape=[3], binary=True), outputs=outputs)


def test_missing_is_null_in_json_and_nan_among_bytes(
    client: triton.InferenceServerClient, http: TestClient
) -> None:
    expected = make_prediction(input_data={"OverallQual": 7})["predictions"]
    asked = request_of(OverallQual=[7], GrLivArea=[None])
    asked["parameters"] = {"content_type": "pd"}
    answer = http.post(f"/v2/models/{MODEL}/infer", json=asked)
    assert answer.json()["outputs"][0]["data"] == expected
    assert answer.json()["outputs"][2]["data"] == [""]
    inputs = tensors(shape=[3], binary=True)[:2]
    nan = np.array([np.nan] * 3)
    inputs[1].set_data_from_numpy(nan)
    assert client.infer(MODEL, inputs).as_numpy("prediction")[0] == expected[0]


def one(**changes: Any) -> dict[str, Any]:
    tensor = {"name": "GrLivArea", "shape": [2], "datatype": "FP64", "data": [1, 2]}
    return {"inputs": [{**tensor, **changes}]}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "the body is no object with inputs"),
        ({}, "inputs is no list of tensors"),
        ({"inputs": []}, "inputs is no list of tensors"),
        ({"inputs": [1]}, "an input is no tensor with a name"),
        (one(name=1), "an input is no tensor with a name"),
        (one(datatype="FP128"), "has no datatype that is read"),
        (one(datatype=["FP64"]), "has no datatype that is read"),
        (one(shape=[2, 2]), "another shape than"),
        (one(shape=[]), "another shape than"),
        (one(shape=[-2]), "another shape than"),
        (one(shape=[True]), "another shape than"),
        (one(shape="2"), "another shape than"),
        (one(shape=[3]), "has 2 values, and its shape says 3"),
        (one(data={"a": 1}), "has no list of data"),
        (one(parameters={"binary_data_size": 16}), "has 0 bytes behind the JSON; expected 16"),
        (one(parameters={"binary_data_size": -1}), "no number of bytes"),
        (one(parameters={"binary_data_size": 4}, datatype="BYTES"), "0 values"),
        ({**one(), "outputs": [{}]}, "outputs is no list"),
        ({**one(), "outputs": 1}, "outputs is no list"),
        ({**one(), "id": 1}, "its id is no text"),
        ({**one(), "parameters": 1}, "parameters is no object"),
        ({**one(), "parameters": {"interval": "wide"}}, "interval is no number"),
        ({**one(), "parameters": {"interval": 2}}, "interval"),
        ({"inputs": one()["inputs"] * 2}, "GrLivArea is there twice"),
        (
            {"inputs": [*one()["inputs"], *one(name="LotArea", shape=[1], data=[1])["inputs"]]},
            "has 1 rows, those before it have 2",
        ),
    ],
)
def test_what_is_no_request_is_refused_in_the_shape_of_the_protocol(
    http: TestClient, asked: object, said: str
) -> None:
    answer = http.post(f"/v2/models/{MODEL}/infer", json=asked)
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert said in answer.json()["error"]


@pytest.mark.parametrize("length", ["-1", "x", "9" * 5000, "1000000", "²", "5"])
def test_a_wrong_length_of_the_json_is_refused(http: TestClient, length: str) -> None:
    headers = [(b"inference-header-content-length", length.encode())]
    body = json.dumps(one()).encode()
    answer = http.post(f"/v2/models/{MODEL}/infer", content=body, headers=headers)
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize("behind", [b"", b"\x05\0\0\0four", b"\x01\0", b"\x01\0\0\0\xff"])
def test_broken_texts_among_bytes_are_refused(http: TestClient, behind: bytes) -> None:
    size = {"binary_data_size": len(behind)}
    asked = one(name="Neighborhood", datatype="BYTES", shape=[1], parameters=size, data=None)
    body = json.dumps(asked).encode()
    headers = {"inference-header-content-length": str(len(body))}
    answer = http.post(f"/v2/models/{MODEL}/infer", content=body + behind, headers=headers)
    assert answer.status_code == 400
    assert "Neighborhood" in answer.json()["error"]


def test_an_address_below_that_there_is_not_is_refused_in_that_shape(http: TestClient) -> None:
    answer = http.get("/v2/repository/index")
    assert answer.status_code == 404
    assert list(answer.json()) == ["error"]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda deeper: st.lists(deeper) | st.dictionaries(st.text(), deeper), max_leaves=5
)
TENSORS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["GrLivArea", "Neighborhood"]) | ANYTHING,
        "shape": st.sampled_from([[1], [2, 1], [0]]) | ANYTHING,
        "datatype": st.sampled_from(["FP64", "BYTES", "BOOL"]) | ANYTHING,
        "data": st.lists(SCALARS, min_size=1, max_size=2) | ANYTHING,
        "parameters": st.fixed_dictionaries({"binary_data_size": st.integers(0, 9)}) | ANYTHING,
    },
)
REQUESTS = st.fixed_dictionaries(
    {"inputs": st.lists(TENSORS, max_size=2) | ANYTHING},
    optional={
        "id": ANYTHING,
        "outputs": st.lists(st.fixed_dictionaries({"name": st.text()})) | ANYTHING,
        "parameters": st.fixed_dictionaries({"interval": SCALARS}) | ANYTHING,
    },
)


@given(asked=REQUESTS, behind=st.binary(max_size=20))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_asked_is_answered_or_refused(
    http: TestClient, asked: dict[str, Any], behind: bytes
) -> None:
    body = json.dumps(asked).encode()
    headers = {"inference-header-content-length": str(len(body))}
    answer = http.post(f"/v2/models/{MODEL}/infer", content=body + behind, headers=headers)
    if answer.status_code == 200:
        n_json = int(answer.headers.get("inference-header-content-length", len(answer.content)))
        assert json.loads(answer.content[:n_json])["model_name"] == MODEL
    else:
        assert answer.status_code == 400
        assert list(answer.json()) == ["error"]
