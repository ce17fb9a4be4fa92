"""What a kind of output is to the rest of the package, and what it is given to write."""

from __future__ import annotations

import json
import math
import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from regression_model.batch.answer_columns import WHY
from regression_model.batch.text_columns import spelt
from regression_model.processing.arrow_columns import arrow_cells
from regression_model.processing.interruptions import pass_on
from regression_model.processing.shown_values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from regression_model.arrays import Floats
    from regression_model.batch.answer_columns import Reason
    from regression_model.batch.layouts import Layout

    Opener = Callable[[], BinaryIO]


@dataclass(frozen=True)
class ChunkAnswers:
    """The answers to some rows of a file.

    Attributes
    ----------
    start : int
        Position of the first row in the file.
    n_rows : int
    source : str
        What the file is called.
    kept : mapping of str to sequence
        Columns of the file that stand beside the answers: lists or Arrow arrays.
    numbers : mapping of str to ndarray of shape (n_rows,)
        ``prediction`` and ends of intervals; NaN where there is none.
    reasons : mapping of int to Reason
        Why rows have no prediction, by their position in the chunk.
    version : str
        The model's.
    """

    start: int
    n_rows: int
    source: str
    kept: Mapping[str, Sequence[Any]]
    numbers: Mapping[str, Floats]
    reasons: Mapping[int, Reason]
    version: str

    def cells(self, name: str) -> list[Any]:
        """Return the cells of a kept column as Python's own."""
        column = self.kept[name]
        return list(map(flat, column if isinstance(column, list) else arrow_cells(spelt(column))))

    def why(self, name: str) -> dict[int, str]:
        """Return a column that says why rows have no prediction: its texts by row."""
        is_code = name == WHY[0]
        reasons = self.reasons.items()
        return {row: reason.code if is_code else reason.message for row, reason in reasons}

    def number_cells(self, name: str) -> list[float | None]:
        """Return a column of numbers as Python's own, None where there is none."""
        numbers = self.numbers[name].tolist()
        return [None if math.isnan(number) else number for number in numbers]


def flat(cell: Any) -> Any:
    """Return a cell as it is; a list or a record, which no table of texts holds, as JSON."""
    if not isinstance(cell, list | dict):
        return cell
    try:
        return json.dumps(cell, ensure_ascii=False, default=shown)
    except (ValueError, RecursionError) as problem:
        pass_on(problem)
        return shown(cell)


class PartWriter(ABC):
    """Writes what a sink has encoded into a file, chunk by chunk."""

    @abstractmethod
    def write(self, payload: bytes) -> None:
        """Write the answers to a chunk."""

    @abstractmethod
    def close(self) -> None:
        """Write what belongs behind the last one; the file itself stays open."""


class Sink(ABC):
    """A kind of output: what answers are encoded as, and how a file of them is made.

    Parameters
    ----------
    layout : Layout
        Which columns there are.

    Attributes
    ----------
    endings : tuple of str
        What the names of such files end in, in small letters.
    """

    endings: tuple[str, ...]

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """The columns of the output."""

    @abstractmethod
    def encode(self, answered: ChunkAnswers) -> bytes:
        """Return the answers to a chunk as the writer wants them; called in worker processes."""

    @abstractmethod
    def writer(self, file: BinaryIO) -> PartWriter:
        """Return what writes chunks into an empty file that is open."""

    @abstractmethod
    def assemble(self, parts: Sequence[Opener], out: BinaryIO) -> None:
        """Write what some files of this sink hold into one file, in bounded memory.

        Parameters
        ----------
        parts : sequence of callable
            Each opens one of them at its beginning, perhaps more than once.
        out : binary file
            Empty.
        """


class TextSink(Sink):
    """Base of the kinds whose files are a header and lines: whatever stands behind one another."""

    @abstractmethod
    def header(self) -> bytes:
        """Return what a file begins with."""

    def writer(self, file: BinaryIO) -> PartWriter:
        """Return what writes the header at once, then the lines of chunks."""
        file.write(self.header())
        return _LinesWriter(file)

    def assemble(self, parts: Sequence[Opener], out: BinaryIO) -> None:
        """Write the header once, then the lines of all parts."""
        header = self.header()
        out.write(header)
        for open_part in parts:
            with open_part() as part:
                part.seek(len(header))
                shutil.copyfileobj(part, out)


class _LinesWriter(PartWriter):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, payload: bytes) -> None:
        """Write the lines of a chunk."""
        self._file.write(payload)

    def close(self) -> None:
        """Do nothing: lines end where they end."""
