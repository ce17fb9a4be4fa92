"""What a service has done, in numbers that all of its workers share, as Prometheus reads them.

Each series has its place from the start: routes, statuses, models and codes are known when a
service begins. A worker adds to numbers of its own, and whichever worker is asked adds up those of
all. They lie in memory that the parent of the workers holds, so that they outlive a worker and are
never stale.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from http import HTTPStatus
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from regression_model.processing.verdicts import Code
from regression_model.reports.metric_labels import labels_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from regression_model.artifact.results import PredictionResult
    from regression_model.processing.report import Entry

    Buffer = array[float] | memoryview

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MAX_ROUTES = 64
"""For how many routes there is a place; the parent of workers knows none of them."""
OTHER = "other"
"""The route of a request that no route of ours takes."""
CLIENT_LEFT = 499
"""The status of a request whose sender was gone before it was answered, as nginx counts them."""

_STATUSES = (*(status.value for status in HTTPStatus if status >= HTTPStatus.OK), CLIENT_LEFT)
_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the histogram's buckets, in seconds."""
_CODES = tuple(code.value for code in Code)

_STATUS_AT = {status: place for place, status in enumerate(_STATUSES)}
_BUCKETS = len(_STATUSES)
_SECONDS = _BUCKETS + len(_BOUNDS) + 1
_PER_ROUTE = _SECONDS + 1
"""Of a route: requests by status, requests by bucket, and the sum of their seconds."""

_ROWS, _FAILED, _LOADED, _KEPT, _ERRORS = range(5)
_WARNINGS = _ERRORS + len(_CODES)
_PER_MODEL = _WARNINGS + len(_CODES)
"""Of a model: rows, failed rows, both outcomes of a reload, errors by code, warnings by code."""

_WORKERS, _IN_PROGRESS, _GENERAL = range(3)
_CODE_AT = {code: place for place, code in enumerate(_CODES)}


def count_numbers(n_models: int) -> int:
    """Return how many numbers a worker of a service with so many models writes."""
    return _GENERAL + n_models * _PER_MODEL + MAX_ROUTES * _PER_ROUTE


class Label(NamedTuple):
    """What is told of a model that is being served."""

    version: str
    digest: str


class RowCounts(NamedTuple):
    """What one answer adds to the counts of a model."""

    rows: int
    failed: int
    errors: Mapping[str, int]
    warnings: Mapping[str, int]


_NOTHING: Mapping[str, int] = {}


def count_rows(result: PredictionResult) -> RowCounts:
    """Count rows, rows without a prediction, and rows and warnings by code.

    Parameters
    ----------
    result : PredictionResult

    Returns
    -------
    RowCounts
        A row with errors of two codes counts once for each of them.
    """
    predictions = result["predictions"]
    errors, warnings = result["errors"], result["warnings"]
    if errors is None and warnings is None:
        return RowCounts(len(predictions), 0, _NOTHING, _NOTHING)
    return RowCounts(
        len(predictions),
        predictions.count(None),
        _rows_by_code(errors or [], len(predictions)),
        _entries_by_code(warnings or []),
    )


def _rows_by_code(errors: Iterable[Entry], n_rows: int) -> dict[str, int]:
    rows: dict[str, set[int]] = {}
    of_all = set()
    for entry in errors:
        if entry["row"] is None:
            of_all.add(entry["code"])
        else:
            rows.setdefault(entry["code"], set()).add(entry["row"])
    return {code: len(each) for code, each in rows.items()} | dict.fromkeys(of_all, n_rows)


def _entries_by_code(entries: Iterable[Entry]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry["code"]] = counts.get(entry["code"], 0) + 1
    return counts


Sample = tuple[str, float]
"""What stands behind a family's name, and the value."""


class Family(NamedTuple):
    """Samples of one name.

    Attributes
    ----------
    name : str
    kind : str
        ``counter``, ``gauge`` or ``histogram``.
    what : str
        In a sentence.
    samples : iterable of Sample
    """

    name: str
    kind: str
    what: str
    samples: Iterable[Sample]


