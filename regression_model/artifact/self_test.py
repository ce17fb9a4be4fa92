"""The self-test: an artifact's example rows answered again, for instance on a new machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model

TOLERANCE = 1e-9
"""What another machine's arithmetic may change, beside the largest number of the same kind."""
Number = tuple[str, float | None, float | None]
"""What it is, what the artifact keeps, and what the model says now."""


@dataclass(frozen=True)
class SelfTest:
    """What a self-test found.

    Attributes
    ----------
    n_rows : int
        Example rows answered.
    n_numbers : int
        Numbers compared: predictions, ends of intervals, contributions.
    largest_difference : float
        Relative to the largest number of its kind in the example: those in target units, or those
        on the score's scale.
    problems : list of str
        What differs by more than `TOLERANCE`.
    """

    n_rows: int
    n_numbers: int
    largest_difference: float
    problems: list[str]


def run_self_test(model: Model) -> SelfTest:
    """Answer the example rows of an artifact and compare with the answers that it keeps.

    Parameters
    ----------
    model : Model

    Returns
    -------
    SelfTest

    Examples
    --------
    >>> from regression_model import load_model
    >>> from regression_model.artifact.self_test import run_self_test
    >>> run_self_test(load_model()).problems
    []
    """
    examples = model.facts.get("examples", [])
    worst, n_numbers, problems = 0.0, 0, []
    for row, example in enumerate(examples):
        for numbers in _answers(model, example):
            largest = max((abs(kept) for _, kept, _ in numbers if kept is not None), default=0.0)
            n_numbers += len(numbers)
            for what, kept, got in numbers:
                difference = _difference(kept, got, largest)
                worst = max(worst, difference)
                if not difference <= TOLERANCE:
                    problems.append(f"row {row}: {what} is {got!r}, the artifact says {kept!r}")
    return SelfTest(len(examples), n_numbers, worst, problems)


def _answers(model: Model, example: dict[str, Any]) -> Iterator[list[Number]]:
    """Yield the numbers in target units, then those on the score's scale."""
    level = example.get("interval")
    answers = model.predict(example["record"], interval=level, explain="explanation" in example)
    numbers: list[Number] = [("the prediction", example["prediction"], answers["predictions"][0])]
    if level is not None:
        numbers.append(("the lower end", example["lower"], answers["lower"][0]))
        numbers.append(("the upper end", example["upper"], answers["upper"][0]))
    yield numbers
    if "explanation" in example:
        nothing: Any = {"base": None, "score": None, "contributions": {}}
        got: Any = answers["explanations"][0] or nothing
        kept = example["explanation"] or nothing
        scores = [(f"the {name}", kept[name], got[name]) for name in ("base", "score")]
        for name, value in kept["contributions"].items():
            scores.append((f"the contribution of {name}", value, got["contributions"].get(name)))
        yield scores


def _difference(kept: float | None, got: float | None, largest: float) -> float:
    if kept == got:
        return 0.0
    if kept is None or got is None or largest == 0:
        return float("inf")
    return abs(got - kept) / largest
