"""Conformance vectors: records made from a schema, with everything that is answered about them.

Whoever writes a reader of artifacts, in whatever language, answers them and compares. No cell is a
training row's: they are the ends and levels that the schema names anyway, and texts that are the
same for every model. Nothing is drawn at random.
"""

from __future__ import annotations

import math
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from regression_model.artifact.contents import CONFORMANCE
from regression_model.artifact.intervals import REPORTED_LEVEL
from regression_model.artifact.kept import as_member
from regression_model.exceptions import ArtifactError
from regression_model.processing.any_cells import ANY_CELLS
from regression_model.processing.cells import MAX_WHOLE
from regression_model.processing.dates import LAST_SECONDS
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.number_formats import parse_format
from regression_model.processing.validation import Report, Validator
from regression_model.processing.verdicts import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.artifact.model import Model
    from regression_model.artifact.runtime import Engine
    from regression_model.processing.schema import Column

Cell = str | float | bool | None

_CELLS_OF_A_RECORD = 25
_RECORDS = 18
"""Besides those about names: as many of texts of a file as of records."""
_ERRORS = 60
"""At least, if there are so many."""
_MOST_ERRORS = 20
"""So many errors of a row are answered one by one."""
_LONGEST_CELL = 100
_DAY = 86400.0
_STRIDE = 7
"""Neighbouring columns, often of one kind, begin at cells so far apart."""
_MOST_UNSEEN = 3
"""To a column of levels nearly every other text is an unseen one."""


def conformance_member(model: Model, engine: Engine) -> dict[str, bytes]:
    """Return the member that holds a model's conformance vectors; see `conformance_vectors`."""
    return {CONFORMANCE: as_member(conformance_vectors(model, engine))}


def conformance_vectors(model: Model, engine: Engine) -> dict[str, Any]:
    """Return records with all that a model answers about them.

    Parameters
    ----------
    model : Model
        Loaded from the artifact that is to hold them.
    engine : Engine
        Of its graph.

    Returns
    -------
    dict
        ``level``, None where it has no intervals, as some of formats 1 and 2 have none; and
        ``vectors``.
    """
    level = _level(model)
    vectors = [_answered(model, engine, record, form, level) for form, record in _records(model)]
    return {"level": level, "vectors": vectors}


def _level(model: Model) -> float | None:
    try:
        return min(REPORTED_LEVEL, model.intervals.highest_level)
    except ArtifactError:
        return None


def _answered(
    model: Model, engine: Engine, record: dict[str, Cell], form: str, level: float | None
) -> dict[str, Any]:
    """Return a record with its codes and, if it has no error, with its cells and numbers."""
    from_file = form == "file"
    answers = model.predict([record], interval=level, explain=False, from_file=from_file)
    vector: dict[str, Any] = {"from": form, "record": record}
    for what in ("errors", "warnings"):
        entries: Any = answers[what] or []
        vector[what] = [[entry["column"], entry["code"]] for entry in entries]
    if answers["predictions"][0] is None:
        return vector
    (x,) = Validator(model.schema).blocks([record], Report(), from_file=from_file)
    vector["cells"] = [_as_told(value) for value in x[0].tolist()]
    score = float(engine.run(x)[0][0])
    if math.isfinite(score):  # a target's bounds make a number of any score
        vector["score"] = score
    vector["prediction"] = answers["predictions"][0]
    ends: Any = answers
    for end in ("lower", "upper"):
        if end in ends and ends[end][0] is not None:
            vector[end] = ends[end][0]
    return vector


def _as_told(value: float) -> float | None:
    """Return an encoded value as JSON has it: whole numbers without decimals, null for NaN."""
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= MAX_WHOLE else value


def _records(model: Model) -> Iterator[tuple[str, dict[str, Cell]]]:
    """Yield records, and whether their cells came one by one or as texts of a file."""
    columns = model.schema.columns
    usual = {column.name: _usual_cell(column) for column in columns}
    yield "record", usual
    yield "record", {"no column of the model": 1}
    required = {column.name: usual[column.name] for column in columns if column.required}
    first = columns[0]
    yield (
        "record",
        {f" {first.name}\u00a0": usual[first.name], "unknown": 1}
        | {name: cell for name, cell in required.items() if name != first.name},
    )
    for column in columns:
        for alias in column.aliases[:1]:
            yield (
                "record",
                {alias: usual[column.name]}
                | {name: cell for name, cell in required.items() if name != column.name},
            )
    for form in ("record", "file"):
        cells = [
            _cells_of(column, _STRIDE * place, from_file=form == "file")
            for place, column in enumerate(columns)
        ]
        needed = dict(required)
        if form == "file":
            needed = {name: _as_text(cell) for name, cell in required.items()}
        for chosen in _without_errors(columns, [fine for fine, _ in cells]):
            yield form, needed | chosen
        for chosen in _with_errors(columns, [wrong for _, wrong in cells]):
            yield form, needed | chosen


