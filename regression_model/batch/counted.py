"""The file of counts: rows as they were counted, kept for whoever asks later whether they shift."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic_core import SchemaValidator, ValidationError, core_schema

from regression_model.artifact.counting import Counting
from regression_model.artifact.counts import ColumnCounts, RowCounts
from regression_model.artifact.identity import digest_of
from regression_model.artifact.strict_json import MAX_BYTES, read_json
from regression_model.batch.summary import Summary
from regression_model.exceptions import DataError
from regression_model.processing.output_files import in_words, output_file
from regression_model.processing.shown_values import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.processing.remote_files import RemoteFile

ENDING = ".json"
"""What the name of such a file ends in; that of no table does."""
_NAME = "regression-model counts"
_FORMAT = f"{_NAME} 1"
_MOST_ROWS = 1 << 45
"""Of a file; the counts of a hundred thousand such files are still counts."""
_MOST_ENTRIES = 1 << 60
_MOST_CODES = 1_000
_ROUGHEST = 1e100
"""No sum is beyond: predictions end at 1e30."""
_ROUNDING = 1e-6
"""Of sums: by so many parts of them they may contradict each other."""


@dataclass(frozen=True)
class Counted:
    """Rows that were counted, and what happened to them; those of further rows are added.

    Attributes
    ----------
    counts : RowCounts
        By a `Counting` of the model.
    summary : Summary
        Of the same rows.
    """

    counts: RowCounts
    summary: Summary

    @classmethod
    def of(cls, counting: Counting, numbers: Floats | None, summary: Summary) -> Counted:
        """Return what `RowCounter.numbers_of` has given as numbers; None are those of no rows."""
        counter = counting.counter
        return cls(counter.nothing() if numbers is None else counter.counts_of(numbers), summary)

    def __add__(self, other: Counted) -> Counted:
        """Count the rows of both."""
        summary = Summary()
        summary.add(self.summary)
        summary.add(other.summary)
        return Counted(self.counts + other.counts, summary)


def write_counts(
    path: Path, counted: Counted, model: Model, *, inputs: Iterable[Path] = ()
) -> None:
    """Write a file of counts, with a line for each column; equal counts are equal bytes.

    Parameters
    ----------
    path : Path
    counted : Counted
    model : Model
        By which they were counted.
    inputs : iterable of Path
        Files that are read, which it must not replace.

    Raises
    ------
    OutputError
        If it cannot be written; what was there stays.
    """
    with output_file(path, inputs=inputs) as file:
        file.write(counts_text(counted, model))


def counts_text(counted: Counted, model: Model) -> bytes:
    """Return what a file of counts says; equal counts are equal bytes."""
    text = "{\n" + ",\n".join(_lines(counted, model)) + "\n}\n"
    return text.encode()


def holds_counts(path: Path, counted: Counted, model: Model) -> bool:
    """Tell whether a file is what `write_counts` would write."""
    return _start(path, MAX_BYTES) == counts_text(counted, model)


def looks_like_counts(path: Path) -> bool:
    """Tell by its first bytes whether a file is one of counts, of whichever model and format."""
    start = f'{{\n "format": "{_NAME} '.encode()
    return _start(path, len(start)) == start


def _start(path: Path, n_bytes: int) -> bytes:
    with in_words(path), path.open("rb") as file:
        return file.read(n_bytes)


def read_counts(path: Path | RemoteFile, model: Model) -> Counted:
    """Read a file of counts.

    Parameters
    ----------
    path : Path or RemoteFile
    model : Model
        By which they were counted.

    Returns
    -------
    Counted

    Raises
    ------
    ArtifactError
        If the model keeps no profile to count by.
    DataError
        If the file cannot be read, is none of counts, is damaged, or was counted by another model.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as problem:
        message = f"cannot read {path}: {problem.strerror or problem}"
        raise DataError(message) from problem
    return counted_from(data, path, model)


def counted_from(data: bytes, path: Path | RemoteFile | str, model: Model) -> Counted:
    """Return what `counts_text` gave, as `read_counts` does; `path` is what messages call it."""
    counting = Counting(model)
    try:
        told = read_json(data)
        _check_kin(path, told, model)
        _validator(model, counting).validate_python(told)
        counted = _counted(told)
        _check_agreement(counted)
    except ValidationError as problem:
        fault = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(short(str(part)) for part in fault["loc"])
        raise _damaged(path, f"{where}: {fault['msg']}") from problem
    except ValueError as problem:
        if isinstance(problem, DataError):
            raise
        raise _damaged(path, str(problem)) from problem
    return counted


def _lines(counted: Counted, model: Model) -> Iterator[str]:
    """Yield what the file says, without the commas between."""
    counts = counted.counts
    content = {
        "format": _FORMAT,
        "model": digest_of(model),
        "model_version": model.version,
        "rows": counted.summary.to_dict(),
        "uncounted": counts.n_failed,
        "beyond": counts.n_beyond,
        "error_to_expect": {
            "n_rows": counts.n_estimated,
            "sum": counts.error,
            "sum_of_squares": counts.squared_error,
        },
        "prediction": counts.prediction.tolist(),
    }
    for key, value in content.items():
        yield f' "{key}": {json.dumps(value, allow_nan=False)}'
    of_columns = (
        f"  {json.dumps(name)}: {json.dumps(_of_column(each, _has_levels(model, name)))}"
        for name, each in counts.columns.items()
    )
    yield ' "columns": {\n' + ",\n".join(of_columns) + "\n }"


