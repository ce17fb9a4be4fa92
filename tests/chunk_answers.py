"""Answers to some rows, made up: what sinks are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.batch.answer_columns import Reason
from regression_model.batch.sinks.base import ChunkAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def chunk_answers(
    numbers: Sequence[float],
    kept: Mapping[str, Any] | None = None,
    *,
    messages: Mapping[int, str] | None = None,
    start: int = 7,
    source: str = "a.csv",
    with_ends: bool = False,
) -> ChunkAnswers:
    """Return the answers to as many rows as there are numbers; those with a message have none."""
    predictions = np.array(numbers, dtype=np.float64)
    predictions[list(messages or {})] = np.nan
    columns = {"prediction": predictions}
    if with_ends:
        columns |= {"lower": predictions - 0.25, "upper": predictions + 0.25}
    return ChunkAnswers(
        start=start,
        n_rows=len(numbers),
        source=source,
        kept=kept or {},
        numbers=columns,
        reasons={row: Reason("not_a_number", text) for row, text in (messages or {}).items()},
        version="1.2.3",
    )
