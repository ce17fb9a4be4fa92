"""What the OpenAPI document of a service is put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.serving.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping


PROBLEMS = {
    400: "What came is no table, or a parameter is wrong.",
    401: "The token is missing or wrong.",
    404: "There is no such model.",
    406: "No answer is of a kind that Accept names.",
    408: "The body did not come in time.",
    413: "There are too many bytes, rows, columns, cells or characters.",
    415: "The body is of no content type, charset or encoding that is read.",
    422: "With strict=true: rows cannot be predicted.",
    503: "The service is busy; come again.",
}
"""What the statuses of refusals say."""


def ref(name: str) -> dict[str, str]:
    """Return what stands for a schema of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def content(text: str, media_type: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer of one media type."""
    return {"description": text, "content": {media_type: {"schema": schema}}}


def problem(text: str) -> dict[str, Any]:
    """Return a refusal."""
    return content(text, MEDIA_TYPE, ref("Problem"))


def get(
    operation: str, text: str, answer: Mapping[str, Any], *, is_open: bool = False
) -> dict[str, Any]:
    """Return a path that is only asked.

    Parameters
    ----------
    operation : str
        Its id.
    text : str
        What it says.
    answer : mapping
        What is answered with status 200.
    is_open : bool
        Whether it needs no token where others do.
    """
    described: dict[str, Any] = {"operationId": operation, "summary": text}
    if is_open:
        described["summary"] += " Needs no token."
        described["security"] = []
        described["responses"] = {"200": answer}
    else:
        described["responses"] = {"200": answer, "401": problem(PROBLEMS[401])}
    return {"get": described}
