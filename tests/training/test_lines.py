"""A target that is a sum of multiples is learned as such, also beyond the training range."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from runs import choose_all

from regression_model.artifact.model import Model
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.guessing.proposals import Traits, propose_estimators, propose_transform
from regression_model.train_pipeline import run_training
from regression_model.training.sample import Sample

Floats = npt.NDArray[np.float64]
SITES = "abcdefgh"
TREES = {"type": "hist_gradient_boosting", "max_iter": 60, "max_leaf_nodes": 8}
"""In the place of the trees that are proposed, which take long and learn no lines either."""


def costs(n_rows: int, seed: int, *, by_site: bool, sign: float, times: float) -> pd.DataFrame:
    """Return hours and parts, both skewed, and what they cost; `times` their training range."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "hours": times * random.lognormal(2, 1.2, n_rows),
            "parts": times * random.exponential(200, n_rows),
        }
    )
    frame["cost"] = 50 * frame["hours"] + sign * 3 * frame["parts"] + random.normal(size=n_rows)
    if by_site:
        frame["site"] = random.choice(list(SITES), n_rows)
        frame["cost"] += frame["site"].map({site: 90.0 * i for i, site in enumerate(SITES)})
    return frame


def proposed(frame: pd.DataFrame, **more: Any) -> ModelConfig:
    """Return what is proposed for a table, with other trees."""
    transform, _ = propose_transform(frame["cost"].to_numpy())
    columns = {name: "category" if name == "site" else "number" for name in frame if name != "cost"}
    traits = Traits(len(frame), len(columns), max_levels=8 if "site" in frame else 0)
    branches = {branch.name: branch.settings for branch in propose_estimators(traits)}
    linear = {name: branch for name, branch in branches.items() if branch["type"] == "ridge"}
    return ModelConfig.model_validate(
        {
            "target": {"column": "cost", "transform": transform, "prediction": "mean"},
            "columns": columns,
            "average": "learned",
            "estimators": {**linear, "trees": TREES},
            "evaluation": {"folds": 4},
            "difficulty": {"max_iter": 5},
            **more,
        }
    )


def least_squares(frame: pd.DataFrame, others: pd.DataFrame) -> Floats:
    """Return what least squares with a constant, and one for each site, predicts of others."""
    both = pd.get_dummies(pd.concat([frame, others]).drop(columns="cost"), dtype=float)
    design = np.column_stack([np.ones(len(both)), both.to_numpy()])
    solution, *_ = np.linalg.lstsq(design[: len(frame)], frame["cost"].to_numpy(), rcond=None)
    return np.asarray(design[len(frame) :] @ solution)


def root_mean_square(errors: npt.ArrayLike) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("of", ["numbers", "a category"])
@pytest.mark.parametrize(("n_rows", "seed"), [(200, 1), (200, 2), (750, 3), (5_000, 4)])
def test_lines_are_learned_as_by_least_squares(
    n_rows: int, seed: int, of: str, sign: float
) -> None:
    by_site = of == "a category"
    frame = costs(n_rows, seed, by_site=by_site, sign=sign, times=1.0)
    config = Config(AppConfig(training_data_file="-"), proposed(frame))
    result = run_training(config, data=frame)
    assert result.selection.transform == "none"
    model = Model(result.artifact)
    for times in (1.0, 4.0):
        fresh = costs(1_000, seed + 100, by_site=by_site, sign=sign, times=times)
        answers = np.array(model.predict(fresh.drop(columns="cost"))["predictions"], dtype=float)
        error = root_mean_square(answers - fresh["cost"])
        best = root_mean_square(least_squares(frame, fresh) - fresh["cost"])
        assert error <= 1.1 * best


def test_a_curved_scale_goes_without_lines_that_have_no_end() -> None:
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"hours": random.uniform(0, 3, 400)})
    frame["cost"] = np.exp(frame["hours"] + 0.1 * random.normal(size=400))
    config = proposed(frame)
    sample = Sample(frame[["hours"]], frame["cost"].to_numpy())
    choice = choose_all(config, sample).choice
    assert choice.transform == "log"
    assert "lines" not in choice.weights
    # who names the scale has chosen for lines too
    target = config.target.model_copy(update={"transform": "log"})
    named = config.model_copy(update={"target": target})
    assert "lines" in choose_all(named, sample).choice.weights
