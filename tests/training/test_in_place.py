"""What stands where an artifact is to go: found by its version, and not replaced unasked."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from regression_model.config.core import Config, ModelConfig
from regression_model.exceptions import OccupiedPathError
from regression_model.training.in_place import check_place, find_in_place


@pytest.fixture(scope="module")
def artifact(small_path: Path) -> Path:
    return small_path


def test_the_highest_version_beside_is_found_whatever_the_time_of_the_files(
    artifact: Path, tmp_path: Path
) -> None:
    for name in (
        "output_v2.10.zip", "output_v1.zip", "output_v2.9.zip", "output_v2.10rc1.zip",
        "other_v3.zip", "output_v3_v3.zip", "output_vlatest.zip", "my_output_v9.zip",
    ):  # fmt: skip
        shutil.copy(artifact, tmp_path / name)

    def found(name: str) -> str | None:
        in_place = find_in_place(tmp_path / name)
        return None if in_place is None else in_place.path.name

    assert found("output_v4.zip") == "output_v2.10.zip"
    assert found("output_v1.zip") == "output_v1.zip"
    assert found("output_v3_v4.zip") == "output_v3_v3.zip"
    assert found("another_v4.zip") is None
    assert found("output.zip") is None
    assert found("gone/output_v4.zip") is None
    shutil.copy(artifact, tmp_path / "output_v2.10.1.zip")
    assert found("output_v4.zip") == "output_v2.10.1.zip"


def subject(settings: ModelConfig) -> dict[str, Any]:
    return {"target": settings.target.column, "columns": settings.columns}


def of_another_target(settings: ModelConfig) -> ModelConfig:
    target = settings.target.model_copy(update={"column": "Rent"})
    return settings.model_copy(update={"target": target})


def of_other_columns(settings: ModelConfig) -> ModelConfig:
    columns = {("Area" if n == "LotArea" else n): c for n, c in settings.columns.items()}
    return settings.model_copy(update={"columns": columns})


def of_many_others(settings: ModelConfig) -> ModelConfig:
    columns = {f"c{i}": column for i, column in enumerate(settings.columns.values())}
    return settings.model_copy(update={"columns": columns})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            of_another_target,
            "is a model of SalePrice, not of Rent; choose another path, or",
        ),
        (of_other_columns, r"is a model of other columns \(with LotArea, without Area\)"),
        (of_many_others, r"without c0, c1, c2, c3, c4 and 12 more\)"),
    ],
)
def test_a_model_of_something_else_is_replaced_by_force_alone(
    artifact: Path, small_config: Config, change: Any, said: str
) -> None:
    settings = small_config.model_config
    check_place(artifact, **subject(settings))
    with pytest.raises(OccupiedPathError, match=f"{artifact.name} exists and .*{said}"):
        check_place(artifact, **subject(change(settings)))
    check_place(artifact, **subject(change(settings)), force=True)


@pytest.mark.parametrize("data", [b"", b"my notes", None], ids=["empty", "text", "cut"])
def test_what_is_no_artifact_is_replaced_by_force_alone(
    artifact: Path, small_config: Config, tmp_path: Path, data: bytes | None
) -> None:
    path = tmp_path / "model.zip"
    path.write_bytes(artifact.read_bytes()[:3000] if data is None else data)
    with pytest.raises(OccupiedPathError, match="exists and is no artifact that can be read"):
        check_place(path, **subject(small_config.model_config))
    check_place(path, **subject(small_config.model_config), force=True)


def test_a_damaged_one_beside_is_told_at_the_start_and_not_compared(
    artifact: Path, small_config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "model_v1.zip").write_bytes(artifact.read_bytes()[:-100])
    check_place(tmp_path / "model_v2.zip", **subject(small_config.model_config))
    assert "the model in place is not compared" in caplog.text
    assert find_in_place(tmp_path / "model_v2.zip") is None
