"""The card as a report: which sections there are, and what stands above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.metrics import share_text
from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Listed, Paragraph, Report, Section
from regression_model.reports.card.certainty import certainty_section
from regression_model.reports.card.evaluated import Evaluated
from regression_model.reports.card.inputs import data_section, inputs_section
from regression_model.reports.card.making import making_section, provenance_section
from regression_model.reports.card.metadata import metadata
from regression_model.reports.card.purpose import limits_section, purpose_section
from regression_model.reports.card.quality import quality_section, validation_section
from regression_model.reports.card.reasons import important_columns, reasons_section
from regression_model.reports.card.slices import slices_section
from regression_model.reports.card.told import Told
from regression_model.reports.numbers import amount, count, level

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.reports.blocks import Block


def card(model: Model, data: Path | None = None) -> Report:
    """Return the card of a model.

    Parameters
    ----------
    model : Model
        From an artifact of any format; what it does not keep is named.
    data : Path, optional
        A file of rows with their truth, to be shown beside those of training.

    Returns
    -------
    Report

    Raises
    ------
    ArtifactError
        If what the artifact keeps for people is damaged.
    DataError
        If the file has no truth, or cannot be judged.
    """
    told = Told.of(model, None if data is None else Evaluated.of(model, data))
    facts = told.facts
    sections = [
        purpose_section(facts),
        quality_section(told),
        certainty_section(told),
        reasons_section(told),
        slices_section(told),
        limits_section(told),
        inputs_section(facts, important_columns(told)),
        data_section(facts),
        validation_section(facts),
        making_section(facts),
        provenance_section(facts),
        *_missing_section(told),
    ]
    title = f"A model of {short(facts['target']['column'])}"
    return Report(
        title=title,
        subtitle=f"Model card, version {short(facts['model_version'])}",
        summary=" ".join(_summary(facts)),
        tiles=list(_tiles(facts)),
        sections=sections,
        metadata=metadata(facts, title),
    )


def _summary(facts: dict[str, Any]) -> Iterator[str]:
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


def _tiles(facts: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
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


def _missing_section(told: Told) -> list[Section]:
    """Return what a card could say and the artifact does not keep, if there is any."""
    missing = told.missing()
    if not missing:
        return []
    blocks: list[Block] = [Paragraph(f"Not kept by this artifact, {told.why()}:"), Listed(missing)]
    return [Section("missing", "What is not known", blocks)]
