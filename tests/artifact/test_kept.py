"""What an artifact keeps for people: read when asked for, and refused where it does not fit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regression_model.artifact.contents import KEPT, MAX_KEPT_BYTES, PROFILE, REPORT
from regression_model.artifact.format import Artifact, read_artifact, write_artifact
from regression_model.artifact.kept import as_member
from regression_model.artifact.model import Model
from regression_model.exceptions import ArtifactError
from regression_model.predict import load_model

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def small(small_path: Path) -> Artifact:
    return read_artifact(small_path)


def with_member(artifact: Artifact, name: str, data: bytes) -> Artifact:
    return Artifact(artifact.model, {**artifact.members, name: data})


def asked(model: Model, name: str) -> Any:
    return getattr(model, name.removesuffix(".json"))


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_there_and_the_same_object_each_time(small: Artifact, name: str) -> None:
    model = Model(small)
    found = asked(model, name)
    assert found == json.loads(small.members[name])
    assert asked(model, name) is found


@pytest.mark.parametrize("path", sorted(ARTIFACTS.glob("*.zip")), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", KEPT)
def test_earlier_artifacts_keep_nothing(path: Path, name: str) -> None:
    assert asked(load_model(path), name) is None


def test_who_predicts_never_reads_it(small: Artifact) -> None:
    model = Model(with_member(small, PROFILE, b"{"))
    assert model.predict({"GrLivArea": 1500})["errors"] is None
    with pytest.raises(ArtifactError, match=r"the artifact is damaged: profile\.json"):
        asked(model, PROFILE)


def gone(*path: Any) -> Change:
    def change(told: Any) -> None:
        for part in path[:-1]:
            told = told[part]
        del told[path[-1]]

    return change


def put(*path: Any, value: Any) -> Change:
    def change(told: Any) -> None:
        for part in path[:-1]:
            told = told[part]
        told[path[-1]] = value

    return change


AREA, PLACE = ("columns", "GrLivArea"), ("columns", "Neighborhood")
FIRST_SLICE = ("slices", "of_one", 0, "of", 0)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("profile.json", gone("n_rows"), "n_rows: Field required"),
        ("profile.json", put("rows", value=[{"GrLivArea": 1}]), "rows: Extra inputs"),
        ("profile.json", put("n_rows", value=-1), "n_rows: "),
        ("profile.json", put("n_rows", value="9"), "n_rows: "),
        ("profile.json", put(*AREA, "edges", value=[2.0, 1.0]), "edges that do not rise"),
        ("profile.json", put(*AREA, "counts", value=[1]), "another number of bins"),
        ("profile.json", put(*AREA, "medians", value=[]), "another number of bins"),
        ("profile.json", put(*PLACE, "levels", value=[1, 1]), "levels that do not rise"),
        ("profile.json", put(*PLACE, "levels", value=[]), "counts of others"),
        (
            "profile.json",
            put(*PLACE, value={"levels": [999], "counts": [1], "missing": 0, "rare": 0}),
            "a level that there is not",
        ),
        (
            "profile.json",
            put("columns", "x", value={"levels": [], "counts": [], "missing": 0, "rare": 0}),
            "a column that there is not",
        ),
        ("report.json", gone("slices"), "slices: Field required"),
        ("report.json", put("coverage", 0, "coverage", value=1.5), r"coverage\.0\.coverage"),
        ("report.json", put("effects", 0, "column", value="x"), "a column that there is not"),
        ("report.json", put(*FIRST_SLICE, value={"column": "x"}), "a column that there is not"),
        (
            "report.json",
            put(*FIRST_SLICE, value={"column": "Neighborhood", "level": 999}),
            "a level that there is not",
        ),
        (
            "report.json",
            put("importance", "columns", "x", value={"mean": 0.0, "deviation": 0.0}),
            "a column that there is not",
        ),
        ("report.json", put("effects", 0, "at", value=[0.0]), "another number of values"),
        ("report.json", put("effects", 0, "rows", value=[]), "rows of other bins"),
        ("report.json", put("residuals", "shares", value=[0.5]), "another number of shares"),
        ("report.json", put("learning_curve", "rows", value=[]), "of other lengths"),
        (
            "report.json",
            put(
                "over_time",
                value={"is_date": True, "edges": [], "rows": [], "error": [], "bias": []},
            ),
            "another number of stretches",
        ),
        ("conformance.json", put("level", value=2.0), "level: "),
        ("conformance.json", put("vectors", 0, "from", value="x"), r"vectors\.0\.from"),
        ("conformance.json", put("vectors", 0, "cells", value=[1.0]), "number of cells"),
        ("conformance.json", put("vectors", 0, "record", value={"a": [1]}), "vectors"),
    ],
)
def test_what_does_not_fit_is_refused_when_it_is_read_and_when_it_is_written(
    small: Artifact, tmp_path: Path, name: str, change: Change, said: str
) -> None:
    told = json.loads(small.members[name])
    change(told)
    broken = with_member(small, name, as_member(told))
    with pytest.raises(ArtifactError, match=said):
        asked(Model(broken), name)
    path = tmp_path / "broken.zip"
    with pytest.raises(ArtifactError, match=said):
        write_artifact(path, broken)
    assert not path.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not as it should be"),
        (b"[]", "Input should be a valid dictionary"),
        (b'{"n_rows":1,"n_rows":1}', "a key stands twice"),
        (b"[" * 100 + b"]" * 100, "nested deeper"),
        (b"\xff", "is not as it should be"),
        (b" " * (MAX_KEPT_BYTES + 1), "at most 4,194,304 are read"),
    ],
    ids=["empty", "list", "twice", "deep", "no UTF-8", "long"],
)
def test_what_is_no_such_json_is_refused(small: Artifact, data: bytes, said: str) -> None:
    with pytest.raises(ArtifactError, match=said):
        asked(Model(with_member(small, REPORT, data)), REPORT)
