"""A chunk of a file's rows, judged: what the model answers, and what is wrong with the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.validation import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from regression_model.artifact.model import Model
    from regression_model.artifact.results import PredictionResult
    from regression_model.batch.summary import Summary
    from regression_model.processing.chunks import Chunk, RefusedRow


def judge_chunk(
    model: Model,
    chunk: Chunk,
    summary: Summary,
    *,
    interval: float | None = None,
) -> PredictionResult:
    """Predict some rows of a file and count what happened to them.

    Parameters
    ----------
    model : Model
        Predicts.
    chunk : Chunk
        The rows.
    summary : Summary
        Is added to.
    interval : float, optional
        Wanted coverage of intervals.

    Returns
    -------
    PredictionResult
        As of `make_prediction`, with ``row`` counted through the file.
    """
    known = model.schema.main_names
    # by name: what is not asked for need not be put together
    columns = {name: chunk.columns[name] for name in chunk.columns if name in known}
    result = model.predict(
        columns, interval=interval, from_file=chunk.is_text, number_format=chunk.number_format
    )
    # the model was given empty cells for rows that cannot be read: what it says of them is void
    refused = {row.position for row in chunk.refused}
    errors = _entries_of_others(result["errors"], refused)
    warnings = _entries_of_others(result["warnings"], refused)
    errors += [_refusal(row) for row in chunk.refused]
    _withdraw_answers(result, refused)
    _count_through_file((*errors, *warnings), chunk.start)
    summary.errors.update(error["code"] for error in errors)
    summary.warnings.update(warning["code"] for warning in warnings)
    summary.n_rows += chunk.n_rows
    summary.n_failed += result["predictions"].count(None)
    result["errors"] = sorted(errors, key=_place) or None
    result["warnings"] = warnings or None
    return result


def _entries_of_others(entries: list[Entry] | None, refused: Collection[int]) -> list[Entry]:
    """Return the entries of rows that were not refused."""
    return [entry for entry in entries or [] if entry["row"] not in refused]


def _refusal(row: RefusedRow) -> Entry:
    return Entry(
        row=row.position,
        column=None,
        code=row.code.value,
        value=row.n_cells,
        message=row.message,
    )


def _withdraw_answers(result: PredictionResult, refused: Collection[int]) -> None:
    for answers in (result["predictions"], result.get("lower"), result.get("upper")):
        if answers is not None:
            for position in refused:
                answers[position] = None


def _count_through_file(entries: Iterable[Entry], start: int) -> None:
    """Have the rows of a chunk's entries say where they stand in the file."""
    for entry in entries:
        if entry["row"] is not None:
            entry["row"] += start


def _place(entry: Entry) -> int:
    """Return where an entry stands in a list: what concerns all rows comes first."""
    return -1 if entry["row"] is None else entry["row"]