def _has_levels(model: Model, name: str) -> bool:
    return "levels" in (model.profile or {})["columns"][name]


def _of_column(each: ColumnCounts, has_levels: bool) -> dict[str, Any]:  # noqa: FBT001 - what it is of
    told: dict[str, Any] = {"bins": each.bins.tolist(), "missing": each.missing}
    return {**told, "unseen": each.unseen} if has_levels else {**told, "outside": each.outside}


def _check_kin(path: Path | RemoteFile | str, told: Any, model: Model) -> None:
    """Refuse what is no file of counts, or one that this model cannot be asked about."""
    said = told.get("format") if isinstance(told, dict) else None
    if not (isinstance(said, str) and said.startswith(_NAME)):
        raise ValueError("it does not say that it is one")
    if said != _FORMAT:
        raise DataError(
            f"{path} is a file of counts of another format ({short(said)}); this version reads "
            f"{_FORMAT!r}: count the rows again, or read it with the version that wrote it"
        )
    if told.get("model") != digest_of(model):
        raise DataError(
            f"{path} was counted by another model, of version "
            f"{short(str(told.get('model_version')))}; this one is of version {model.version}: "
            "name the model that has counted, by --model, without which the packaged one is "
            "asked, or count the rows again with this one"
        )


def _validator(model: Model, counting: Counting) -> SchemaValidator:
    """Return what judges the content of a file of this model."""
    nothing = counting.nothing()
    number = core_schema.float_schema(ge=0, le=_ROUGHEST, allow_inf_nan=False)
    by_code = core_schema.dict_schema(
        core_schema.str_schema(pattern="^[a-z_]{1,64}$", strict=True),
        _whole(_MOST_ENTRIES),
        max_length=_MOST_CODES,
    )
    rows = {"n_rows": _COUNT, "n_failed": _COUNT, "errors": by_code, "warnings": by_code}
    columns = {
        name: _record(
            {
                "bins": _bins(len(each.bins)),
                "missing": _COUNT,
                "unseen" if _has_levels(model, name) else "outside": _COUNT,
            }
        )
        for name, each in nothing.columns.items()
    }
    content = {
        "format": core_schema.literal_schema([_FORMAT]),
        "model": core_schema.str_schema(strict=True),
        "model_version": core_schema.literal_schema([model.version]),
        "rows": _record(rows),
        "uncounted": _COUNT,
        "beyond": _COUNT,
        "error_to_expect": _record({"n_rows": _COUNT, "sum": number, "sum_of_squares": number}),
        "prediction": _bins(len(nothing.prediction)),
        "columns": _record(columns),
    }
    return SchemaValidator(_record(content))


def _whole(most: int) -> core_schema.CoreSchema:
    return core_schema.int_schema(ge=0, le=most, strict=True)


_COUNT = _whole(_MOST_ROWS)


def _bins(n: int) -> core_schema.CoreSchema:
    return core_schema.list_schema(_COUNT, min_length=n, max_length=n, strict=True)


def _record(fields: dict[str, core_schema.CoreSchema]) -> core_schema.CoreSchema:
    return core_schema.typed_dict_schema(
        {name: core_schema.typed_dict_field(schema) for name, schema in fields.items()},
        extra_behavior="forbid",
    )


def _counted(told: dict[str, Any]) -> Counted:
    columns = {
        name: ColumnCounts(np.array(each.pop("bins"), dtype=np.int64), **each)
        for name, each in told["columns"].items()
    }
    estimated = told["error_to_expect"]
    counts = RowCounts(
        n_rows=told["rows"]["n_rows"],
        n_failed=told["uncounted"],
        n_beyond=told["beyond"],
        columns=columns,
        prediction=np.array(told["prediction"], dtype=np.int64),
        error=float(estimated["sum"]),
        squared_error=float(estimated["sum_of_squares"]),
        n_estimated=estimated["n_rows"],
    )
    return Counted(counts, Summary.from_dict(told["rows"]))


def _check_agreement(counted: Counted) -> None:
    """Refuse counts that no rows can have.

    Raises
    ------
    ValueError
    """
    counts, summary = counted.counts, counted.summary
    n_counted = counts.n_rows - counts.n_failed
    n_predicted = summary.n_rows - summary.n_failed
    if not 0 <= n_predicted <= n_counted:
        raise ValueError("more rows are predicted than were counted, or fewer than none")
    if counts.n_beyond > n_counted or counts.prediction.sum() != n_predicted:
        raise ValueError("its rows and its predictions are not of the same rows")
    for name, each in counts.columns.items():
        n_known = int(each.bins.sum())
        if n_known + each.missing + each.unseen != n_counted or each.outside > n_known:
            raise ValueError(f"the cells of {short(name)!r} are not those of its rows")
    n, error, squares = counts.n_estimated, counts.error, counts.squared_error
    least = error * error / n if n else error + squares
    if n > n_predicted or squares < least * (1 - _ROUNDING):
        raise ValueError("its errors to expect are not those of its rows")


def _damaged(path: Path | RemoteFile | str, why: str) -> DataError:
    return DataError(
        f"{path} is no file of counts, or is damaged ({why}): predict --profile writes such files; "
        "count the rows again, and let the name of a table of records end in .jsonl"
    )
