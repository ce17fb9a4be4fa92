"""The transformers: scikit-learn's conventions, then what each does to a frame."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from regression_model.transformers.base import FrameTransformer
from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer
from regression_model.transformers.encoder import Encoder
from regression_model.transformers.levels import Mapper, RareLevelGrouper
from regression_model.transformers.numbers import (
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)
from regression_model.transformers.operations import OPERATIONS

nan = math.nan


@parametrize_with_checks(
    [
        TemporalVariableTransformer(),
        Mapper(),
        RareLevelGrouper(),
        MedianImputer(),
        QuantileClipper(),
        SkewedLogTransformer(),
        DerivedFeatures(),
        Encoder(),
    ]
)  # type: ignore[untyped-decorator]
def test_transformers_keep_scikit_learns_conventions(
    estimator: FrameTransformer, check: Callable[[FrameTransformer], None]
) -> None:
    check(estimator)


def houses() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "built": [1961, 2008, 1990],
            "street": ["Pave", None, "Grvl"],
            "garage": [1961.0, nan, 1995.0],
            "central_air": [True, False, True],
            "sold": [2010, 2010, 2006],
        },
        index=[7, 3, 9],
    )


ON_HOUSES = [
    pytest.param(TemporalVariableTransformer(["built", "garage"], "sold"), id="temporal"),
    pytest.param(Mapper(["street"], {"Pave": 1.0, "Grvl": 0.0}), id="mapper"),
    pytest.param(RareLevelGrouper(["built"], 2), id="rare"),
    pytest.param(MedianImputer(["garage", "built"]), id="imputer"),
    pytest.param(QuantileClipper(["built", "garage"], 0.2), id="clipper"),
    pytest.param(SkewedLogTransformer(["built", "garage"], -10.0), id="log"),
    pytest.param(DerivedFeatures({"age": ("difference", ["sold", "built"])}), id="derived"),
]


@pytest.mark.parametrize("transformer", ON_HOUSES)
def test_only_the_named_columns_change(transformer: FrameTransformer) -> None:
    frame = houses()
    changed = clone(transformer).fit_transform(frame)
    named = set(getattr(transformer, "variables", []))
    untouched = [name for name in frame if name not in named]
    assert list(changed.columns)[: frame.shape[1]] == list(frame.columns)
    assert_frame_equal(changed[untouched], frame[untouched])
    assert all(not changed[name].equals(frame[name]) for name in named)


@pytest.mark.parametrize("transformer", ON_HOUSES)
def test_the_input_stays_as_it_was(transformer: FrameTransformer) -> None:
    frame = houses()
    clone(transformer).fit(frame).transform(frame)
    assert_frame_equal(frame, houses())


@pytest.mark.parametrize("transformer", ON_HOUSES)
def test_feature_names_are_those_of_the_frame_that_comes_out(transformer: FrameTransformer) -> None:
    fitted = clone(transformer).fit(houses())
    assert fitted.get_feature_names_out().tolist() == fitted.transform(houses()).columns.tolist()


@pytest.mark.parametrize("transformer", ON_HOUSES)
def test_what_was_learned_does_not_depend_on_the_rows_transformed(
    transformer: FrameTransformer,
) -> None:
    fitted = clone(transformer).fit(houses())
    whole = fitted.transform(houses())
    single = pd.concat([fitted.transform(houses().iloc[[i]]) for i in range(3)])
    assert_frame_equal(single, whole, check_dtype=False)


@pytest.mark.parametrize("transformer", ON_HOUSES)
def test_a_clone_has_the_settings_and_nothing_learned(transformer: FrameTransformer) -> None:
    copy = clone(clone(transformer).fit(houses()))
    assert copy.get_params() == transformer.get_params()
    with pytest.raises(NotFittedError, match="not fitted"):
        copy.transform(houses())


@pytest.mark.parametrize("transformer", ON_HOUSES)
def test_a_table_that_lacks_a_column_of_the_fit_is_refused(transformer: FrameTransformer) -> None:
    fitted = clone(transformer).fit(houses())
    with pytest.raises(ValueError, match=r"(?s)feature names should match.*sold"):
        fitted.transform(houses().drop(columns="sold"))


BY_VARIABLES: list[Callable[[Any], FrameTransformer]] = [
    TemporalVariableTransformer,
    Mapper,
    RareLevelGrouper,
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
    lambda variables: DerivedFeatures({"total": ("sum", variables)}),
]


@pytest.mark.parametrize("make", BY_VARIABLES)
def test_a_wrong_column_name_is_an_error_with_the_nearest_one(
    make: Callable[[Any], FrameTransformer],
) -> None:
    with pytest.raises(ValueError, match=r"lacks columns: bilt \(near: built\)"):
        make(["bilt", "garage"]).fit(houses())


def test_a_wrong_reference_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match=r"lacks columns: slod \(near: sold\)"):
        TemporalVariableTransformer(["built"], "slod").fit(houses())


@pytest.mark.parametrize("make", BY_VARIABLES)
def test_variables_given_as_one_text_are_an_error(make: Callable[[Any], FrameTransformer]) -> None:
    with pytest.raises(ValueError, match="should be a list of columns, got the text 'built'"):
        make("built").fit(houses())


@pytest.mark.parametrize(
    ("transformer", "expected"),
    [
        (TemporalVariableTransformer([0], 1), {"x0": [1.0, 7.0], "x1": [2.0, 9.0]}),
        (QuantileClipper([1], 0.5), {"x0": [1.0, 2.0], "x1": [5.5, 5.5]}),
        (
            DerivedFeatures({"all": ("sum", [0, 1])}),
            {"x0": [1.0, 2.0], "x1": [2.0, 9.0], "all": [3.0, 11.0]},
        ),
    ],
)
def test_arrays_are_taken_by_position_and_set_output_makes_frames(
    transformer: FrameTransformer, expected: dict[str, list[float]]
) -> None:
    array = np.array([[1.0, 2.0], [2.0, 9.0]])
    as_array = clone(transformer).fit_transform(array)
    as_frame = clone(transformer).set_output(transform="pandas").fit_transform(array)
    assert isinstance(as_array, np.ndarray)
    np.testing.assert_array_equal(as_array, pd.DataFrame(expected).to_numpy())
    assert_frame_equal(as_frame, pd.DataFrame(expected))


def test_elapsed_time_is_measured_to_the_reference_of_each_row() -> None:
    changed = TemporalVariableTransformer(["built", "garage"], "sold").fit_transform(houses())
    assert changed["built"].tolist() == [49.0, 2.0, 16.0]
    np.testing.assert_array_equal(changed["garage"], [49.0, nan, 11.0])
    assert changed.index.tolist() == [7, 3, 9]


def test_without_names_all_columns_are_measured_to_the_last() -> None:
    years = pd.DataFrame({"built": [1990], "garage": [2000], "sold": [2010]})
    changed = TemporalVariableTransformer().fit_transform(years)
    assert changed.iloc[0].to_dict() == {"built": 20.0, "garage": 10.0, "sold": 2010.0}


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_mapper_maps_text_levels_and_leaves_unseen_and_missing_ones_missing(dtype: str) -> None:
    kitchens = pd.DataFrame({"kitchen": pd.Series(["Gd", None, "Odd", "Ex"], dtype=dtype)})
    mapped = Mapper(["kitchen"], {"Gd": 4, "Ex": 5}).fit_transform(kitchens)
    np.testing.assert_array_equal(mapped["kitchen"].to_numpy(np.float64), [4.0, nan, nan, 5.0])


def test_mapper_can_refuse_what_it_has_not_seen() -> None:
    mapper = Mapper(["kitchen"], {"Gd": 4}, unseen="error").fit(pd.DataFrame({"kitchen": ["Gd"]}))
    known = mapper.transform(pd.DataFrame({"kitchen": ["Gd", None]}))
    np.testing.assert_array_equal(known["kitchen"], [4.0, nan])
    with pytest.raises(ValueError, match="kitchen is 'Odd' in row 1, which has no mapping"):
        mapper.transform(pd.DataFrame({"kitchen": ["Gd", "Odd"]}))


def test_mapper_without_mappings_changes_nothing() -> None:
    assert_frame_equal(Mapper().fit_transform(houses()), houses())


def test_mapper_knows_two_ways_with_unseen_levels() -> None:
    with pytest.raises(ValueError, match="unseen should be 'missing' or 'error', got 'zero'"):
        Mapper(["street"], {"Pave": 1}, unseen="zero").fit(houses())  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [-1.0, 99.0])
def test_rare_unseen_and_unknown_levels_become_one(other: float) -> None:
    training = pd.DataFrame({"level": [0.0, 0.0, 1.0, 2.0, 2.0, nan, nan, nan]})
    grouper = RareLevelGrouper(["level"], min_count=2, other=other).fit(training)
    grouped = grouper.transform(pd.DataFrame({"level": [0.0, 1.0, 2.0, 3.0, -1.0, nan]}))
    assert grouped["level"].tolist() == [0.0, other, 2.0, other, other, other]


def test_rare_is_judged_column_by_column() -> None:
    training = pd.DataFrame({"a": [0.0, 0.0, 1.0], "b": [1.0, 1.0, 0.0]})
    grouped = RareLevelGrouper(min_count=2).fit_transform(training)
    assert grouped.to_dict("list") == {"a": [0.0, 0.0, -1.0], "b": [1.0, 1.0, -1.0]}


def gaps() -> pd.DataFrame:
    return pd.DataFrame({"a": [1.0, nan, 3.0, 8.0], "b": [4.0, 3.0, 2.0, 1.0]})


def test_missing_numbers_get_the_training_median_and_an_indicator() -> None:
    imputer = MedianImputer().fit(gaps())
    filled = imputer.transform(pd.DataFrame({"a": [nan, 5.0], "b": [nan, 6.0]}))
    assert filled.to_dict("list") == {"a": [3.0, 5.0], "b": [2.5, 6.0], "a_missing": [1.0, 0.0]}
    assert imputer.get_feature_names_out().tolist() == ["a", "b", "a_missing"]


def test_indicators_can_be_left_out() -> None:
    filled = MedianImputer(["a"], indicators=False).fit_transform(gaps())
    assert filled.to_dict("list") == {"a": [1.0, 3.0, 3.0, 8.0], "b": [4.0, 3.0, 2.0, 1.0]}


def test_a_column_without_any_value_is_filled_with_zero() -> None:
    empty = pd.DataFrame({"a": [nan, nan]})
    assert MedianImputer(["a"]).fit_transform(empty)["a"].tolist() == [0.0, 0.0]


def test_an_indicator_does_not_take_the_name_of_a_column() -> None:
    frame = gaps().rename(columns={"b": "a_missing"})
    try:
        columns = MedianImputer(["a"]).fit_transform(frame).columns
    except ValueError as problem:
        assert "a_missing" in str(problem)  # noqa: PT017 - either way out is a good one
    else:
        assert columns.is_unique


@pytest.mark.parametrize("quantile", [0.9, 0.500001, -0.1, float("nan")])
def test_a_clipper_whose_ends_would_cross_is_refused(quantile: float) -> None:
    with pytest.raises(ValueError, match=r"quantile should be 0 to 0\.5, got"):
        QuantileClipper(quantile=quantile).fit([[1.0], [2.0]])


def test_numbers_are_clipped_at_the_quantiles_of_training() -> None:
    training = pd.DataFrame({"area": np.arange(101.0), "empty": nan})
    clipper = QuantileClipper(quantile=0.1).fit(training)
    new = pd.DataFrame({"area": [-5.0, 10.0, 50.0, 91.0, 1e30, nan], "empty": [-1e30, *[1.0] * 5]})
    clipped = clipper.transform(new)
    np.testing.assert_allclose(clipped["area"], [10.0, 10.0, 50.0, 90.0, 90.0, nan], rtol=1e-12)
    assert clipped["empty"].tolist() == new["empty"].tolist()


def test_missing_values_do_not_shift_the_quantiles() -> None:
    training = pd.DataFrame({"area": [nan, 1.0, 2.0, 3.0, nan]})
    clipped = (
        QuantileClipper(quantile=0.0)
        .fit(training)
        .transform(pd.DataFrame({"area": [0.0, 2.5, 9.0]}))
    )
    assert clipped["area"].tolist() == [1.0, 2.5, 3.0]


@pytest.mark.parametrize(
    ("values", "is_logged"),
    [
        pytest.param([0.0, 0.0, 0.0, 0.0, 100.0], True, id="skewed"),
        pytest.param([0.0, nan, 0.0, 0.0, 0.0, 100.0], True, id="skewed, with a gap"),
        pytest.param([1.0, 2.0, 3.0, 4.0, 5.0], False, id="symmetric"),
        pytest.param([100.0, 100.0, 100.0, 100.0, 0.0], False, id="skewed to the left"),
        pytest.param([-1.0, 0.0, 0.0, 0.0, 100.0], False, id="once negative"),
        pytest.param([7.0, 7.0, 7.0], False, id="constant"),
        pytest.param([nan, nan], False, id="without any value"),
    ],
)
def test_only_skewed_columns_that_are_never_negative_are_logged(
    values: list[float], *, is_logged: bool
) -> None:
    training = pd.DataFrame({"area": values})
    changed = SkewedLogTransformer(["area"]).fit_transform(training)["area"]
    expected = [math.log(1 + v) for v in values] if is_logged else values
    np.testing.assert_allclose(changed, expected, rtol=1e-12)


def test_a_negative_number_met_after_training_counts_as_zero() -> None:
    training = pd.DataFrame({"area": [0.0, 0.0, 0.0, 0.0, 100.0]})
    new = pd.DataFrame({"area": [-0.5, -3.0, -1e30, nan]})
    logged = SkewedLogTransformer(["area"]).fit(training).transform(new)
    np.testing.assert_array_equal(logged["area"], [0.0, 0.0, 0.0, nan])


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
    [(word, min(operation.most, 3)) for word, operation in OPERATIONS.items()],
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
