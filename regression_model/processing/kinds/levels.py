"""What kinds of levels share: a cell is one of some texts, and encoded as its position."""

from __future__ import annotations

from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic_core import CoreSchema, core_schema

from regression_model.processing.cached_property import cached_property
from regression_model.processing.cells import as_number
from regression_model.processing.kinds.base import UNDECIDED, ColumnKind
from regression_model.processing.kinds.level_lookup import LevelLookup
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import kind_of, level_text, short
from regression_model.processing.verdicts import Code, Notice, Verdict, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED_LEVELS = 5
"""How many levels are named where none is like an unknown one."""
_DIGITS_OF_A_LEVEL = 18
"""So many digits are an integer that is hashed by itself; see `screening`."""


class Levels(ColumnKind):
    """Base of the kinds whose cells are levels."""

    has_levels = True
    takes: ClassVar[frozenset[str]] = frozenset({"levels", "closed", "missing_means"})
    never_below = 0.0

    @cached_property
    def silent_range(self) -> tuple[float, float]:
        """The positions of all levels."""
        return 0.0, len(self.column.levels) - 1.0

    @cached_property
    def _lookup(self) -> LevelLookup:
        return LevelLookup(self.column.levels)

    def judge_known(self, cell: object, *, from_file: bool) -> Verdict:  # noqa: ARG002
        """Find a level; one that is unknown is -1, or an error where levels are closed."""
        if not isinstance(cell, str | bool) and as_number(cell) is None:
            return refuse(
                Code.NOT_TEXT,
                f"{self.shown_name} holds a {kind_of(cell)}; give its level as text",
            )
        position = self._lookup.find(cell)
        if position is not None:
            return Verdict(float(position))
        level = short(level_text(cell))
        if self.column.closed:
            news = say("unknown_level", name=self.shown_name, level=repr(level))
            return refuse(Code.UNKNOWN_LEVEL, news)
        news = say("unseen_level", name=self.shown_name, level=repr(level))
        return Verdict(-1.0, None, (Notice(Code.UNSEEN_LEVEL, news),))

    def hint_for(self, cell: object, code: str) -> str:
        """Name the levels that are like an unknown one."""
        if code not in (Code.UNKNOWN_LEVEL, Code.UNSEEN_LEVEL):
            return ""
        lookup = self._lookup
        near = lookup.words.nearest(level_text(cell)) or islice(lookup.positions, _NAMED_LEVELS)
        named = ", ".join(map(short, near))
        return say("nearest_known", names=named) if named else ""

    def decode(self, value: float) -> str | None:
        """Return the level at a position; None for "has none" and for an unknown one."""
        return None if value < 0 else self.column.levels[int(value)]

    @property
    def shown_span(self) -> str:
        """All levels."""
        shown = ["(none)" if level is None else short(level) for level in self.column.levels]
        return ", ".join(shown)

    def fast_schema(self) -> CoreSchema:
        """Look cells up among those about which there is nothing to say."""
        cells = _Silent(self._silent_cells())
        return core_schema.no_info_plain_validator_function(cells.__getitem__)

    def _silent_cells(self) -> Iterator[tuple[Any, float]]:
        """Yield cells about which `judge` has nothing to say, with what they are encoded as."""
        cells: list[Any] = [None, *self.column.missing_values, *self.column.levels]
        cells += map(int, filter(_is_short_number, self._texts()))
        for cell in cells:
            verdict = self.judge(cell, hint=False)
            if verdict.silent and self._same_as_boolean(cell, verdict):
                yield cell, verdict.value

    def _same_as_boolean(self, cell: object, verdict: Verdict) -> bool:
        """In a dict 1 and True are one key: list them only where they mean the same."""
        if isinstance(cell, str) or cell not in (0, 1):
            return True
        boolean = self.judge(bool(cell), hint=False)
        return boolean.value == verdict.value

    def record_type(self) -> Any:
        """Return the levels where they are closed, else what a level may be given as."""
        if self.column.closed:
            return Literal[tuple(self._texts()) or (None,)]
        return str | int | float

    def record_examples(self) -> list[str | None] | None:
        """Return the levels where the type does not name them."""
        return None if self.column.closed else list(self._texts())

    def example_cells(self) -> Iterator[str | float | bool]:
        """Yield the levels."""
        yield from (level for level in self._texts() if not self.is_missing_text(level))

    def _texts(self) -> Iterator[str]:
        yield from (level for level in self.column.levels if level is not None)


class _Silent(dict[Any, float]):
    """Encoded values by cell; a cell that is not listed is undecided."""

    # Not written in Python, as pydantic would keep to itself what a signal handler raises in there;
    # `next` takes the cell as what to return at an end, which never comes.
    __missing__ = staticmethod(partial(next, repeat(UNDECIDED)))


def _is_short_number(level: str) -> bool:
    return len(level) <= _DIGITS_OF_A_LEVEL and level.isascii() and level.isdigit()
