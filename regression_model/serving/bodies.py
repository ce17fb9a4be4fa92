"""What a request brings: its body read within limits, and the table that it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.serving.settings import Settings


@dataclass(frozen=True)
class Rows:
    """A table as `Model.predict` takes it.

    Attributes
    ----------
    data : object
        A record, records, or columns.
    """

    data: Any


async def read_body(request: Request, settings: Settings) -> bytes:
    """Read a body of bounded length."""
    pieces: list[bytes] = []
    n_bytes = 0
    async for piece in request.stream():
        n_bytes += len(piece)
        if n_bytes > settings.max_bytes:
            detail = f"the body has more than {settings.max_bytes:,} bytes; send fewer rows at once"
            raise Problem(413, "too-large", detail)
        pieces.append(piece)
    return b"".join(pieces)


def read_rows(body: bytes) -> Rows:
    """Return the table that a body of JSON holds."""
    try:
        data = from_json(body, allow_inf_nan=False)
    except ValueError as problem:
        raise Problem(400, "not-json", f"the body is no JSON: {problem}") from problem
    if not isinstance(data, dict | list):
        detail = "the body is no table; expected a record, a list of records, or columns"
        raise Problem(400, "no-table", detail)
    return Rows(data)
