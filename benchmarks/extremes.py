"""Changes to an artifact that fit its format, and go to the ends of what it could hold."""

from __future__ import annotations

import io
import json
from typing import Any, TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from regression_model.artifact.explanation_arrays import pack_arrays
from regression_model.artifact.inspection.operators import OPERATORS
from regression_model.processing.kinds.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable
    import random

Members = dict[str, bytes]

_LENGTHS = [0, 1, 2, -1, -(2**63), 1 << 27, 1 << 31, 1 << 62, (1 << 63) - 1]
_FLOATS = [0.0, 5e-324, 1e-310, 1e-30, 1e30, 1e100, 1e200, 1.7e308, np.inf, np.nan]
_HALVES = ["\ud800", "a\udfffb", "\udc00\ud800", "\ud83d\ude00"]
_LEVELS: list[Callable[[int], str]] = [
    lambda i: str(10**6 + i),
    lambda i: f"{i}.5",
    lambda i: f"level {i}",
    lambda i: f"{i:030}",
]
_KEYS: list[tuple[str, list[Any]]] = [
    ("minimum", [0, -1e15, 1e300]),
    ("maximum", [0, 5.5]),
    ("levels", [["a"], [None], [None, "b", "1"]]),
    ("closed", [True]),
    ("training_range", [[0, 1], [-1e300, 1e300], [1e25, 1e26]]),
    ("date_order", ["dmy"]),
    ("required", [True]),
    ("missing_means", ["none"]),
    ("number_format", ["1.000,5"]),
    ("kind", list(KINDS)),
]


def change_extreme(members: Members, chosen: random.Random) -> None:
    """Change one thing to an extreme."""
    chosen.choice(_CHANGES)(members, chosen)


def _large_constants(members: Members, chosen: random.Random) -> None:
    """Add constants that compress to next to nothing."""
    size = chosen.choice([10**4, 10**6, 3 * 10**6, 10**7])
    constant = numpy_helper.from_array(np.zeros(size), "large")
    for name in [name for name in members if name.endswith(".onnx")]:
        model = onnx.load_model_from_string(members[name])
        model.graph.initializer.append(constant)
        members[name] = model.SerializeToString()


def _odd_lengths(members: Members, chosen: random.Random) -> None:
    """Add an empty constant of impossible lengths, and perhaps an operator that takes it."""
    name = chosen.choice([name for name in members if name.endswith(".onnx")])
    model = onnx.load_model_from_string(members[name])
    lengths = [chosen.choice(_LENGTHS) for _ in range(chosen.randrange(1, 4))]
    kind = chosen.choice([TensorProto.DOUBLE, TensorProto.INT64])
    model.graph.initializer.append(TensorProto(name="odd", data_type=kind, dims=lengths))
    model.graph.initializer[-1].raw_data = b""
    if chosen.random() < 0.7:
        operator = chosen.choice(list(OPERATORS))
        count = OPERATORS[operator].n_inputs or 2
        inputs = [chosen.choice(["odd", "odd", "x"]) for _ in range(count)]
        model.graph.node.append(helper.make_node(operator, inputs, ["of_odd"]))
    members[name] = model.SerializeToString()


def _many_trees(members: Members, chosen: random.Random) -> None:
    """Add ensembles of trees of one question each."""
    name = chosen.choice([name for name in members if name.endswith(".onnx")])
    model = onnx.load_model_from_string(members[name])
    count = chosen.choice([10, 10_000, 50_000])
    for i in range(chosen.choice([1, 4])):
        model.graph.node.append(_stumps(count, f"stumps{i}"))
    members[name] = model.SerializeToString()


def _stumps(count: int, name: str) -> Any:
    places, zeros, ones = range(count), [0] * count, [1] * count
    attributes: dict[str, Any] = {
        "aggregate_function": 1,
        "leaf_targetids": zeros * 2,
        "leaf_weights": numpy_helper.from_array(np.ones(2 * count), "w"),
        "n_targets": 1,
        "nodes_falseleafs": ones,
        "nodes_falsenodeids": [2 * i + 1 for i in places],
        "nodes_featureids": zeros,
        "nodes_missing_value_tracks_true": zeros,
        "nodes_modes": helper.make_tensor("m", TensorProto.UINT8, [count], zeros),
        "nodes_splits": numpy_helper.from_array(np.ones(count), "s"),
        "nodes_trueleafs": ones,
        "nodes_truenodeids": [2 * i for i in places],
        "tree_roots": list(places),
    }
    return helper.make_node("TreeEnsemble", ["x"], [name], domain="ai.onnx.ml", **attributes)


def _extreme_floats(members: Members, chosen: random.Random) -> None:
    """Set many numbers of an array of explanations."""
    if "explain.npz" not in members:
        _odd_lengths(members, chosen)
        return
    with np.load(io.BytesIO(members["explain.npz"])) as file:
        arrays = {name: file[name].copy() for name in file.files}
    array = arrays[chosen.choice(["cover", "cover", "value", "means", "threshold", "constant"])]
    sign = chosen.choice([1, 1, 1, -1])
    step = chosen.choice([1, 2, 7])
    array.flat[chosen.randrange(step) :: step] = sign * chosen.choice(_FLOATS)
    members["explain.npz"] = pack_arrays(arrays)


def _change_facts(members: Members, change: Callable[[dict[str, Any]], None]) -> None:
    facts = json.loads(members["model.json"])
    change(facts)
    members["model.json"] = json.dumps(facts).encode()


def _many_levels(members: Members, chosen: random.Random) -> None:
    """Give columns more levels than a model has."""
    count, spell = chosen.choice([10**3, 10**5, 10**6]), chosen.choice(_LEVELS)

    def change(facts: dict[str, Any]) -> None:
        have = [column for column in facts["columns"] if column.get("levels")]
        for column in chosen.sample(have, min(len(have), 2)):
            column["levels"] = [spell(i) for i in range(count)]

    _change_facts(members, change)


def _half_characters(members: Members, chosen: random.Random) -> None:
    """Put half a pair of surrogates into a text of ``model.json``, or into a key."""

    def change(facts: dict[str, Any]) -> None:
        half, column = chosen.choice(_HALVES), chosen.choice(facts["columns"])
        what = chosen.choice(["config", "name", "levels", "key", "unit"])
        if what == "config":
            facts.setdefault("config", {})["extra"] = half
        elif what == "key":
            column[half] = 1
        elif what == "unit":
            facts["target"]["unit"] = half
        else:
            column[what] = half if what == "name" else [half]

    _change_facts(members, change)


def _foreign_keys(members: Members, chosen: random.Random) -> None:
    """Give a column a key, which may be one that its kind cannot have."""

    def change(facts: dict[str, Any]) -> None:
        column, (key, values) = chosen.choice(facts["columns"]), chosen.choice(_KEYS)
        column[key] = chosen.choice(values)

    _change_facts(members, change)


_CHANGES = [
    _large_constants,
    _odd_lengths,
    _many_trees,
    _extreme_floats,
    _extreme_floats,
    _many_levels,
    _half_characters,
    _foreign_keys,
    _foreign_keys,
]
