"""``serve``: what is refused before anything listens, and a package of one's own served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from services import ask, running
from signing import write_keys, write_signature

from regression_model.predict import packaged_artifact
from regression_model.serving.tokens import TOKEN_VARIABLE

if TYPE_CHECKING:
    from regression_model.train_pipeline import TrainingResult

Command = Callable[..., Any]
HOUSE = {"OverallQual": 7, "GrLivArea": 1710}
TOKEN = "a-token"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.7.7", "::"])
def test_other_machines_are_let_in_with_a_token_alone(command: Command, host: str) -> None:
    done = command("serve", "--host", host)
    assert done.status == 2
    assert f"other machines may reach {host}, and there is no token" in done.err
    for remedy in ("--token-file", TOKEN_VARIABLE, "--no-auth"):
        assert remedy in done.err


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9000", "localhost:80", "http://localhost", "[::1]:80", "localhost:"]
)
def test_a_host_with_a_port_is_told_where_that_belongs(command: Command, host: str) -> None:
    done = command("serve", "--host", host, "--no-auth")
    assert (done.status, "give the port with --port" in done.err) == (2, True)


def test_a_token_and_no_token_exclude_each_other(command: Command, tmp_path: Path) -> None:
    done = command("serve", "--no-auth", "--token-file", tmp_path / "token")
    assert (done.status, "exclude each other" in done.err) == (2, True)


def test_no_token_is_passed_over_in_silence(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    done = command("serve", "--no-auth")
    assert done.status == 2
    assert f"it lets everybody in, though {TOKEN_VARIABLE} has a token" in " ".join(
        done.err.split()
    )
    assert TOKEN not in done.err


@pytest.mark.parametrize(
    "origin", ["https://example.org/", "example.org", "https://Example.org", "null", ""]
)
def test_an_origin_that_no_browser_sends_is_refused(command: Command, origin: str) -> None:
    done = command("serve", "--cors-origin", origin)
    assert (done.status, "is no origin" in done.err) == (2, True)


def test_a_token_that_cannot_be_read_is_told(command: Command, tmp_path: Path) -> None:
    done = command("serve", "--token-file", tmp_path / "token")
    assert done.status == 1
    assert "cannot read the token in" in done.err


@pytest.mark.parametrize(
    ("artifacts", "said"),
    [
        (["nix.zip"], "there is no file nix.zip"),
        (["houses=nix.zip"], "there is no file nix.zip"),
        (["..={artifact}"], "a model cannot be called '..'"),
        (["={artifact}"], "a model cannot be called ''"),
        (["a={artifact}", "a={artifact}"], "two models are called 'a'"),
        (["{artifact}", "{artifact}"], "two models are called 'regression_model'"),
    ],
)
def test_artifacts_are_judged_before_anything_listens(
    command: Command, artifacts: list[str], said: str
) -> None:
    artifact = packaged_artifact()
    done = command("serve", *[given.format(artifact=artifact) for given in artifacts])
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())


def test_several_models_are_served_under_their_names(
    small_result: TrainingResult, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    small = small_result.artifact_path
    with running(packaged_artifact(), f"small={small}", "--token-file", token) as service:
        connection = service.connect()
        assert ask(connection, HOUSE)[0] == 401
        connection.close()
        connection = service.connect()
        connection.request("GET", "/models", headers={"authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse().read().decode()
        connection.close()
    assert '"name":"regression_model"' in answer
    assert '"name":"small"' in answer


def test_a_service_begins_with_what_a_trusted_key_has_signed_alone(
    command: Command, tmp_path: Path
) -> None:
    artifact = tmp_path / "houses.zip"
    artifact.write_bytes(packaged_artifact().read_bytes())
    private, public = write_keys(tmp_path)
    done = command("serve", artifact, "--trusted-key", public, "--port", 0)
    assert done.status == 1
    assert "houses.zip is refused: it is not signed" in done.err
    done = command("serve", artifact, "--trusted-key", private)
    assert done.status == 1
    assert "holds a private key" in done.err
    write_signature(artifact, private)
    with running(artifact, "--trusted-key", public) as service:
        assert service.get("/models")[0] == 200
