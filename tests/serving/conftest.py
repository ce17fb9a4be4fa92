"""Real rows, some of them bad, and a service that answers them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from regression_model.processing.csv_files import read_columns

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from regression_model.artifact.model import Model

TABLE = Path(__file__).parents[2] / "regression_model" / "datasets" / "test.csv"


@pytest.fixture(scope="session")
def model() -> Model:
    """Return the packaged model."""
    from regression_model import load_model

    return load_model()


@pytest.fixture
def columns() -> dict[str, list[Any]]:
    """Return columns of houses as JSON has them: of forty rows, two that cannot be predicted."""
    columns: dict[str, list[Any]] = {}
    for name, cells in read_columns(TABLE).items():
        columns[name] = [_cell(cell) for cell in cells[:40]]
    columns["GrLivArea"][3] = "big"
    columns["LotArea"][5] = -1e40
    columns["Neighborhood"][7] = "Atlantis"
    return columns


@pytest.fixture
def records(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return the same houses as records."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _cell(text: str) -> str | float | None:
    try:
        return float(text)
    except ValueError:
        return text or None


@pytest.fixture(scope="session")
def client() -> TestClient:
    """Return a client of a service of the packaged model."""
    from starlette.testclient import TestClient

    from regression_model.serving import app

    return TestClient(app())
