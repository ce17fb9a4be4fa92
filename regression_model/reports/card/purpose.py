"""What a model is for, and what its makers say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.processing.shown_values import plain, short
from regression_model.reports.blocks import Listed, Pairs, Paragraph, Section
from regression_model.reports.card.slices import worst_sentences
from regression_model.reports.numbers import level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.reports.card.told import Told

Facts = dict[str, Any]

_SCALES = {
    "none": "the target itself", "log": "its logarithm", "log1p": "the logarithm of one more",
    "sqrt": "its square root", "yeo_johnson": "its Yeo-Johnson transform",
}  # fmt: skip
_ANSWERS = {
    "median": "the median: as many truths are above as below",
    "mean": "the mean: sums of answers are right on average",
}
_NO_KNOWLEDGE = 0.01
"""As in training: an R² out of fold below this is no knowledge."""
_COVERAGE_OFF = 0.03
_BIAS = 0.02
_FEW_ROWS = 300


def given_words(facts: Facts) -> dict[str, Any]:
    """Return what the config says for the card; older artifacts have nothing of it."""
    words: dict[str, Any] = facts.get("config", {}).get("card") or {}
    return words


def purpose_section(facts: Facts) -> Section:
    """Return what is predicted, for whom, and under which licence."""
    target, words = facts["target"], given_words(facts)
    bounds = [
        f"{word} {plain(target[key])}"
        for key, word in (("minimum", "at least"), ("maximum", "at most"))
        if key in target
    ]
    pairs = [
        ("Predicts", short(target["column"])),
        ("Unit", short(target["unit"])),
        ("Answers", _ANSWERS.get(target.get("prediction", ""))),
        ("Works on", _SCALES[target["transform"]]),
    ]
    if bounds:
        pairs.append(("Bounds of all answers", ", ".join(bounds)))
    pairs += [
        ("Owner", words.get("owner")),
        ("Intended use", words.get("intended_use")),
        ("Licence", words.get("license")),
    ]
    return Section("purpose", "What it is for", [Pairs(pairs)])


def limits_section(told: Told) -> Section:
    """Return the limits that its makers name, and those that its figures show."""
    given = given_words(told.facts).get("limits") or ()
    blocks: list[Listed | Paragraph] = []
    if given:
        blocks += [Paragraph("Its makers say:"), Listed(given)]
    else:
        blocks.append(Paragraph("Its makers name none: what it must not be used for is unknown."))
    found = [*worst_sentences(told), *_found_limits(told.facts)]
    blocks += [Paragraph("Its figures say:"), Listed(found)]
    return Section("limits", "Known limits", blocks)


def _found_limits(facts: Facts) -> Iterator[str]:
    metrics = facts["metrics"]
    r2 = metrics["cross_validated_pooled"].get("r2")
    if r2 is not None and r2 < _NO_KNOWLEDGE:
        yield "It knows no more than the mean of the target, which would be as good an answer."
    n_rows = metrics.get("n_rows")
    if n_rows is not None and n_rows < _FEW_ROWS:
        yield f"It was trained on {n_rows:,} rows only: all figures here scatter."
    yield from _limits_of_intervals(facts)
    yield from _limits_of_answers(facts)
    yield (
        "Where a cell is outside of what training has seen of its column, it answers with a "
        "warning, and how far it is off there is not known."
    )
    if metrics.get("validation") == "random folds":
        yield (
            "Rows were divided at random: if several rows are about one thing, or later rows are "
            "unlike earlier ones, errors to come are larger than those shown here."
        )


def _limits_of_intervals(facts: Facts) -> Iterator[str]:
    judged = facts["metrics"].get("intervals")
    if "reason" in facts.get("intervals", {}):
        yield f"It has no intervals: {facts['intervals']['reason']}"
    if judged is None:
        return
    wanted, by_fifth = judged["level"], judged["scaled"]["coverage_by_fifth"]
    if by_fifth and wanted - min(by_fifth) > _COVERAGE_OFF:
        yield (
            f"Of the fifths of rows by predicted value, one has only {min(by_fifth):.1%} of its "
            f"truths in the intervals that should hold {level(wanted)}."
        )


def _limits_of_answers(facts: Facts) -> Iterator[str]:
    answered = facts["target"].get("prediction", "median")
    bias = facts["metrics"].get(f"bias_of_{answered}", 0.0)
    if abs(bias) > _BIAS:
        side = "above" if bias > 0 else "below"
        yield (
            f"The sum of its answers is {abs(bias):.1%} {side} the sum of the truths: it answers "
            f"the {answered}."
        )
    if "reason" in facts.get("explanations", {}):
        yield f"It has no explanations: {facts['explanations']['reason']}"
