"""Requests made at random of a service's OpenAPI document; what is answered must be as it says.

Run by hand for longer: ``python tests/fuzzing.py 5000``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
"""Not that every request is refused that breaks the schema: a cell costs its row alone."""


def fuzz(application: ASGIApp, *, n_requests: int, valid: bool) -> int:
    """Send requests to each address and check the answers.

    Parameters
    ----------
    application : ASGI application
    n_requests : int
        To each address, at most.
    valid : bool
        Whether requests are as the document says, or otherwise.

    Returns
    -------
    int
        How many were sent.
    """
    mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
    n_sent = 0
    document = schemathesis.openapi.from_asgi("/openapi.json", application)
    for operation in document.get_all_operations():
        assert isinstance(operation, Ok)
        made = operation.ok()
        if made.method.upper() == "GET" and not valid:  # there is nothing to get wrong
            continue

        @settings(
            max_examples=n_requests,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(case=made.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            nonlocal n_sent
            n_sent += 1
            case.validate_response(case.call(), checks=CHECKS)

        send()
    return n_sent


if __name__ == "__main__":
    from regression_model.serving import app

    for valid in (True, False):
        print(fuzz(app(), n_requests=int(sys.argv[1]), valid=valid), "requests")  # noqa: T201
