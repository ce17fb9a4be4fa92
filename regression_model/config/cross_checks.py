"""What no single setting can know: names that refer to other parts of the config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from regression_model.config.source import Location, Problem
from regression_model.config.wording import cut, shortened
from regression_model.estimators.settings import Settings
from regression_model.processing.absent_names import did_you_mean
from regression_model.processing.blanks import clean_name
from regression_model.processing.dates import DEFAULT_PARTS, date_features
from regression_model.processing.kinds.registry import find_kind
from regression_model.transformers.operations import OPERATIONS

Dates = dict[str, dict[str, str]]
"""What the parts of each date column are called."""

_ROLES = ("weight_column", "group_column", "time_column")
"""The sections that name a column which says how rows count and belong together."""

_NAMING = (*_ROLES, "left_out")
"""The sections that name columns outside of maps."""

_SHOWN = 10
"""How many scales are named where none is like the one that is not there."""


def with_clean_names(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return a config's data with its columns' names as they are found in tables.

    Parts of a wrong shape are passed over. Two names that become one are a problem.
    """
    cleaned = {**data, **_cleaned(data, *_NAMING)}
    for section, *keys in (("target", "column"), ("elapsed", "reference", "columns")):
        if isinstance(data.get(section), Mapping):
            cleaned[section] = {**data[section], **_cleaned(data[section], *keys)}
    problems: list[Problem] = []
    for section, key in (("columns", "aliases"), ("derived", "of")):
        if isinstance(data.get(section), Mapping):
            problems += _same_when_clean(section, data[section])
            cleaned[section] = _with_clean_keys(data[section], key)
    return cleaned, problems


