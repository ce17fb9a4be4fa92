"""Names that the package makes: never one that the table, the config or it itself uses already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return a name that is not taken: the wanted one, or that with the first free number.

    Examples
    --------
    >>> free_name("age_missing", {"age"}), free_name("age_missing", {"age", "age_missing"})
    ('age_missing', 'age_missing_2')
    """
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


def free_names(wanted: Sequence[str], taken: Iterable[str]) -> list[str]:
    """Return as many names as are wanted, none of them taken and no two alike.

    Examples
    --------
    >>> free_names(["a_missing", "a_missing"], ["a", "a_missing_2"])
    ['a_missing', 'a_missing_3']
    """
    used = set(taken)
    made: list[str] = []
    for name in wanted:
        made.append(free_name(name, used))
        used.add(made[-1])
    return made


@dataclass(frozen=True)
class LevelNames:
    """What one-hot columns are called, which is what `OneHotEncoder` asks of a name combiner.

    Levels are positions (``1.0`` or ``nan``) and numbers behind taken names have no point, so that
    no two columns of 0 and 1 are called alike either.

    Parameters
    ----------
    taken : frozenset of str
        All other columns.

    Examples
    --------
    >>> LevelNames(frozenset({"fuel_1.0"}))("fuel", 1.0)
    'fuel_1.0_2'
    """

    taken: frozenset[str] = field(repr=False)

    def __call__(self, feature: str, level: object) -> str:
        """Return the name of a feature's column for a level."""
        return free_name(f"{feature}_{level}", self.taken)
