"""What a fold says of shuffled columns is what its pipeline says of such rows."""

import numpy as np
import pandas as pd
import pytest

from regression_model.config.core import ModelConfig
from regression_model.pipeline import build_pipeline
from regression_model.training import shuffling
from regression_model.training.division import divide
from regression_model.training.fitting import fit
from regression_model.training.sample import Sample
from regression_model.training.shuffling import (
    Shuffle,
    scores_of_encoded,
    shuffled_scores,
    shuffles_of,
)

CONFIG = ModelConfig.model_validate(
    {
        "target": {"column": "price", "transform": "log"},
        "columns": {"area": "number", "place": "category", "rooms": "integer"},
        "derived": {"size": {"operation": "product", "of": ["area", "rooms"]}},
        "estimators": {"l": {"type": "ridge"}, "t": {"type": "extra_trees", "n_estimators": 3}},
        "evaluation": {"folds": 3, "repeats": 2},
    }
)


def sample(n_samples: int = 80) -> Sample:
    random = np.random.default_rng(2)
    area = random.uniform(20, 90, n_samples)
    X = pd.DataFrame(
        {
            "area": area,
            "place": random.choice(["a", "b", "c"], n_samples),
            "rooms": random.integers(1, 5, n_samples),
        }
    )
    return Sample(X, area * np.exp(random.normal(0, 0.1, n_samples)))


@pytest.mark.parametrize("cells_at_once", [1, 1 << 21])
def test_one_column_at_a_time_is_another_rows(
    monkeypatch: pytest.MonkeyPatch, cells_at_once: int
) -> None:
    monkeypatch.setattr(shuffling, "_CELLS_AT_ONCE", cells_at_once)
    rows = sample()
    fitted = fit(build_pipeline(CONFIG), rows)
    shuffle = Shuffle(np.array([0, 5, 9]), np.array([9, 1, 2]))
    encoded = fitted[0].transform(rows.X)
    found = shuffled_scores(fitted, encoded, shuffle)
    for place, name in enumerate(encoded.columns):
        changed = rows.X.iloc[shuffle.rows].copy()
        changed[name] = rows.X[name].to_numpy()[shuffle.donors]
        expected = scores_of_encoded(fitted, fitted[0].transform(changed))
        np.testing.assert_allclose(found[place], expected, rtol=1e-12)


def test_rows_of_the_first_repeat_are_drawn_as_many_as_are_cheap() -> None:
    rows = sample(400)
    division = divide(rows, CONFIG.evaluation, 5)
    few, many = shuffles_of(division, 100, 5), shuffles_of(division, 3, 5)
    assert list(few) == list(many) == [0, 1, 2]
    for fold, (train, test) in enumerate(division.first_folds):
        assert len(few[fold].rows) == max(4 * len(train) // 100, 5)
        assert len(many[fold].rows) == len(test)
        assert sorted(many[fold].donors) == list(range(len(test)))
