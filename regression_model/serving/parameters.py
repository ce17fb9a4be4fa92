"""What the query of an address asks for besides predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 10
"""How many parameters are read."""


_NAMES = frozenset({"interval", "explain", "strict", "drift"})


@dataclass(frozen=True)
class Wanted:
    """What is asked for besides predictions.

    Attributes
    ----------
    interval : float or None
        Wanted coverage.
    explain : bool
        Whether to say what each feature adds.
    strict : bool
        Whether a row that cannot be predicted refuses the whole request.
    drift : bool
        Whether rows are counted among those of which drift is told.
    """

    interval: float | None = None
    explain: bool = False
    strict: bool = False
    drift: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether nothing stands beside predictions."""
        return self.interval is None and not self.explain


PLAIN = Wanted()
"""Nothing but predictions."""


def wanted_of(query: bytes) -> Wanted:
    """Return what a query asks for.

    Parameters
    ----------
    query : bytes
        As it stands in the address.

    Raises
    ------
    Problem
        If it has a parameter that there is not, twice, or with a value that is not allowed.
    """
    if not query:
        return PLAIN
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST)
    except ValueError as problem:
        raise _bad(f"the query cannot be read, or has more than {_MOST} parameters") from problem
    given = dict(pairs)
    if len(given) < len(pairs):
        raise _bad("the query names a parameter twice")
    if not _NAMES.issuperset(given):
        names = ", ".join(sorted(_NAMES))
        raise _bad(f"the query names a parameter that there is not; there are {names}")
    level = given.get("interval")
    return Wanted(
        interval=None if level is None else _number(level),
        explain=_flag(given, "explain"),
        strict=_flag(given, "strict"),
        drift=_flag(given, "drift", default="true"),
    )


def _bad(detail: str) -> Problem:
    return Problem(400, "bad-parameter", detail)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as problem:
        raise _bad("interval is no number; give a coverage such as 0.9") from problem


def _flag(given: Mapping[str, str], name: str, default: str = "false") -> bool:
    text = given.get(name, default)
    if text not in ("true", "false"):
        raise _bad(f"{name} is neither true nor false")
    return text == "true"
