"""What a monotonic column asks of each feature, and where that cannot be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from regression_model.config.source import Problem
from regression_model.estimators.registry import estimator_of, monotonic_estimators
from regression_model.processing.kinds.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from regression_model.config.columns import ColumnConfig
    from regression_model.config.derived import DerivedConfig, ElapsedConfig
    from regression_model.estimators.settings import EstimatorSettings
    from regression_model.processing.kinds.base import ColumnKind


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
        kind = KINDS[config.columns[name].kind]
        if not kind.has_order:
            yield Problem(("columns", name, "monotonic"), _no_order(kind))
            continue
        effects = _effects(config, name)
        yield from _undecided(effects, name)
        for feature, effect in effects.items():
            if effect:
                asked.setdefault(feature, {})[sign * effect] = name
    yield from _contradictions(asked, config)
    if monotonic:
        yield from _estimator_problems(config.estimators, next(iter(monotonic)))


def _no_order(kind: type[ColumnKind]) -> str:
    able = [each.name for each in KINDS.values() if each.has_order and not each.has_parts]
    ordered = f"{', '.join(able[:-1])} and {able[-1]}"
    return f"a {kind.name} has no order; monotonic is for {ordered}"


def _undecided(effects: Effects, column: str) -> Iterator[Problem]:
    """Find features that may go either way as a column grows, so that none can be asked of them."""
    for feature, effect in effects.items():
        if effect is None:
            message = (
                f"{feature} may rise or fall with {column}, whose direction is declared; leave the "
                "feature out, declare minimum: 0 where a column is never negative (above 0 for a "
                "divisor), or use a sum"
            )
            yield Problem(("derived", feature), message)


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
    bounds = _bounds(config)
    if config.elapsed is not None:
        reference = config.elapsed.reference
        for name in config.elapsed.columns:
            # the time from a column to the reference: it grows with the latter
            effects[name] = (reference == moved) - (name == moved)
    # in their order, as each may be made of those above it
    for name, feature in config.derived.items():
        effects_of_parents = [effects[parent] for parent in feature.of]
        bounds_of_parents = [bounds[parent] for parent in feature.of]
        effects[name] = _combined(feature.operation, effects_of_parents, bounds_of_parents)
        bounds[name] = _combined_bound(feature.operation, bounds_of_parents)
    return effects


def _bounds(config: Features) -> dict[str, float]:
    """Return a bound that each feature keeps, derived ones aside: none is ever below it."""
    bounds = dict.fromkeys(config.numbers, _UNBOUNDED)
    for name, column in config.columns.items():
        bounds[name] = _bound_of_column(column)
    if config.elapsed is not None:  # a column may be later than the reference
        bounds |= dict.fromkeys(config.elapsed.columns, _UNBOUNDED)
    return bounds


def _bound_of_column(column: ColumnConfig) -> float:
    """Return a bound that a column's numbers keep; anything below zero stands for none."""
    bound = column.minimum
    if bound is None:
        bound = max(KINDS[column.kind].never_below, _UNBOUNDED)
    if column.missing == "none":  # a missing one is a zero
        bound = min(bound, 0.0)
    return bound


def _combined_bound(operation: str, bounds: list[float]) -> float:
    """Return a bound that a derived feature keeps, given those of its parents."""
    if operation == "presence":  # 0 or 1
        return 0.0
    if operation == "difference":
        return _UNBOUNDED
    return min(*bounds, 0.0)


def _combined(operation: str, parents: list[int | None], bounds: list[float]) -> int | None:
    """Return how a derived feature goes, given how its parents go and the bounds they keep."""
    if all(effect == 0 for effect in parents):
        return 0
    if not _keeps_directions(operation, bounds):
        return None
    if operation in ("difference", "ratio"):
        first, second = parents
        parents = [first, _opposite(second)]
    moving = {effect for effect in parents if effect != 0}
    return moving.pop() if len(moving) == 1 else None


def _keeps_directions(operation: str, bounds: list[float]) -> bool:
    """Tell whether each parent moves a feature one way: not what is multiplied by a negative."""
    if operation == "product":
        return min(bounds) >= 0
    if operation == "ratio":
        dividend, divisor = bounds
        return dividend >= 0 and divisor > 0
    return True


def _opposite(effect: int | None) -> int | None:
    return None if effect is None else -effect
