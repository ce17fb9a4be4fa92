"""The names of an input's columns, held against those of the columns that a model eats."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from regression_model.exceptions import DataError
from regression_model.processing.absent_names import did_you_mean, with_near
from regression_model.processing.blanks import clean_name
from regression_model.processing.interruptions import pass_on
from regression_model.processing.report import Entry, Report, make_entry
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import name_of, short
from regression_model.processing.similar_words import Words
from regression_model.processing.verdicts import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from regression_model.processing.schema import Schema

MAX_UNUSED = 100
"""How many columns that the model does not use are listed."""
MAX_NAME_HINTS = 20
"""For how many of them the absent column that is like it is looked for."""
MAX_COMPARED = 1_000
"""Among how many unused columns a required one is looked for."""
_MOST_MEANT = 3
"""How many columns are named that may have been meant: which of them was, only the caller knows."""
_MAX_KEPT = 64
"""Sets of names that are kept with what there is to say about them: callers have a few."""
_MAX_KEPT_CHARACTERS = 10_000
"""Longer sets are judged each time, so that what is kept stays below a megabyte."""
MAX_NAMED = 5
"""How many columns are named where none is known: the first of them say whose table it is."""


def by_column(names: Iterable[str], schema: Schema) -> dict[str, list[str]]:
    """Return the different names that an input has for each column of a schema.

    Parameters
    ----------
    names : iterable of str
        Of the input; those that are no column's are passed over.
    schema : Schema

    Returns
    -------
    dict of str to list of str
        By the column's own name; without the columns that are absent.

    Examples
    --------
    >>> from regression_model.processing.schema import Column, Schema
    >>> schema = Schema((Column("area", "number", aliases=("size",)),))
    >>> by_column(["size", "rooms", "area"], schema)
    {'area': ['size', 'area']}
    """
    given: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        main = schema.main_names.get(name)
        if main is not None:
            given.setdefault(main, []).append(name)
    return given


def under_main_names(names: Sequence[str], schema: Schema, where: object) -> list[str]:
    """Return the names of a table with each column's own name in the place of its aliases.

    Parameters
    ----------
    names : sequence of str
    schema : Schema
    where : object
        What the message calls the table, such as its path.

    Raises
    ------
    DataError
        If a column comes under two of its names.
    """
    for main, given in by_column(names, schema).items():
        if len(given) > 1:
            raise DataError(f"{where}: {two_names(main, given)}")
    return [schema.main_names.get(name, name) for name in names]


def two_names(main: str, given: Sequence[str]) -> str:
    """Return what is wrong where a column comes under two of its names."""
    listed = " and ".join(map(short, given[:MAX_NAMED]))
    return say("two_names", name=short(main), count=len(given), names=listed)


class NameCheck(NamedTuple):
    """What there is to say about the names of an input's columns, and which ones it lacks."""

    errors: tuple[Entry, ...]
    warnings: tuple[Entry, ...]
    absent: frozenset[str]

    def tell(self, report: Report) -> None:
        """Add everything to a report."""
        report.errors += [entry.copy() for entry in self.errors]
        report.warnings += [entry.copy() for entry in self.warnings]
        report.all_failed |= bool(self.errors)
        report.absent = self.absent


