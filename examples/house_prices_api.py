"""House prices over HTTP: a FastAPI application whose requests are the model's own record.

From the top of the clone:

    pip install . fastapi uvicorn
    uvicorn --app-dir examples --factory house_prices_api:create_app

http://127.0.0.1:8000/docs then shows every column with its limits, its levels and an example.
"""

from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import JSONResponse

from regression_model import load_model

Interval = Annotated[float | None, Query(ge=0.5, le=0.99, description="such as 0.9")]


def create_app(artifact: str | None = None) -> FastAPI:
    """Return an application that answers with the packaged model, or with that of an artifact."""
    model = load_model(artifact)
    record = model.schema.record_model
    app = FastAPI(title="House prices", version=model.version)

    # A cell of another type never comes so far: FastAPI answers it with 422 by the record's types.
    # One record takes less time than handing it to another thread would, hence `async`.
    @app.post("/price")
    async def predict_one(house: record, interval: Interval = None) -> JSONResponse:
        answer = model.predict(house, interval=interval)
        return JSONResponse(answer, status_code=422 if answer["errors"] else 200)

    # Many records are computed in a thread, so that single ones need not wait for them. Each has
    # its answer: a bad one has null as prediction, and an error that names row and column.
    @app.post("/prices")
    def predict_many(houses: list[dict[str, Any]], interval: Interval = None) -> JSONResponse:
        return JSONResponse(model.predict(houses, interval=interval))

    return app
