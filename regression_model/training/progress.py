"""How far a training run is: fits that are done, of all that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]
"""Called when a fit begins to be waited for and when it is done: with what is being fitted, how
many fits of the whole run are done, and how many there are."""


@dataclass
class FitCounter:
    """Counts the fits of a run, and tells of each.

    Attributes
    ----------
    progress : callable or None
        What is told.
    total : int
        Fits of the whole run, as far as they are known.
    done : int
    of : str
        The model that is fitted, where it is not the run's own.
    """

    progress: Progress | None = None
    total: int = 0
    done: int = 0
    of: str = ""

    def begin(self, what: str) -> None:
        """Tell what is being fitted."""
        if self.progress is not None:
            told = f"{self.of}, {what}" if self.of else what
            self.progress(told, self.done, self.total)

    def finish(self, what: str) -> None:
        """Count a fit that is done."""
        self.done += 1
        self.begin(what)
