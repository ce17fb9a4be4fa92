"""The page's reader answers as Python does: numbers, codes, values and sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from all_kinds import COLUMNS, table, trained
from page_reader import NO_NODE, NODE, Reader
from random_records import records

from regression_model.artifact.format import read_artifact
from regression_model.predict import packaged_artifact

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
FURTHER = {
    "rank": {"kind": "ordered", "levels": ["10", "9", "9.0", "8.50"], "closed": True},
    "truth": {"kind": "category", "levels": ["True", "no", "FALSE", "Straße", "ärmlich", "1.0"]},
    "gain": {"kind": "number", "number_format": "($1,234.5)", "missing_values": ["-", "inf"]},
    "seen": "date",
}

pytestmark = pytest.mark.skipif(NODE is None, reason=NO_NODE)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    data = table()
    for name, cells in {
        "rank": ["10", "9", "8.50"],
        "truth": ["True", "no", "Straße"],
        "gain": ["$1,000.5", "($2)", "7"],
        "seen": ["2024-01-01T10:00", "2025-03-01", "2026-12-31T23:59:59"],
    }.items():
        data[name] = (cells * len(data))[: len(data)]
    return Reader(trained(data, COLUMNS | FURTHER), tmp_path_factory.mktemp("odd"))


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(read_artifact(packaged_artifact()), tmp_path_factory.mktemp("packaged"))


def near(numbers: Any) -> Any:
    return [None if each is None else pytest.approx(each, rel=1e-9, abs=1e-9) for each in numbers]


def assert_alike(reader: Reader, count: int, seed: int) -> None:
    frames = list(records(reader.model.schema, count, seed))
    questions = [
        {"records": frame, "options": {"level": 0.8, "isFromFile": is_file}}
        for frame, is_file in frames
    ]
    fault, answers = reader.answers(questions)
    assert fault is None
    for (frame, is_file), answer in zip(frames, answers, strict=True):
        expected = reader.model.predict(frame, interval=0.8, from_file=is_file)
        assert answer["errors"] == expected["errors"]
        assert answer["warnings"] == expected["warnings"]
        for name in ("predictions", "lower", "upper"):
            assert answer[name] == near(expected[name])


@pytest.mark.parametrize("seed", range(3))
def test_records_of_every_kind_are_answered_as_by_python(odd: Reader, seed: int) -> None:
    assert_alike(odd, 3_000, seed)


def test_records_of_many_columns_are_answered_as_by_python(packaged: Reader) -> None:
    assert_alike(packaged, 1_000, seed=7)


@pytest.mark.parametrize("name", ["format_1", "format_2", "model_v0.6.0"])
def test_artifacts_of_every_format_prove_themselves(name: str, tmp_path: Path) -> None:
    fault, _ = Reader(read_artifact(ARTIFACTS / f"{name}.zip"), tmp_path).answers([])
    assert fault is None


def test_contributions_are_those_of_python(packaged: Reader) -> None:
    records = [example["record"] for example in packaged.model.facts["examples"]]
    _, (answer,) = packaged.answers([{"records": records, "options": {"explain": True}}])
    expected = packaged.model.predict(records, explain=True)["explanations"]
    for found, wanted in zip(answer["explanations"], expected, strict=True):
        assert wanted is not None
        assert found["base"] == pytest.approx(wanted["base"], rel=1e-12)
        assert found["score"] == pytest.approx(wanted["score"], rel=1e-12)
        for what in ("contributions", "effect"):
            assert found[what] == pytest.approx(wanted[what], rel=1e-9, abs=1e-12)
