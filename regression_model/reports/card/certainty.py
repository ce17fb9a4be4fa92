"""How sure a model is of its answers: what its intervals hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.reports.blocks import Figure, Paragraph, Section, Table
from regression_model.reports.card.agreement import coverage_figure
from regression_model.reports.charts.axes import percent_axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.charts.plot import Series
from regression_model.reports.numbers import amount, level

if TYPE_CHECKING:
    from regression_model.reports.blocks import Block
    from regression_model.reports.card.told import Told

Facts = dict[str, Any]

_SCALED = Series("first", "scaled by difficulty")
_CONSTANT = Series("second", "of constant width")
_FIFTHS = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")


def fifths_figure(facts: Facts) -> list[Figure]:
    """Return the coverage by fifths of predictions, where it was measured."""
    judged = facts["metrics"].get("intervals")
    if judged is None or len(judged["scaled"]["coverage_by_fifth"]) != len(_FIFTHS):
        return []
    scaled = judged["scaled"]["coverage_by_fifth"]
    constant = judged["constant"]["coverage_by_fifth"]
    wanted = judged["level"]
    has_both = len(constant) == len(scaled)
    bars = [
        Bar(name, scaled[i], other=constant[i] if has_both else None, said=f"{scaled[i]:.1%}")
        for i, name in enumerate(_FIFTHS)
    ]
    x = percent_axis([*scaled, *constant, wanted], n_ticks=5)
    drawn = bar_chart(
        bars,
        x,
        x_title="truths within their interval",
        reference=wanted,
        as_dots=True,
        series=(_SCALED, _CONSTANT),
    )
    rows = [
        (name, f"{scaled[i]:.1%}", f"{constant[i]:.1%}" if has_both else "")
        for i, name in enumerate(_FIFTHS)
    ]
    about = (
        f"Share of truths within their {level(wanted)} interval, by fifths of the rows from low to "
        "high predictions; the broken line is what was asked for."
    )
    numbers = Table(("rows by prediction", _SCALED.name, _CONSTANT.name), rows)
    return [
        Figure("fifths", "Coverage from low to high", about, drawn.marks, drawn.height, numbers)
    ]


def certainty_sentence(facts: Facts) -> Paragraph:
    """Say what intervals hold, or why there are none."""
    judged = facts["metrics"].get("intervals")
    if judged is None:
        return Paragraph("Whether its intervals hold what they should is unknown.")
    scaled = judged["scaled"]
    return Paragraph(
        f"Asked for {level(judged['level'])} intervals, out of fold {scaled['coverage']:.1%} of "
        f"the truths were within theirs; their mean width on the model's scale is "
        f"{amount(scaled['mean_width'])}, and {amount(judged['constant']['mean_width'])} if all "
        "were of one width."
    )


def certainty_section(told: Told) -> Section:
    """Return what intervals hold."""
    blocks: list[Block] = [certainty_sentence(told.facts)]
    if told.coverage():
        blocks.append(coverage_figure(told.coverage()))
    blocks += fifths_figure(told.facts)
    return Section("certainty", "How sure it is", blocks)
