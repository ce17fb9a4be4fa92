"""What a monotonic column asks of each feature, and where that cannot be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from regression_model.config.source import Problem
from regression_model.estimators.registry import estimator_of, monotonic_estimators

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from regression_model.config.columns import ColumnConfig
    from regression_model.config.derived import DerivedConfig, ElapsedConfig
    from regression_model.estimators.settings import EstimatorSettings


class Features(Protocol):
    """What a config says of features, and of the estimators that see them."""

    @property
    def columns(self) -> Mapping[str, ColumnConfig]:
        """The columns by name."""

    @property
    def numbers(self) -> Sequence[str]:
        """Features that are numbers, before derived ones: columns, and the parts of dates."""

    @property
    def elapsed(self) -> ElapsedConfig | None:
        """Columns that become times up to a reference."""

    @property
    def derived(self) -> Mapping[str, DerivedConfig]:
        """New features by name, each of columns and of those above it."""

    @property
    def estimators(self) -> Mapping[str, EstimatorSettings]:
        """The branches of the model by name."""


Effects = dict[str, int | None]
"""By feature: 1 if it rises with a column, -1 if it falls, None if that depends on others."""

_UNBOUNDED = -1.0
"""Stands for any bound below zero: all that is asked of a bound is on which side of it it is."""

_SIGNS = {"increasing": 1, "decreasing": -1}


def directions(config: Features) -> dict[str, int]:
    """Return what the score must do as each feature grows: 1 rise, -1 fall.

    Parameters
    ----------
    config : ModelConfig or the like
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


def monotonic_problems(config: Features) -> Iterator[Problem]:
    """Say where a monotonic column is at odds with its kind, a derived feature or an estimator."""
    monotonic = _monotonic(config)
    asked: dict[str, dict[int, str]] = {}
    for name, sign in monotonic.items():
        if config.columns[name].kind == "category":
            message = (
                "a category has no order; monotonic is for number, integer, ordered and boolean"
            )
            yield Problem(("columns", name, "monotonic"), message)
            continue
        for feature, effect in _effects(config, name).items():
            if effect is None:
                message = (
                    f"{feature} may rise or fall with {name}, whose direction is declared; leave "
                    "the feature out, declare minimum: 0 where a column is never negative (above 0 "
                    "for a divisor), or use a sum"
                )
                yield Problem(("derived", feature), message)
            elif effect:
                asked.setdefault(feature, {})[sign * effect] = name
    yield from _contradictions(asked, config)
    if monotonic:
        yield from _estimator_problems(config.estimators, next(iter(monotonic)))


def _contradictions(asked: Mapping[str, dict[int, str]], config: Features) -> Iterator[Problem]:
    """Find features with which the score would have to rise for one column and fall for another."""
    for feature, columns in asked.items():
        if len(columns) > 1:
            both = " and ".join(sorted(columns.values()))
            message = f"{both} ask that the score both rises and falls with it; free one of them"
            section = "derived" if feature in config.derived else "columns"
            yield Problem((section, feature), message)


def _estimator_problems(
    estimators: Mapping[str, EstimatorSettings], column: str
) -> Iterator[Problem]:
    able = ", ".join(monotonic_estimators())
    for name, settings in estimators.items():
        estimator = estimator_of(settings)
        if not estimator.keeps_monotonic:
            message = f"{estimator.name} cannot keep {column} monotonic; these can: {able}"
            yield Problem(("estimators", name), message)


def _monotonic(config: Features) -> dict[str, int]:
    """Return what the score must do as each monotonic column grows: 1 rise, -1 fall."""
    return {
        name: _SIGNS[column.monotonic]
        for name, column in config.columns.items()
        if column.monotonic is not None
    }


def _effects(config: Features, moved: str) -> Effects:
    """Return how each feature goes with one column while the others stay."""
    effects: Effects = {name: int(name == moved) for name in (*config.columns, *config.numbers)}
    lowest = dict.fromkeys(config.numbers, _UNBOUNDED)
    lowest |= {name: _lowest(column) for name, column in config.columns.items()}
    if config.elapsed is not None:
        reference = config.elapsed.reference
        for name in config.elapsed.columns:
            # the time from a column to the reference: it grows with the latter
            effects[name] = (reference == moved) - (name == moved)
            lowest[name] = _UNBOUNDED
    for name, feature in config.derived.items():
        parents = [effects[parent] for parent in feature.of]
        bounds = [lowest[parent] for parent in feature.of]
        effects[name] = _combined(feature.operation, parents, bounds)
        lowest[name] = _lowest_combined(feature.operation, bounds)
    return effects


def _lowest_combined(operation: str, bounds: list[float]) -> float:
    """Return a bound that a derived feature keeps, given those of its parents."""
    if operation == "presence":  # 0 or 1
        return 0.0
    if operation == "difference":
        return _UNBOUNDED
    return min(*bounds, 0.0)


def _lowest(column: ColumnConfig) -> float:
    """Return a bound that a column's numbers keep; anything below zero stands for none."""
    if column.kind in ("ordered", "boolean"):
        return 0.0
    low = _UNBOUNDED if column.minimum is None else column.minimum
    return min(low, 0.0) if column.missing == "none" else low


def _combined(operation: str, parents: list[int | None], bounds: list[float]) -> int | None:
    """Return how a derived feature goes, given how its parents go and the bounds they keep."""
    if all(effect == 0 for effect in parents):
        return 0
    if operation in ("difference", "ratio"):  # goes against its second parent
        first, second = parents
        parents = [first, None if second is None else -second]
    if operation == "product" and min(bounds) < 0:
        return None
    if operation == "ratio" and (bounds[0] < 0 or bounds[1] <= 0):
        return None
    directions = {effect for effect in parents if effect != 0}
    return directions.pop() if len(directions) == 1 else None
