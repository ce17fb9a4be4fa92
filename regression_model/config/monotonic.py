"""What a monotonic column asks of each feature, and where that cannot be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from regression_model.config.source import Problem
from regression_model.estimators.registry import estimator_of, monotonic_estimators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from regression_model.config.columns import ColumnConfig
    from regression_model.estimators.settings import EstimatorSettings

Effects = dict[str, int | None]
"""By feature: 1 if it rises with a column, -1 if it falls, None if that depends on others."""

_SIGNS = {"increasing": 1, "decreasing": -1}


class Elapsed(Protocol):
    """Columns that are replaced by the time up to a reference column."""

    @property
    def reference(self) -> str:
        """The column that time is counted up to."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns that are replaced."""


class Derived(Protocol):
    """A feature that is computed from others."""

    @property
    def operation(self) -> str:
        """How."""

    @property
    def of(self) -> Sequence[str]:
        """The features that it is computed from."""


class FeatureSettings(Protocol):
    """What a config says of features, and of the estimators that see them."""

    @property
    def columns(self) -> Mapping[str, ColumnConfig]:
        """By name."""

    @property
    def numbers(self) -> Sequence[str]:
        """Features that are numbers, before derived ones."""

    @property
    def elapsed(self) -> Elapsed | None:
        """Columns that become elapsed times."""

    @property
    def derived(self) -> Mapping[str, Derived]:
        """Derived features, by name, each after those that it is computed from."""

    @property
    def estimators(self) -> Mapping[str, EstimatorSettings]:
        """Branches, by name."""


def directions(config: FeatureSettings) -> dict[str, int]:
    """Return what the score must do as each feature grows: 1 rise, -1 fall.

    Parameters
    ----------
    config : FeatureSettings
        Checked by `monotonic_problems`.

    Returns
    -------
    dict of str to int
        By name of the feature, columns and derived ones; those that are free are left out.
    """
    asked: dict[str, int] = {}
    for name, sign in _monotonic(config).items():
        effects = _effects(config, name)
        asked |= {feature: sign * effect for feature, effect in effects.items() if effect}
    return asked


def monotonic_problems(config: FeatureSettings) -> Iterator[Problem]:
    """Say where a monotonic column is at odds with its kind, a derived feature or an estimator."""
    monotonic = _monotonic(config)
    asked: dict[str, dict[int, str]] = {}
    for name, sign in monotonic.items():
        if config.columns[name].kind == "category":
            yield _without_order(name)
            continue
        for feature, effect in _effects(config, name).items():
            if effect is None:
                yield _either_way(feature, name)
            elif effect:
                asked.setdefault(feature, {})[sign * effect] = name
    for feature, columns in asked.items():
        if len(columns) > 1:
            section = "derived" if feature in config.derived else "columns"
            yield _both_ways(section, feature, columns.values())
    if monotonic:
        yield from _estimator_problems(config.estimators, next(iter(monotonic)))


def _without_order(column: str) -> Problem:
    message = "a category has no order; monotonic is for number, integer, ordered and boolean"
    return Problem(("columns", column, "monotonic"), message)


def _either_way(feature: str, column: str) -> Problem:
    message = (
        f"{feature} may rise or fall with {column}, whose direction is declared; leave "
        "the feature out, declare minimum: 0 where a column is never negative (above 0 "
        "for a divisor), or use a sum"
    )
    return Problem(("derived", feature), message)


def _both_ways(section: str, feature: str, columns: Iterable[str]) -> Problem:
    both = " and ".join(sorted(columns))
    message = f"{both} ask that the score both rises and falls with it; free one of them"
    return Problem((section, feature), message)


def _estimator_problems(
    estimators: Mapping[str, EstimatorSettings], column: str
) -> Iterator[Problem]:
    able = ", ".join(monotonic_estimators())
    for name, settings in estimators.items():
        estimator = estimator_of(settings)
        if not estimator.keeps_monotonic:
            message = f"{estimator.name} cannot keep {column} monotonic; these can: {able}"
            yield Problem(("estimators", name), message)


def _monotonic(config: FeatureSettings) -> dict[str, int]:
    return {n: _SIGNS[c.monotonic] for n, c in config.columns.items() if c.monotonic is not None}


def _effects(config: FeatureSettings, moved: str) -> Effects:
    """Return how each feature goes with one column while the others stay."""
    effects: Effects = {name: int(name == moved) for name in (*config.columns, *config.numbers)}
    lowest = dict.fromkeys(config.numbers, -1.0)
    lowest |= {name: _lowest(column) for name, column in config.columns.items()}
    for name in config.elapsed.columns if config.elapsed else ():
        reference = config.elapsed.reference if config.elapsed else ""
        effects[name] = (reference == moved) - (name == moved)
        lowest[name] = -1.0
    for name, feature in config.derived.items():
        parents = [effects[parent] for parent in feature.of]
        lows = [lowest[parent] for parent in feature.of]
        effects[name] = _combined(feature.operation, parents, lows)
        lowest[name] = -1.0 if feature.operation == "difference" else min(*lows, 0.0)
        if feature.operation == "presence":
            lowest[name] = 0.0
    return effects


def _lowest(column: ColumnConfig) -> float:
    """Return a bound that a column's numbers keep; anything below zero stands for none."""
    if column.kind in ("ordered", "boolean"):
        return 0.0
    low = -1.0 if column.minimum is None else column.minimum
    return min(low, 0.0) if column.missing == "none" else low


def _combined(operation: str, parents: list[int | None], lowest: list[float]) -> int | None:
    """Return how a derived feature goes, given how its parents go."""
    if not any(effect != 0 for effect in parents):
        return 0
    if operation in ("difference", "ratio"):
        parents = [parents[0], None if parents[1] is None else -parents[1]]
    if operation == "product" and min(lowest) < 0:
        return None
    if operation == "ratio" and (lowest[0] < 0 or lowest[1] <= 0):
        return None
    ways = {effect for effect in parents if effect != 0}
    return ways.pop() if len(ways) == 1 else None
