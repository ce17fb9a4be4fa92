"""Errors to expect: right in the target's unit where widths are on another scale."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from regression_model.artifact.model import Model
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.processing.schema import Column, Schema
from regression_model.train_pipeline import run_training
from regression_model.training.facts.errors import _between
from regression_model.training.facts.slices import slices_of_columns


def _amounts(n_rows: int, seed: int) -> pd.DataFrame:
    """Return rows whose logarithms are off by far more than small steps of them."""
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(2, n_rows))
    y = np.exp(4 + 0.6 * a + 0.3 * b + 0.9 * random.standard_t(8, n_rows))
    return pd.DataFrame({"a": a, "b": b, "y": y})


@pytest.mark.parametrize("transform", ["log", "none"])
def test_what_is_foretold_of_fresh_rows_is_found(transform: str) -> None:
    settings: dict[str, Any] = {
        "target": {"column": "y", "transform": transform},
        "columns": {"a": "number", "b": "number"},
        "evaluation": {"folds": 5},
        "difficulty": {"max_iter": 20},
        "estimators": {"linear": {"type": "ridge", "alpha": 0.1}},
    }
    config = Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(settings))
    model = Model(run_training(config, data=_amounts(2_000, seed=1)).artifact)
    fresh = _amounts(20_000, seed=2)
    loss = model.drift(fresh.drop(columns="y")).loss
    answers = np.array(model.predict(fresh.drop(columns="y"))["predictions"])
    found = np.abs(answers - fresh["y"].to_numpy()).mean()
    assert loss is not None
    assert loss.error == pytest.approx(found, rel=0.1)
    assert loss.error == pytest.approx(loss.trained, rel=0.1)


def test_parts_that_err_alike_are_not_apart_and_others_are() -> None:
    random = np.random.default_rng(3)
    place = random.integers(0, 5, 4_000)
    schema = Schema((Column("place", "category", levels=tuple("abcde")),))
    slices = slices_of_columns(schema, place[:, None].astype(float), 10)
    assert sorted(map(len, slices)) == sorted(np.bincount(place))
    expected = np.full(4_000, 2.0)
    found = random.exponential(expected)
    assert _between(found, expected, slices, 1.0) < 0.03
    found *= np.array([1.4, 0.6, 1.0, 1.3, 0.7])[place]
    assert _between(found, expected, slices, 1.0) == pytest.approx(0.32, abs=0.04)
