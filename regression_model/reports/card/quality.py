"""How good a model is, and how that was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from regression_model.metrics import share_text
from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Figure, Pairs, Paragraph, Section, Table
from regression_model.reports.card.agreement import (
    learning_figure,
    predicted_actual_figure,
    residuals_figure,
    time_figure,
)
from regression_model.reports.card.config_words import setting
from regression_model.reports.charts.axes import axis, fixed_axis
from regression_model.reports.charts.plot import TRAINED, Plot
from regression_model.reports.numbers import amount, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.reports.blocks import Block
    from regression_model.reports.card.told import Told

Facts = dict[str, Any]

_WAYS = {
    "cross_validated_pooled": "cross-validated, pooled",
    "cross_validated_mean_of_folds": "cross-validated, mean of folds",
    "hold_out": "hold-out",
}
_MOST_FOLDS = 100


def metrics_table(told: Told) -> Table:
    """Return errors, a line for each way of measuring."""
    unit, metrics = told.unit, told.facts["metrics"]
    measured = [(name, metrics[key]) for key, name in _WAYS.items() if key in metrics]
    if told.evaluated is not None:
        measured.append((told.evaluated.name, told.evaluated.evaluation.metrics.to_dict()))
    has_log = any("rmse_log" in figures for _, figures in measured)
    headers = ["measured", *(["RMSE of log"] if has_log else [])]
    headers += [f"RMSE ({unit})", f"MAE ({unit})", "R²"]
    rows = []
    for name, figures in measured:
        cells = [name]
        if has_log:
            cells.append(f"{figures['rmse_log']:.4f}" if "rmse_log" in figures else "")
        r2 = figures.get("r2")
        cells += [amount(figures["rmse"]), amount(figures["mae"])]
        rows.append([*cells, "" if r2 is None else share_text(r2)])
    return Table(headers, rows)


def quality_section(told: Told) -> Section:
    """Return how far answers are from the truth, from low to high, over time, by rows."""
    blocks: list[Block] = [metrics_table(told)]
    report, unit = told.report, told.unit
    if told.evaluated is not None:
        blocks.append(Paragraph(f"{told.evaluated.name}: {' '.join(told.evaluated.notes())}"))
    if told.predicted():
        blocks.append(predicted_actual_figure(told.predicted(), unit))
    if told.residuals():
        blocks.append(residuals_figure(told.residuals(), unit))
    if "learning_curve" in report:
        blocks.append(learning_figure(report["learning_curve"], unit))
    if "over_time" in report:
        column = setting(told.facts, str, "time_column") or "time"
        blocks.append(time_figure(report["over_time"], column, unit))
    return Section("quality", "How good it is", blocks)


def validation_section(facts: Facts) -> Section:
    """Return how rows were kept apart that the model was fitted and judged on."""
    metrics, hold_out = facts["metrics"], setting(facts, float, "evaluation", "hold_out")
    repeats = metrics.get("repeats")
    n_folds = metrics.get("folds")
    pairs = [
        ("Rows kept apart", _known(metrics.get("validation"))),
        ("Folds", None if n_folds is None else f"{n_folds:,}"),
        ("Repeats", None if repeats is None else f"{repeats:,}"),
        ("Hold-out", None if hold_out is None else f"{hold_out:.0%} of the rows"),
    ]
    blocks: list[Block] = [Pairs(pairs), *_folds_figure(facts)]
    said = "Rows were predicted by models that had not seen them; errors are of these answers."
    return Section("validation", "How it was validated", [Paragraph(said), *blocks])


def _known(text: str | None) -> str | None:
    return None if text is None else short(text)


def _folds_figure(facts: Facts) -> list[Figure]:
    losses: Sequence[float] = facts.get("fold_losses", {}).get("target", ())
    if not 1 < len(losses) <= _MOST_FOLDS:
        return []
    errors = [math.sqrt(loss) for loss in losses]
    pooled = facts["metrics"]["cross_validated_pooled"]["rmse"]
    places = [float(fold) for fold in range(1, len(errors) + 1)]
    unit = short(facts["target"]["unit"])
    plot = Plot(
        fixed_axis(0.5, len(errors) + 0.5, n_ticks=min(len(errors), 10)),
        axis([*errors, pooled], with_zero=True),
        x_title="fold",
        y_title=f"RMSE ({unit})",
        height=220,
    )
    plot.straight((0.5, pooled), (len(errors) + 0.5, pooled), "same")
    rows = []
    for place, error in zip(places, errors, strict=True):
        plot.dot(place, error, TRAINED, said=f"fold {place:.0f}: {amount(error)}")
        rows.append((f"{place:.0f}", amount(error)))
    return [
        Figure(
            "folds",
            "Error of each fold",
            f"Root mean squared error of {count(len(errors), 'fold')}; the broken line is that of "
            "all rows together. A fold far above the others holds rows that are hard to predict.",
            plot.chart(),
            plot.height,
            Table(("fold", f"RMSE ({unit})"), rows),
        )
    ]