class NameChecker:
    """Compares the columns of inputs with those of a schema; each set of names is judged once.

    Parameters
    ----------
    schema : Schema
        The columns that the model eats.

    Attributes
    ----------
    main_names : mapping of str to str
        The column of each name under which one may come.
    aliases : frozenset of str
        Those of them that are no column's own.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._columns = frozenset(schema.names)
        self.main_names: Mapping[str, str] = schema.main_names
        self.aliases = frozenset(self.main_names) - self._columns
        self._kept: dict[tuple[str, ...], NameCheck] = {}

    def under_main_names(self, names: list[str]) -> list[str]:
        """Return names with each column's own in the place of its aliases; two may become one."""
        if not self.aliases:
            return names
        return [self.main_names.get(name, name) for name in names]

    def check(self, names: Sequence[str]) -> NameCheck:
        """Judge the names of an input, in their order and with those that stand twice.

        What there is to say is kept for the next input of the same names. No lock is needed: two
        threads may judge the same.
        """
        key = tuple(names)
        known = self._kept.get(key)
        if known is not None:
            return known
        check = self._judge(key)
        # an empty name counts too
        if len(key) + sum(map(len, key)) <= _MAX_KEPT_CHARACTERS:
            if len(self._kept) >= _MAX_KEPT:
                self._kept = {}
            self._kept[key] = check
        return check

    def check_keys(self, record: dict[Any, Any]) -> NameCheck:
        """Judge the keys of a record, which may be anything that can be a key."""
        try:
            known = self._kept.get(tuple(record))
        except Exception as problem:  # noqa: BLE001 - what compares as a name may raise anything
            pass_on(problem)
            known = None
        return known or self.check([clean_name(name_of(key)) for key in record])

    def _judge(self, names: tuple[str, ...]) -> NameCheck:
        counts = Counter(names)
        given = by_column(counts, self._schema)
        absent = self._columns - given.keys()
        if counts and not given:
            return NameCheck((_no_known(list(counts), self._schema),), (), absent)
        unused = [name for name in counts if name not in self.main_names]
        errors = self._twice(counts)
        for main, each in given.items():
            if len(each) > 1:
                message = two_names(main, each)
                errors.append(make_entry(Code.NAMED_TWICE, message, None, main))
        errors += self._missing(absent, unused)
        return NameCheck(tuple(errors), tuple(self._unused(unused, absent)), absent)

    def _twice(self, counts: Mapping[str, int]) -> list[Entry]:
        """Return errors about names that stand more than once."""
        errors: list[Entry] = []
        for name, count in counts.items():
            if count > 1 and name in self.main_names:
                message = say("stands_twice", name=short(name), count=count)
                column = self.main_names[name]
                errors.append(make_entry(Code.DUPLICATE_COLUMN, message, None, column))
        return errors

    def _missing(self, absent: frozenset[str], unused: list[str]) -> list[Entry]:
        """Return errors about required columns that are absent."""
        columns = self._schema.columns
        required = [column.name for column in columns if column.required and column.name in absent]
        if not required:
            return []
        others = Words(unused[:MAX_COMPARED])
        errors: list[Entry] = []
        for name in required:
            hint = did_you_mean(name, others, _MOST_MEANT, self._schema.aliases.get(name, ()))
            message = say("missing_column", name=short(name), hint=hint)
            errors.append(make_entry(Code.MISSING_COLUMN, message, None, name))
        return errors

    def _unused(self, unused: list[str], absent: frozenset[str]) -> list[Entry]:
        """Return warnings about columns that the model does not use, and count those beyond."""
        meant = Words(name for name, main in self.main_names.items() if main in absent)
        warnings: list[Entry] = []
        for i, name in enumerate(unused[:MAX_UNUSED]):
            hint = did_you_mean(name, meant, _MOST_MEANT) if i < MAX_NAME_HINTS else ""
            message = say("unused_column", name=short(name), hint=hint)
            warnings.append(make_entry(Code.UNUSED_COLUMN, message, None, short(name)))
        n_further = len(unused) - MAX_UNUSED
        if n_further > 0:
            message = say("further_unused", count=f"{n_further:,}")
            warnings.append(make_entry(Code.FURTHER_WARNINGS, message, None, None, n_further))
        return warnings


def _no_known(names: list[str], schema: Schema) -> Entry:
    """Say what came in the place of the model's columns."""
    known = schema.names
    words = Words(schema.main_names)
    came = [with_near(name, words) for name in names[:MAX_NAMED]]
    if all(name.isdecimal() for name in names):  # what pandas calls columns without a name
        remedy = say("give_names")
    elif len(names) == 1:
        remedy = say("give_inner", name=came[0])
    else:
        remedy = say("give_cells")
    expected = _listed(list(map(short, known[:MAX_NAMED])), len(known))
    came_here = _listed(came, len(names))
    message = say("no_known_column", came=came_here, expected=expected, remedy=remedy)
    return make_entry(Code.NO_KNOWN_COLUMN, message, None, None)


def _listed(names: list[str], count: int) -> str:
    return ", ".join([*names, "…"] if count > len(names) else names)