def _usual_cell(column: Column) -> Cell:
    """Return a cell about which there is nothing to say, or the best that there is."""
    cells = list(column.of_kind.example_cells())
    for cell in cells:
        if column.judge(cell).silent:
            return cell
    return cells[0] if cells else None


def _as_text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _cells_of(column: Column, begin: int, *, from_file: bool) -> tuple[list[Cell], list[Cell]]:
    """Return cells that are no error in a column, and cells that are.

    Those that are the same for all columns begin at another one for each; errors of another code
    than those before come first.
    """
    begin %= len(ANY_CELLS)
    cells = [*_own_cells(column), *ANY_CELLS[begin:], *ANY_CELLS[:begin]]
    if from_file:
        cells = [_as_text(cell) for cell in cells if not isinstance(cell, bool)]
    fine: list[Cell] = []
    wrong: list[tuple[int, Cell]] = []
    times: Counter[str] = Counter()
    for cell in cells:
        if isinstance(cell, str) and len(cell) > _LONGEST_CELL:
            continue
        verdict = column.judge(cell, from_file=from_file, hint=False)
        if verdict.error is not None:
            wrong.append((times[verdict.error.code], cell))
            times[verdict.error.code] += 1
            continue
        is_unseen = any(notice.code == Code.UNSEEN_LEVEL for notice in verdict.warnings)
        times[Code.UNSEEN_LEVEL] += is_unseen
        if not is_unseen or times[Code.UNSEEN_LEVEL] <= _MOST_UNSEEN:
            fine.append(cell)
    wrong.sort(key=itemgetter(0))
    return fine, [cell for _, cell in wrong]


def _own_cells(column: Column) -> Iterator[Cell]:
    """Yield cells at the bounds of what a column says."""
    kind = KINDS[column.kind]
    if column.has_levels:
        levels = [level for level in column.levels if level is not None]
        for level in (*levels[:2], *levels[-1:]):
            yield from (level, f" {level}\t", level.swapcase())
    elif kind.is_number:
        low, high = column.silent_range
        yield from (low, high, low - 1, high + 1, _as_text(low))
        if column.minimum is not None:
            yield from (column.minimum, column.minimum - 1)
        if column.maximum is not None:
            yield from (column.maximum, column.maximum + 1)
        if column.number_format is not None:
            yield parse_format(column.number_format).example
    elif kind.has_parts:
        low, high = column.silent_range
        yield from (kind.show(end) for end in (low, high, min(high + _DAY / 3, LAST_SECONDS)))
    yield from (text for text in column.missing_values[:1] if len(text) <= _LONGEST_CELL)


def _without_errors(
    columns: Sequence[Column], cells: Sequence[Sequence[Cell]]
) -> Iterator[dict[str, Cell]]:
    """Yield records of some columns each, in turn, and of each column one cell after the other."""
    n_turns = max(1, round(len(columns) / _CELLS_OF_A_RECORD))
    n_records = _RECORDS // 2
    if n_turns == 1:
        n_records = max(n_records, *map(len, cells))
    for i in range(n_records):
        record: dict[str, Cell] = {}
        for place, column in enumerate(columns):
            own = cells[place]
            if own and place % n_turns == i % n_turns:
                record[column.name] = own[(i // n_turns + place) % len(own)]
        if record:
            yield record


def _with_errors(
    columns: Sequence[Column], cells: Sequence[Sequence[Cell]]
) -> Iterator[dict[str, Cell]]:
    """Yield records in which each cell is an error; of few columns each has several."""
    n_rounds = -(-_ERRORS // len(columns))
    for i in range(n_rounds):
        record: dict[str, Cell] = {}
        for place, column in enumerate(columns):
            own = cells[place]
            if own:
                # of many columns each comes once, and with another cell than the one before
                record[column.name] = own[(place if n_rounds == 1 else i) % len(own)]
            if len(record) == _MOST_ERRORS:
                yield record
                record = {}
        if record:
            yield record
