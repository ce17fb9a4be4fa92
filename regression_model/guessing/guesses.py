"""What a config for a table could say: guesses with their reasons, before they are written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from regression_model.processing.dates import DEFAULT_PARTS, DateOrder, Part

if TYPE_CHECKING:
    from regression_model.processing.schema import MissingMeans

Value = str | int | float | bool
Transform = Literal["none", "auto"]
Effort = Literal["quick", "standard", "best"]
"""How much time a model may take: for a first look, for daily use, for the last half percent."""


@dataclass(frozen=True)
class ColumnGuess:
    """A column that the model may use.

    Attributes
    ----------
    name : str
        As in the table.
    kind : str
        What its cells are.
    note : str
        The statistics behind the guess.
    levels : tuple of str
        From lowest to highest, for an ordered column.
    scale : str or None
        What the scale is called, for an ordered column whose levels are on a known one.
    missing : {"unknown", "none"}
        What a missing cell means.
    also_missing : tuple of str
        Unusual spellings of a missing value.
    date_order : {"ymd", "dmy", "mdy"}
        How ambiguous dates are read.
    parts : tuple of str
        What a date becomes.
    number_format : str or None
        How numbers are written, if not with a point alone.
    question : str
        What only a person can answer, where the column tells nearly all of the target.
    """

    name: str
    kind: str
    note: str
    levels: tuple[str, ...] = ()
    scale: str | None = None
    missing: MissingMeans = "unknown"
    also_missing: tuple[str, ...] = ()
    date_order: DateOrder = "ymd"
    parts: tuple[Part, ...] = DEFAULT_PARTS
    number_format: str | None = None
    question: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A column that the model should not use, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class TargetGuess:
    """The target: its scale, and what there is to say of it."""

    column: str
    transform: Transform
    reason: str
    notes: tuple[str, ...] = ()
    number_format: str | None = None
    minimum: tuple[int, str] | None = None
    """What no answer should be below, and why."""


@dataclass(frozen=True)
class EstimatorGuess:
    """A branch of the model; the settings that differ from their defaults or matter most."""

    name: str
    note: str
    settings: dict[str, Value]


@dataclass(frozen=True)
class EvaluationGuess:
    """How quality is measured on a table of this size."""

    folds: int
    repeats: int
    hold_out: float
    note: str


@dataclass(frozen=True)
class RowGuesses:
    """Columns that say how rows count and belong together, each with its note.

    Attributes
    ----------
    weight, group, time : (str, str) or None
        To be used.
    maybe_weight, maybe_group, maybe_time : (str, str) or None
        Seen and not used, with the reason: to be considered by who knows the table.
    """

    weight: tuple[str, str] | None = None
    group: tuple[str, str] | None = None
    time: tuple[str, str] | None = None
    maybe_weight: tuple[str, str] | None = None
    maybe_group: tuple[str, str] | None = None
    maybe_time: tuple[str, str] | None = None


@dataclass(frozen=True)
class Guesses:
    """All that is guessed of a table.

    Attributes
    ----------
    n_rows : int
        Rows of the table, also those without a target.
    target : TargetGuess
        What is predicted.
    columns : tuple of ColumnGuess
        In the table's order.
    left_out : tuple of LeftOut
        In the table's order.
    evaluation : EvaluationGuess
        Folds, repeats and hold-out.
    estimators : tuple of EstimatorGuess
        The branches of the model.
    effort : {"quick", "standard", "best"}
        What estimators and evaluation are for.
    scales : dict of str to tuple of str
        Levels that more than one column shares.
    differences : tuple of (str, str)
        Pairs of dates whose distance in days is a feature.
    rows : RowGuesses
        Weight, group and time columns.
    """

    n_rows: int
    target: TargetGuess
    columns: tuple[ColumnGuess, ...]
    left_out: tuple[LeftOut, ...]
    evaluation: EvaluationGuess
    estimators: tuple[EstimatorGuess, ...]
    scales: dict[str, tuple[str, ...]] = field(default_factory=dict)
    differences: tuple[tuple[str, str], ...] = ()
    rows: RowGuesses = RowGuesses()
    effort: Effort = "standard"
