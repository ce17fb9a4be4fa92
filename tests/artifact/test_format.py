"""The artifact's file: equal bytes, whole or not at all, and no damage goes unnoticed."""

import errno
import hashlib
import importlib
import json
import os
import random
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from regression_model.artifact.format import (
    FORMAT_VERSION,
    GRAPH,
    MODEL,
    Artifact,
    read_artifact,
    read_artifact_bytes,
    write_artifact,
)
from regression_model.artifact.model import Model
from regression_model.exceptions import ArtifactError

FACTS: dict[str, Any] = {
    "model_version": "1.2.3",
    "columns": [],
    "target": {"column": "ä", "transform": "none", "unit": "€"},
    "metrics": {"cross_validated_pooled": {"rmse": 1.0, "mae": 1.0}},
}


def graph() -> bytes:
    rows_in = helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["N", 1])
    rows_out = [
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", 1])
        for name in ("score", "prediction")
    ]
    nodes = [helper.make_node("Exp", ["x"], [out.name]) for out in rows_out]
    made = helper.make_graph(nodes, "g", [rows_in], rows_out)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return bytes(model.SerializeToString())


GOOD = Artifact(FACTS, {GRAPH: graph()})


OLD = Path(__file__).parent.parent / "artifacts" / "format_2.zip"
WRONG_MEMBERS: list[Any] = [{GRAPH: None}, {GRAPH: {}}, {GRAPH: 7}, [GRAPH], None]


def listed(**members: Any) -> dict[str, Any]:
    data = graph()
    facts = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return {
        "format_version": 1,
        **FACTS,
        "members": {GRAPH: facts, **members},
    }


