"""What is wrong with rows, a line for each error, kept apart from the answers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.processing.validation import Entry

NAMES = ("source", "row", "column", "code", "value", "message")


class Rejects:
    """Lines of a file of rejects."""

    def header(self) -> bytes:
        """Return what a file begins with."""
        return (",".join(NAMES) + "\n").encode()

    def encode(self, errors: Sequence[Entry], source: str) -> bytes:
        """Return a line for each error."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        for error in errors:
            writer.writerow([source, *(error[name] for name in NAMES[1:])])  # type: ignore[literal-required]
        return out.getvalue().encode("utf-8")
