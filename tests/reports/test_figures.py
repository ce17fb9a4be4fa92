"""Figures: drawn from any numbers that an artifact may hold, within their frame."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.schema import Column
from regression_model.reports.blocks import Figure, Paragraph
from regression_model.reports.card.agreement import (
    coverage_figure,
    learning_figure,
    predicted_actual_figure,
    residuals_figure,
    time_figure,
)
from regression_model.reports.card.reasons import effect_figure, importance_figure
from regression_model.reports.card.slices import slices_section, worst_sentences
from regression_model.reports.card.told import Told
from regression_model.reports.charts.plot import TRAINED, WIDTH, Series
from regression_model.reports.page import svg

FINITE = st.floats(allow_nan=False, allow_infinity=False)
FILE = Series("second", "a file")
DAY = 86_400.0


def _check(figure: Figure) -> ET.Element:
    """Check that all that is drawn is in the frame, and return the chart."""
    chart = ET.fromstring(svg(figure).source)
    for element in chart.iter():
        for name in ("x", "cx", "x1", "x2"):
            assert -1 <= float(element.get(name, 0)) <= WIDTH + 1
        for name in ("y", "cy", "y1", "y2"):
            assert -1 <= float(element.get(name, 0)) <= figure.height + 1
        numbers = re.findall(r"-?[\d.]+", element.get("d", ""))
        assert all(-1 <= float(n) <= max(WIDTH, figure.height) + 1 for n in numbers)
        assert not re.search("nan|inf", element.get("d", ""))
    n_headers = len(figure.numbers.headers)
    assert all(len(row) == n_headers for row in figure.numbers.rows)
    return chart


def _texts(chart: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in chart.iter("{http://www.w3.org/2000/svg}text")]


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=6))
def test_truths_of_any_size_are_drawn_beside_predictions(pairs: list[tuple[float, float]]) -> None:
    bins = [{"rows": 10, "predicted": p, "actual": a} for p, a in pairs]
    _check(predicted_actual_figure({TRAINED: bins}, "dollars"))
    _check(predicted_actual_figure({TRAINED: bins, FILE: bins[:1]}, "dollars"))


@given(st.lists(st.tuples(FINITE, st.none() | FINITE, FINITE), min_size=1, max_size=6))
def test_residuals_are_drawn_as_far_as_they_are_told(
    told: list[tuple[float, float | None, float]],
) -> None:
    shares = [0.05, 0.25, 0.5, 0.75, 0.95]
    bins = [{"rows": 9, "predicted": p, "quantiles": [q, q, m, q, q]} for p, q, m in told]
    part = {"shares": shares, "bins": bins}
    _check(residuals_figure({TRAINED: part}, "dollars"))
    _check(residuals_figure({TRAINED: part, FILE: part}, "dollars"))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_coverage_is_drawn_at_any_levels(pairs: list[tuple[float, float]]) -> None:
    _check(coverage_figure({TRAINED: pairs}))


@given(st.lists(st.tuples(st.text(), FINITE, st.floats(0, 1e300)), min_size=1, max_size=60))
def test_importance_may_be_below_zero(told: list[tuple[str, float, float]]) -> None:
    _check(importance_figure(told, "dollars"))


def test_error_over_time_names_days() -> None:
    stretches = {
        "is_date": True, "edges": [0.0, DAY], "rows": [10, 20, 30], "error": [1.0, 2.0, 3.0],
        "bias": [-1.0, 0.0, 1.5],
    }  # fmt: skip
    figure = time_figure(stretches, "sold", "dollars")
    chart = _check(figure)
    assert {"1970-01-01", "1970-01-02", "mean error", "sold"} <= set(_texts(chart))
    spans = [row[0] for row in figure.numbers.rows]
    assert spans == ["up to 1970-01-01", "1970-01-01 to 1970-01-02", "after 1970-01-02"]
    years = {**stretches, "is_date": False, "edges": [2006.0, 2007.0]}
    assert "2006 to 2007" in [row[0] for row in time_figure(years, "y", "x").numbers.rows]
    alone = {"is_date": False, "edges": [], "rows": [10], "error": [1.0], "bias": [0.0]}
    assert [row[0] for row in time_figure(alone, "y", "x").numbers.rows] == ["all"]


def test_a_learning_curve_begins_at_nothing() -> None:
    curve = {
        "branch": "trees",
        "folds": 2,
        "shares": [0.5, 1.0],
        "rows": [50, 100],
        "error": [3, 2],
    }
    chart = _check(learning_figure(curve, "dollars"))
    assert {"0", "100", "0.0", "3.0"} <= set(_texts(chart))


@pytest.mark.parametrize(
    ("column", "at", "shown"),
    [
        (Column("area", "number", training_range=(0.0, 9.0)), [1.0, 4.0, 9.0], "4"),
        (Column("year", "integer", training_range=(0.0, 9.0)), [2001.0, 2004.0], "2004"),
        (Column("sold", "date", training_range=(0.0, DAY)), [0.0, DAY], "1970-01-02"),
        (Column("quality", "ordered", levels=("bad", "good", "best")), [0.0, 1.0, 2.0], "good"),
        (Column("garden", "boolean"), [0.0, 1.0], "true"),
    ],
    ids=lambda value: value.kind if isinstance(value, Column) else "",
)
def test_effects_are_drawn_over_values(column: Column, at: list[float], shown: str) -> None:
    rows = [1 / (len(at) - 1)] * (len(at) - 1)
    effect = {"column": column.name, "at": at, "rows": rows, "prediction": [*range(len(at))]}
    chart = _check(effect_figure(effect, column, 1, "dollars"))
    assert shown in _texts(chart)
    marks = [p for p in chart.iter("{http://www.w3.org/2000/svg}path") if p.get("class") == "rug"]
    assert len(marks) == len(rows)


def test_effects_of_levels_stand_by_their_names() -> None:
    column = Column("place", "category", levels=(None, "north", "<b>south"))
    effect: dict[str, Any] = {
        "column": "place", "at": [2, 0, 1], "rows": [0.2, 0.5, 0.3], "prediction": [-1.0, 0.0, 2.0],
    }  # fmt: skip
    figure = effect_figure(effect, column, 3, "dollars")
    assert {"<b>south", "(none)", "north"} <= set(_texts(_check(figure)))
    assert figure.name == "effect-3"
    assert figure.description == "From -1 at <b>south to +2 dollars at north."


def test_slices_are_named_by_what_their_rows_have_in_common() -> None:
    columns = [
        Column("place", "category", levels=(None, "<b>south")),
        Column("garden", "boolean"),
        Column("rooms", "integer", training_range=(1.0, 9.0)),
        Column("sold", "date", training_range=(0.0, DAY)),
    ]
    parts = [
        [{"column": "place", "level": 0}],
        [{"column": "place", "level": 1}, {"column": "rooms", "above": 2.5, "up_to": 4.0}],
        [{"column": "garden", "up_to": 0.0}, {"column": "garden", "above": 0.0}],
        [{"column": "rooms", "missing": True}],
        [{"column": "sold", "above": DAY}],
    ]
    sure = {"rows": 40, "error": 5.0, "shrunk": 4.0, "p_value": 0.01, "is_worse": True}
    chance = {**sure, "p_value": 1.0, "is_worse": False}
    slices = {
        "error": 2.0, "looked_at": 9, "of_one": [{"of": parts[0], **sure}],
        "of_two": [{"of": each, **chance} for each in parts[1:]],
    }  # fmt: skip
    facts = {"target": {"unit": "euros", "transform": "log"}}
    told = Told(facts, {"slices": slices}, {column.name: column for column in columns})
    _, first, second = slices_section(told).blocks
    assert isinstance(first, Figure)
    assert isinstance(second, Figure)
    assert [row[0] for row in first.numbers.rows] == ["place is (none)"]
    assert [row[0] for row in second.numbers.rows] == [
        "place is <b>south and rooms 2 to 4",
        "garden is false and garden is true",
        "rooms is missing",
        "sold above 1970-01-02",
    ]
    pale = [bar for bar in _check(second).iter() if "faint" in (bar.get("class") or "")]
    assert len(pale) == 4
    assert worst_sentences(told) == [
        "Where place is (none), its error is 2.0 times that of all rows."
    ]


def test_no_slice_is_worse_and_none_is_known() -> None:
    facts = {"target": {"unit": "euros", "transform": "none"}}
    nothing = {"slices": {"error": 0.0, "looked_at": 0, "of_one": [], "of_two": []}}
    for report, said in ((nothing, "in none of them"), ({}, "Unknown.")):
        (block,) = slices_section(Told(facts, report, {})).blocks
        assert isinstance(block, Paragraph)
        assert said in block.text
        assert worst_sentences(Told(facts, report, {})) == []
