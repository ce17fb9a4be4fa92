"""What is to be served, and how: all that a process needs to know to serve it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regression_model.exceptions import RegressionModelError

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.serving.settings import Settings


class ServiceError(RegressionModelError):
    """A service that cannot be begun, and why."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be served, and how.

    Parameters
    ----------
    artifacts : tuple of (str, Path)
        The names of the models, and their files; the first answers where none is named.
    settings : Settings
        Limits and doors.
    trusted_key : bytes, optional
        A public key in PEM form that must have signed each artifact, also one that comes later.
    host : str
        The address to listen on.
    port : int
        0 takes a free one; the first log line has it.
    workers : int
        Processes that answer.
    drain_seconds : float
        How long requests that have begun may take once the service is to end.
    reload_seconds : float
        Between two looks at the artifacts' files.
    """

    artifacts: tuple[tuple[str, Path], ...]
    settings: Settings
    trusted_key: bytes | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    drain_seconds: float = 30.0
    reload_seconds: float = 1.0

    @property
    def names(self) -> list[str]:
        """The names of the models."""
        return [name for name, _ in self.artifacts]
