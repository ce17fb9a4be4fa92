"""Compare two files of predictions: the same rows, and numbers alike within 1e-9."""

import csv
import math
import sys
from pathlib import Path


def read(path: str) -> list[list[str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


expected, got = map(read, sys.argv[1:3])
if len(expected) != len(got) or expected[0] != got[0]:
    sys.exit(f"{len(got)} lines under {got[0]}; expected {len(expected)} under {expected[0]}")
for (row, value, error), (got_row, got_value, got_error) in zip(expected[1:], got[1:], strict=True):
    if (row, error) != (got_row, got_error):
        sys.exit(f"row {got_row} with error {got_error!r}; expected {row} with {error!r}")
    if not math.isclose(float(value), float(got_value), rel_tol=1e-9):
        sys.exit(f"row {row} is {got_value}; expected {value}")
print(f"{len(got) - 1} predictions are those expected")
