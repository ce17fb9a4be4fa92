"""What happened to the rows of a file, told in a few lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from regression_model.processing.absent_names import listed


@dataclass
class Summary:
    """What happened to the rows of a file.

    Attributes
    ----------
    n_rows, n_failed : int
        Rows read, and those without a prediction.
    errors, warnings : Counter of str
        How many there are of each code.
    unused, absent : list of str
        Columns that the file has too many or too few; the latter perhaps with what may be meant.
    """

    n_rows: int = 0
    n_failed: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    unused: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def add(self, other: Summary) -> None:
        """Add the counts of further rows."""
        self.n_rows += other.n_rows
        self.n_failed += other.n_failed
        self.errors.update(other.errors)
        self.warnings.update(other.warnings)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON holds them."""
        return {
            "n_rows": self.n_rows,
            "n_failed": self.n_failed,
            "errors": dict(self.errors),
            "warnings": dict(self.warnings),
        }

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Summary:
        """Return the summary of such counts."""
        counts = Counter(told["errors"]), Counter(told["warnings"])
        return cls(told["n_rows"], told["n_failed"], *counts)

    def lines(self) -> list[str]:
        """Say all of it in a few lines."""
        n_predicted = self.n_rows - self.n_failed
        lines = [f"{self.n_rows} rows: {n_predicted} predicted, {self.n_failed} not"]
        for what, counts in (("errors", self.errors), ("warnings", self.warnings)):
            if counts:
                by_code = ", ".join(f"{code} {count}" for code, count in counts.most_common())
                lines.append(f"{what}: {by_code}")
        return lines + self.notes()

    def notes(self) -> list[str]:
        """Say which columns the file has too many or too few."""
        notes = []
        if self.unused:
            notes.append(f"columns that the model does not use: {listed(self.unused)}")
        if self.absent:
            notes.append(f"columns absent from the file, taken as missing: {listed(self.absent)}")
        return notes
