"""Artifacts of every format that was ever released load, and predict what they always did."""

import json
from pathlib import Path

import pytest

from regression_model.predict import load_model

ARTIFACTS = Path(__file__).parent / "artifacts"


@pytest.mark.parametrize("path", sorted(ARTIFACTS.glob("format_*.zip")), ids=lambda path: path.stem)
def test_an_old_artifact_predicts_the_same_numbers(path: Path) -> None:
    examples = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    result = load_model(path).predict([e["record"] for e in examples], from_file=True)
    assert result["predictions"] == [
        None if e["prediction"] is None else pytest.approx(e["prediction"], rel=1e-9)
        for e in examples
    ]


def test_there_is_an_artifact_of_every_format() -> None:
    from regression_model.artifact.format import FORMAT_VERSION

    found = {path.stem for path in ARTIFACTS.glob("format_*.zip")}
    assert found == {f"format_{i}" for i in range(1, FORMAT_VERSION + 1)}
