"""A model of every kind of column, whose names, levels and unit are markup where they can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.train_pipeline import run_training

IMAGE = "<img src=x onerror=\"document.title='hit'\">"
SCRIPT = "</script><script>document.title='hit'</script>"
N_ROWS = 120
LEVELS = [f"place {number}" for number in range(60)]
COLUMNS: dict[str, Any] = {
    IMAGE: "number",
    "rooms": {"kind": "integer", "required": True, "minimum": 0, "maximum": 50},
    "__proto__": {"kind": "number", "missing": "none"},
    "=2+3": "number",
    SCRIPT: "category",
    "place": {"kind": "category", "levels": LEVELS},
    "built": "date",
    "seen": "date",
    "lift": "boolean",
    "state": {"kind": "ordered", "levels": ["low", "medium", "high"], "closed": True},
}


def table() -> pd.DataFrame:
    random = np.random.default_rng(11)
    built = pd.Timestamp("1990-01-01") + pd.to_timedelta(random.integers(0, 9000, N_ROWS), "D")
    seen = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(1, 9000, N_ROWS), "h")
    area = random.uniform(20, 200, N_ROWS).round(1)
    rooms = random.integers(1, 9, N_ROWS)
    return pd.DataFrame(
        {
            IMAGE: area,
            "rooms": rooms,
            "__proto__": random.uniform(0, 9, N_ROWS).round(1),
            "=2+3": random.uniform(0, 9, N_ROWS).round(1),
            SCRIPT: np.resize([SCRIPT, IMAGE, "plain"], N_ROWS),
            "place": np.resize(LEVELS, N_ROWS),
            "built": built.strftime("%Y-%m-%d"),
            "seen": seen.strftime("%Y-%m-%dT%H:%M:%S"),
            "lift": np.resize(["yes", "no"], N_ROWS),
            "state": np.resize(COLUMNS["state"]["levels"], N_ROWS),
            IMAGE + "target": 3 * area + 20 * rooms + random.normal(0, 2, N_ROWS),
        }
    )


def write_odd_model(path: Path) -> Path:
    settings = {
        "target": {"column": IMAGE + "target", "unit": "<i>crowns</i>"},
        "columns": COLUMNS,
        "estimators": {"linear": {"type": "ridge"}},
        "evaluation": {"folds": 2},
        "difficulty": {"max_iter": 3},
    }
    config = Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(settings))
    run_training(config, data=table(), artifact_path=path)
    return path
