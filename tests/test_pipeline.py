"""The pipeline as an ordinary scikit-learn object that takes the raw frame."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from regression_model.config.core import DATASET_DIR, Config, ModelConfig
from regression_model.pipeline import build_pipeline
from regression_model.train_pipeline import TrainingResult


def flats(n_samples: int = 40) -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "area": random.uniform(30.0, 200.0, n_samples),
            "rooms": random.integers(1, 7, n_samples),
            "place": random.choice(["north", "south", "west"], n_samples),
            "quality": random.choice(["Po", "Gd", "Ex"], n_samples),
        }
    )


COLUMNS: dict[str, Any] = {
    "area": "number",
    "rooms": "integer",
    "place": "category",
    "quality": {"kind": "ordered", "levels": ["Po", "Gd", "Ex"]},
}
ESTIMATORS = {
    "linear": {"type": "ridge", "rare_level_count": 2},
    "trees": {"type": "gradient_boosting", "n_estimators": 10},
}


def settings(**changed: Any) -> ModelConfig:
    given = {"target": {"column": "price"}, "columns": COLUMNS, "estimators": ESTIMATORS}
    return ModelConfig.model_validate(given | changed)


def prices(frame: pd.DataFrame) -> Any:
    return (1000.0 + 20.0 * frame["area"] + 100.0 * frame["rooms"]).to_numpy(np.float64)


def test_the_steps_read_like_the_config(small_config: Config) -> None:
    pipeline = build_pipeline(small_config.model_config)
    assert list(pipeline.named_steps) == ["encode", "map", "elapsed", "derive", "model"]
    average = pipeline["model"].regressor
    assert [name for name, _ in average.estimators] == ["linear", "trees"]
    assert average.weights == [2.0, 1.0]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (COLUMNS, ["encode", "map", "model"]),
        ({"area": "number", "place": "category"}, ["encode", "model"]),
    ],
)
def test_there_is_no_step_for_what_the_config_does_not_ask(
    columns: dict[str, Any], expected: list[str]
) -> None:
    assert list(build_pipeline(settings(columns=columns)).named_steps) == expected


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"area": "number", "rooms": "integer"}, id="numbers only"),
        pytest.param({"place": "category"}, id="categories only"),
        pytest.param({"quality": COLUMNS["quality"]}, id="ordered only"),
        pytest.param({"area": "number", "place": "category"}, id="both"),
    ],
)
@pytest.mark.parametrize("estimator", ["linear", "trees"])
def test_any_mix_of_kinds_of_columns_can_be_fitted(columns: dict[str, Any], estimator: str) -> None:
    frame = flats()[list(columns)]
    config = settings(columns=columns, estimators={estimator: ESTIMATORS[estimator]})
    fitted = build_pipeline(config).fit(frame, prices(flats()))
    assert np.isfinite(fitted.predict(frame)).all()


def test_an_unfitted_clone_has_equal_settings(small_config: Config) -> None:
    pipeline = build_pipeline(small_config.model_config)
    assert str(clone(pipeline).get_params()) == str(pipeline.get_params())


def test_settings_can_be_changed_by_step_and_parameter() -> None:
    frame = flats()
    pipeline = build_pipeline(settings(estimators={"linear": ESTIMATORS["linear"]}))
    loose = clone(pipeline).fit(frame, prices(frame))
    name = "model__regressor__linear__estimator__alpha"
    tight = clone(pipeline).set_params(**{name: 1e9}).fit(frame, prices(frame))
    assert tight.get_params()[name] == 1e9
    assert np.ptp(tight.predict(frame)) < 0.01 * np.ptp(loose.predict(frame))


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid parameter 'alhpa'"):
        build_pipeline(settings()).set_params(model__regressor__linear__estimator__alhpa=1)


def test_scikit_learn_cross_validates_the_raw_frame() -> None:
    frame = flats()
    scores = cross_val_score(build_pipeline(settings()), frame, prices(frame), cv=3)
    assert scores.shape == (3,)
    assert scores.min() > 0.5


def test_a_log_target_is_fitted_on_its_logarithm() -> None:
    frame = flats()
    y = np.exp(frame["area"].to_numpy() / 100.0)
    config = settings(
        columns={"area": "number", "place": "category"},
        target={"column": "price", "transform": "log"},
        estimators={"linear": {"type": "ridge", "alpha": 1e-6, "clip_quantile": 0}},
    )
    predicted = build_pipeline(config).fit(frame, y).predict(frame)
    np.testing.assert_allclose(predicted, y, rtol=1e-6)


def test_branches_are_averaged_by_weight() -> None:
    frame = flats()
    y = prices(frame)
    alone = {
        name: build_pipeline(settings(estimators={name: ESTIMATORS[name]})).fit(frame, y)
        for name in ESTIMATORS
    }
    weights = {"linear": 3.0, "trees": 1.0}
    weighted = {name: {**ESTIMATORS[name], "weight": weights[name]} for name in ESTIMATORS}
    both = build_pipeline(settings(estimators=weighted)).fit(frame, y)
    linear, trees = alone["linear"].predict(frame), alone["trees"].predict(frame)
    np.testing.assert_allclose(both.predict(frame), (3 * linear + trees) / 4, rtol=1e-12)


def test_a_branch_may_have_a_seed_of_its_own() -> None:
    forest = {"type": "extra_trees", "n_estimators": 3}
    seeds = {"own": None, "same": 7, "other": 0}
    branches = {name: {**forest, "seed": seed} for name, seed in seeds.items()}
    fitted = build_pipeline(settings(estimators=branches, seed=7)).fit(flats(), prices(flats()))
    average = fitted["model"].regressor_
    own, same, other = average.predict_branches(fitted[:-1].transform(flats())).T
    np.testing.assert_array_equal(own, same)
    assert (own != other).any()


def test_our_frame_and_that_of_read_csv_get_the_same_predictions(
    small_result: TrainingResult, sample_input_data: pd.DataFrame
) -> None:
    by_ours = small_result.pipeline.predict(sample_input_data)
    by_theirs = small_result.pipeline.predict(pd.read_csv(DATASET_DIR / "test.csv"))
    assert len(by_ours) == 1459
    np.testing.assert_array_equal(by_theirs, by_ours)


def test_the_raw_frame_is_not_changed(
    small_result: TrainingResult, sample_input_data: pd.DataFrame
) -> None:
    before = sample_input_data.copy(deep=True)
    small_result.pipeline.predict(sample_input_data)
    assert_frame_equal(sample_input_data, before)
