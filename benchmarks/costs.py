"""What hostile inputs cost: processor time for some and for ten times as much of each.

Run as ``python -m benchmarks.costs``. It times by the clock of the process, so it says how things
grow; that nothing grows faster than its input is tested by counting, in ``tests/processing``.
"""

from __future__ import annotations

import json
import time
from typing import Any, TYPE_CHECKING

from regression_model import load_model
from regression_model.processing.schema import Column, Schema
from regression_model.processing.validation import Report, Validator

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = load_model()
LEVELS = Schema((Column("level", "category", levels=tuple(f"level {i}" for i in range(5000))),))
DATES = Schema((Column("day", "date"),))
VALIDATORS = {"levels": Validator(LEVELS), "dates": Validator(DATES)}


def judged(schema: str, columns: dict[str, Any]) -> None:
    for _ in VALIDATORS[schema].blocks(columns, Report()):
        pass


def predicted(input_data: object) -> None:
    json.dumps(MODEL.predict(input_data))


CASES: dict[str, tuple[int, Callable[[int], None]]] = {
    "digits and a letter in a number": (1_000, lambda n: predicted({"GrLivArea": "1" * n + "x"})),
    "digits and a letter in a category": (
        1_000, lambda n: predicted({"Neighborhood": "1" * n + "x"}),
    ),
    "characters of one cell": (100_000, lambda n: predicted({"GrLivArea": "x" * n})),
    "cells of a list in a cell": (10_000, lambda n: predicted([{"GrLivArea": [1] * n}])),
    "floats in a date column": (1, lambda n: judged("dates", {"day": [i + 0.5 for i in range(n)]})),
    "unknown keys of a record": (
        2_000, lambda n: predicted({"LotArea": 1, **{f"key {i}": 1 for i in range(n)}}),
    ),
    "records with a key of their own": (
        1_000, lambda n: predicted([{"LotArea": 1, f"key {i}": 1} for i in range(n)]),
    ),
    "unseen levels beside 5,000": (
        100, lambda n: judged("levels", {"level": [f"levl {i}" for i in range(n)]}),
    ),
    "rows in which nothing is right": (
        20, lambda n: predicted([dict.fromkeys(MODEL.schema.names, "x")] * n),
    ),
    "numbers of one hash": (
        300, lambda n: judged("levels", {"level": [k * (2**61 - 1) for k in range(1, n + 1)]}),
    ),
}  # fmt: skip


def seconds(work: Callable[[int], None], n: int) -> float:
    start = time.process_time()
    work(n)
    return time.process_time() - start


def main() -> None:
    print(f"{'input':36} {'n':>9} {'ms':>11} {'10 n, ms':>11} {'times':>7}")
    for name, (n, work) in CASES.items():
        work(1)
        few, many = (min(seconds(work, size) for _ in range(2)) for size in (n, 10 * n))
        print(f"{name:36} {n:9,} {1000 * few:11,.2f} {1000 * many:11,.2f} {many / few:7.1f}")


if __name__ == "__main__":
    main()
