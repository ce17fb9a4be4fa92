"""The card as a report: which sections there are, and what stands above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.metrics import share_text
from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Report, Section
from regression_model.reports.card.certainty import certainty_section
from regression_model.reports.card.inputs import data_section, inputs_section
from regression_model.reports.card.making import making_section, provenance_section
from regression_model.reports.card.purpose import limits_section, purpose_section
from regression_model.reports.card.quality import metrics_table, validation_section
from regression_model.reports.numbers import amount, count, level

if TYPE_CHECKING:
    from collections.abc import Iterator

Facts = dict[str, Any]


def card(facts: Facts) -> Report:
    """Return the card of a model.

    Parameters
    ----------
    facts : dict
        What its artifact says of itself (``model.json``), of any format.

    Returns
    -------
    Report
    """
    sections = [
        purpose_section(facts),
        Section("quality", "How good it is", [metrics_table(facts)]),
        certainty_section(facts, []),
        limits_section(facts),
        inputs_section(facts),
        data_section(facts),
        validation_section(facts),
        making_section(facts),
        provenance_section(facts),
    ]
    target = short(facts["target"]["column"])
    return Report(
        title=f"A model of {target}",
        subtitle=f"Model card, version {short(facts['model_version'])}",
        summary=" ".join(_summary(facts)),
        tiles=list(_tiles(facts)),
        sections=sections,
    )


def _summary(facts: Facts) -> Iterator[str]:
    target, metrics = facts["target"], facts["metrics"]
    n_columns, n_rows = len(facts["columns"]), metrics.get("n_rows")
    yield (
        f"Predicts {short(target['column'])} in {short(target['unit'])} from "
        f"{count(n_columns, 'column')}."
    )
    if n_rows is not None:
        error = amount(metrics["cross_validated_pooled"]["mae"])
        yield (
            f"Trained on {count(n_rows, 'row')}; answers about rows that it had not seen were off "
            f"by {error} {short(target['unit'])} on average."
        )


def _tiles(facts: Facts) -> Iterator[tuple[str, str, str]]:
    metrics, unit = facts["metrics"], short(facts["target"]["unit"])
    pooled = metrics["cross_validated_pooled"]
    yield "Mean absolute error", amount(pooled["mae"]), f"{unit}, out of fold"
    yield "Root mean squared error", amount(pooled["rmse"]), f"{unit}, out of fold"
    if "r2" in pooled:
        yield "R²", share_text(pooled["r2"]), "1 knows all, 0 no more than the mean"
    judged = metrics.get("intervals")
    if judged is not None:
        held = f"{judged['scaled']['coverage']:.1%}"
        yield f"{level(judged['level'])} intervals hold", held, "of the truths, out of fold"
    n_rows = metrics.get("n_rows")
    if n_rows is not None:
        yield "Trained on", f"{n_rows:,}", f"rows of {count(len(facts['columns']), 'column')}"
