"""A bare Starlette route that reads JSON, predicts and answers, on the port that is given."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import uvicorn
from pydantic_core import from_json, to_json
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from regression_model import load_model

if TYPE_CHECKING:
    from starlette.requests import Request


def application() -> Starlette:
    model = load_model()

    async def predict(request: Request) -> Response:
        answer = model.predict(from_json(await request.body()))
        return Response(to_json(answer), media_type="application/json")

    async def ready(_request: Request) -> Response:
        return Response()

    return Starlette(
        routes=[Route("/predict", predict, methods=["POST"]), Route("/health/ready", ready)]
    )


if __name__ == "__main__":
    uvicorn.run(
        application(),
        port=int(sys.argv[1]),
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        log_level="error",
    )
