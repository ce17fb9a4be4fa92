"""Limits of the table that a body holds, checked before and after it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.serving.settings import Settings

_SHORT_BYTES = 10_000


def check_items(body: bytes, marks: bytes, settings: Settings) -> None:
    """Check that a body has not too many items, each of which takes memory once it is read.

    Parameters
    ----------
    body : bytes
    marks : bytes
        Characters that stand between or before items; those in texts count as well.
    settings : Settings

    Raises
    ------
    Problem
    """
    if len(body) > settings.max_cells:
        check_cells(sum(count_mark(body, mark) for mark in marks), settings)


def count_mark(body: bytes, mark: int) -> int:
    """Count how often a character stands in a body; in a long one NumPy is much faster at it."""
    if len(body) <= _SHORT_BYTES:
        return body.count(mark)
    return int(np.count_nonzero(np.frombuffer(body, dtype=np.uint8) == mark))


def check_cells(n_cells: int, settings: Settings) -> None:
    """Check the number of cells."""
    if n_cells > settings.max_cells:
        detail = f"the body has more than {settings.max_cells:,} cells; send fewer rows at once"
        raise Problem(413, "too-many-cells", detail)


def check_rows(n_rows: int, settings: Settings) -> None:
    """Check the number of rows."""
    if n_rows > settings.max_rows:
        detail = f"the body has more than {settings.max_rows:,} rows; send fewer at once"
        raise Problem(413, "too-many-rows", detail)


def check_columns(n_columns: int, settings: Settings) -> None:
    """Check the number of columns."""
    if n_columns > settings.max_columns:
        detail = f"the body has more than {settings.max_columns:,} columns; leave out the unused"
        raise Problem(413, "too-many-columns", detail)


def may_hold_long_text(body: bytes, settings: Settings) -> bool:
    r"""Tell whether a body of JSON may hold a text that is too long, looking at few of its bytes.

    Such a text covers all of some part of half its length, in which then no quote stands, and
    before which there is an odd number of them: all unless quotes are a part of texts.
    """
    if len(body) <= settings.max_text:
        return False
    if b"\\" in body and b'\\"' in body:  # the first is found to be absent in no time
        return True
    length = settings.max_text // 2
    n_quotes = last = 0
    for start in range(0, len(body) - length + 1, length):
        if body.find(b'"', start, start + length) < 0:
            n_quotes += body.count(b'"', last, start)
            last = start
            if n_quotes % 2:
                return True
    return False


def check_texts(columns: Iterable[Iterable[object]], settings: Settings) -> None:
    """Check the length of all texts among cells."""
    for cells in columns:
        check_length(
            max((len(cell) for cell in cells if isinstance(cell, str)), default=0), settings
        )


def check_length(longest: int, settings: Settings) -> None:
    """Check the length of the longest text."""
    if longest > settings.max_text:
        detail = f"a text has more than {settings.max_text:,} characters; shorten it"
        raise Problem(413, "text-too-long", detail)
