"""Rooms in shared memory: what is whole is read, and nothing else."""

import threading

import numpy as np
import pytest

from regression_model.serving.counting.room_sizes import (
    HEAD,
    MOST_NUMBERS,
    NUMBERS_OF_ROOM,
    bytes_of_rooms,
)
from regression_model.serving.counting.rooms import Room, rooms_in, sum_of_rooms

A, B = 11.0, 22.0


@pytest.fixture
def room() -> Room:
    return rooms_in(np.zeros(NUMBERS_OF_ROOM), 1)[0]


def numbers(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values)


def read(room: Room, key: float, window: int) -> list[float] | None:
    found = room.read(key, window, 2)
    return None if found is None else found.tolist()


def test_an_empty_room_has_nothing_of_anything(room: Room) -> None:
    assert read(room, A, 0) is None
    assert read(room, 0.0, 0) is None


def test_the_last_of_the_running_window_and_of_the_one_before_it_are_kept(room: Room) -> None:
    for window in (5, 6):
        for count in range(1, 5):
            room.write(A, window, numbers(window, count))
    assert read(room, A, 6) == [6, 4]
    assert read(room, A, 5) == [5, 4]
    assert read(room, A, 4) is None
    assert read(room, B, 6) is None


def test_numbers_of_another_size_are_of_another_layout(room: Room) -> None:
    room.write(A, 1, numbers(1, 2, 3))
    assert read(room, A, 1) is None


def test_who_dies_while_writing_loses_nothing_older(room: Room) -> None:
    room.write(A, 1, numbers(1, 1))
    with pytest.raises(ValueError, match="broadcast"):
        room.write(A, 1, np.zeros(MOST_NUMBERS + 1))
    assert read(room, A, 1) == [1, 1]
    room.write(A, 1, numbers(2, 2))
    assert read(room, A, 1) == [2, 2]


def test_other_models_are_forgotten(room: Room) -> None:
    room.write(A, 1, numbers(1, 1))
    room.clear_others(A)
    assert read(room, A, 1) == [1, 1]
    room.clear_others(B)
    assert read(room, A, 1) is None


def test_rooms_of_a_worker_lie_side_by_side() -> None:
    memory = np.zeros(2 * NUMBERS_OF_ROOM)
    assert memory.nbytes == bytes_of_rooms(2)
    assert memory.nbytes == 2 * 3 * (HEAD + MOST_NUMBERS) * 8
    first, second = rooms_in(memory, 2)
    first.write(A, 1, numbers(1, 1))
    second.write(A, 1, numbers(2, 2))
    again = rooms_in(memory, 2)
    assert [read(each, A, 1) for each in again] == [[1, 1], [2, 2]]
    assert sum_of_rooms([*again, first], A, 1, 2).tolist() == [4, 4]


def test_what_is_half_old_and_half_new_is_not_read() -> None:
    memory = np.zeros(NUMBERS_OF_ROOM)
    room = rooms_in(memory, 1)[0]
    room.write(A, 1, numbers(1, 1))
    place = int(np.flatnonzero(memory == A)[0])
    cells = range(place, place + 5)  # the model, window, size, and both numbers
    for cell in cells:
        whole = memory[cell]
        memory[cell] = whole + 1
        assert read(room, A, 1) is None
        memory[cell] = whole
    assert read(room, A, 1) == [1, 1]


def test_who_reads_while_another_process_writes_never_sees_halves() -> None:
    room = rooms_in(np.zeros(NUMBERS_OF_ROOM), 1)[0]
    room.write(A, 1, np.zeros(2_000))

    def write() -> None:
        for count in range(2_000):
            room.write(A, 1, np.full(2_000, count, dtype=np.float64))

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        found = room.read(A, 1, 2_000)
        assert found is None or len(set(found.tolist())) == 1
    writer.join()
