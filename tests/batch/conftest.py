"""Rows of houses, and files of them."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

TRAIN = Path(__file__).parents[2] / "regression_model" / "datasets" / "train.csv"

Rows = list[dict[str, str]]


@pytest.fixture
def rows() -> Rows:
    with TRAIN.open(encoding="utf-8", newline="") as file:
        return [row for row, _ in zip(csv.DictReader(file), range(60), strict=False)]


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, Rows], Path]:
    """Return what writes rows into a file of a name."""

    def write(name: str, rows: Rows) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write
