"""``sign`` and ``verify``: what a person sees of signatures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from signing import write_keys, write_signature

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return write_keys(tmp_path)


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    place = tmp_path / "model.zip"
    place.write_bytes((ARTIFACTS / "format_2.zip").read_bytes())
    return place


def test_what_is_signed_is_verified(
    command: Command, artifact: Path, keys: tuple[Path, Path]
) -> None:
    done = command("sign", "model.zip", "--key", keys[0])
    assert (done.status, done.out, done.err) == (0, "", "wrote model.zip.sig\n")
    done = command("verify", "model.zip", "--key", keys[1])
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("model.zip is what was signed with ")
    artifact.write_bytes(artifact.read_bytes() + b" ")
    done = command("verify", "model.zip", "--key", keys[1])
    assert (done.status, done.out) == (1, "")
    assert "error: model.zip is refused: it is not the file that was signed" in done.err


def test_the_signature_may_stand_elsewhere(
    command: Command, artifact: Path, keys: tuple[Path, Path]
) -> None:
    assert command("sign", artifact, "--key", keys[0], "--signature", "s.json").status == 0
    assert command("verify", artifact, "--key", keys[1], "--signature", "s.json").status == 0
    assert command("verify", artifact, "--key", keys[1]).status == 1


def test_a_signature_is_replaced_by_force_and_an_input_never(
    command: Command, artifact: Path, keys: tuple[Path, Path]
) -> None:
    before = write_signature(artifact, keys[0]).read_bytes()
    done = command("sign", artifact, "--key", keys[0])
    assert done.status == 2
    assert "exists; choose another name or add --force" in done.err
    assert (artifact.parent / "model.zip.sig").read_bytes() == before
    assert command("sign", artifact, "--key", keys[0], "--force").status == 0
    done = command("sign", artifact, "--key", keys[0], "--signature", keys[0], "--force")
    assert done.status == 2
    assert "it is the input" in done.err


def test_what_is_no_artifact_is_not_signed(
    command: Command, tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    (tmp_path / "model.zip").write_text("no zip", encoding="utf-8")
    done = command("sign", "model.zip", "--key", keys[0])
    assert done.status == 1
    assert "is not a whole artifact" in done.err
    assert not (tmp_path / "model.zip.sig").exists()


@pytest.mark.parametrize("name", ["sign", "verify"])
def test_a_key_that_is_not_there_is_wrong_usage(
    command: Command, artifact: Path, name: str
) -> None:
    done = command(name, artifact, "--key", "nix.pem")
    assert done.status == 2
    assert "there is no file nix.pem" in done.err
