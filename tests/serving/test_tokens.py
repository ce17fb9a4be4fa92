"""Where the token is, and which addresses need one."""

from __future__ import annotations

from pathlib import Path

import pytest

from regression_model.serving.tokens import TOKEN_VARIABLE, TokenError, is_loopback, read_token

TOKEN = "a-long-token-of-64-characters"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_addresses_of_this_machine_alone_are_told(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.org", "", "1"])
def test_addresses_that_others_reach_are_told(host: str) -> None:
    assert not is_loopback(host)


def test_a_token_is_read_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_token(None) is None
    monkeypatch.setenv(TOKEN_VARIABLE, "of the environment")
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert read_token(file) == TOKEN
    assert read_token(None) == "of the environment"


@pytest.mark.parametrize("content", [b"", b" \n", b"one\ntwo", b"\xff\xfe", b"x" * 2_000])
def test_what_can_be_no_token_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(TokenError, match=r"holds no token|cannot read"):
        read_token(file)
    with pytest.raises(TokenError, match=r"cannot read the token in .*nix: No such file"):
        read_token(tmp_path / "nix")
