"""Which levels are plainly ordered, and how."""

import pytest

from regression_model.guessing.scales import merge_levels, order_levels


@pytest.mark.parametrize(
    ("name", "ordered"),
    [
        ("quality", ["Po", "Fa", "TA", "Gd", "Ex"]),
        ("quality", ["Fa", "TA", "Ex"]),
        ("risk", ["low", "medium", "high"]),
        ("risk", ["LOW", "MEDIUM", "HIGH"]),
        ("risk", ["Very low", "low", "high"]),
        ("risk", ["very_low", "low", "very_high"]),
        ("state", ["poor", "fair", "good", "very good", "excellent"]),
        ("stain", ["none", "some", "many"]),
        ("size", ["small", "medium", "large"]),
        ("size", ["XS", "S", "M", "XL"]),
        ("cut", ["Fair", "Good", "Very Good", "Premium", "Ideal"]),
        ("energy_grade", ["G", "C", "A"]),
        ("x", ["B-", "B", "B+", "A"]),
        ("age", ["<18", "18-25", "26-64", "65+"]),
        ("income", ["under 10", "10 to 20", "over 20"]),
        ("level", ["1 - low", "2 - middle", "10 - top"]),
        ("education", ["1. < HS Grad", "2. HS Grad", "3. College Grad"]),
        ("x", ["1. low", "2. medium", "3. high"]),
    ],
)
def test_words_that_say_their_order_are_ordered(name: str, ordered: list[str]) -> None:
    found = order_levels(name, sorted(ordered))
    assert found is not None
    assert list(found[1]) == ordered


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("colour", ["red", "green", "blue"]),
        ("risk", ["low", "high"]),
        ("risk", ["low", "high", "blue"]),
        ("risk", ["low", "Low", "high"]),
        ("group", ["A", "B", "C"]),
        ("code", ["1", "2", "3"]),
        ("race", ["1. White", "2. Black", "3. Asian"]),
        ("marital", ["1. Never Married", "2. Married", "3. Widowed"]),
        ("house", ["1Story", "2Story", "1.5Fin"]),
        ("state", ["CA", "NY", "TX"]),
        ("x", []),
    ],
)
def test_others_are_not(name: str, levels: list[str]) -> None:
    assert order_levels(name, levels) is None


def test_merged_levels_keep_the_order_of_the_scale() -> None:
    found = order_levels("a", ["High", "Low", "Very low"])
    assert found is not None
    assert merge_levels(str(found[0]), [found[1], ("Medium", "High")]) == (
        "Very low", "Low", "Medium", "High",
    )  # fmt: skip