class Metrics:
    """The counts of one worker, and with them those of all.

    Parameters
    ----------
    models : sequence of str
        Names of the models that are served.
    of_workers : sequence of buffers, optional
        Memory of `count_numbers` float64 numbers for each worker; own memory if not given.
    worker : int
        Which of them is this process's own.
    """

    def __init__(
        self, models: Sequence[str], of_workers: Sequence[Buffer] | None = None, worker: int = 0
    ) -> None:
        self.models = tuple(models)
        if of_workers is None:
            of_workers = [array("d", bytes(8 * count_numbers(len(self.models))))]
        self._all = [_as_numbers(numbers) for numbers in of_workers]
        self._own = self._all[worker]
        self._model_at = {
            name: _GENERAL + place * _PER_MODEL for place, name in enumerate(self.models)
        }
        self._routes_at = _GENERAL + len(self.models) * _PER_MODEL
        self._route_at = {OTHER: self._routes_at}
        self._own[_WORKERS], self._own[_IN_PROGRESS] = 1, 0

    def know_routes(self, routes: Iterable[str]) -> None:
        """Give routes their places, the same in each worker.

        Parameters
        ----------
        routes : iterable of str
            Their paths, as ``/models/{name}``.

        Raises
        ------
        ValueError
            If there are more than `MAX_ROUTES`.
        """
        paths = [OTHER, *sorted(set(routes))]
        if len(paths) > MAX_ROUTES:
            raise ValueError(f"{len(paths)} routes, but at most {MAX_ROUTES} are counted")
        self._route_at = {
            path: self._routes_at + place * _PER_ROUTE for place, path in enumerate(paths)
        }

    def begin(self) -> None:
        """Count a request that has begun."""
        self._own[_IN_PROGRESS] += 1

    def end(self, route: str, status: int, seconds: float) -> None:
        """Count a request that has ended.

        Parameters
        ----------
        route : str
            One of those that `know_routes` was given; any other counts as `OTHER`.
        status : int
        seconds : float
        """
        own = self._own
        start = self._route_at.get(route, self._routes_at)
        own[_IN_PROGRESS] -= 1
        own[start + _STATUS_AT.get(status, _STATUS_AT[500])] += 1
        own[start + _BUCKETS + bisect_left(_BOUNDS, seconds)] += 1
        own[start + _SECONDS] += seconds

    def add_rows(self, model: str, counts: RowCounts) -> None:
        """Add what an answer of a model has counted; to be called in one thread."""
        own, start = self._own, self._model_at[model]
        own[start + _ROWS] += counts.rows
        own[start + _FAILED] += counts.failed
        for code, count in counts.errors.items():
            own[start + _ERRORS + _CODE_AT[code]] += count
        for code, count in counts.warnings.items():
            own[start + _WARNINGS + _CODE_AT[code]] += count

    def add_reload(self, model: str, *, is_loaded: bool) -> None:
        """Count a reload: the new model was taken, or the old one kept."""
        self._own[self._model_at[model] + (_LOADED if is_loaded else _KEPT)] += 1

    def text(self, labels: Mapping[str, Label], more: Iterable[Family] = ()) -> str:
        """Return the counts of all workers in Prometheus's text format.

        Parameters
        ----------
        labels : mapping of str to Label
            What this worker serves now, by name.
        more : iterable of Family
            What else there is to tell.
        """
        totals = [sum(each, 0.0) for each in zip(*self._all, strict=True)]
        lines: list[str] = []
        for name, kind, what, samples in chain(self._families(totals, labels), more):
            lines += [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]
            lines += [f"{name}{suffix} {_number(value)}" for suffix, value in samples]
        return "\n".join(lines) + "\n"

    def _families(self, totals: list[float], labels: Mapping[str, Label]) -> Iterator[Family]:
        """Yield what there is to tell; of statuses and codes those that have occurred."""
        yield Family("regression_model_workers", "gauge", "Workers that are alive.",
                      [("", totals[_WORKERS])])  # fmt: skip
        yield Family("regression_model_requests_in_progress", "gauge",
                      "Requests that have begun and not ended.",
                      [("", totals[_IN_PROGRESS])])  # fmt: skip
        yield Family("regression_model_requests_total", "counter",
                      "Requests, by route and status.", self._requests(totals))  # fmt: skip
        yield Family("regression_model_request_seconds", "histogram",
                      "Seconds from a request's head until its answer leaves, by route.",
                      self._histograms(totals))  # fmt: skip
        yield Family("regression_model_rows_total", "counter", "Rows answered.",
                      self._of_models(totals, _ROWS))  # fmt: skip
        yield Family("regression_model_rows_failed_total", "counter",
                      "Rows without a prediction.", self._of_models(totals, _FAILED))  # fmt: skip
        yield Family("regression_model_row_errors_total", "counter",
                      "Rows with an error of this code; a row may have several.",
                      self._by_code(totals, _ERRORS))  # fmt: skip
        yield Family("regression_model_warnings_total", "counter",
                      "Warnings listed in answers, by code.",
                      self._by_code(totals, _WARNINGS))  # fmt: skip
        yield Family("regression_model_reloads_total", "counter",
                      "Artifacts looked at again: a new one loaded, or the old one kept.",
                      self._reloads(totals))  # fmt: skip
        yield Family("regression_model_info", "gauge",
                      "The models that are served, as the worker that was asked has them.",
                      [(labels_of(model=name, version=label.version, digest=label.digest), 1)
                       for name, label in labels.items()])  # fmt: skip

    def _requests(self, totals: list[float]) -> Iterator[Sample]:
        for route, start in self._route_at.items():
            for place, status in enumerate(_STATUSES):
                if totals[start + place]:
                    yield labels_of(route=route, status=status), totals[start + place]

    def _histograms(self, totals: list[float]) -> Iterator[Sample]:
        for route, start in self._route_at.items():
            buckets = list(accumulate(totals[start + _BUCKETS : start + _SECONDS]))
            if not buckets[-1]:
                continue
            for bound, count in zip((*_BOUNDS, "+Inf"), buckets, strict=True):
                yield "_bucket" + labels_of(route=route, le=bound), count
            yield "_sum" + labels_of(route=route), totals[start + _SECONDS]
            yield "_count" + labels_of(route=route), buckets[-1]

    def _of_models(self, totals: list[float], offset: int) -> Iterator[Sample]:
        for name, start in self._model_at.items():
            yield labels_of(model=name), totals[start + offset]

    def _by_code(self, totals: list[float], offset: int) -> Iterator[Sample]:
        for name, start in self._model_at.items():
            for place, code in enumerate(_CODES):
                if totals[start + offset + place]:
                    yield labels_of(model=name, code=code), totals[start + offset + place]

    def _reloads(self, totals: list[float]) -> Iterator[Sample]:
        for name, start in self._model_at.items():
            yield labels_of(model=name, outcome="loaded"), totals[start + _LOADED]
            yield labels_of(model=name, outcome="kept"), totals[start + _KEPT]


def clear_gauges(numbers: Buffer) -> None:
    """Take a worker that has ended from the gauges; what it counted stays."""
    own = _as_numbers(numbers)
    own[_WORKERS], own[_IN_PROGRESS] = 0, 0


def _as_numbers(numbers: Buffer) -> memoryview[float]:
    return memoryview(numbers).cast("B").cast("d")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
