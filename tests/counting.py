"""A regressor that counts its fits in a file, which every process can write to."""

from pathlib import Path
from typing import Any, Self

from sklearn.linear_model import Ridge


class CountedRidge(Ridge):  # type: ignore[misc]
    """A ridge regression."""

    def __init__(self, alpha: float = 1.0, *, log: str = "") -> None:
        super().__init__(alpha=alpha)
        self.log = log

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit, and write a line."""
        with Path(self.log).open("a", encoding="utf-8") as file:
            file.write("fitted\n")
        fitted: Self = super().fit(X, y, sample_weight)
        return fitted
