"""What a graph must not hold is found wherever it hides, before an engine is built."""

import math
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import GraphProto, ModelProto, TensorProto, helper, numpy_helper

from regression_model.artifact import sessions
from regression_model.artifact.inspection.graphs import MAX_NUMBERS, check_graph
from regression_model.artifact.inspection.messages import MAX_NODES
from regression_model.artifact.inspection.operators import OPERATORS
from regression_model.artifact.inspection.trees import MAX_DEPTH, MAX_SEARCHED
from regression_model.artifact.runtime import Engine
from regression_model.artifact.sections import FORMAT_VERSION
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
    one = numpy_helper.from_array(np.ones(1), "one")
    graph = helper.make_graph(nodes, "g", [rows_in], rows_out, [one])
    opsets = [helper.make_opsetid("ai.onnx.ml", 5), helper.make_opsetid("", 18)]
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
BRANCH, FUNCTION, SPARSE = "a subgraph", "a function", "sparse tensor"
FORBIDDEN: list[tuple[str, Callable[[], ModelProto], str]] = [
    ("initializer", lambda: with_initializer(external()), DATA),
    ("initializer, location not set", lambda: with_initializer(only_named()), DATA),
    ("sparse initializer", lambda: with_sparse(external()), SPARSE),
    ("attribute", lambda: with_attribute(value=external()), DATA),
    ("attribute of tensors", lambda: with_attribute(value=[external()]), "attribute of tensors"),
    ("subgraph", lambda: with_attribute(then_branch=branch(external())), BRANCH),
    ("list of subgraphs", lambda: with_attribute(branches=[branch(external())]), BRANCH),
    ("subgraph of a subgraph", nested_twice, BRANCH),
    ("default of a function", lambda: with_function(default=external()), FUNCTION),
    ("node", lambda: with_domain("node"), DOMAIN),
    ("opset", lambda: with_domain("opset"), DOMAIN),
    ("node of a subgraph", in_branch, BRANCH),
    ("function", lambda: with_function(domain="evil.ops"), FUNCTION),
    ("node of a function", lambda: with_function(node_domain="evil.ops"), FUNCTION),
    ("opset of a function", lambda: with_function(opset="evil.ops"), FUNCTION),
    ("training", with_training, "training information"),
]


@pytest.mark.parametrize(
    ("make", "said"), [case[1:] for case in FORBIDDEN], ids=[case[0] for case in FORBIDDEN]
)
def test_what_an_artifact_must_not_hold_is_refused(
    make: Callable[[], ModelProto], said: str
) -> None:
    with pytest.raises(ArtifactError, match=said):
        look(make().SerializeToString())


def test_what_an_artifact_may_hold_passes() -> None:
    assert look(model().SerializeToString()) == 3  # x, score and prediction of one row


def look(serialised: bytes) -> int:
    return check_graph(serialised, format_version=FORMAT_VERSION)


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
        look(made.SerializeToString() + field(7, graph))


@pytest.mark.parametrize("depth", [200, 1000, 5000])
def test_subgraphs_without_end_are_refused(depth: int) -> None:
    graph = b""
    for _ in range(depth):
        graph = field(1, field(5, field(6, graph)))
    with pytest.raises(ArtifactError, match="graph"):
        look(field(7, graph))


@settings(deadline=None, max_examples=100)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_graph_is_an_artifact_error(share: float) -> None:
    whole = model().SerializeToString()
    part = whole[: int(share * len(whole))]
    with pytest.raises(ArtifactError, match="graph"):
        look(part)


@settings(deadline=None, max_examples=150)
@given(garbage=st.binary(max_size=64))
def test_garbage_is_an_artifact_error(garbage: bytes) -> None:
    with pytest.raises(ArtifactError, match="graph"):
        look(garbage)


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
        look(garbage)


def graph_of(
    nodes: list[Any], constants: dict[str, Any] | None = None, *, width: int = 4, out: int = 1
) -> bytes:
    """Return a model from x to score and prediction; the last node gives y, of width `out`."""
    arrays = {"one": np.ones(1), "zero": np.array(0.0), **(constants or {})}
    ends = [helper.make_node("Exp", ["y"], [name]) for name in ("score", "prediction")]
    made = helper.make_graph(
        [*nodes, *ends],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["N", width])],
        [
            helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", out])
            for name in ("score", "prediction")
        ],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 5)]
    return bytes(helper.make_model(made, opset_imports=opsets, ir_version=10).SerializeToString())


def altered(change: Callable[[Any], object]) -> bytes:
    """Return a model that would pass, but for a change of its graph."""
    made = ModelProto.FromString(graph_of([node("MatMul", "x", "m")], {"m": np.ones((4, 1))}))
    change(made.graph)
    return bytes(made.SerializeToString())


def node(operator: str, *inputs: str, out: str = "y", **attributes: Any) -> Any:
    return helper.make_node(operator, inputs, [out], **attributes)


