"""Steps that change levels are done to tables of lookups, and to nothing that has no levels."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OneHotEncoder, TargetEncoder

from regression_model.exceptions import ArtifactError
from regression_model.export.frames import FrameGraph
from regression_model.export.lookups import Lookup
from regression_model.export.steps import transform
from regression_model.processing.schema import Column, Schema
from regression_model.transformers.levels import LevelCounter, Mapper, RareLevelGrouper

SCHEMA = Schema((Column("place", "category", levels=("a", "b", "c")), Column("area", "number")))
ROWS = pd.DataFrame({"place": [0.0, 0.0, 1.0, np.nan, 0.0, 2.0], "area": [1.0, 2, 2, 3, 3, 3]})
# a lookup's values stand in this order: missing, never seen, then the levels
CELLS = np.array([np.nan, -1.0, 0.0, 1.0, 2.0])
STEPS: dict[str, Any] = {
    "mapper": lambda name: Mapper([name], {0.0: 5.0, 2.0: 7.0}),
    "rare": lambda name: RareLevelGrouper([name], 2),
    "counts": lambda name: LevelCounter([name]),
}


@pytest.mark.parametrize("make", STEPS.values(), ids=STEPS)
def test_a_table_holds_what_the_step_answers_for_each_level(make: Any) -> None:
    step = make("place").fit(ROWS)
    graph = FrameGraph(SCHEMA)
    frame = transform(graph, graph.input_frame(), step)
    expected = step.transform(pd.DataFrame({"place": CELLS, "area": 0.0}))
    assert list(frame) == list(expected)
    for name in set(frame) - {"area"}:
        symbol = frame[name]
        assert isinstance(symbol, Lookup)
        np.testing.assert_array_equal(symbol.table, expected[name])


@pytest.mark.parametrize(
    "step",
    [
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        TargetEncoder(target_type="continuous"),
    ],
)
def test_an_encoders_tables_hold_its_answers(step: Any) -> None:
    step.set_output(transform="pandas").fit(ROWS[["place"]], np.arange(6.0))
    graph = FrameGraph(SCHEMA)
    frame = transform(graph, {"place": graph.input_frame()["place"]}, step)
    expected = step.transform(pd.DataFrame({"place": CELLS}))
    assert list(frame) == list(expected)
    for name, symbol in frame.items():
        assert isinstance(symbol, Lookup)
        np.testing.assert_array_equal(symbol.table, expected[name])


@pytest.mark.parametrize("make", STEPS.values(), ids=STEPS)
def test_a_number_has_no_levels(make: Any) -> None:
    step = make("area").fit(ROWS)
    graph = FrameGraph(SCHEMA)
    message = f"{type(step).__name__} can be exported on categorical columns only"
    with pytest.raises(ArtifactError, match=message):
        transform(graph, graph.input_frame(), step)
