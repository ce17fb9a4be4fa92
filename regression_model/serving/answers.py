"""The kinds of answers: which one a caller wants, and how each is written."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regression_model.batch.answer_columns import reasons
from regression_model.batch.arrow_answers import optional_texts, repeated_text
from regression_model.batch.text_columns import number_array
from regression_model.serving.arrow_bodies import pyarrow_or
from regression_model.serving.json_writing import write_json
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.arrays import Floats
    from regression_model.artifact.results import PredictionResult
    from regression_model.batch.answer_columns import Reason
    from regression_model.processing.validation import Entry

    Writer = Callable[[PredictionResult], bytes]


class Kind(NamedTuple):
    """A kind of answers.

    Attributes
    ----------
    media_type : str
    write : callable
        From what `make_prediction` answers to bytes.
    has_explanations : bool
        Whether it has a place for explanations.
    """

    media_type: str
    write: Writer
    has_explanations: bool


def _json(result: PredictionResult) -> bytes:
    return write_json(result)


def _json_lines(result: PredictionResult) -> bytes:
    """Return a line a row, with the entries of that row alone."""
    errors = _errors_of_rows(result)
    warnings = _by_row(result["warnings"])
    columns: dict[str, list[Any]] = dict(number_columns(result))
    if "explanations" in result:
        columns["explanation"] = result["explanations"]
    lines: list[bytes] = []
    for row, cells in enumerate(zip(*columns.values(), strict=True)):
        line: dict[str, Any] = {"row": row, **dict(zip(columns, cells, strict=True))}
        line["errors"] = errors.get(row)
        line["warnings"] = warnings.get(row)
        lines.append(write_json(line) + b"\n")
    return b"".join(lines)


def _csv(result: PredictionResult) -> bytes:
    """Return the columns that the command ``predict`` writes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    columns = number_columns(result)
    writer.writerow(["row", *columns, "error"])
    why = _reasons(result)
    for row, cells in enumerate(zip(*columns.values(), strict=True)):
        writer.writerow([row, *cells, why[row].message if row in why else ""])
    return out.getvalue().encode()


def _arrow(result: PredictionResult) -> bytes:
    """Return a stream of one record batch, with the columns that a scorer answers with."""
    pa = pyarrow_or(406, "answers in Arrow")
    n_rows = len(result["predictions"])
    why = _reasons(result)
    columns = {name: number_array(_floats(cells)) for name, cells in number_columns(result).items()}
    columns["error_code"] = optional_texts({row: why[row].code for row in why}, n_rows)
    columns["error"] = optional_texts({row: why[row].message for row in why}, n_rows)
    columns["model_version"] = repeated_text(result["version"], n_rows)
    batch = pa.record_batch(columns)
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, batch.schema) as stream:
        stream.write_batch(batch)
    data: bytes = out.getvalue().to_pybytes()
    return data


def _reasons(result: PredictionResult) -> dict[int, Reason]:
    return reasons(result["errors"] or [], _floats(result["predictions"]))


def _floats(cells: list[float | None]) -> Floats:
    return np.array(cells, dtype=np.float64)


def number_columns(result: PredictionResult) -> dict[str, list[float | None]]:
    """Return predictions, and the ends of intervals where there are any, under their names."""
    columns = {"prediction": result["predictions"]}
    if "lower" in result:
        columns |= {"lower": result["lower"], "upper": result["upper"]}
    return columns


def _errors_of_rows(result: PredictionResult) -> dict[int, list[Entry]]:
    """Return why rows have no prediction: their own errors, else what concerns all rows."""
    by_row = _by_row(result["errors"])
    of_all = by_row.pop(None, [])
    errors = {row: entries for row, entries in by_row.items() if row is not None}
    if of_all:
        for row in range(len(result["predictions"])):
            errors.setdefault(row, of_all)
    return errors


def _by_row(entries: list[Entry] | None) -> dict[int | None, list[Entry]]:
    by_row: dict[int | None, list[Entry]] = {}
    for entry in entries or []:
        by_row.setdefault(entry["row"], []).append(entry)
    return by_row


JSON = Kind("application/json", _json, has_explanations=True)
KINDS = (
    JSON,
    Kind("application/x-ndjson", _json_lines, has_explanations=True),
    Kind("application/jsonl", _json_lines, has_explanations=True),
    Kind("text/csv", _csv, has_explanations=False),
    Kind("application/vnd.apache.arrow.stream", _arrow, has_explanations=False),
)
"""What there is, the first where a caller has no preference."""
_ANYTHING = (None, b"*/*", b"application/json")


def wanted_kind(accept: bytes | None) -> Kind:
    """Return the kind of answers that a caller wants most.

    Parameters
    ----------
    accept : bytes or None
        The header.

    Raises
    ------
    Problem
        If it is of none that there is.
    """
    if accept in _ANYTHING:
        return JSON
    ranges = _ranges((accept or b"").decode("latin-1"))
    best, best_quality = None, 0.0
    for kind in KINDS:
        quality = _quality(kind.media_type, ranges)
        if quality > best_quality:
            best, best_quality = kind, quality
    if best is None:
        kinds = ", ".join(kind.media_type for kind in KINDS)
        raise Problem(406, "not-acceptable", f"no answer is of a kind that Accept names: {kinds}")
    return best


def is_page_wanted(accept: str) -> bool:
    """Tell whether a caller would rather have a page for people than JSON.

    Examples
    --------
    >>> is_page_wanted("text/html,application/xml;q=0.9,*/*;q=0.8"), is_page_wanted("*/*")
    (True, False)
    """
    ranges = _ranges(accept)
    return _quality("text/html", ranges) > _quality(JSON.media_type, ranges)


def _ranges(accept: str) -> dict[str, float]:
    """Return how much each range of media types is wanted, 0 to 1."""
    wanted: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = part.split(";")
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = _number(value)
        wanted[name.strip().lower()] = quality
    return wanted


def _number(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """Return how much a media type is wanted: the narrowest range that holds it says so."""
    group = media_type.partition("/")[0]
    for name in (media_type, f"{group}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0