def zipped(path: Path, contents: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


@pytest.fixture(scope="session")
def good_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("format") / "good.zip"
    write_artifact(path, GOOD)
    return path.read_bytes()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "model.zip"
    write_artifact(path, GOOD)
    artifact = read_artifact(path)
    assert artifact.members == GOOD.members
    assert {key: artifact.model[key] for key in FACTS} == FACTS
    assert artifact.model["format_version"] == 1


def test_equal_contents_are_equal_bytes(tmp_path: Path) -> None:
    kept = read_artifact(OLD)
    one = Artifact(kept.model, kept.members)
    two = Artifact(kept.model, dict(reversed(kept.members.items())))
    for name, artifact in (("one.zip", one), ("other.zip", two)):
        write_artifact(tmp_path / name, artifact)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    assert read_artifact(tmp_path / "one.zip").members == one.members


def test_common_tools_can_read_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    write_artifact(path, GOOD)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MODEL, GRAPH]
        facts = json.loads(archive.read(MODEL))
        data = archive.read(GRAPH)
    expected = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert facts["members"] == {GRAPH: expected}
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("where", ["fsync", "replace"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, *, is_there: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "model.zip"
    if is_there:
        write_artifact(path, GOOD)
    before = path.read_bytes() if is_there else None
    monkeypatch.setattr(os, where, fail)
    if where == "replace":
        monkeypatch.setattr(Path, where, fail)
    with pytest.raises(OSError, match="No space left"):
        write_artifact(path, Artifact({**FACTS, "model_version": "2"}, GOOD.members))
    assert list(tmp_path.iterdir()) == ([path] if is_there else [])
    assert before is None or path.read_bytes() == before


def test_facts_that_json_cannot_hold_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_artifact(tmp_path / "m.zip", Artifact({**FACTS, "r2": float("nan")}, GOOD.members))
    assert list(tmp_path.iterdir()) == []


def same_or_refused(folder: Path, data: bytes) -> None:
    path = folder / "damaged.zip"
    path.write_bytes(data)
    try:
        artifact = read_artifact(path)
    except ArtifactError:
        return
    assert artifact.members == GOOD.members
    assert {key: artifact.model[key] for key in FACTS} == FACTS


@settings(deadline=None, max_examples=300)
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@example(where=0.0, flip=1)
def test_a_changed_byte_is_refused_or_changes_nothing(
    where: float, flip: int, good_bytes: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    position = int(where * len(good_bytes))
    damaged = bytearray(good_bytes)
    damaged[position] ^= flip
    same_or_refused(tmp_path_factory.getbasetemp(), bytes(damaged))


@settings(deadline=None, max_examples=100)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_file_is_refused(
    share: float, good_bytes: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "truncated.zip"
    path.write_bytes(good_bytes[: int(share * len(good_bytes))])
    with pytest.raises(ArtifactError, match="not a whole artifact"):
        read_artifact(path)


@settings(deadline=None, max_examples=50)
@given(data=st.binary(max_size=100))
def test_any_other_bytes_are_refused(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "other.zip"
    path.write_bytes(data)
    with pytest.raises(ArtifactError, match="not a whole artifact"):
        read_artifact(path)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        pytest.param({"a.txt": "hello"}, f"a zip without {MODEL}", id="foreign zip"),
        pytest.param({MODEL: "{]"}, "not JSON", id="no JSON"),
        pytest.param({MODEL: b"\xff\xfe{}"}, "not JSON", id="no UTF-8"),
        pytest.param({MODEL: "[]"}, "not an artifact of this package", id="a list"),
        pytest.param({MODEL: "{}"}, "no format_version", id="no version"),
        pytest.param(
            {MODEL: json.dumps({**listed(), "format_version": FORMAT_VERSION + 1}), GRAPH: graph()},
            f"format {FORMAT_VERSION + 1}.*reads up to {FORMAT_VERSION}; upgrade",
            id="newer",
        ),
        pytest.param(
            {
                MODEL: json.dumps({"format_version": FORMAT_VERSION + 1}),
                **{f"{number}.bin": b"x" for number in range(20)},
            },
            f"format {FORMAT_VERSION + 1}.*upgrade",
            id="newer, with more members",
        ),
        pytest.param(
            {MODEL: json.dumps({"format_version": FORMAT_VERSION, "members": {}})},
            "lacks columns, model_version, target",
            id="keys missing",
        ),
        pytest.param(
            {MODEL: json.dumps(listed())}, "damaged: its members are", id="missing member"
        ),
        pytest.param(
            {MODEL: json.dumps({**listed(), "members": {}})}, f"holds no {GRAPH}", id="none listed"
        ),
        pytest.param(
            {MODEL: json.dumps(listed()), GRAPH: graph(), "evil.pkl": b"x"},
            "evil.pkl",
            id="member not listed",
        ),
        pytest.param(
            {MODEL: json.dumps(listed(**{"evil.pkl": {}})), GRAPH: graph(), "evil.pkl": b"x"},
            "members that are not known",
            id="unknown member listed",
        ),
        pytest.param(
            {MODEL: json.dumps(listed()), GRAPH: graph() + b"\x00"}, "another SHA-256", id="longer"
        ),
        pytest.param(
            {MODEL: json.dumps(listed()), GRAPH: graph().replace(b"N", b"M")},
            "another SHA-256",
            id="other digest",
        ),
        *(
            pytest.param(
                {MODEL: json.dumps({**listed(), "members": members}), GRAPH: graph()},
                "damaged",
                id=f"members {members}",
            )
            for members in WRONG_MEMBERS
        ),
    ],
)
def test_a_zip_that_is_no_artifact_says_why(
    tmp_path: Path, contents: dict[str, bytes | str], said: str
) -> None:
    with pytest.raises(ArtifactError, match=said):
        read_artifact(zipped(tmp_path / "crafted.zip", contents))


def test_a_member_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "twice.zip", {MODEL: json.dumps(listed()), GRAPH: graph()})
    with (
        zipfile.ZipFile(path, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr(GRAPH, graph())
    with pytest.raises(ArtifactError, match="damaged"):
        read_artifact(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"cannot read .*nowhere\.zip: No such file"):
        read_artifact(tmp_path / "nowhere.zip")


def test_a_directory_is_no_artifact(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="directory"):
        read_artifact(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(ArtifactError, match="no regular file"):
        read_artifact(tmp_path / "pipe.zip")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a\0b.zip", "null"),
        ("a" * 5000, "too long"),
        ("\ud800.zip", "surrogates|No such"),
        ("/dev/zero", "no regular file|No such"),
        ("", "directory"),
    ],
)
def test_a_path_that_is_none_is_an_artifact_error(name: str, said: str) -> None:
    with pytest.raises(ArtifactError, match=f"cannot read the artifact .*({said})"):
        read_artifact(Path(name))


def test_nothing_is_written_that_is_not_read(tmp_path: Path) -> None:
    for facts, members in (
        ({**FACTS, "extra": 1}, GOOD.members),
        ({**FACTS, "target": {}}, GOOD.members),
        (FACTS, {GRAPH: graph().replace(b"Exp", b"Xxx")}),
        (FACTS, {**GOOD.members, "notes.txt": b"x"}),
        (FACTS, {}),
    ):
        with pytest.raises(ArtifactError):
            write_artifact(tmp_path / "model.zip", Artifact(facts, members))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def campaign(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the module of the campaign, which stands beside the tests and not in the wheel."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    return importlib.import_module("benchmarks.mutating")


@pytest.mark.parametrize("version", [1, 2])
def test_a_mutated_artifact_is_answered_or_refused(campaign: Any, version: int) -> None:
    source = OLD.with_name(f"format_{version}.zip").read_bytes()
    asked: list[dict[str, Any]] = [{}, {"interval": 0.9}, {"explain": True}]
    outcomes: Counter[str] = Counter()
    for i in range(154):
        kind = campaign.KINDS[i % len(campaign.KINDS)]
        data = campaign.mutated(source, kind, random.Random(f"{version}-{i}"))
        try:
            model = Model(read_artifact_bytes(data, "mutated"))
            for options in asked[: 3 if version == 2 else 1]:
                assert len(model.predict([{}], **options)["predictions"]) == 1
                assert len(model.predict([{}] * 20, **options)["predictions"]) == 20
            outcomes["answered"] += 1
        except ArtifactError:
            outcomes["refused"] += 1
    assert outcomes["answered"] > 0
    assert outcomes["refused"] > 100
