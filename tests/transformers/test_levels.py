"""Levels mapped, counted and grouped; categories with many of them."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.utils.estimator_checks import parametrize_with_checks

from regression_model.artifact.runtime import Engine
from regression_model.config.core import ModelConfig
from regression_model.export.pipelines import export_pipeline
from regression_model.pipeline import build_pipeline
from regression_model.transformers.levels import (
    LevelCounter,
    LevelSelector,
    Mapper,
    RareLevelGrouper,
)

N_ROWS = 300


@parametrize_with_checks([LevelCounter()])  # type: ignore[untyped-decorator]
def test_scikit_learns_contract(estimator: Any, check: Any) -> None:
    check(estimator)


def test_counts_are_those_of_training_and_zero_for_unseen_levels() -> None:
    counter = LevelCounter(["make"]).fit(pd.DataFrame({"make": [0.0, 0.0, 1.0, np.nan]}))
    counted = counter.transform(pd.DataFrame({"make": [0.0, 1.0, np.nan, -1.0, 7.0]}))
    np.testing.assert_allclose(np.expm1(counted["make_count"]), [2, 1, 1, 0, 0])


def test_a_count_does_not_take_the_name_of_a_column() -> None:
    frame = pd.DataFrame({"make": [0.0], "make_count": [1.0]})
    counted = LevelCounter(["make"]).fit_transform(frame)
    assert list(counted) == ["make", "make_count", "make_count_2"]
    assert counted["make_count"].tolist() == [1.0]


def test_the_two_selectors_share_the_columns_out() -> None:
    frame = pd.DataFrame({"a": [0.0, 1, 2, 3], "b": [0.0, 0, 1, 1], "c": [1.0, 2, 3, 3]})
    few = LevelSelector(["a", "b"], 3, many=False)(frame)
    assert (few, LevelSelector(["a", "b"], 3, many=True)(frame)) == (["b"], ["a"])


def _table() -> tuple[pd.DataFrame, Any]:
    random = np.random.default_rng(0)
    shop = random.integers(0, 90, N_ROWS)
    frame = pd.DataFrame(
        {
            "shop": [f"shop {i}" for i in shop],
            "colour": random.choice(["red", "green"], N_ROWS),
            "size": np.where(random.random(N_ROWS) < 0.2, np.nan, random.normal(size=N_ROWS)),
        }
    )
    return frame, random.normal(size=90)[shop] + random.normal(0, 0.1, N_ROWS)


RIDGE = {"type": "ridge", "max_levels": 20}
BOOSTED = {"type": "gradient_boosting", "n_estimators": 20, "missing_indicators": True}
HISTOGRAM = {"type": "hist_gradient_boosting", "max_iter": 20, "one_hot_levels": 5}


@pytest.mark.parametrize("settings", [RIDGE, BOOSTED, HISTOGRAM])
def test_many_levels_are_exported(settings: dict[str, Any]) -> None:
    columns = {"shop": "category", "colour": "category", "size": "number"}
    trees = {} if settings["type"] == "ridge" else {"level_counts": True}
    config = ModelConfig(
        target={"column": "y"}, columns=columns, estimators={"only": {**settings, **trees}}
    )
    X, y = _table()
    fitted = build_pipeline(config).fit(X, y)
    unseen = X.head(3).assign(shop=pd.Series(["nowhere", None, "shop 1"], dtype=object))
    for frame in (X, unseen):
        x = fitted[0].transform(frame).to_numpy()
        answered = Engine(export_pipeline(fitted), x.shape[1]).run(x)[1]
        np.testing.assert_allclose(answered, fitted.predict(frame), rtol=1e-12)


def test_a_linear_model_has_one_column_for_a_category_with_many_levels() -> None:
    columns = {"shop": "category", "colour": "category"}
    config = ModelConfig(target={"column": "y"}, columns=columns, estimators={"only": RIDGE})
    X, y = _table()
    fitted = build_pipeline(config).fit(X, y)
    names = list(fitted[-1].regressor_.estimators_[0][:-1].get_feature_names_out())
    assert names == ["colour_0.0", "colour_1.0", "shop"]
    assert fitted.score(X, y) > 0.8


nan = math.nan


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
    frame = pd.DataFrame({"street": ["Pave", None, "Grvl"], "built": [1961, 2008, 1990]})
    assert_frame_equal(Mapper().fit_transform(frame), frame)


def test_mapper_knows_two_ways_with_unseen_levels() -> None:
    with pytest.raises(ValueError, match="unseen should be 'missing' or 'error', got 'zero'"):
        Mapper(["street"], {"Pave": 1}, unseen="zero").fit(pd.DataFrame({"street": ["Pave"]}))  # type: ignore[arg-type]


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
