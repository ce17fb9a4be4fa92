"""The server: an application behind an address, until it is told to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from regression_model.serving.application import app

if TYPE_CHECKING:
    from regression_model.serving.models import Models
    from regression_model.serving.settings import Settings


def run(models: Models, settings: Settings, *, host: str, port: int) -> None:
    """Serve models until a signal ends it.

    Parameters
    ----------
    models : Models
    settings : Settings
    host : str
    port : int
        0 for any that is free.
    """
    uvicorn.run(app(models=models, settings=settings), host=host, port=port, server_header=False)
