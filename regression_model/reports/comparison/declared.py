"""What columns declare otherwise than before, and what training has seen otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from regression_model.processing.absent_names import listed
from regression_model.processing.shown_values import level_text, plain, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.processing.column import Column
    from regression_model.reports.comparison.pairs import Pairs

_SETTINGS = {
    "kind": "kind", "minimum": "minimum", "maximum": "maximum", "required": "required",
    "closed": "other levels are errors", "missing_means": "a missing value means",
    "date_order": "order of dates", "number_format": "numbers are written like",
}  # fmt: skip
_SHARE_TOLD = 0.01
"""Shares of missing cells that differ by less are not told."""


class Difference(NamedTuple):
    """One thing in which a column is otherwise.

    Attributes
    ----------
    column : str
    what : str
    before, after : str
    """

    column: str
    what: str
    before: str
    after: str


def differences_of(pairs: Pairs) -> list[Difference]:
    """Return in what the columns of two models are declared otherwise, or have been seen."""
    return list(_differences(pairs))


def _differences(pairs: Pairs) -> Iterator[Difference]:
    for column in pairs.removed:
        yield Difference(column.name, "removed", str(column.kind), "")
    for column in pairs.added:
        kind = f"{column.kind}, required" if column.required else str(column.kind)
        yield Difference(column.name, "added", "", kind)
    for before, after in pairs.both:
        yield from _of_pair(before, after)


def _of_pair(before: Column, after: Column) -> Iterator[Difference]:
    name = after.name
    if before.name != after.name:
        yield Difference(name, "name", short(before.name), short(after.name))
    if before.aliases != after.aliases:
        yield Difference(name, "other names", listed(before.aliases), listed(after.aliases))
    for field, what in _SETTINGS.items():
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield Difference(name, what, _told(was), _told(now))
    yield from _of_texts(name, "levels", before.levels, after.levels)
    if (
        after.has_order
        and set(before.levels) == set(after.levels)
        and before.levels != after.levels
    ):
        order = [listed([_level(level) for level in each.levels]) for each in (before, after)]
        yield Difference(name, "order of levels", *order)
    yield from _of_texts(name, "spellings of missing", before.missing_values, after.missing_values)
    spans = [c.of_kind.shown_span if c.training_range else "" for c in (before, after)]
    if spans[0] != spans[1]:
        yield Difference(name, "seen in training", short(spans[0]), short(spans[1]))
    if abs(before.missing_share - after.missing_share) >= _SHARE_TOLD:
        shares = f"{before.missing_share:.1%}", f"{after.missing_share:.1%}"
        yield Difference(name, "missing in training", *shares)


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, float | int) else short(str(value))


def _of_texts(
    name: str, what: str, before: tuple[str | None, ...], after: tuple[str | None, ...]
) -> Iterator[Difference]:
    """Yield which texts are gone, and which are new."""
    old, new = set(before), set(after)
    gone = [_level(text) for text in before if text not in new]
    won = [_level(text) for text in after if text not in old]
    if gone or won:
        lost = f"with {listed(gone)}" if gone else ""
        yield Difference(name, what, lost, f"with {listed(won)}" if won else "")


def _level(text: str | None) -> str:
    return "(none)" if text is None else repr(level_text(text))