INTEGERS = {"least": np.array([-(2**63)]), "minus": np.array([-1]), "first": np.array([0])}
HUGE = np.array([2**30])


def doubled(times: int) -> list[Any]:
    """Put a tensor beside itself again and again: 2 ** times as wide in so many nodes."""
    names = ["x", *[f"w{i}" for i in range(times)]]
    return [node("Concat", names[i], names[i], out=names[i + 1], axis=1) for i in range(times)] + [
        node("Gather", names[-1], "first", axis=1)
    ]


REFUSED: dict[str, tuple[bytes, str]] = {
    "the least integer by -1": (
        graph_of([node("Div", "least", "minus", out="q"), node("Cast", "q", to=11)], INTEGERS),
        "a Div of anything but doubles",
    ),
    "a maximum with an absent input": (
        graph_of([node("Max", "x", "")]), "input '' is not computed before it"
    ),
    "a maximum of one": (graph_of([node("Max", "x")]), "a Max of 1 inputs"),
    "a clip without limits": (graph_of([node("Clip", "x", "", "")]), "input ''"),
    "a clip with wide limits": (graph_of([node("Clip", "x", "one", "one")]), "no single numbers"),
    "an unknown operator": (graph_of([node("Einsum", "x")]), "operator 'Einsum'"),
    "an operator of another format": (graph_of([node("Greater", "x", "one")]), "'Greater'"),
    "a loop": (graph_of([node("Loop", "", "", "x")]), "operator 'Loop'|input ''"),
    "an expansion": (graph_of([node("Expand", "x", "h")], {"h": HUGE}), "operator 'Expand'"),
    "a tensor that doubles": (graph_of(doubled(40), INTEGERS), "more than 100,000,000 numbers"),
    "tensors wider than allowed": (
        graph_of(doubled(19) , INTEGERS), r"tensors of 4,\d{3},\d{3} numbers for one row"
    ),
    "a product with what is computed": (graph_of([node("MatMul", "x", "x")]), "constant matrix"),
    "a product that does not fit": (
        graph_of([node("MatMul", "x", "m")], {"m": np.ones((3, 1))}), "constant matrix that fits"
    ),
    "a sum that does not fit": (
        graph_of([node("Add", "x", "m")], {"m": np.ones(3)}), "that do not fit"
    ),
    "columns that are not there": (
        graph_of([node("Gather", "x", "p", axis=1)], {"p": np.array([4])}), "are not there"
    ),
    "a column before the first": (
        graph_of([node("Gather", "x", "p", axis=1)], {"p": np.array([-1])}), "are not there"
    ),
    "a column counted from the end": (
        graph_of([node("Gather", "x", "p", axis=-1)], {"p": np.array([0])}), "anything but columns"
    ),
    "an operator that gives more": (
        graph_of([helper.make_node("Neg", ["x"], ["y", "z"])]), "a Neg of 1 inputs and 2 outputs"
    ),
    "an output twice": (altered(lambda g: g.output.append(g.output[0])), "no outputs, or some"),
    "no outputs": (altered(lambda g: g.ClearField("output")), "no outputs, or some twice"),
    "a slice past the end": (
        graph_of([node("Slice", "x", "a", "b", "i")],
                 {"a": np.array([3]), "b": np.array([9]), "i": np.array([1])}), "are not there"
    ),
    "a split into other parts": (
        graph_of([helper.make_node("Split", ["x", "p"], ["y", "z"], axis=1)],
                 {"p": np.array([2, 3])}), "other parts"
    ),
    "a reshape": (graph_of([node("Reshape", "x", "p")], {"p": np.array([-1, 1])}), "Reshape"),
    "a node before its input": (graph_of([node("Neg", "later"), node("Exp", "x", out="later")]),
                                "'later' is not computed before it"),
    "a node that feeds itself": (graph_of([node("Neg", "y")]), "'y' is not computed before it"),
    "two tensors of one name": (
        graph_of([node("Neg", "x", out="one"), node("Neg", "one")]), "two tensors called one"
    ),
    "an attribute too many": (graph_of([node("Neg", "x", axis=1)]), "an attribute 'axis' of Neg"),
    "outputs of another width": (graph_of([node("Neg", "x")]), "another shape than it declares"),
    "a constant of text": (
        graph_of([node("Neg", "x")], {"t": np.array(["a"], dtype=object)}), "field|constant"
    ),
    "more nodes than are read": (
        graph_of([node("Neg", "x", out=f"n{i}") for i in range(MAX_NODES + 1)]), "more than 10000"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_exporter_writes_is_refused_before_an_engine_is_built(case: str) -> None:
    serialised, said = REFUSED[case]
    with pytest.raises(ArtifactError, match=said):
        Engine(serialised, 4)


def test_what_exporters_write_is_computed() -> None:
    nodes = [
        node("Gather", "x", "p", out="g", axis=1),
        node("MatMul", "g", "m"),
    ]
    given = {"p": np.array([3, 0]), "m": np.array([[1.0], [10.0]])}
    score, _ = Engine(graph_of(nodes, given), 4).run(np.array([[0.1, 0.0, 0.0, 0.5]]))
    assert score.tolist() == [pytest.approx(float(np.exp(1.5)), rel=1e-15)]


LENGTHS = st.sampled_from([0, 1, 2, -1, -(2**63), 2**27, 2**31, 2**62, 2**63 - 1])


@settings(deadline=None, max_examples=150)
@given(
    lengths=st.lists(LENGTHS, max_size=4),
    kind=st.sampled_from([TensorProto.DOUBLE, TensorProto.INT64]),
    numbers=st.integers(0, 4),
    use=st.sampled_from([None, *OPERATORS]),
    swapped=st.booleans(),
)
def test_a_constant_of_any_lengths_is_refused_or_read(
    lengths: list[int], kind: int, numbers: int, use: str | None, *, swapped: bool
) -> None:
    odd = TensorProto(name="odd", data_type=kind, dims=lengths, raw_data=bytes(8 * numbers))
    nodes = [node("Gather", "x", "first", axis=1)]
    if use is not None:
        names = ["odd", "one", "first"][: OPERATORS[use].n_inputs or 2]
        nodes.append(node(use, *(reversed(names) if swapped else names), out="unused"))
    made = ModelProto.FromString(graph_of(nodes, INTEGERS))
    made.graph.initializer.append(odd)
    with suppress(ArtifactError):
        assert look(made.SerializeToString()) <= MAX_NUMBERS


def chain(depth: int, kind: type[np.generic] = np.float64) -> bytes:
    """Return one tree of so many questions, each behind the one before."""
    places, ones = list(range(depth)), [1] * depth
    said: dict[str, Any] = {
        "aggregate_function": 1,
        "n_targets": 1,
        "tree_roots": [0],
        "nodes_featureids": [0] * depth,
        "nodes_modes": helper.make_tensor("m", TensorProto.UINT8, [depth], [0] * depth),
        "nodes_splits": numpy_helper.from_array(np.arange(depth, dtype=kind), "s"),
        "nodes_truenodeids": places,
        "nodes_trueleafs": ones,
        "nodes_falsenodeids": [*places[1:], depth],
        "nodes_falseleafs": [*[0] * (depth - 1), 1],
        "nodes_missing_value_tracks_true": [0] * depth,
        "leaf_targetids": [0] * (depth + 1),
        "leaf_weights": numpy_helper.from_array(np.arange(depth + 1) / depth, "w"),
    }
    return graph_of([node("TreeEnsemble", "x", domain="ai.onnx.ml", **said)])


def test_trees_may_be_as_deep_as_settings_allow() -> None:
    score, _ = Engine(chain(MAX_DEPTH), 4).run(np.full((1, 4), MAX_DEPTH / 2))
    assert score.tolist() == [float(np.exp(0.5))]
    for depth in (MAX_DEPTH + 1, 20_000):
        with pytest.raises(ArtifactError, match="trees deeper than 1000 questions"):
            Engine(chain(depth), 4)


def test_trees_that_split_at_whole_numbers_alone_are_refused() -> None:
    with pytest.raises(ArtifactError, match="whose nodes_splits are of another kind"):
        Engine(chain(3, np.int64), 4)


@pytest.mark.parametrize("n_ensembles", [1, 4, 100])
def test_trees_may_not_be_so_many_that_loading_them_takes_long(n_ensembles: int) -> None:
    many = [0] * (1 + math.isqrt(MAX_SEARCHED // n_ensembles))
    said = {"tree_roots": many, "nodes_featureids": many}
    ensembles = [
        node("TreeEnsemble", "x", out=f"t{i}", domain="ai.onnx.ml", **said)
        for i in range(n_ensembles)
    ]
    with pytest.raises(ArtifactError, match=r"trees that take too long to load: .* are allowed"):
        look(graph_of(ensembles))
    with pytest.raises(ArtifactError, match="a TreeEnsemble that lacks an attribute"):
        look(graph_of(ensembles[:-1] or [node("TreeEnsemble", "x", domain="ai.onnx.ml")]))


def test_the_engines_own_format_is_not_read(tmp_path: Path) -> None:
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "model.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    ort.InferenceSession(chain(3), options, providers=["CPUExecutionProvider"])
    data = (tmp_path / "model.ort").read_bytes()
    with pytest.raises(ArtifactError, match=r"refused|damaged"):
        Engine(data, 4)
    with pytest.raises(ArtifactError, match="refuses the artifact"):
        sessions.open_session(data, [("x", 4)], [("score", 1), ("prediction", 1)])
