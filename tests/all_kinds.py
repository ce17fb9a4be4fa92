"""A small model with a column of every kind, and of everything that a column can declare."""

from typing import Any

import numpy as np
import pandas as pd

from regression_model.artifact.format import Artifact
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.train_pipeline import run_training

COLUMNS: dict[str, Any] = {
    "area": {"kind": "number", "minimum": 0, "maximum": 1000, "required": True},
    "price per m": {"kind": "number", "number_format": "1.234,5", "missing": "none"},
    "rooms": {"kind": "integer", "aliases": ["n_rooms"]},
    "garden": "boolean",
    "place": {"kind": "category", "missing_values": ["", "?"]},
    "zip": {"kind": "category", "closed": True, "levels": ["007", "12", "yes"]},
    "state": {"kind": "ordered", "levels": ["poor", "fair", "good"], "missing": "none"},
    "sold": {"kind": "date", "date_order": "dmy"},
}


def table(n_samples: int = 60) -> pd.DataFrame:
    """Return a table of these columns and a target."""
    random = np.random.default_rng(6)
    area = random.uniform(20, 200, n_samples)
    return pd.DataFrame(
        {
            "area": area,
            "price per m": [f"1.{i:03},5" for i in range(n_samples)],
            "rooms": random.integers(1, 6, n_samples),
            "garden": random.random(n_samples) < 0.5,
            "place": random.choice(["north", "south"], n_samples),
            "zip": random.choice(["007", "12"], n_samples),
            "state": random.choice(["poor", "fair", "good"], n_samples),
            "sold": pd.date_range("2020-01-01", periods=n_samples).strftime("%d/%m/%Y"),
            "target": area + random.normal(0, 1, n_samples),
        }
    )


def trained(data: pd.DataFrame, columns: dict[str, Any]) -> Artifact:
    """Return a model of linear part and trees."""
    settings = {
        "target": {"column": "target"},
        "columns": columns,
        "estimators": {"l": {"type": "ridge"}, "t": {"type": "lightgbm", "n_estimators": 9}},
        "evaluation": {"folds": 3},
        "difficulty": {"max_iter": 3},
    }
    config = Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(settings))
    return run_training(config, data=data).artifact
