"""Memory that workers share for counts: a room for each worker and model, written by it alone.

A room has three slots. Two of them may be of use to who reads: the last one that was written of
the running window, and the last one of the window before it. What is new goes into another one and
counts once it is whole, so that nobody reads halves, and a worker that dies loses nothing older.
Some processors let others see what is written in another order: a check sum tells what is whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from regression_model.serving.counting.room_sizes import HEAD, MOST_NUMBERS, NUMBERS_OF_ROOM, SLOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats

_SERIAL, _CHECK, _KEY, _WINDOW, _SIZE = range(HEAD)
"""What stands at the head of a slot; a serial of 0 says that nothing does."""
_LOOKS = 10


def rooms_in(memory: memoryview | Floats, n_models: int) -> list[Room]:
    """Return the rooms in the memory of a worker, one for each model."""
    numbers = np.frombuffer(memory, np.float64, n_models * NUMBERS_OF_ROOM)
    return [Room(each) for each in numbers.reshape(n_models, SLOTS, HEAD + MOST_NUMBERS)]


class Room:
    """What a worker has counted of a model.

    Parameters
    ----------
    slots : ndarray of shape (SLOTS, HEAD + MOST_NUMBERS)
        Zeros at first.
    """

    def __init__(self, slots: Floats) -> None:
        self._slots = slots

    def write(self, key: float, window: int, numbers: Floats) -> None:
        """Put new numbers in the place of the last ones of the same model and window.

        Parameters
        ----------
        key : float
            Which model it is.
        window : int
        numbers : ndarray of shape (n_numbers,)
            At most `MOST_NUMBERS`.
        """
        used = {self._latest(key, window), self._latest(key, window - 1)}
        serials = self._slots[:, _SERIAL]
        oldest = min(set(range(SLOTS)) - used, key=serials.__getitem__)
        slot, serial = self._slots[oldest], serials.max() + 1
        slot[_SERIAL] = 0
        slot[_KEY], slot[_WINDOW], slot[_SIZE] = key, window, len(numbers)
        slot[HEAD : HEAD + len(numbers)] = numbers
        slot[_CHECK] = _check_sum(serial, slot[_KEY : HEAD + len(numbers)])
        slot[_SERIAL] = serial

    def read(self, key: float, window: int, size: int) -> Floats | None:
        """Return the numbers of a model in a window; None where there are none."""
        for _ in range(_LOOKS):
            place = self._latest(key, window)
            if place is None:
                return None
            slot = self._slots[place]
            seen: Floats = slot[: HEAD + size].copy()
            if seen[_SIZE] != size:
                return None
            # otherwise it was written to in the meantime
            if seen[_CHECK] == _check_sum(seen[_SERIAL], seen[_KEY:]):
                return seen[HEAD:]
        return None

    def clear_others(self, key: float) -> None:
        """Forget what is of other models."""
        for slot in self._slots:
            if slot[_KEY] != key:
                slot[_SERIAL] = 0

    def _latest(self, key: float, window: int) -> int | None:
        """Return the slot that was written last of a model and a window."""
        heads = self._slots[:, :HEAD]
        is_of_it = (heads[:, _KEY] == key) & (heads[:, _WINDOW] == window)
        serials = np.where(is_of_it, heads[:, _SERIAL], 0)
        place = int(serials.argmax())
        return place if serials[place] else None


def _check_sum(serial: float, rest: Floats) -> int:
    """Return what tells that a slot is of one writing, all but the check sum itself."""
    return crc32(rest.data, int(serial))


def sum_of_rooms(rooms: Sequence[Room], key: float, window: int, size: int) -> Floats:
    """Return what all workers have counted of a model in a window, of shape (size,)."""
    total = np.zeros(size)
    for room in rooms:
        numbers = room.read(key, window, size)
        if numbers is not None:
            total += numbers
    return total
