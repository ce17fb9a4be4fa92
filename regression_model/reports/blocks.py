"""What a report says, before it is a page: the same blocks become HTML and Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.reports.markup import Markup


@dataclass(frozen=True)
class Paragraph:
    """A text; `is_given` where it is somebody's own, whose ends of line stay."""

    text: str
    is_given: bool = False


@dataclass(frozen=True)
class Listed:
    """Texts with a dot before each."""

    items: Sequence[str]


@dataclass(frozen=True)
class Pairs:
    """Names, each beside what there is to say of it; None where that is not known."""

    pairs: Sequence[tuple[str, str | None]]


@dataclass(frozen=True)
class Table:
    """Cells in rows.

    Attributes
    ----------
    headers : sequence of str
    rows : sequence of sequences of str
        As many cells each.
    n_texts : int
        How many columns, from the left, are texts; the others are numbers, and flush right.
    folded : str
        What stands for a long one until it is asked for; empty: it is always shown.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    n_texts: int = 1
    folded: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart, what it shows, and the numbers that it was drawn from.

    Attributes
    ----------
    name : str
        Letters, digits and hyphens; no other figure of the report has it.
    title, description : str
    marks : Markup
        What stands within the element `svg`.
    height : float
        In pixels.
    numbers : Table
    """

    name: str
    title: str
    description: str
    marks: Markup
    height: float
    numbers: Table


Block: TypeAlias = Paragraph | Listed | Pairs | Table | Figure


@dataclass(frozen=True)
class Section:
    """A part of a report under a heading.

    Attributes
    ----------
    name : str
        As of a figure.
    title : str
    blocks : sequence of Block
    """

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes
    ----------
    title, subtitle : str
    summary : str
        A sentence or two for who reads no further.
    tiles : sequence of (str, str, str)
        The figures that count most: name, number, and what it means.
    sections : sequence of Section
    metadata : str
        What a Markdown file says first, for programs; empty: nothing.
    """

    title: str
    subtitle: str
    summary: str
    tiles: Sequence[tuple[str, str, str]]
    sections: Sequence[Section]
    metadata: str = field(default="", repr=False)

    @property
    def figures(self) -> list[Figure]:
        """All figures, from top to bottom."""
        blocks = [block for section in self.sections for block in section.blocks]
        return [block for block in blocks if isinstance(block, Figure)]
