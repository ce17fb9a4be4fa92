"""The columns that an input has, beside those that a model eats."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from regression_model.processing.blanks import clean_name
from regression_model.processing.interruptions import pass_on
from regression_model.processing.report import Entry, Report, make_entry
from regression_model.processing.verdicts import Code
from regression_model.processing.words import Words, name_of, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.processing.schema import Schema

MAX_UNUSED = 100
"""How many columns that the model does not use are listed."""
MAX_NAME_HINTS = 20
"""For how many of them the absent column that is like it is looked for."""
_MAX_COMPARED = 1_000
_MAX_KEPT = 64
_MAX_NAMED = 5
_MAX_KEPT_CHARACTERS = 10_000


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


class NameChecker:
    """Compares the columns of inputs with those of a schema; each set of names is judged once.

    Parameters
    ----------
    schema : Schema
        The columns that the model eats.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.known = frozenset(schema.names)
        self._kept: dict[tuple[str, ...], NameCheck] = {}

    def check(self, names: Sequence[str]) -> NameCheck:
        """Judge the names of an input, in their order and with those that stand twice.

        What was found is kept for the next input of the same names: of 64 sets of names at most,
        each of 10,000 characters at most, where a name counts as one more than it has. No lock is
        needed: two threads may judge the same.
        """
        key = tuple(names)
        found = self._kept.get(key)
        if found is None:
            found = self._judge(key)
            if len(key) + sum(map(len, key)) <= _MAX_KEPT_CHARACTERS:
                if len(self._kept) >= _MAX_KEPT:
                    self._kept = {}
                self._kept[key] = found
        return found

    def check_keys(self, record: dict[Any, Any]) -> NameCheck:
        """Judge the keys of a record, which may be anything that can be a key."""
        try:
            found = self._kept.get(tuple(record))
        except Exception as problem:  # noqa: BLE001 - what compares as a name may raise anything
            pass_on(problem)
            found = None
        return found or self.check([clean_name(name_of(key)) for key in record])

    def _judge(self, names: tuple[str, ...]) -> NameCheck:
        counts = Counter(names)
        absent = self.known - counts.keys()
        if counts and len(absent) == len(self.known):
            return NameCheck((_no_known(list(counts), self._schema.names),), (), absent)
        unused = [name for name in counts if name not in self.known]
        errors = [_twice(name, n) for name, n in counts.items() if n > 1 and name in self.known]
        required = [c.name for c in self._schema.columns if c.required and c.name in absent]
        if required:
            near = Words(unused[:_MAX_COMPARED])
            errors += [_lacks(name, near.nearest(name)) for name in required]
        return NameCheck(tuple(errors), tuple(_warnings(unused, absent)), absent)


def _warnings(unused: list[str], absent: frozenset[str]) -> list[Entry]:
    words = Words(absent)
    hinted, others = unused[:MAX_NAME_HINTS], unused[MAX_NAME_HINTS:MAX_UNUSED]
    warnings = [_unused(name, words.nearest(name)) for name in hinted]
    warnings += [_unused(name, []) for name in others]
    n_further = len(unused) - MAX_UNUSED
    if n_further > 0:
        message = f"{n_further:,} further columns that the model does not use"
        warnings.append(make_entry(Code.FURTHER_WARNINGS, message, None, None, n_further))
    return warnings


def _no_known(names: list[str], known: Sequence[str]) -> Entry:
    """Say what came in the place of the model's columns."""
    words = Words(known)
    came = [
        f"{short(name)} (near: {short(near[0])})" if (near := words.nearest(name)) else short(name)
        for name in names[:_MAX_NAMED]
    ]
    remedy = "give each cell under its column's name"
    if all(name.isdecimal() for name in names):
        remedy = "give the columns their names in the place of their numbers"
    elif len(names) == 1:
        remedy = f"if a record stands under {came[0]}, give what stands there alone"
    message = (
        f"no column of the input is one of the model's: it has {_listed(came, len(names))}; "
        f"expected {_listed(list(map(short, known[:_MAX_NAMED])), len(known))}; {remedy}"
    )
    return make_entry(Code.NO_KNOWN_COLUMN, message, None, None)


def _listed(names: list[str], count: int) -> str:
    return ", ".join([*names, *(["…"] if count > len(names) else [])])


def _unused(name: str, near: list[str]) -> Entry:
    message = f"the model does not use {short(name)}{_is_it(near)}"
    return make_entry(Code.UNUSED_COLUMN, message, None, short(name))


def _lacks(name: str, near: list[str]) -> Entry:
    message = f"{short(name)} is required and missing from the input{_is_it(near)}"
    return make_entry(Code.MISSING_COLUMN, message, None, name)


def _twice(name: str, count: int) -> Entry:
    message = f"{short(name)} stands {count} times in the input; leave one column of that name"
    return make_entry(Code.DUPLICATE_COLUMN, message, None, name)


def _is_it(near: list[str]) -> str:
    return f"; is it {' or '.join(map(short, near))}?" if near else ""
