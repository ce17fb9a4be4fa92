"""Chunks that workers read, in whichever process: what is pickled stands outside of tests."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from regression_model.exceptions import DataError
from regression_model.processing.chunks import Chunk


@dataclass(frozen=True)
class Unread:
    """A chunk of two rows, whose second is named by the process that has read it."""

    number: int
    is_read: bool = False
    n_rows: int = 2
    fails: str = ""

    def read(self) -> Chunk:
        if self.fails == "data":
            message = f"chunk {self.number} cannot be read"
            raise DataError(message)
        if self.fails == "worker":
            os.kill(os.getpid(), signal.SIGKILL)
        columns = {"GrLivArea": ["1710", "big"], "Id": [str(self.number), str(os.getpid())]}
        return Chunk(2 * self.number, columns, 2)
