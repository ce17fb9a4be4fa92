"""Whom a service may let in: where its token is, and which addresses need one."""

from __future__ import annotations

import ipaddress
import os
from typing import TYPE_CHECKING

from regression_model.exceptions import RegressionModelError

if TYPE_CHECKING:
    from pathlib import Path

TOKEN_VARIABLE = "REGRESSION_MODEL_TOKEN"  # noqa: S105 - where it is, not what
"""Of the environment; on a command line every user of the machine could read it."""
_LONGEST_TOKEN = 1_000


class TokenError(RegressionModelError):
    """A token that cannot be used, and why."""


def read_token(file: Path | None) -> str | None:
    """Return the token that a file holds, or else the environment; None where there is none.

    Parameters
    ----------
    file : Path or None

    Raises
    ------
    TokenError
        If the file cannot be read, or what is there can be no token.
    """
    if file is not None:
        try:
            text, where = file.read_text(encoding="utf-8"), str(file)
        except (OSError, UnicodeDecodeError) as problem:
            reason = getattr(problem, "strerror", None) or "it is no text in UTF-8"
            raise TokenError(f"cannot read the token in {file}: {reason}") from problem
    elif TOKEN_VARIABLE in os.environ:
        text, where = os.environ[TOKEN_VARIABLE], TOKEN_VARIABLE
    else:
        return None
    token = text.strip()
    if not (token.isascii() and token.isprintable() and 0 < len(token) <= _LONGEST_TOKEN):
        message = (
            f"{where} holds no token: expected 1 to {_LONGEST_TOKEN} letters, digits and signs in "
            "one line; make one with: openssl rand -hex 32"
        )
        raise TokenError(message)
    return token


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on is this machine's own alone.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
