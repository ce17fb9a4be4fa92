"""What no single setting can know: names that refer to other parts of the config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from regression_model.config.source import Location, Problem
from regression_model.config.wording import cut, shortened
from regression_model.estimators.settings import Settings
from regression_model.processing.blanks import clean_name
from regression_model.processing.dates import DEFAULT_PARTS, date_features
from regression_model.processing.hints import did_you_mean

Dates = dict[str, dict[str, str]]
"""What the parts of each date column are called."""

_ROLES = ("weight_column", "group_column", "time_column")
_NAMING = (*_ROLES, "left_out")
_SHOWN = 10
_N_PARENTS: dict[str, tuple[int, int]] = {
    "sum": (2, 100), "difference": (2, 2), "product": (2, 10), "ratio": (2, 2), "presence": (1, 1),
}  # fmt: skip


def with_clean_names(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return a config's data with its columns' names as they are found in tables.

    Parts of a wrong shape are passed over. Two names that become one are a problem.
    """
    cleaned, problems = dict(data), list[Problem]()
    for section in ("columns", "derived"):
        if isinstance(data.get(section), Mapping):
            names = {name: clean_name(name) for name in data[section]}
            problems += (
                Problem((section, name), f"{names[name]!r} stands twice; rename one")
                for name in names
                if name != names[name] and list(names.values()).count(names[name]) > 1
            )
            cleaned[section] = {names[name]: value for name, value in data[section].items()}
    for name, column in _map(cleaned, "columns").items():
        if isinstance(column, Mapping):
            cleaned["columns"][name] = {**column, **_cleaned(column, "aliases")}
    for name, feature in _map(cleaned, "derived").items():
        if isinstance(feature, Mapping):
            cleaned["derived"][name] = {**feature, **_cleaned(feature, "of")}
    for section, *keys in (("target", "column"), ("elapsed", "reference", "columns")):
        if isinstance(data.get(section), Mapping):
            cleaned[section] = {**data[section], **_cleaned(data[section], *keys)}
    return {**cleaned, **_cleaned(data, *_NAMING)}, problems


