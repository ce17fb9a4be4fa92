"""Features computed from others: elapsed times, sums, products and their like."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer

nan = math.nan


def houses() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "built": [1961, 2008, 1990],
            "garage": [1961.0, nan, 1995.0],
            "sold": [2010, 2010, 2006],
        },
        index=[7, 3, 9],
    )


def test_a_wrong_reference_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match=r"lacks columns: slod \(near: sold\)"):
        TemporalVariableTransformer(["built"], "slod").fit(houses())


def test_elapsed_time_is_measured_to_the_reference_of_each_row() -> None:
    changed = TemporalVariableTransformer(["built", "garage"], "sold").fit_transform(houses())
    assert changed["built"].tolist() == [49.0, 2.0, 16.0]
    np.testing.assert_array_equal(changed["garage"], [49.0, nan, 11.0])
    assert changed.index.tolist() == [7, 3, 9]


def test_without_names_all_columns_are_measured_to_the_last() -> None:
    years = pd.DataFrame({"built": [1990], "garage": [2000], "sold": [2010]})
    changed = TemporalVariableTransformer().fit_transform(years)
    assert changed.iloc[0].to_dict() == {"built": 20.0, "garage": 10.0, "sold": 2010.0}


@pytest.mark.parametrize(
    ("operation", "parents", "expected"),
    [
        ("sum", [2.0, 3.0], 5.0),
        ("sum", [2.0, 3.0, -6.0], -1.0),
        ("product", [2.0, -3.0], -6.0),
        ("product", [2.0, 3.0, 4.0], 24.0),
        ("difference", [2.0, 3.0], -1.0),
        ("ratio", [3.0, 2.0], 1.5),
        ("ratio", [0.0, 2.0], 0.0),
        ("ratio", [3.0, 0.0], nan),
        ("ratio", [0.0, 0.0], nan),
        ("ratio", [3.0, -0.0], nan),
        ("presence", [3.0], 1.0),
        ("presence", [0.0], 0.0),
        ("presence", [-3.0], 0.0),
        ("sum", [1e30, 1e30], 2e30),
        ("difference", [-1e30, 1e30], -2e30),
        ("product", [1e30, 1e30], 1e30),
        ("product", [-1e30, 1e30], -1e30),
        ("ratio", [1e30, 1e-300], 1e30),
        ("ratio", [-1.0, 1e-300], -1e30),
    ],
)
def test_a_derived_feature_is_computed_from_its_parents(
    operation: str, parents: list[float], expected: float
) -> None:
    names = [f"p{i}" for i in range(len(parents))]
    frame = pd.DataFrame([parents], columns=names)
    derived = DerivedFeatures({"new": (operation, names)}).fit_transform(frame)
    np.testing.assert_array_equal(derived["new"], [expected])


@pytest.mark.parametrize(
    ("operation", "n_parents"),
    [("sum", 3), ("product", 3), ("difference", 2), ("ratio", 2), ("presence", 1)],
)
def test_a_missing_parent_makes_a_derived_feature_missing(operation: str, n_parents: int) -> None:
    values = np.where(np.eye(n_parents, dtype=bool), nan, 2.0)
    names = [f"p{i}" for i in range(n_parents)]
    frame = pd.DataFrame(values, columns=names)
    derived = DerivedFeatures({"new": (operation, names)}).fit_transform(frame)
    assert derived["new"].isna().all()


def test_a_derived_feature_builds_on_those_before_it() -> None:
    features: dict[str, tuple[str, Sequence[str]]] = {
        "total": ("sum", ["up", "down"]),
        "share": ("ratio", ["up", "total"]),
        "has_up": ("presence", ["share"]),
    }
    derived = DerivedFeatures(features).fit(pd.DataFrame({"up": [1.0], "down": [1.0]}))
    changed = derived.transform(pd.DataFrame({"up": [1.0, 0.0], "down": [3.0, 2.0]}))
    assert changed.to_dict("list") == {
        "up": [1.0, 0.0],
        "down": [3.0, 2.0],
        "total": [4.0, 2.0],
        "share": [0.25, 0.0],
        "has_up": [1.0, 0.0],
    }
    assert derived.get_feature_names_out().tolist() == ["up", "down", *features]


def test_a_derived_feature_cannot_build_on_one_after_it() -> None:
    features = {"share": ("ratio", ["up", "total"]), "total": ("sum", ["up", "down"])}
    with pytest.raises(ValueError, match=r"lacks columns: total; it has down"):
        DerivedFeatures(features).fit(pd.DataFrame({"up": [1.0], "down": [1.0]}))


def test_integers_and_booleans_are_computed_with_as_numbers() -> None:
    frame = pd.DataFrame({"rooms": [200, 100], "big": [True, False]}).astype({"rooms": np.uint8})
    derived = DerivedFeatures({"all": ("sum", ["rooms", "rooms", "big"])}).fit_transform(frame)
    assert derived["all"].tolist() == [401.0, 200.0]
