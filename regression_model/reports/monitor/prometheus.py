"""What a monitor has found, in Prometheus's text format, for a textfile collector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.reports.metric_labels import labels_of
from regression_model.reports.monitor.looks import VERDICTS

if TYPE_CHECKING:
    from regression_model.reports.monitor.looks import Looks
    from regression_model.reports.monitor.monitor import Monitor

_PREFIX = "regression_model_monitor"
_ROWS = ("predicted", "with_truth", "waiting", "never_came")
_VERDICTS = ("broken", "kept", "too few rows")


def prometheus_text(monitor: Monitor) -> str:
    """Return the metrics of a monitor, each with its help and type."""
    counts, tests = monitor.counts(), monitor.tests()
    lines = _metric("rows", "Rows remembered, by what has become of them.")
    lines += [_line("rows", counts[name], state=name) for name in _ROWS]
    lines += _metric("evidence", "Evidence that a promise is broken; 20 is proof.")
    lines += [_line("evidence", test.evidence, promise=test.name) for test in tests]
    lines += _metric("found", "Coverage, mean absolute error and mean error that was found.")
    lines += [_line("found", test.found, promise=test.name) for test in tests if test.n_rows]
    lines += _metric("promised", "What training promised of the same.")
    lines += [_line("promised", test.promised, promise=test.name) for test in tests]
    lines += _metric("verdict", "1 for the verdict that holds.")
    for test in tests:
        for verdict in _VERDICTS:
            holds = int(test.verdict == verdict)
            lines.append(_line("verdict", holds, promise=test.name, verdict=verdict))
    lines += _drift(monitor.state.looks)
    lines += _metric("day", "The day of the last run, in seconds since 1970.")
    lines.append(_line("day", monitor.state.day * 86_400))
    return "".join(f"{line}\n" for line in lines)


def _drift(looks: Looks) -> list[str]:
    """Return what the last look has told, nothing where no rows were counted."""
    if not looks.is_used:
        return []
    lines = _metric(
        "counted_rows_waiting", "Rows that were counted, and not yet looked at for drift."
    )
    lines.append(_line("counted_rows_waiting", looks.n_waiting))
    if looks.last is None:
        return lines
    lines += _metric("looked", "The day of the last look for drift, in seconds since 1970.")
    lines.append(_line("looked", looks.last.day * 86_400))
    lines += _metric("drift_verdict", "1 for the verdict of the last look.")
    lines += [
        _line("drift_verdict", int(verdict == looks.last.verdict), verdict=verdict)
        for verdict in VERDICTS.values()
    ]
    lines += _metric("drift", "How far what the last look has proven to be drift has shifted.")
    for shift in looks.last.drifted:
        lines.append(_line("drift", shift.size, column=shift.column or "", what=shift.what))
    return lines


def _metric(name: str, about: str) -> list[str]:
    return [f"# HELP {_PREFIX}_{name} {about}", f"# TYPE {_PREFIX}_{name} gauge"]


def _line(name: str, value: float, **labels: str) -> str:
    return f"{_PREFIX}_{name}{labels_of(**labels)} {value!r}"
