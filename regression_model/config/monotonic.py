"""What a monotonic column asks of each feature, and where that cannot be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.config.source import Problem
from regression_model.estimators.settings import MONOTONIC_ESTIMATORS, EstimatorSettings
from regression_model.processing.kinds.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from regression_model.config.core import ColumnConfig, ModelConfig

Effects = dict[str, int | None]
"""By feature: 1 if it rises with a column, -1 if it falls, None if that depends on others."""

_SIGNS = {"increasing": 1, "decreasing": -1}


def directions(config: ModelConfig) -> dict[str, int]:
    """Return what the score must do as each feature grows: 1 rise, -1 fall.

    Parameters
    ----------
    config : ModelConfig
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


def monotonic_problems(config: ModelConfig) -> Iterator[Problem]:
    """Say where a monotonic column is at odds with its kind, a derived feature or an estimator."""
    monotonic = _monotonic(config)
    asked: dict[str, dict[int, str]] = {}
    for name, sign in monotonic.items():
        kind = KINDS[config.columns[name].kind]
        if not kind.has_order:
            able = [each.name for each in KINDS.values() if each.has_order and not each.has_parts]
            ordered = f"{', '.join(able[:-1])} and {able[-1]}"
            said = f"a {kind.name} has no order; monotonic is for {ordered}"
            yield Problem(("columns", name, "monotonic"), said)
            continue
        for feature, effect in _effects(config, name).items():
            if effect is None:
                said = (
                    f"{feature} may rise or fall with {name}, whose direction is declared; leave "
                    "the feature out, declare minimum: 0 where a column is never negative (above 0 "
                    "for a divisor), or use a sum"
                )
                yield Problem(("derived", feature), said)
            elif effect:
                asked.setdefault(feature, {})[sign * effect] = name
    for feature, columns in asked.items():
        if len(columns) > 1:
            both = " and ".join(sorted(columns.values()))
            said = f"{both} ask that the score both rises and falls with it; free one of them"
            yield Problem(("derived" if feature in config.derived else "columns", feature), said)
    if monotonic:
        yield from _estimator_problems(config.estimators, next(iter(monotonic)))


def _estimator_problems(
    estimators: Mapping[str, EstimatorSettings], column: str
) -> Iterator[Problem]:
    able = ", ".join(kind for kind in MONOTONIC_ESTIMATORS)
    for name, settings in estimators.items():
        kind = getattr(settings, "type", "")
        if kind not in MONOTONIC_ESTIMATORS:
            said = f"{kind} cannot keep {column} monotonic; these can: {able}"
            yield Problem(("estimators", name), said)


def _monotonic(config: ModelConfig) -> dict[str, int]:
    return {n: _SIGNS[c.monotonic] for n, c in config.columns.items() if c.monotonic is not None}


def _effects(config: ModelConfig, moved: str) -> Effects:
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
    low = max(KINDS[column.kind].never_below, -1.0)
    if column.minimum is not None:
        low = column.minimum
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
    found = {effect for effect in parents if effect != 0}
    return found.pop() if len(found) == 1 else None
