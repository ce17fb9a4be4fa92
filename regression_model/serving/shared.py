"""What the workers of a service have in common: their parent holds it, and it outlives each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import socket

    from regression_model.serving.copies import Copies
    from regression_model.serving.shared_memory import SharedMemory


class Shared(NamedTuple):
    """What all workers have in common.

    Attributes
    ----------
    listener : socket.socket
        From which they take connections.
    memory : SharedMemory
        For the counts of each worker.
    copies : Copies or None
        Of what they serve.
    """

    listener: socket.socket
    memory: SharedMemory
    copies: Copies | None
