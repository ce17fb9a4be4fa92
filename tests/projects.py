"""Small tables, wheels and configs, of which tests make projects."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from regression_model import __version__

N_ROWS = 80


def write_table(path: Path, slope: float = 2.0) -> Path:
    random = np.random.default_rng(2)
    area = random.uniform(20, 200, N_ROWS).round(1)
    place = random.choice(["north", "south"], N_ROWS)
    price = slope * area + 30 * (place == "north") + random.normal(0, 5, N_ROWS)
    pd.DataFrame({"area": area, "place": place, "price": price}).to_csv(path, index=False)
    return path


def write_wheel(
    folder: Path, version: str = __version__, name: str = "evergreen-regression"
) -> Path:
    """Write a wheel that says of itself what pip asks, and holds nothing."""
    stem = f"{name.replace('-', '_')}-{version}"
    texts = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        "Provides-Extra: train\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, text in texts.items():
            wheel.writestr(f"{stem}.dist-info/{member}", text)
    return path


def shrink(config: Path, more: str = "") -> None:
    """Make a config that trains in a second of what init wrote."""
    text = config.read_text(encoding="utf-8")
    head = text[: text.index("evaluation:")]
    evaluation = "evaluation:\n  folds: 3\n"
    estimators = "estimators:\n  linear:\n    type: ridge\n"
    config.write_text(f"{head}{more}{evaluation}{estimators}", encoding="utf-8")
