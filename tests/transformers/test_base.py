"""What all transformers of frames keep to: scikit-learn's conventions, columns by name."""

import math
from collections.abc import Callable
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
    HingeAppender,
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)

nan = math.nan


@parametrize_with_checks(
    [
        TemporalVariableTransformer(),
        Mapper(),
        RareLevelGrouper(),
        MedianImputer(),
        QuantileClipper(),
        SkewedLogTransformer(),
        HingeAppender(),
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
    HingeAppender,
    lambda variables: DerivedFeatures({"total": ("sum", variables)}),
]


@pytest.mark.parametrize("make", BY_VARIABLES)
def test_a_wrong_column_name_is_an_error_with_the_nearest_one(
    make: Callable[[Any], FrameTransformer],
) -> None:
    with pytest.raises(ValueError, match=r"lacks columns: bilt \(near: built\)"):
        make(["bilt", "garage"]).fit(houses())


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
