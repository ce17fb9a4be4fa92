"""``sign``, ``verify`` and ``--trusted-key``: what a person sees of signatures."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from signing import write_keys, write_signature
from typer.main import get_group

from regression_model.cli import app

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
TRAIN = Path(__file__).parents[2] / "regression_model" / "datasets" / "train.csv"


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


ASKED: dict[str, list[str]] = {
    "card": ["-o", "card.html"],
    "drift": ["rows.csv"],
    "evaluate": ["rows.csv"],
    "explain": ["rows.csv", "--row", "0"],
    "export-html": ["-o", "page.html"],
    "info": [],
    "monitor": ["--state", "state.json"],
    "predict": ["rows.csv"],
    "schema": [],
    "self-test": [],
    "validate": ["rows.csv"],
}
"""Commands that a model answers, and what each needs besides."""
FOUND = {"monitor": (5,), "drift": (3, 4, 5)}
"""Statuses that say what was found, besides 0."""
ARTIFACT_FIRST = ("card", "export-html")


def test_every_command_that_a_model_answers_can_be_told_whom_to_trust() -> None:
    trusting, asked = set(), set()
    for name, each in get_group(app).commands.items():
        options = {option for parameter in each.params for option in parameter.opts}
        if "--trusted-key" in options:
            trusting.add(name)
        if "--model" in options:
            asked.add(name)
    assert trusting == {*ASKED, "serve"}
    assert asked <= trusting


@pytest.mark.parametrize(
    "arguments", [*([name, *ASKED[name]] for name in ASKED), ["info", "--sbom"]]
)
def test_a_command_takes_what_a_trusted_key_has_signed_alone(
    command: Command, small_path: Path, tmp_path: Path, arguments: list[str]
) -> None:
    private, public = write_keys(tmp_path)
    artifact = tmp_path / "model.zip"
    artifact.write_bytes(small_path.read_bytes())
    shutil.copy(TRAIN, tmp_path / "rows.csv")
    name = arguments[0]
    given = [artifact] if name in ARTIFACT_FIRST else ["--model", artifact]
    asked = [*arguments, *given, "--trusted-key", public]
    before = set(tmp_path.iterdir())
    done = command(*asked)
    assert (done.status, done.out) == (1, "")
    assert "model.zip is refused: it is not signed" in done.err
    assert set(tmp_path.iterdir()) == before
    write_signature(artifact, private)
    done = command(*asked)
    assert "refused" not in done.err
    assert done.status in {0, *FOUND.get(name, ())}
    done = command(*arguments, *given, "--trusted-key", "nix.pub")
    assert done.status == 2
    assert "there is no file nix.pub" in done.err
