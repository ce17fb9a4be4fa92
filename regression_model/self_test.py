"""The self-test: an artifact's example rows answered again, for instance on a new machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regression_model.model import Model

TOLERANCE = 1e-9


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
        Relative to the number that the artifact keeps, or to 1 where that is smaller.
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
    >>> from regression_model.self_test import run_self_test
    >>> run_self_test(load_model()).problems
    []
    """
    examples = model.facts.get("examples", [])
    worst, n_numbers, problems = 0.0, 0, []
    for row, example in enumerate(examples):
        for what, kept, got in _numbers(model, example):
            n_numbers += 1
            same = kept is None and got is None
            difference = 0.0 if same else _difference(kept, got)
            worst = max(worst, difference)
            if not difference <= TOLERANCE:
                problems.append(f"row {row}: {what} is {got!r}, the artifact says {kept!r}")
    return SelfTest(len(examples), n_numbers, worst, problems)


def _numbers(model: Model, example: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield what a number is, what the artifact keeps, and what the model says now."""
    level = example.get("interval")
    answers = model.predict(example["record"], interval=level, explain="explanation" in example)
    yield "the prediction", example["prediction"], answers["predictions"][0]
    if level is not None:
        yield "the lower end", example["lower"], answers["lower"][0]
        yield "the upper end", example["upper"], answers["upper"][0]
    if "explanation" in example:
        nothing: Any = {"base": None, "score": None, "contributions": {}}
        got: Any = answers["explanations"][0] or nothing
        kept = example["explanation"] or nothing
        for name in ("base", "score"):
            yield f"the {name}", kept[name], got[name]
        for name, value in kept["contributions"].items():
            yield f"the contribution of {name}", value, got["contributions"].get(name)


def _difference(kept: float | None, got: float | None) -> float:
    if kept is None or got is None:
        return float("inf")
    return abs(got - kept) / max(abs(kept), 1.0)
