"""The page's address."""

from __future__ import annotations

from starlette.responses import HTMLResponse
from starlette.routing import Route

from regression_model.serving.page.assembly import page


def page_routes() -> list[Route]:
    """Return the route of the page, which holds nothing of a model and needs no token."""

    async def show(_request: object) -> HTMLResponse:
        html, headers = page()
        return HTMLResponse(html, headers=headers)

    return [Route("/", show)]
