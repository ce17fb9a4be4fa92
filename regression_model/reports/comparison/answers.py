"""What answers are: of which target, in which unit, with which intervals and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.artifact.fold_losses import common_scale
from regression_model.exceptions import ArtifactError
from regression_model.processing.shown_values import plain, short
from regression_model.reports.comparison.change import Change, Reason
from regression_model.reports.numbers import count
from regression_model.reports.numbers import level as level_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model

_LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
"""Those that are asked for; the very highest is another one with each further row of training."""
_BOUNDS = {"minimum": "least", "maximum": "most"}


def are_comparable(old: Model, new: Model) -> bool:
    """Tell whether numbers that both answer can be held against each other."""
    before, after = old.facts["target"], new.facts["target"]
    return all(before[key] == after[key] for key in ("column", "unit"))


def have_one_scale(old: Model, new: Model) -> bool:
    """Tell whether scores, and so contributions, of both count the same."""
    has_one = common_scale(old.facts["target"], new.facts["target"]) == "score"
    return has_one and are_comparable(old, new)


def reasons_of_answers(old: Model, new: Model) -> Iterator[Reason]:
    """Yield in what the answers of two models differ, whatever their numbers are."""
    yield from _of_target(old.facts["target"], new.facts["target"])
    yield from _of_levels(old, new)
    yield from _of_explanations(old, new)


def _of_target(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Reason]:
    if before["column"] != after["column"]:
        said = f"another target: {short(after['column'])} instead of {short(before['column'])}"
        yield Reason(Change.MAJOR, "target", said)
    if before["unit"] != after["unit"]:
        said = f"another unit: {short(after['unit'])} instead of {short(before['unit'])}"
        yield Reason(Change.MAJOR, "target", said)
    kinds = [target.get("prediction", "median") for target in (before, after)]
    if kinds[0] != kinds[1]:
        said = f"answers are the {kinds[1]} of what is expected, and were the {kinds[0]}"
        yield Reason(Change.MAJOR, "target", said)
    for key, word in _BOUNDS.items():
        if before.get(key) != after.get(key):
            now, was = _bound(after, key), _bound(before, key)
            said = f"the {word} that is answered is {now}, and was {was}"
            yield Reason(Change.MINOR, "target", said)


def _bound(target: dict[str, Any], key: str) -> str:
    return plain(target[key]) if key in target else "not bounded"


def _of_levels(old: Model, new: Model) -> Iterator[Reason]:
    """Yield which levels of intervals one model has and the other refuses, found by asking."""
    before, after = ([each for each in _LEVELS if has_level(model, each)] for model in (old, new))
    lost = [level for level in before if level not in after]
    won = [level for level in after if level not in before]
    if lost:
        said = f"intervals of {_listed(lost)} are refused, and were answered"
        yield Reason(Change.MAJOR, "answers", said)
    if won:
        said = f"intervals of {_listed(won)} are answered, and were refused"
        yield Reason(Change.MINOR, "answers", said)


def _keeps(model: Model, part: str) -> bool:
    section = model.facts.get(part)
    return section is not None and "reason" not in section


def has_level(model: Model, level: float) -> bool:
    """Tell whether a model answers with intervals of a level."""
    if not _keeps(model, "intervals"):
        return False
    try:
        model.intervals.offsets(level)
    except ArtifactError:  # a ValueError too, but of a part that is damaged
        raise
    except ValueError:
        return False
    return True


def _listed(levels: list[float]) -> str:
    return ", ".join(map(level_text, levels))


def explains(model: Model) -> bool:
    """Tell whether a model says what each feature adds."""
    return _keeps(model, "explanations")


def _of_explanations(old: Model, new: Model) -> Iterator[Reason]:
    before, after = explains(old), explains(new)
    if before and not after:
        yield Reason(Change.MAJOR, "answers", "explanations are refused, and were answered")
    if after and not before:
        yield Reason(Change.MINOR, "answers", "explanations are answered, and were refused")
    if not (before and after):
        return
    if are_comparable(old, new) and not have_one_scale(old, new):
        scales = [model.facts["target"]["transform"] for model in (new, old)]
        said = "contributions count on another scale ({} instead of {})".format(*scales)
        yield Reason(Change.MAJOR, "answers", said)
    gone = [name for name in old.explainer.features if name not in set(new.explainer.features)]
    if gone:
        said = f"explanations name no {short(gone[0])} any more"
        more = f" (and {count(len(gone) - 1, 'more feature')})" if len(gone) > 1 else ""
        yield Reason(Change.MINOR, "answers", said + more)
