"""What a message says of names that are not there, and of those that may have been meant.

There are two forms: ``; did you mean A?`` behind a sentence about one name, and ``A (near: B)``
in a list of several. A list is cut, and only its beginning is compared with the names that are
there: names by the thousand cost no more than a hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.sentences import say
from regression_model.processing.shown_values import short
from regression_model.processing.similar_words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

SHOWN_NAMES = 10
"""How many names of a list are shown."""
_FIRST_NAMES = 5
"""How many names of a table show whose it is."""
_COMPARED_NAMES = 100
"""For how many names of a list the others that are like them are looked for."""


def did_you_mean(
    name: str, others: Iterable[str] | Words, most: int = 1, aliases: Sequence[str] = ()
) -> str:
    """Return the end of a sentence about a name that is not known, empty where none is like it.

    Parameters
    ----------
    name : str
        What was given.
    others : iterable of str, or Words
        What could have been meant; as `Words` where several names are looked for.
    most : int, optional
        How many are named, likest first.
    aliases : sequence of str, optional
        Other names of the same.

    Examples
    --------
    >>> did_you_mean("are", ["area", "rooms"]), did_you_mean("price", ["area", "rooms"])
    ('; did you mean area?', '')
    >>> did_you_mean("floor", ["1st_floor", "2nd_floor"], most=3)
    '; did you mean 2nd_floor or 1st_floor?'
    """
    words = others if isinstance(others, Words) else Words(others)
    near = _nearest(words, name, aliases)
    return say("did_you_mean", names=" or ".join(map(short, near[:most]))) if near else ""


def with_near(name: str, others: Words, aliases: Sequence[str] = ()) -> str:
    """Return a name as an item of a list, with those that are like it.

    Examples
    --------
    >>> with_near("are", Words(["area", "rooms"])), with_near("price", Words(["area", "rooms"]))
    ('are (near: area)', 'price')
    >>> with_near("price", Words(["cots", "rooms"]), aliases=["cost"])
    'price (near: cots)'
    """
    near = _nearest(others, name, aliases)
    hint = say("near", names=", ".join(map(short, near))) if near else ""
    return short(name) + hint


def _nearest(words: Words, name: str, aliases: Sequence[str]) -> list[str]:
    """Return the words that are like any of a thing's names, each once."""
    near: dict[str, None] = {}
    for each in (name, *aliases):
        near |= dict.fromkeys(words.nearest(each))
    return list(near)


def listed(names: Sequence[str]) -> str:
    """Return names as a list that is cut.

    Examples
    --------
    >>> listed(["area", "rooms"]), listed(["x"] * 1_000)
    ('area, rooms', 'x, x, x, x, x, x, x, x, x, x, and 990 more')
    """
    return ", ".join([*map(short, names[:SHOWN_NAMES]), *_further(len(names))])


def lacking(
    where: str,
    what: str,
    absent: Sequence[str],
    others: Iterable[str],
    place: Callable[[str], str] | None = None,
    *,
    aliases: Mapping[str, Sequence[str]] | None = None,
    header: Sequence[str] | None = None,
) -> str:
    """Return the sentence about columns that a table lacks.

    Parameters
    ----------
    where : str
        What lacks them, such as a file's path.
    what : str
        What they are, such as ``columns of the model``.
    absent : sequence of str
        Their names, one at least.
    others : iterable of str
        What is there in their place, and not used.
    place : callable, optional
        Returns where a name was asked for, such as `` in line 6 of flats.yml``.
    aliases : mapping of str to sequence of str, optional
        Other names of those that have some.
    header : sequence of str, optional
        The first line of a file, which is shown whatever is like the absent names: it tells a
        foreign file, one without a header, and one of another separator from a mistyped name.

    Returns
    -------
    str
        With those first for which something like them is there; where there is no such thing, it
        says what is there.

    Examples
    --------
    >>> lacking("flats.csv", "columns of the model", ["area", "rooms"], ["Area", "price"])
    'flats.csv lacks columns of the model: area (near: Area); rooms'
    >>> lacking("flats.csv", "columns", ["area"], ["Area"], header=["Area"])
    'flats.csv lacks columns: area (near: Area); its header is Area'
    """
    others = list(others)
    words = Words(others)
    mistaken: list[str] = []
    unlike: list[str] = []
    for name in absent[:_COMPARED_NAMES]:
        item = with_near(name, words, (aliases or {}).get(name, ()))
        kind = unlike if item == short(name) else mistaken
        kind.append(item if place is None else item + place(name))
    items = [*mistaken, *unlike][:SHOWN_NAMES]
    sentence = f"{where} lacks {what}: {'; '.join([*items, *_further(len(absent))])}"
    if header is not None:
        return f"{sentence}; its header is {_beginning(header)}"
    return f"{sentence}; it has {listed(others)}" if others and not mistaken else sentence


def _beginning(names: Sequence[str]) -> str:
    """Return the first of some names, which say whose table it is."""
    cut = ["…"] if len(names) > _FIRST_NAMES else []
    return ", ".join([*map(short, names[:_FIRST_NAMES]), *cut])


def _further(count: int) -> list[str]:
    """Return the last item of a list of so many names: how many are not shown."""
    rest = count - SHOWN_NAMES
    return [f"and {rest:,} more"] if rest > 0 else []
