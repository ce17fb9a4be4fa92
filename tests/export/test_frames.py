"""Frames of columns in a graph: how they begin, and what is put together where it is used."""

import numpy as np
import pytest

from regression_model.artifact.runtime import Engine
from regression_model.export.frames import FrameGraph
from regression_model.export.lookups import Lookup
from regression_model.export.symbols import Frame, Layout, Vector
from regression_model.export.tensors import Tensor
from regression_model.processing.schema import Column, Schema

SCHEMA = Schema(
    (
        Column("place", "category", levels=("north", "south")),
        Column("area", "number"),
        Column("lift", "boolean"),
        Column("quality", "ordered", levels=(None, "Po", "Gd")),
    )
)
NAMES = ["place", "area", "lift", "quality"]
ROWS = np.array(
    [
        [0.0, 10.0, 1.0, 2.0],
        [1.0, np.nan, 0.0, 0.0],
        [-1.0, -3.0, np.nan, 1.0],
        [np.nan, 0.0, 1.0, -1.0],
    ]
)


def column_of(graph: FrameGraph, tensor: Tensor, position: int) -> list[float]:
    """Return what a column of a tensor is for ROWS."""
    outputs = {"score": tensor.column(position), "prediction": tensor.column(position)}
    scores: list[float] = Engine(graph.serialise(outputs), ROWS.shape[1]).run(ROWS)[0].tolist()
    return scores


def test_columns_of_levels_begin_as_lookups_and_all_others_as_vectors() -> None:
    frame = FrameGraph(SCHEMA).input_frame()
    assert list(frame) == ["place", "area", "lift", "quality"]
    assert [type(symbol) for symbol in frame.values()] == [Lookup, Vector, Vector, Lookup]


def test_a_lookup_begins_with_missing_and_unseen() -> None:
    quality = FrameGraph(SCHEMA).input_frame()["quality"]
    assert isinstance(quality, Lookup)
    np.testing.assert_array_equal(quality.table, [np.nan, -1.0, 0.0, 1.0, 2.0])


@pytest.mark.parametrize("position", range(4))
def test_columns_stand_in_the_order_asked_for(position: int) -> None:
    graph = FrameGraph(SCHEMA)
    frame = graph.input_frame()
    order = ["quality", "area", "place", "lift"]
    tensor = graph.tensor([frame[name] for name in order])
    assert tensor.width == 4
    got = column_of(graph, tensor, position)
    np.testing.assert_array_equal(got, ROWS[:, NAMES.index(order[position])])


@pytest.mark.parametrize("together", [False, True])
def test_lookups_of_one_column_keep_their_own_values(together: bool) -> None:  # noqa: FBT001
    graph = FrameGraph(SCHEMA)
    first = Lookup(3, np.array([0.5, 1.5, 2.5, 3.5, 4.5]))
    second = Lookup(3, np.array([0.0, 10.0, 20.0, 30.0, 40.0]))
    if together:
        graph.gather_lookups([first, second])
    got = column_of(graph, graph.tensor([second]), 0)
    assert got == [40.0, 20.0, 30.0, 10.0]


def test_factors_and_shifts_are_applied_where_columns_are_put_together() -> None:
    graph = FrameGraph(SCHEMA)
    area = graph.input_frame()["area"]
    assert isinstance(area, Vector)
    scaled = Vector(area.tensor, area.position, factor=2.0, shift=1.0)
    got = column_of(graph, graph.tensor([scaled]), 0)
    np.testing.assert_array_equal(got, ROWS[:, 1] * 2 + 1)


def test_a_change_leaves_alone_what_was_not_named() -> None:
    graph = FrameGraph(SCHEMA)
    frame = graph.input_frame()

    def add_one(tensor: Tensor, layout: Layout) -> Tensor:
        return tensor + layout.align([1.0, 1.0], 0.0)

    changed = graph.change(frame, ["area", "quality"], lambda table, _: table + 1.0, add_one)
    assert changed["lift"] is frame["lift"]
    lift, area, quality = (changed[name] for name in ("lift", "area", "quality"))
    assert isinstance(area, Vector)
    assert isinstance(quality, Lookup)
    np.testing.assert_array_equal(quality.table, [np.nan, 0.0, 1.0, 2.0, 3.0])
    got = column_of(graph, graph.tensor([area, lift]), 0)
    np.testing.assert_array_equal(got, ROWS[:, 1] + 1)


@pytest.mark.parametrize(
    ("names", "is_finite"), [(["area"], False), (["filled"], True), (["known"], True),
                             (["filled", "known"], True), (["filled", "place"], False)],
)  # fmt: skip
def test_finite_is_what_can_hold_no_gap(names: list[str], *, is_finite: bool) -> None:
    graph = FrameGraph(SCHEMA)
    frame: Frame = graph.input_frame()
    filled = graph.change(
        frame, ["area"], lambda table, _: table, lambda tensor, _: tensor.filled([0.0, 0.0])
    )
    frame["filled"] = filled["area"]
    frame["known"] = Lookup(0, np.array([0.0, 0.0, 1.0, 0.0]))
    assert graph.is_finite([frame[name] for name in names]) == is_finite
