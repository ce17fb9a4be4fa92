"""Copies of the artifacts that are served, from which workers begin that come later.

A worker that dies is replaced, and what lies in its artifact's place may by then be half a file. So
whoever takes a model leaves its bytes where all workers of the service find them, and who comes
later begins with what the others serve.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from regression_model.serving.logs import log

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
"""Where Linux keeps files in memory: systems that are else read-only have it, and nobody tidies it
up."""
_LENGTH_BYTES = 4
"""In front of a copy: the length of the signature, which comes first."""


class ArtifactBytes(NamedTuple):
    """An artifact as it was read.

    Attributes
    ----------
    data : bytes
    signature : bytes
        Empty where none is asked for, or there is none.
    """

    data: bytes
    signature: bytes = b""


class Copies:
    """The copies of a service, one for each model.

    Parameters
    ----------
    folder : Path
        Of the service alone, for all of its workers; also an attribute.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, name: str, artifact: ArtifactBytes) -> None:
        """Keep what is served from now on; where there is no room, that is no reason to fail."""
        path = self._path(name)
        aside = path.with_suffix(f".{os.getpid()}")
        length = len(artifact.signature).to_bytes(_LENGTH_BYTES)
        try:
            aside.write_bytes(length + artifact.signature + artifact.data)
            aside.replace(path)
        except OSError as problem:
            aside.unlink(missing_ok=True)
            log("no copy kept", logging.WARNING, model=name, problem=problem.strerror)

    def get(self, name: str) -> ArtifactBytes | None:
        """Return what is kept of a model, None where that is nothing."""
        try:
            data = self._path(name).read_bytes()
        except OSError:
            return None
        end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES])
        return ArtifactBytes(data[end:], data[_LENGTH_BYTES:end])

    def remove(self) -> None:
        """Remove all, if who has made the folder is no more."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        # not by the name itself: somewhere a file A is the file a
        return self.folder / f"{name.encode().hex()}.copy"


@contextmanager
def kept_copies() -> Iterator[Copies | None]:
    """Yield a place for copies, which is removed in the end; None where there can be none."""
    where = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK | os.X_OK) else None
    try:
        folder = tempfile.TemporaryDirectory(
            prefix=f"regression-model-{os.getpid()}-", dir=where, ignore_cleanup_errors=True
        )
    except OSError as problem:
        log("no copies kept", logging.WARNING, problem=problem.strerror)
        yield None
        return
    with folder as path:
        yield Copies(Path(path))
