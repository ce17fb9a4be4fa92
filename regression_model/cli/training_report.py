"""What a training run gave, for a person at a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from regression_model.cli.terminal import show, show_table
from regression_model.metrics import share_text
from regression_model.processing.shown_values import short

if TYPE_CHECKING:
    from regression_model.metrics import Metrics
    from regression_model.training.choice import Choice
    from regression_model.training.intervals import IntervalReport
    from regression_model.training.result import TrainingResult


_SCORE_UNITS = {
    "log": "log of {unit}", "log1p": "log of 1 + {unit}", "sqrt": "root of {unit}",
    "yeo_johnson": "transformed {unit}",
}  # fmt: skip
"""What a score counts, where that is not the target's unit, by the target's transform."""

_THOUSAND = 1000


def report(result: TrainingResult) -> None:
    """Show what a training run gave.

    Parameters
    ----------
    result : TrainingResult
    """
    _show_quality(result)
    _show_choice(result.selection, _unit(result))
    _show_uncertainty(result)
    _show_run(result)
    if result.comparison is not None and result.artifact_path is not None:  # else in the error
        show(result.comparison.sentence())
    if result.knows_no_more_than_the_mean:
        show(result.warning(), style="bold red")
    if result.artifact_path is not None:
        show(f"wrote {seen_from_here(result.artifact_path)}")


def _show_quality(result: TrainingResult) -> None:
    quality = result.quality
    validated = quality.cross_validation
    rows = {
        "cross-validated, pooled": validated.pooled,
        "cross-validated, mean of folds": validated.mean_of_folds,
        "hold-out": quality.hold_out,
    }
    _show_metrics(rows, _unit(result))
    if quality.validation != "random folds":
        show(f"validated {short(quality.validation)}")


def _show_metrics(rows: dict[str, Metrics], unit: str) -> None:
    has_log = any(metrics.rmse_log is not None for metrics in rows.values())
    headers = [f"RMSE ({unit})", f"MAE ({unit})", "R²"]
    if has_log:
        headers.insert(0, "RMSE of log")
    lines = []
    for name, metrics in rows.items():
        cells = [_amount(metrics.rmse), _amount(metrics.mae), _share(metrics.r2)]
        if has_log:
            cells.insert(0, "" if metrics.rmse_log is None else f"{metrics.rmse_log:.4f}")
        lines.append((name, *cells))
    show_table(["", *headers], lines, right=headers)


def _show_choice(choice: Choice, unit: str) -> None:
    """Show what the data decided, where the config left it to them."""
    if not choice.errors:
        return
    if len(choice.errors) > 1:
        errors = ", ".join(f"{scale} {_amount(rmse)}" for scale, rmse in choice.errors.items())
        show(f"scale of the target: {choice.transform} (RMSE out of fold in {unit}: {errors})")
    weights = choice.to_dict()["weights"]
    shares = ", ".join(f"{short(name)} {weight:.2f}" for name, weight in weights.items())
    show(f"weights: {shares}")


def _show_uncertainty(result: TrainingResult) -> None:
    quality, unit = result.quality, _unit(result)
    score_unit = _SCORE_UNITS.get(result.target.transform, "{unit}").format(unit=unit)
    _show_intervals(quality.intervals)
    show(f"width and interval loss (Winkler's) in: {score_unit}")
    show(
        f"bias, mean prediction less mean target: {_signed(quality.bias_of_median)} {unit} as "
        f"median, {_signed(quality.bias_of_mean)} {unit} as mean"
    )


def _show_intervals(intervals: IntervalReport) -> None:
    headers = "coverage", "by fifths", "width", "interval loss"
    kinds = {"scaled by difficulty": intervals.scaled, "of constant width": intervals.constant}
    lines = []
    for name, quality in kinds.items():
        fifths = " ".join(f"{share:.0%}" for share in quality.coverage_by_fifth)
        figures = f"{quality.mean_width:.4g}", f"{quality.mean_score:.4g}"
        lines.append((name, f"{quality.coverage:.1%}", fifths, *figures))
    show_table([f"{intervals.level:.0%} intervals", *headers], lines, right=headers)


def _show_run(result: TrainingResult) -> None:
    milliseconds = result.explanation_milliseconds
    if milliseconds is None:
        show("explanations: none, the trees are too large")
    else:
        show(f"explanations: {milliseconds:.1f} ms a row")
    if result.n_left_out:
        show(f"left out: {result.n_left_out:,} rows without a target or weight")
    show(
        f"{result.n_rows:,} rows in {result.seconds:.1f} s; largest difference between artifact "
        f"and pipeline {result.largest_difference:.1e}"
    )


def _unit(result: TrainingResult) -> str:
    return short(result.target.unit)


def _amount(value: float) -> str:
    """Return a number with thousands set apart, or with four digits where it is small."""
    return f"{value:,.0f}" if abs(value) >= _THOUSAND else f"{value:.4g}"


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'}{_amount(abs(value))}"


def _share(r2: float | None) -> str:
    return "" if r2 is None else share_text(r2)


def seen_from_here(path: Path) -> Path:
    """Return a path from the current folder if it is in there, else in full."""
    path, here = path.resolve(), Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
