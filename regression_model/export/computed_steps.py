"""Rules for steps that compute features from others; the formulas are the transformers' own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.export.symbols import Frame, Vector
from regression_model.export.tensors import Tensor, concatenate, constant
from regression_model.transformers.operations import OPERATIONS, bound

if TYPE_CHECKING:
    from regression_model.export.frames import FrameGraph
    from regression_model.transformers.date_parts import DateParts
    from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer

_Features = dict[str, tuple[str, Any]]
"""Operation and parents by the name of a feature, as `DerivedFeatures` has them."""


def date_parts(graph: FrameGraph, frame: Frame, step: DateParts) -> Frame:
    """Return the frame in which dates are replaced by their parts."""
    dates = graph.tensor([frame[name] for name in step.variables_])
    parts = {name: symbol for name, symbol in frame.items() if name not in step.variables_}
    for feature, (tensor, position) in step.compute(dates).items():
        parts[feature] = Vector(tensor, position)
    return parts


def elapsed_times(graph: FrameGraph, frame: Frame, step: TemporalVariableTransformer) -> Frame:
    """Return the frame in which times are replaced by those elapsed since."""
    names = step.variables_
    reference = graph.tensor([frame[step.reference_]])
    elapsed = reference - graph.tensor([frame[name] for name in names])
    return {**frame, **{name: Vector(elapsed, i) for i, name in enumerate(names)}}


def derive_features(graph: FrameGraph, frame: Frame, step: DerivedFeatures) -> Frame:
    """Return the frame with derived features, computed in rounds.

    Each round computes what has its parents, one node for all features of an operation. An
    operation waits until none of its kind is still without parents, as long as others can go on.
    """
    waiting: _Features = dict(step.features_)
    frame = dict(frame)
    while waiting:
        able = {name: f for name, f in waiting.items() if frame.keys() >= set(f[1])}
        awaited = {operation for name, (operation, _) in waiting.items() if name not in able}
        complete = {name: f for name, f in able.items() if f[0] not in awaited}
        ready = complete or able
        frame |= _derive_round(graph, frame, ready)
        for name in ready:
            del waiting[name]
    return frame


def _derive_round(graph: FrameGraph, frame: Frame, ready: _Features) -> Frame:
    """Gather all operands at once, and compute features of one operation together."""
    alike: dict[tuple[str, int], list[str]] = {}
    for name, (operation, parents) in ready.items():
        alike.setdefault((operation, len(parents)), []).append(name)
    operands = _operands(graph, frame, ready, alike)
    # a zero stands here whether an operation needs it or not: so equal models are equal bytes
    constant(graph, 0.0)
    results: list[Tensor] = []
    for operation, n_parents in alike:
        parents, operands = operands[:n_parents], operands[n_parents:]
        results.append(OPERATIONS[operation].compute(parents))
    tensor = concatenate(results)
    if any(OPERATIONS[operation].is_bounded for operation, _ in alike):
        tensor = bound(tensor)
    names = [name for group in alike.values() for name in group]
    return {name: Vector(tensor, i) for i, name in enumerate(names)}


def _operands(
    graph: FrameGraph, frame: Frame, ready: _Features, alike: dict[tuple[str, int], list[str]]
) -> list[Tensor]:
    """Return for each operation its first parents side by side, then the second ones, ..."""
    symbols = []
    widths = []
    for (_, n_parents), names in alike.items():
        for i in range(n_parents):
            symbols += [frame[ready[name][1][i]] for name in names]
            widths.append(len(names))
    return graph.tensor(symbols).split(widths)
