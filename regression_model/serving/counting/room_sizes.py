"""How large the memory is that workers share for counts; the parent, which has no NumPy, asks."""

from __future__ import annotations

MOST_NUMBERS = 32_768
"""That one slot holds: of models with some 1,400 columns. What is not written takes no memory."""
SLOTS = 3
HEAD = 5
"""Numbers at the head of a slot."""
NUMBERS_OF_ROOM = SLOTS * (HEAD + MOST_NUMBERS)
_BYTES_OF_NUMBER = 8


def bytes_of_rooms(n_models: int) -> int:
    """Return how many bytes a worker of so many models writes to."""
    return n_models * NUMBERS_OF_ROOM * _BYTES_OF_NUMBER
