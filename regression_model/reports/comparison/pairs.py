"""Which column of one model is which of another, by the names under which callers send them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from regression_model.processing.absent_names import listed
from regression_model.processing.shown_values import short
from regression_model.processing.similar_words import Words
from regression_model.reports.comparison.change import Change, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.processing.column import Column
    from regression_model.processing.schema import Schema

_MOST_COMPARED = 1_000
"""Among so many added columns the one is looked for that a removed one may have become."""


class Pairs(NamedTuple):
    """The columns of two models.

    Attributes
    ----------
    both : list of (Column, Column)
        Old and new, where callers who send the old one reach the new one.
    removed, added : list of Column
        What has no counterpart.
    renamed : dict of str to str
        Removed columns, and the added one that each may have become.
    """

    both: list[tuple[Column, Column]]
    removed: list[Column]
    added: list[Column]
    renamed: dict[str, str]


def pairs_of(old: Schema, new: Schema) -> Pairs:
    """Find the counterpart of each column.

    Examples
    --------
    >>> from regression_model.processing.schema import Column, Schema
    >>> old = Schema((Column("area", "number"), Column("Rooms", "integer")))
    >>> new = Schema((Column("size", "number", aliases=("area",)), Column("rooms", "integer")))
    >>> pairs = pairs_of(old, new)
    >>> [column.name for _, column in pairs.both], pairs.renamed
    (['size'], {'Rooms': 'rooms'})
    """
    by_name = {column.name: column for column in new.columns}
    both, removed = [], []
    for column in old.columns:
        names = (column.name, *column.aliases)
        reached = next((new.main_names[name] for name in names if name in new.main_names), None)
        if reached is None:
            removed.append(column)
        else:
            both.append((column, by_name[reached]))
    taken = {column.name for _, column in both}
    added = [column for column in new.columns if column.name not in taken]
    return Pairs(both, removed, added, _renamed(removed, added))


def _renamed(removed: list[Column], added: list[Column]) -> dict[str, str]:
    """Return which of the added columns a removed one may be, by its name or by what it holds."""
    candidates = {column.name: column for column in added[:_MOST_COMPARED]}
    words = Words(candidates)
    renamed: dict[str, str] = {}
    for column in removed[:_MOST_COMPARED]:
        like = [name for name in words.nearest(column.name) if _are_alike(column, candidates[name])]
        like += [name for name, other in candidates.items() if _hold_the_same(column, other)]
        free = [name for name in like if name not in renamed.values()]
        if free:
            renamed[column.name] = free[0]
    return renamed


def _are_alike(column: Column, other: Column) -> bool:
    return column.has_levels == other.has_levels and column.is_number == other.is_number


def _hold_the_same(column: Column, other: Column) -> bool:
    """Whether training has seen the same in both, which is hardly by chance."""
    if column.kind != other.kind:
        return False
    if column.has_levels:
        return len(column.levels) > 1 and column.levels == other.levels
    seen = column.training_range
    if seen is None or seen != other.training_range:
        return False
    # many columns are from 0 to 1
    return seen[1] - seen[0] > 1 and column.missing_share == other.missing_share


def reasons_of_names(pairs: Pairs, old: Schema, new: Schema) -> Iterator[Reason]:
    """Yield what the names alone mean to callers, who go on sending what they sent."""
    for name, now in pairs.renamed.items():
        said = f"{short(name)} seems to be renamed: it is not read any more, {short(now)} is new"
        yield Reason(Change.MAJOR, "columns", said, name)
    gone = [column.name for column in pairs.removed if column.name not in pairs.renamed]
    if gone:
        said = f"not read any more, but ignored with a warning: {listed(gone)}"
        yield Reason(Change.MINOR, "columns", said)
    is_other = set(pairs.renamed.values())
    won = [column.name for column in pairs.added if column.name not in is_other]
    if won:
        yield Reason(Change.MINOR, "columns", f"new: {listed(won)}")
    for before, after in pairs.both:
        yield from _of_both(before, after, old, new)


def _of_both(before: Column, after: Column, old: Schema, new: Schema) -> Iterator[Reason]:
    names = (before.name, *before.aliases)
    lost = [name for name in names if new.main_names.get(name) != after.name]
    for name in lost:
        said = f"{short(after.name)} is not known as {short(name)} any more"
        yield Reason(Change.MAJOR, "columns", said, after.name)
    for name in (after.name, *after.aliases):
        if name not in old.main_names:
            said = f"{short(before.name)} is known as {short(name)}, too"
            yield Reason(Change.MINOR, "columns", said, after.name)
