"""How far a run is, in words."""

import pytest

from regression_model.batch.progress import Pace


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("seconds", "told", "words"),
    [
        (0, (0, 0, 0), "0 rows"),
        (0, (10, 5, 100), "10 rows, 5%"),
        (60, (6_000_000, 25, 100), "6,000,000 rows, 25%, 100,000 rows/s, 0:03:00 left"),
        (60, (6_000_000, 0, 0), "6,000,000 rows, 100,000 rows/s"),
        (60, (6_000, 200, 100), "6,000 rows, 100%, 100 rows/s, 0:00:00 left"),
        (3_600, (360, 1, 100), "360 rows, 1%, 0 rows/s, 99:00:00 left"),
    ],
    ids=["beginning", "first rows", "file", "pipe", "more than was thought", "slow"],
)
def test_words_say_what_is_known(seconds: float, told: tuple[int, int, int], words: str) -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.tell(*told)
    clock.seconds += seconds
    assert pace.words() == words


def test_the_speed_of_a_run_is_said_where_it_took_long_enough_to_say_something() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.tell(2_000_000, 1, 1)
    clock.seconds += 5
    assert pace.summary() is None
    clock.seconds += 20
    assert pace.summary() == "0:00:25 for 2,000,000 rows: 80,000 rows/s"
