"""What goes wrong, in one shape: RFC 9457, without traceback and without what a caller sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from regression_model.serving.json_writing import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

CLOSE = {"Connection": "close"}
"""A header of answers to bodies that were not read to their end."""
COME_AGAIN = {"Retry-After": "1", **CLOSE}
"""A header of answers to what may succeed in a moment."""
MEDIA_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that is refused, and why.

    Parameters
    ----------
    status : int
        Of HTTP.
    kind : str
        What programs tell it by: ``too-large``.
    detail : str
        What was expected, what came, what to do; nothing of what the caller sent.
    headers : mapping, optional
        Of the answer.
    more : object
        Further members of the answer.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers
        self.more = more

    def response(self) -> Response:
        """Return the answer."""
        content = {**problem_content(self.status, self.kind, self.detail), **self.more}
        return Response(write_json(content), self.status, self.headers, MEDIA_TYPE)


def problem_content(status: int, kind: str, detail: str) -> dict[str, Any]:
    """Return the members that every problem has."""
    return {
        "type": f"urn:evergreen-regression:{kind}",
        "title": kind.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
    }


async def answer_problem(_request: Request, problem: Exception) -> Response:
    """Answer a request that is refused."""
    assert isinstance(problem, Problem)  # noqa: S101 - it is registered for that class alone
    return problem.response()


async def answer_http_exception(_request: Request, problem: Exception) -> Response:
    """Answer what Starlette refuses: addresses and methods that there are not."""
    assert isinstance(problem, HTTPException)  # noqa: S101 - as above
    if problem.status_code == HTTPStatus.NOT_FOUND:
        detail = "there is nothing at this address; /docs says what there is"
        return Problem(problem.status_code, "unknown-address", detail).response()
    kind, detail = HTTPStatus(problem.status_code).phrase.lower().replace(" ", "-"), problem.detail
    if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED and problem.headers:
        detail = f"this address takes another method: {problem.headers['Allow']}"
    return Problem(problem.status_code, kind, detail, headers=problem.headers).response()
