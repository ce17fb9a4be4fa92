"""What a graph must not hold is found wherever it hides, before an engine is built."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import GraphProto, ModelProto, TensorProto, helper
from regression_model.artifact.onnx_inspection import check_graph

from regression_model.artifact.runtime import Engine
from regression_model.exceptions import ArtifactError


def model() -> ModelProto:
    rows_in = helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["N", 1])
    rows_out = [
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", 1])
        for name in ("score", "prediction")
    ]
    nodes = [
        helper.make_node("Add", ["x", "one"], ["score"]),
        helper.make_node("Exp", ["score"], ["prediction"]),
    ]
    one = helper.make_tensor("one", TensorProto.DOUBLE, [1], [1.0])
    graph = helper.make_graph(nodes, "g", [rows_in], rows_out, [one])
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 5)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def external() -> TensorProto:
    tensor = TensorProto(name="w", data_type=TensorProto.DOUBLE, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    return tensor


def only_named() -> TensorProto:
    tensor = external()
    tensor.ClearField("data_location")
    return tensor


def branch(tensor: TensorProto) -> GraphProto:
    out = helper.make_tensor_value_info("w", TensorProto.DOUBLE, [1])
    return helper.make_graph([], "branch", [], [out], [tensor])


def with_initializer(tensor: TensorProto) -> ModelProto:
    made = model()
    made.graph.initializer.append(tensor)
    return made


def with_attribute(**attributes: Any) -> ModelProto:
    made = model()
    made.graph.node.append(helper.make_node("Op", [], ["w"], **attributes))
    return made


def with_sparse(tensor: TensorProto) -> ModelProto:
    made = model()
    made.graph.sparse_initializer.add().values.CopyFrom(tensor)
    return made


def with_function(
    *, domain: str = "", node_domain: str = "", opset: str = "", default: TensorProto | None = None
) -> ModelProto:
    made = model()
    node = helper.make_node("Identity", ["a"], ["b"], domain=node_domain)
    opsets = [helper.make_opsetid(opset, 1)]
    function = helper.make_function(domain, "F", ["a"], ["b"], [node], opsets)
    if default is not None:
        function.attribute_proto.append(helper.make_attribute("value", default))
    made.functions.append(function)
    return made


def with_domain(where: str) -> ModelProto:
    made = model()
    if where == "node":
        made.graph.node[0].domain = "evil.ops"
    else:
        made.opset_import.add(domain="evil.ops", version=1)
    return made


def in_branch() -> ModelProto:
    inner = branch(helper.make_tensor("w", TensorProto.DOUBLE, [1], [1.0]))
    inner.node.append(helper.make_node("Op", [], ["w"], domain="evil.ops"))
    return with_attribute(then_branch=inner)


def with_training() -> ModelProto:
    made = model()
    made.training_info.add()
    return made


def nested_twice() -> ModelProto:
    inner = branch(external())
    outer = branch(helper.make_tensor("w", TensorProto.DOUBLE, [1], [1.0]))
    outer.node.append(helper.make_node("If", ["c"], ["w"], then_branch=inner))
    return with_attribute(then_branch=outer)


DATA = "reference to an external data file"
DOMAIN = r"operators of the domain 'evil\.ops'"
FORBIDDEN: list[tuple[str, Callable[[], ModelProto], str]] = [
    ("initializer", lambda: with_initializer(external()), DATA),
    ("initializer, location not set", lambda: with_initializer(only_named()), DATA),
    ("sparse initializer", lambda: with_sparse(external()), DATA),
    ("attribute", lambda: with_attribute(value=external()), DATA),
    ("attribute of tensors", lambda: with_attribute(value=[external()]), DATA),
    ("subgraph", lambda: with_attribute(then_branch=branch(external())), DATA),
    ("list of subgraphs", lambda: with_attribute(branches=[branch(external())]), DATA),
    ("subgraph of a subgraph", nested_twice, DATA),
    ("default of a function", lambda: with_function(default=external()), DATA),
    ("node", lambda: with_domain("node"), DOMAIN),
    ("opset", lambda: with_domain("opset"), DOMAIN),
    ("node of a subgraph", in_branch, DOMAIN),
    ("function", lambda: with_function(domain="evil.ops"), DOMAIN),
    ("node of a function", lambda: with_function(node_domain="evil.ops"), DOMAIN),
    ("opset of a function", lambda: with_function(opset="evil.ops"), DOMAIN),
    ("training", with_training, "training information"),
]


@pytest.mark.parametrize(
    ("make", "said"), [case[1:] for case in FORBIDDEN], ids=[case[0] for case in FORBIDDEN]
)
def test_what_an_artifact_must_not_hold_is_refused(
    make: Callable[[], ModelProto], said: str
) -> None:
    with pytest.raises(ArtifactError, match=said):
        check_graph(make().SerializeToString())


@pytest.mark.parametrize(
    "make", [model, with_function, lambda: with_attribute(then_branch=branch(TensorProto()))]
)
def test_what_an_artifact_may_hold_passes(make: Callable[[], ModelProto]) -> None:
    check_graph(make().SerializeToString())


def look_and_load(serialised: bytes) -> None:
    check_graph(serialised)
    Engine(serialised, 2)


def varint(number: int) -> bytes:
    head, rest = number & 0x7F, number >> 7
    return bytes([head | 0x80]) + varint(rest) if rest else bytes([head])


def field(number: int, body: bytes, *, above: int = 0) -> bytes:
    """Encode a field; `above` are bits of its tag over the 32 that protobuf reads."""
    return varint((number << 3 | 2) + (above << 32)) + varint(len(body)) + body


@pytest.mark.parametrize("above", [0, 1, 4])
@pytest.mark.parametrize("number", [7, 5])
def test_a_field_number_that_the_engine_reads_otherwise_hides_nothing(
    number: int, above: int
) -> None:
    made = model()
    node = made.graph.node[0].SerializeToString()
    hidden = (
        b"evil.ops" if number == 7 else helper.make_attribute("v", external()).SerializeToString()
    )
    node += field(number, hidden, above=above)
    made.graph.node.pop(0)
    graph = made.graph.SerializeToString() + field(1, node)
    made.ClearField("graph")
    with pytest.raises(ArtifactError, match=f"{DOMAIN}|{DATA}|damaged"):
        check_graph(made.SerializeToString() + field(7, graph))


@pytest.mark.parametrize("depth", [200, 1000, 5000])
def test_subgraphs_without_end_are_refused(depth: int) -> None:
    graph = b""
    for _ in range(depth):
        graph = field(1, field(5, field(6, graph)))
    with pytest.raises(ArtifactError, match="graph"):
        look_and_load(field(7, graph))


@settings(deadline=None, max_examples=100)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_graph_is_an_artifact_error(share: float) -> None:
    whole = model().SerializeToString()
    part = whole[: int(share * len(whole))]
    with pytest.raises(ArtifactError, match="graph"):
        look_and_load(part)


@settings(deadline=None, max_examples=150)
@given(garbage=st.binary(max_size=64))
def test_garbage_is_an_artifact_error(garbage: bytes) -> None:
    with pytest.raises(ArtifactError, match="graph"):
        look_and_load(garbage)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff" * 100_000,
        b"\x80" * 100_000 + b"\x00",
        field(7, b"")[:-1] + b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x3b",
        field(8, field(1, b"\xff\xfe")),
    ],
    ids=["endless number", "padded number", "endless length", "a group", "no UTF-8"],
)
def test_a_malformed_message_is_damaged(garbage: bytes) -> None:
    with pytest.raises(ArtifactError, match="damaged"):
        check_graph(garbage)