def nameless(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Find where a file has nothing in the place of a name."""
    for section in ("columns", "derived", "scales", "estimators"):
        if "" in _map(data, section):
            yield Problem((section, ""), "a name is missing before the colon")
    places: list[Location] = [("target", "column"), ("elapsed", "reference")]
    places += [(key,) for key in _NAMING]
    for place in places:
        value: Any = data
        for key in place:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value == "":
            yield Problem(place, "a name is missing behind the colon")


def _cleaned(data: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Return those of some settings that are a name or a list of names, with clean names."""
    found: dict[str, Any] = {}
    for key in keys:
        value = data.get(key)
        if isinstance(value, str):
            found[key] = clean_name(value)
        elif isinstance(value, list | tuple):
            found[key] = [clean_name(name) if isinstance(name, str) else name for name in value]
    return found


def cross_references(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Check what no single setting can know; parts of a wrong shape are passed over."""
    columns, scales = _map(data, "columns"), _map(data, "scales")
    derived = _map(data, "derived")
    target = _map(data, "target").get("column")
    for name, levels in scales.items():
        yield from repeated(levels, ("scales", name), "level")
    for name, column in columns.items():
        if name == target:
            yield Problem(("columns", name), "the target cannot be a column as well")
        scale = column.get("scale") if isinstance(column, Mapping) else None
        if isinstance(scale, str) and scale not in scales:
            here = (
                f"; known: {', '.join(map(cut, list(scales)[:_SHOWN]))}"
                if scales
                else "; list the levels"
            )
            said = f"no scale {shortened(scale)}{_hint(scale, scales) or here}"
            yield Problem(("columns", name, "scale"), said)
    dates = _date_features(columns, [*derived, str(target)])
    parts = {feature: "number" for features in dates.values() for feature in features.values()}
    known = {**parts, **columns}
    yield from _elapsed_problems(data, known, dates)
    yield from _derived_problems(derived, columns, target, known=known, dates=dates)
    yield from _row_problems(data, columns, target)
    yield from _alias_problems(data, parts)
    left_out = data.get("left_out", ())
    yield from repeated(left_out, ("left_out",), "column")
    for i, name in enumerate(left_out if isinstance(left_out, list | tuple) else ()):
        if isinstance(name, str) and name in columns:
            yield Problem(
                ("left_out", i), f"{cut(name)} is also among the columns; leave it in one place"
            )


def _alias_problems(data: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[Problem]:
    """Check that no other name of a column is the name of something else, or given twice."""
    columns = _map(data, "columns")
    taken: dict[str, str] = {}
    taken |= dict.fromkeys(map(str, _list(data, "left_out")), "a column that is left out")
    taken |= dict.fromkeys(parts, "a feature that a date becomes")
    taken |= dict.fromkeys(_map(data, "derived"), "a derived feature")
    taken |= {name: f"the {key.replace('_', ' ')}" for key in _ROLES if (name := _word(data, key))}
    taken |= dict.fromkeys(columns, "a column")
    target = _word(_map(data, "target"), "column")
    if target is not None:
        taken[target] = "the target"
    for name, column in columns.items():
        aliases = _list(column, "aliases") if isinstance(column, Mapping) else ()
        own = set[str]()  # which of them stands twice, the column itself says
        for i, alias in enumerate(map(str, aliases)):
            here: Location = ("columns", name, "aliases", i)
            if alias == name:
                yield Problem(here, f"{cut(alias)} is the column's own name; leave it out")
            elif alias in taken and alias not in own:
                yield Problem(here, f"{cut(alias)} is already {taken[alias]}; choose another name")
            own.add(alias)
            taken.setdefault(alias, f"an alias of {cut(name)}")


def _list(data: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = data.get(key)
    return value if isinstance(value, list | tuple) else ()


def _date_features(columns: Mapping[str, Any], others: list[str]) -> Dates:
    """Return the features that each date column becomes; a column's own name is always its own."""
    dates: dict[str, list[str]] = {}
    for name, column in columns.items():
        settings = column if isinstance(column, Mapping) else {"kind": column}
        parts = settings.get("parts", DEFAULT_PARTS)
        if settings.get("kind") == "date" and isinstance(parts, list | tuple):
            dates[name] = list(map(str, parts))
    return date_features(dates, [*columns, *others])


def _row_problems(
    data: Mapping[str, Any], columns: Mapping[str, Any], target: object
) -> Iterator[Problem]:
    """Check the columns that say how rows count and belong together."""
    for key in _ROLES:
        if target is not None and _word(data, key) == target:
            yield Problem((key,), "the target cannot be this column as well")
    if _word(data, "weight_column") in columns:
        yield Problem(("weight_column",), "it is also among the columns; leave it in one place")
    if data.get("time_column") is None:
        return
    if data.get("group_column") is not None:
        yield Problem(("time_column",), "rows are kept apart by group or by time; choose one")
    if str(_map(data, "evaluation").get("repeats", 1)) != "1":
        yield Problem(("evaluation", "repeats"), "time has one order; with time_column, write 1")


def _word(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return value if isinstance(value, str) else None


def _map(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if isinstance(value, Settings):
        return value.model_dump()
    return value if isinstance(value, Mapping) else {}


def repeated(words: object, location: Location, what: str) -> Iterator[Problem]:
    """Yield a problem for each word that stands more than once in a list."""
    if isinstance(words, list | tuple):
        for word, count in Counter(map(str, words)).items():
            if count > 1:
                yield Problem(
                    location, f"the {what} {shortened(word)} stands {count} times; keep one"
                )


def _elapsed_problems(
    data: Mapping[str, Any], known: Mapping[str, Any], dates: Dates
) -> Iterator[Problem]:
    elapsed = _map(data, "elapsed")
    names = elapsed.get("columns")
    names = names if isinstance(names, list | tuple) else ()
    yield from repeated(names, ("elapsed", "columns"), "column")
    wanted: list[tuple[Location, Any]] = [(("elapsed", "reference"), elapsed.get("reference"))]
    wanted += [(("elapsed", "columns", i), name) for i, name in enumerate(names)]
    for location, name in wanted:
        yield from _not_numeric(name, known, dates, location)


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
        here: Location = ("derived", name)
        if name in columns or name == target:
            yield Problem(here, f"{cut(name)} is already the name of a column; choose another")
        parents = feature.get("of") if isinstance(feature, Mapping) else None
        if isinstance(parents, list | tuple) and isinstance(feature, Mapping):
            for i, parent in enumerate(parents):
                yield from _not_numeric(parent, known, dates, (*here, "of", i))
            low, high = _N_PARENTS.get(str(feature.get("operation")), (0, 100))
            if not low <= len(parents) <= high:
                expected = str(low) if low == high else f"{low} or more"
                said = (
                    f"{cut(str(feature['operation']))} takes {expected} columns, got {len(parents)}"
                )
                yield Problem((*here, "of"), said)
        known.setdefault(name, "number")


def _not_numeric(
    name: object, known: Mapping[str, Any], dates: Dates, location: Location
) -> Iterator[Problem]:
    if not isinstance(name, str):
        return
    if name not in known:
        yield Problem(location, f"no column {shortened(name)}{_hint(name, known)}")
        return
    column = known[name]
    kind = column.get("kind") if isinstance(column, Mapping) else column
    if kind == "date":
        parts = ", ".join(dates.get(name, {}).values())
        yield Problem(location, f"{cut(name)} is a date; its parts are numbers: {parts}")
    if kind == "category":
        yield Problem(location, f"{cut(name)} is a category; only numbers can be computed with")


def _hint(word: object, known: Mapping[str, Any]) -> str:
    return did_you_mean(cut(str(word)), known)
