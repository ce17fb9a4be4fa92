"""What a training run gave, for a person at a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from regression_model.cli.terminal import show, show_table
from regression_model.metrics import share_text
from regression_model.processing.words import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.metrics import Metrics
    from regression_model.training.choice import Selection
    from regression_model.training.intervals import IntervalReport
    from regression_model.training.result import TrainingResult


_SCALES = {
    "log": "log of {unit}", "log1p": "log of 1 + {unit}", "sqrt": "root of {unit}",
    "yeo_johnson": "transformed {unit}",
}  # fmt: skip
"""What a score counts, where that is not the target's unit."""


def report(result: TrainingResult) -> None:
    """Show what a training run gave.

    Parameters
    ----------
    result : TrainingResult
    """
    target, quality = result.selection.settings.target, result.quality
    unit = short(target.unit)
    validated = quality.cross_validation
    rows = {
        "cross-validated, pooled": validated.pooled,
        "cross-validated, mean of folds": validated.mean_of_folds,
        "hold-out": quality.hold_out,
    }
    _show_metrics(rows, unit)
    if quality.validation != "random folds":
        show(f"validated {short(quality.validation)}")
    for line in _chosen(result.selection, unit):
        show(line)
    scale = _SCALES.get(target.transform, "{unit}").format(unit=unit)
    _show_intervals(quality.intervals)
    show(f"width and interval loss (Winkler's) in: {scale}")
    show(
        f"bias, mean prediction less mean target: {_signed(quality.bias_of_median)} {unit} as "
        f"median, {_signed(quality.bias_of_mean)} {unit} as mean"
    )
    cost = result.explanation_milliseconds
    said = "none, the trees are too large" if cost is None else f"{cost:.1f} ms a row"
    show(f"explanations: {said}")
    if result.n_left_out:
        show(f"left out: {result.n_left_out:,} rows without a target or weight")
    show(
        f"{result.n_rows:,} rows in {result.seconds:.1f} s; largest difference between artifact "
        f"and pipeline {result.largest_difference:.1e}"
    )
    if result.comparison is not None and result.artifact_path is not None:  # else in the error
        show(result.comparison.sentence())
    if result.knows_no_more_than_the_mean:
        show(result.warning(), style="bold red")
    if result.artifact_path is not None:
        path, here = result.artifact_path.resolve(), Path.cwd()
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        show(f"wrote {shown}")


def _chosen(selection: Selection, unit: str) -> Iterator[str]:
    """Say what the data decided, where the config left it to them."""
    if not selection.errors:
        return
    scale = selection.settings.target.transform
    if len(selection.errors) > 1:
        said = ", ".join(f"{name} {_amount(rmse)}" for name, rmse in selection.errors.items())
        yield f"scale of the target: {scale} (RMSE out of fold in {unit}: {said})"
    weights = selection.to_dict()["weights"]
    yield "weights: " + ", ".join(f"{short(name)} {weight:.2f}" for name, weight in weights.items())


def _show_metrics(rows: dict[str, Metrics], unit: str) -> None:
    has_log = any(metrics.rmse_log is not None for metrics in rows.values())
    headers = ["RMSE of log"] * has_log + [f"RMSE ({unit})", f"MAE ({unit})", "R²"]
    lines = []
    for name, metrics in rows.items():
        log = "" if metrics.rmse_log is None else f"{metrics.rmse_log:.4f}"
        r2 = "" if metrics.r2 is None else share_text(metrics.r2)
        lines.append((name, *[log] * has_log, _amount(metrics.rmse), _amount(metrics.mae), r2))
    show_table(["", *headers], lines, right=headers)


def _amount(value: float) -> str:
    """Return a number with thousands set apart, or with four digits where it is small."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"  # noqa: PLR2004


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'}{_amount(abs(value))}"


def _show_intervals(intervals: IntervalReport) -> None:
    headers = "coverage", "by fifths", "width", "interval loss"
    kinds = {"scaled by difficulty": intervals.scaled, "of constant width": intervals.constant}
    lines = []
    for name, quality in kinds.items():
        fifths = " ".join(f"{share:.0%}" for share in quality.coverage_by_fifth)
        figures = f"{quality.mean_width:.4g}", f"{quality.mean_score:.4g}"
        lines.append((name, f"{quality.coverage:.1%}", fifths, *figures))
    show_table([f"{intervals.level:.0%} intervals", *headers], lines, right=headers)
