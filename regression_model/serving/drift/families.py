"""What Prometheus is told of drift: of the last complete window, once for each window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.reports.metric_labels import labels_of
from regression_model.serving.counting.service_counts import NotCounted
from regression_model.serving.metrics import Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.reports.drift.drift import Drift
    from regression_model.serving.drift.reports import DriftReports
    from regression_model.serving.metrics import Sample
    from regression_model.serving.service import Service

_MOST_SIZES = 20
"""Of one model: its most important columns that have drifted."""


async def drift_families(service: Service, reports: DriftReports) -> list[Family]:
    """Return what there is to tell of the models whose rows are counted."""
    rows: list[Sample] = []
    found: dict[str, Drift] = {}
    for served in service.models:
        try:
            rows.append((labels_of(model=served.name), service.counts.n_running(served)))
            told = await reports.complete(served)
        except NotCounted:
            continue
        if told is not None:
            found[served.name] = told.drift
    if not rows:
        return []
    about = "Rows counted in the running window."
    families = [Family("regression_model_drift_rows", "gauge", about, rows)]
    return [*families, *_of_complete(found)] if found else families


def _of_complete(found: dict[str, Drift]) -> Iterator[Family]:
    """Yield what is told of complete windows, by the names of models."""
    rows: list[Sample] = []
    statuses: list[Sample] = []
    drifted: list[Sample] = []
    sizes: list[Sample] = []
    errors: list[Sample] = []
    trained: list[Sample] = []
    for name, drift in found.items():
        of_model = labels_of(model=name)
        rows.append((of_model, drift.n_rows))
        statuses.append((of_model, drift.status()))
        drifted.append((of_model, len(drift.drifted)))
        for shift in drift.drifted[:_MOST_SIZES]:
            labels = labels_of(model=name, column=shift.column or "", what=shift.what)
            sizes.append((labels, shift.size))
        if drift.loss is not None:
            errors.append((of_model, drift.loss.error))
            trained.append((of_model, drift.loss.trained))
    yield Family("regression_model_drift_complete_rows", "gauge",
                 "Rows of the last complete window, of which the following is told.",
                 rows)  # fmt: skip
    yield Family("regression_model_drift_status", "gauge",
                 "0 nothing, 3 drift, 4 a larger error to expect, 5 too few rows to tell.",
                 statuses)  # fmt: skip
    yield Family("regression_model_drifted", "gauge",
                 "Shifts that are proven and large.", drifted)  # fmt: skip
    yield Family("regression_model_drift_size", "gauge",
                 "How large the most important of them are; of predictions without a column.",
                 sizes)  # fmt: skip
    yield Family("regression_model_expected_error", "gauge",
                 "Mean absolute error to expect, in units of the target.", errors)  # fmt: skip
    yield Family("regression_model_trained_error", "gauge",
                 "The same at training, out of fold.", trained)  # fmt: skip
