"""A new artifact in the place of the old one, while requests are answered.

A file that was replaced is read once two looks in a row find it the same. The new model is loaded
beside the old one and tested; only then does it take its name. If anything is wrong, the old one
stays, and that file is not tried again until it changes: where a key is trusted, until it or its
signature does, as the two come one after the other.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from regression_model.artifact.signatures import signature_path
from regression_model.exceptions import ArtifactError
from regression_model.serving.logs import log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from regression_model.serving.loading import Loader
    from regression_model.serving.metrics import Metrics
    from regression_model.serving.models import Models

SECONDS_BETWEEN_LOOKS = 1.0


class FileState(NamedTuple):
    """What differs once a file was replaced or written to."""

    inode: int
    size: int
    modified: int
    signature: FileState | None = None


def state_of(path: Path, *, signed: bool = False) -> FileState | None:
    """Return the state of a file, or None if there is none that can be seen.

    Parameters
    ----------
    path : Path
    signed : bool
        Whether its signature counts as a part of it.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    signature = state_of(signature_path(path)) if signed else None
    return FileState(found.st_ino, found.st_size, found.st_mtime_ns, signature)


class Reloader:
    """Looks at the files of models, and exchanges models whose file is another one.

    Parameters
    ----------
    models : Models
    metrics : Metrics
    loader : Loader
    states : mapping of str to FileState
        Of the files, by the models' names, taken before they were read; None where a model is not
        its file's.
    signed : bool
        Whether a file's signature counts as a part of it.
    """

    def __init__(
        self,
        models: Models,
        metrics: Metrics,
        loader: Loader,
        states: Mapping[str, FileState | None],
        *,
        signed: bool = False,
    ) -> None:
        self._state_of = partial(state_of, signed=signed)
        self._load_file = loader.load
        self._models = models
        self._metrics = metrics
        self._taken = dict(states)
        self._looked_at = dict(states)
        self._busy = asyncio.Lock()
        self._is_asked = False

    async def watch(self, seconds: float = SECONDS_BETWEEN_LOOKS) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.look()

    async def look(self) -> None:
        """Look once at each file, and load what has been the same for two looks, but is new."""
        async with self._busy:
            for name, path in self._paths():
                state = await asyncio.to_thread(self._state_of, path)  # a disk far away may be slow
                is_stable = state == self._looked_at[name]
                self._looked_at[name] = state
                if state is not None and is_stable and state != self._taken[name]:
                    await self._load(name, path, state)

    async def load_all(self) -> None:
        """Load every file as it is now; one who waits for that is enough."""
        if self._is_asked:
            return
        self._is_asked = True
        async with self._busy:
            self._is_asked = False
            for name, path in self._paths():
                await self._load(name, path, await asyncio.to_thread(self._state_of, path))

    def _paths(self) -> list[tuple[str, Path]]:
        return [(served.name, served.path) for served in self._models if served.path is not None]

    async def _load(self, name: str, path: Path, state: FileState | None) -> None:
        self._taken[name] = self._looked_at[name] = state
        old = self._models.get(name)
        try:
            new = await asyncio.to_thread(self._load_file, name, path, old)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the old model goes on
            self._metrics.add_reload(name, is_loaded=False)
            log("old model kept", logging.ERROR, model=name, problem=_said(problem))
            return
        self._models.swap(name, new)
        self._metrics.add_reload(name, is_loaded=True)
        log(
            "model loaded",
            model=name,
            version=new.model.version,
            digest=new.digest,
            before=old and old.model.version,
        )


def _said(problem: Exception) -> str:
    """Return what is said of a problem; the file is the operator's, so that it may be quoted."""
    return str(problem) if isinstance(problem, ArtifactError) else type(problem).__name__
