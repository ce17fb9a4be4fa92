"""Models behind HTTP: an ASGI application, and what it is made of.

Public names are resolved on first use, so that importing the room costs next to nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regression_model.serving.application import app
    from regression_model.serving.settings import Settings

__all__ = ["Settings", "app"]


def __getattr__(name: str) -> object:
    """Resolve a public name when it is first asked for (PEP 562)."""
    if name == "app":
        from regression_model.serving.extra import check_extra

        check_extra()
        from regression_model.serving.application import app

        return app
    if name == "Settings":
        from regression_model.serving.settings import Settings

        return Settings
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