def _with_clean_keys(entries: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return columns or features by their clean names, and what they list under a key as well."""
    cleaned: dict[str, Any] = {}
    for name, entry in entries.items():
        if isinstance(entry, Mapping):
            cleaned[clean_name(name)] = {**entry, **_cleaned(entry, key)}
        else:
            cleaned[clean_name(name)] = entry
    return cleaned


def _same_when_clean(section: str, names: Iterable[str]) -> Iterator[Problem]:
    """Find names that differ only by what is not part of a name, such as a space at its end."""
    written_as: dict[str, list[str]] = {}
    for name in names:
        written_as.setdefault(clean_name(name), []).append(name)
    for clean, written in written_as.items():
        others = [name for name in written if name != clean]
        if len(written) > 1:
            for name in others:
                yield Problem((section, name), f"{clean!r} stands twice; rename one")


def nameless(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Find where a file has nothing in the place of a name."""
    for section in ("columns", "derived", "scales", "estimators"):
        if "" in _map(data, section):
            yield Problem((section, ""), "a name is missing before the colon")
    places: list[Location] = [("target", "column"), ("elapsed", "reference")]
    places += [(key,) for key in _NAMING]
    for place in places:
        if _at(data, place) == "":
            yield Problem(place, "a name is missing behind the colon")


def _at(data: Mapping[str, Any], place: Location) -> Any:
    """Return what stands at a place; None if there is no such place."""
    value: Any = data
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _cleaned(data: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Return those of some settings that are a name or a list of names, with clean names."""
    cleaned: dict[str, Any] = {}
    for key in keys:
        value = data.get(key)
        if isinstance(value, list | tuple):
            cleaned[key] = [_clean_if_text(name) for name in value]
        elif isinstance(value, str):
            cleaned[key] = clean_name(value)
    return cleaned


def _clean_if_text(name: object) -> object:
    return clean_name(name) if isinstance(name, str) else name


def cross_references(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Check what no single setting can know; parts of a wrong shape are passed over."""
    columns, scales = _map(data, "columns"), _map(data, "scales")
    derived = _map(data, "derived")
    target = _map(data, "target").get("column")
    for name, levels in scales.items():
        yield from repeated(levels, ("scales", name), "level")
    yield from _column_problems(columns, scales, target)
    dates = _date_features(columns, [*derived, str(target)])
    parts: dict[str, str] = {}
    for features in dates.values():
        parts |= dict.fromkeys(features.values(), "number")
    known = {**parts, **columns}  # what features may be computed from, with its kind
    yield from _elapsed_problems(data, known, dates)
    yield from _derived_problems(derived, columns, target, known=known, dates=dates)
    yield from _row_problems(data, columns, target)
    yield from _left_out_problems(data.get("left_out", ()), columns)
    yield from _alias_problems(data, parts)


def _column_problems(
    columns: Mapping[str, Any], scales: Mapping[str, Any], target: object
) -> Iterator[Problem]:
    for name, column in columns.items():
        if name == target:
            yield Problem(("columns", name), "the target cannot be a column as well")
        scale = column.get("scale") if isinstance(column, Mapping) else None
        if isinstance(scale, str) and scale not in scales:
            message = f"no scale {shortened(scale)}{_other_scale(scale, scales)}"
            yield Problem(("columns", name, "scale"), message)


def _other_scale(scale: str, scales: Mapping[str, Any]) -> str:
    """Say which scale may be meant, or which there are."""
    if not scales:
        return "; list the levels"
    known = ", ".join(map(cut, list(scales)[:_SHOWN]))
    return _hint(scale, scales) or f"; known: {known}"


def _left_out_problems(left_out: object, columns: Mapping[str, Any]) -> Iterator[Problem]:
    yield from repeated(left_out, ("left_out",), "column")
    if not isinstance(left_out, list | tuple):
        return
    for i, name in enumerate(left_out):
        if isinstance(name, str) and name in columns:
            message = f"{cut(name)} is also among the columns; leave it in one place"
            yield Problem(("left_out", i), message)


def _alias_problems(data: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[Problem]:
    """Check that no other name of a column is the name of something else."""
    taken = _taken_names(data, parts)
    for name, column in _map(data, "columns").items():
        aliases = _list(column, "aliases") if isinstance(column, Mapping) else ()
        own: set[str] = set()  # which of them stands twice, `ColumnConfig` says
        for i, alias in enumerate(map(str, aliases)):
            here: Location = ("columns", name, "aliases", i)
            if alias == name:
                yield Problem(here, f"{cut(alias)} is the column's own name; leave it out")
            elif alias in taken and alias not in own:
                yield Problem(here, f"{cut(alias)} is already {taken[alias]}; choose another name")
            own.add(alias)
            taken.setdefault(alias, f"an alias of {cut(name)}")


def _taken_names(data: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, str]:
    """Return what each name already is that no alias may have; of several things the last."""
    taken = dict.fromkeys(map(str, _list(data, "left_out")), "a column that is left out")
    taken |= dict.fromkeys(parts, "a feature that a date becomes")
    taken |= dict.fromkeys(_map(data, "derived"), "a derived feature")
    for role in _ROLES:
        name = _text(data, role)
        if name is not None:
            taken[name] = f"the {role.replace('_', ' ')}"
    taken |= dict.fromkeys(_map(data, "columns"), "a column")
    target = _text(_map(data, "target"), "column")
    if target is not None:
        taken[target] = "the target"
    return taken


def _list(data: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = data.get(key)
    return value if isinstance(value, list | tuple) else ()


def _date_features(columns: Mapping[str, Any], others: list[str]) -> Dates:
    """Return the features that each date column becomes; a column's own name is always its own."""
    dates: dict[str, list[str]] = {}
    for name, column in columns.items():
        settings = column if isinstance(column, Mapping) else {"kind": column}
        parts = settings.get("parts", DEFAULT_PARTS)
        kind = find_kind(settings.get("kind"))
        if kind is not None and kind.has_parts and isinstance(parts, list | tuple):
            dates[name] = list(map(str, parts))
    return date_features(dates, [*columns, *others])


def _row_problems(
    data: Mapping[str, Any], columns: Mapping[str, Any], target: object
) -> Iterator[Problem]:
    """Check the columns that say how rows count and belong together."""
    for key in _ROLES:
        if target is not None and _text(data, key) == target:
            yield Problem((key,), "the target cannot be this column as well")
    if _text(data, "weight_column") in columns:
        yield Problem(("weight_column",), "it is also among the columns; leave it in one place")
    if data.get("time_column") is not None:
        yield from _time_problems(data)


def _time_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Check what rows in an order leave no room for."""
    if data.get("group_column") is not None:
        yield Problem(("time_column",), "rows are kept apart by group or by time; choose one")
    repeats = _map(data, "evaluation").get("repeats", 1)
    if str(repeats) != "1":  # as it stands in a file, or as Python gives it
        yield Problem(("evaluation", "repeats"), "time has one order; with time_column, write 1")


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return value if isinstance(value, str) else None


def _map(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if isinstance(value, Settings):  # a config made in Python may be given parts that are checked
        return value.model_dump()
    return value if isinstance(value, Mapping) else {}


def repeated(words: object, location: Location, what: str) -> Iterator[Problem]:
    """Yield a problem for each word that stands more than once in a list."""
    if not isinstance(words, list | tuple):
        return
    for word, count in Counter(map(str, words)).items():
        if count > 1:
            message = f"the {what} {shortened(word)} stands {count} times; keep one"
            yield Problem(location, message)


def _elapsed_problems(
    data: Mapping[str, Any], known: Mapping[str, Any], dates: Dates
) -> Iterator[Problem]:
    elapsed = _map(data, "elapsed")
    names = _list(elapsed, "columns")
    yield from repeated(names, ("elapsed", "columns"), "column")
    yield from _not_numeric(elapsed.get("reference"), known, dates, ("elapsed", "reference"))
    for i, name in enumerate(names):
        yield from _not_numeric(name, known, dates, ("elapsed", "columns", i))


def _derived_problems(
    derived: Mapping[str, Any],
    columns: Mapping[str, Any],
    target: object,
    *,
    known: Mapping[str, Any],
    dates: Dates,
) -> Iterator[Problem]:
    known = dict(known)
    for name, feature in derived.items():
        if name in columns or name == target:
            message = f"{cut(name)} is already the name of a column; choose another"
            yield Problem(("derived", name), message)
        parents = feature.get("of") if isinstance(feature, Mapping) else None
        if isinstance(parents, list | tuple):
            here: Location = ("derived", name, "of")
            for i, parent in enumerate(parents):
                yield from _not_numeric(parent, known, dates, (*here, i))
            yield from _wrong_number(str(feature.get("operation")), len(parents), here)
        known.setdefault(name, "number")  # features below it may be computed from it


def _wrong_number(operation: str, n_parents: int, location: Location) -> Iterator[Problem]:
    """Check of how many columns a feature is computed; an unknown operation takes any number."""
    known = OPERATIONS.get(operation)
    if known is None:
        return
    low, high = known.least, known.most
    if not low <= n_parents <= high:
        expected = str(low) if low == high else f"{low} or more"
        message = f"{cut(operation)} takes {expected} columns, got {n_parents}"
        yield Problem(location, message)


def _not_numeric(
    name: object, known: Mapping[str, Any], dates: Dates, location: Location
) -> Iterator[Problem]:
    if not isinstance(name, str):
        return
    if name not in known:
        yield Problem(location, f"no column {shortened(name)}{_hint(name, known)}")
        return
    column = known[name]
    kind = find_kind(column.get("kind") if isinstance(column, Mapping) else column)
    if kind is None:  # which is told of the column
        return
    if kind.has_parts:
        parts = ", ".join(dates.get(name, {}).values())
        yield Problem(location, f"{cut(name)} is a {kind.name}; its parts are numbers: {parts}")
    elif not kind.has_order:
        message = f"{cut(name)} is a {kind.name}; only numbers can be computed with"
        yield Problem(location, message)


def _hint(word: object, known: Mapping[str, Any]) -> str:
    return did_you_mean(cut(str(word)), known)
