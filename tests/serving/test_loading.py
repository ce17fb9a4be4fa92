"""A process begins with what others serve, whatever has become of the artifact's file meanwhile."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from services import write_version
from signing import write_keys, write_signature

from regression_model import __version__
from regression_model.artifact.format import Artifact, read_artifact, write_artifact
from regression_model.artifact.signatures import signature_path
from regression_model.exceptions import ArtifactError, SignatureError
from regression_model.predict import packaged_artifact
from regression_model.serving.copies import ArtifactBytes, Copies, kept_copies
from regression_model.serving.loading import Loader


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "houses.zip"
    shutil.copy(packaged_artifact(), path)
    return path


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    folder = tmp_path / "copies"
    folder.mkdir()
    return Copies(folder)


def break_file(path: Path) -> None:
    path.write_bytes(packaged_artifact().read_bytes()[:1000])


def take_away(path: Path) -> None:
    path.unlink()


def put_another_target(path: Path) -> None:
    artifact = read_artifact(packaged_artifact())
    target = {**artifact.model["target"], "column": "Rent"}
    write_artifact(path, Artifact({**artifact.model, "target": target}, artifact.members))


def put_a_newer_one(path: Path) -> None:
    write_version(packaged_artifact(), path, "9.0.0")


@pytest.mark.parametrize("change", [break_file, take_away, put_another_target, put_a_newer_one])
def test_who_comes_later_begins_with_what_others_serve(
    path: Path, copies: Copies, caplog: pytest.LogCaptureFixture, change: Callable[[Path], None]
) -> None:
    first = Loader(copies=copies).begin("houses", path)
    change(path)
    with caplog.at_level(logging.WARNING, "regression_model.serving"):
        later = Loader(copies=copies).begin("houses", path)
    assert (first.is_of_file, later.is_of_file) == (True, False)
    assert later.served.digest == first.served.digest
    assert later.served.path == path
    assert later.served.is_tested
    assert [record.message for record in caplog.records] == ["begun with a copy"]


def test_who_finds_the_same_in_the_file_says_nothing(
    path: Path, copies: Copies, caplog: pytest.LogCaptureFixture
) -> None:
    Loader(copies=copies).begin("houses", path)
    assert Loader(copies=copies).begin("houses", path).is_of_file
    assert caplog.records == []


def test_what_was_taken_last_is_what_others_begin_with(path: Path, copies: Copies) -> None:
    loader = Loader(copies=copies)
    old = loader.begin("houses", path).served
    put_a_newer_one(path)
    loader.load("houses", path, old)
    put_another_target(path)
    with pytest.raises(ArtifactError, match="predicts Rent in dollars"):
        loader.load("houses", path, old)
    break_file(path)
    with pytest.raises(ArtifactError, match="not a whole artifact"):
        loader.load("houses", path, old)
    assert Loader(copies=copies).begin("houses", path).served.model.version == "9.0.0"


def test_without_copies_the_file_is_all_there_is(path: Path) -> None:
    assert Loader().begin("houses", path).served.model.version == __version__
    break_file(path)
    with pytest.raises(ArtifactError, match="not a whole artifact"):
        Loader().begin("houses", path)


def test_a_copy_is_trusted_no_more_than_a_file(path: Path, copies: Copies, tmp_path: Path) -> None:
    private, public = write_keys(tmp_path)
    write_signature(path, private)
    loader = Loader(trusted_key=public.read_bytes(), copies=copies)
    assert loader.begin("houses", path).is_of_file
    assert loader.begin("houses", path).is_of_file
    signature_path(path).unlink()
    break_file(path)
    assert not loader.begin("houses", path).is_of_file
    copy = copies.get("houses")
    assert copy is not None
    copies.keep("houses", ArtifactBytes(copy.data + b"x", copy.signature))
    with pytest.raises(SignatureError, match="it is not the file that was signed"):
        loader.begin("houses", path)


def test_a_copy_for_which_there_is_no_room_is_told_and_missed_by_nobody(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copies = Copies(tmp_path / "nix")
    assert Loader(copies=copies).begin("houses", path).is_of_file
    assert [record.message for record in caplog.records] == ["no copy kept"]
    assert copies.get("houses") is None


def test_copies_are_for_nobody_else_and_gone_in_the_end() -> None:
    with kept_copies() as copies:
        assert copies is not None
        copies.keep("houses", ArtifactBytes(b"data", b"signature"))
        assert copies.get("houses") == ArtifactBytes(b"data", b"signature")
        copies.keep("HOUSES", ArtifactBytes(b"others"))
        assert copies.get("houses") == ArtifactBytes(b"data", b"signature")
        assert copies.get("cars") is None
        assert {len(file.suffix) for file in copies.folder.iterdir()} == {len(".copy")}
        assert copies.folder.stat().st_mode & 0o077 == 0
    assert not copies.folder.exists()
