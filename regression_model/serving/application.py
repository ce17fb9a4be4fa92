"""The ASGI application: routes put together from the modules beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from regression_model.predict import packaged_artifact
from regression_model.serving.counting.service_counts import ServiceCounts
from regression_model.serving.counting.windows import windows_of
from regression_model.serving.describing import describing_routes
from regression_model.serving.doors import Doorway, TokenDoor
from regression_model.serving.drift.reports import DriftReports
from regression_model.serving.drift.routes import drift_routes
from regression_model.serving.health import health_routes
from regression_model.serving.metrics import Metrics
from regression_model.serving.models import Models, as_models
from regression_model.serving.naming import PACKAGED
from regression_model.serving.observing import Observing
from regression_model.serving.page.routes import page_routes
from regression_model.serving.predicting import predicting_routes
from regression_model.serving.problems import (
    Problem,
    answer_http_exception,
    answer_problem,
)
from regression_model.serving.protocol_v2 import protocol_routes
from regression_model.serving.service import Service
from regression_model.serving.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from regression_model.artifact.model import Model


def app(
    *,
    models: Models | Mapping[str, Model | Path | str] | None = None,
    trusted_key: str | Path | bytes | None = None,
    settings: Settings | None = None,
    metrics: Metrics | None = None,
    counts: ServiceCounts | None = None,
) -> Starlette:
    """Return an ASGI application that answers with models; it may be mounted in another one.

    Parameters
    ----------
    models : mapping of str to (Path, str or Model), optional
        Artifacts or loaded models by name; the first answers where none is named. By default the
        packaged model alone.
    trusted_key : str, Path or bytes, optional
        A public key, as of `regression_model.load_model`, that must have signed every artifact.
        Models that are loaded already are refused then: nobody could tell what they came from.
    settings : Settings, optional
        Limits and doors.
    metrics : Metrics, optional
        Counts that are shared with other processes; by default the application's own.
    counts : ServiceCounts, optional
        The same, of rows by the profiles of their models.

    Returns
    -------
    Starlette

    Raises
    ------
    ArtifactError
        If an artifact cannot be loaded.
    SignatureError
        If the key that is trusted has not signed it.
    ValueError
        If there is no model, a name cannot stand in an address, `drift_days` is no such number, or
        a key is trusted and a model is loaded already.
    """
    if models is None:
        models = {PACKAGED: packaged_artifact()}
    if not isinstance(models, Models):
        models = as_models(models, trusted_key=trusted_key)
    metrics = metrics or Metrics(models.names)
    settings = settings or Settings()
    counts = counts or ServiceCounts(models, windows_of(settings.drift_days))
    service = Service(models, settings, metrics, counts)
    reports = DriftReports(service)
    routes = [
        *predicting_routes(service),
        *describing_routes(service),
        *health_routes(service, reports),
        *drift_routes(service, reports),
        *protocol_routes(service),
        *page_routes(),
    ]
    application = Starlette(
        routes=routes,
        middleware=[
            Middleware(Observing, metrics=metrics, routes=routes),
            *_doors(service.settings),
        ],
        exception_handlers={Problem: answer_problem, HTTPException: answer_http_exception},
    )
    # what stands behind a proxy would send callers, and their tokens, to an address without TLS
    application.router.redirect_slashes = False
    application.state.service = service
    return application


def _doors(settings: Settings) -> list[Middleware]:
    """Return what every request passes on its way in, the outermost first."""
    doors = [Middleware(Doorway)]
    if settings.cors_origins:
        doors.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "Content-Encoding"],
                expose_headers=["X-Model-Version", "X-Rows-Failed"],
            )
        )
    if settings.token is not None:
        doors.append(Middleware(TokenDoor, token=settings.token))
    return doors
