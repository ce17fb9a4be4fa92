"""What a reader in another language needs to know and no artifact says: words, limits, sentences.

They are handed over from where the package's own reader has them, so that none is written twice.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from regression_model.processing import name_check, number_formats, report, similar_words
from regression_model.processing.blanks import BLANKS
from regression_model.processing.cells import MAX_MAGNITUDE, MAX_WHOLE
from regression_model.processing.column import MISSING_TEXTS
from regression_model.processing.dates import LAST_SECONDS, MIN_SECONDS
from regression_model.processing.kinds.boolean import FALSE_WORDS, TRUE_WORDS
from regression_model.processing.kinds.date import Date
from regression_model.processing.number_formats import DECIMAL_COMMA, parse_format
from regression_model.processing.sentences import SENTENCES
from regression_model.processing.shown_values import SHOWN_CHARACTERS

if TYPE_CHECKING:
    from regression_model.processing.column import Column


def rules() -> dict[str, Any]:
    """Return what holds for every model, as JSON can hold it."""
    return {
        "sentences": SENTENCES,
        "blanks": BLANKS,
        "missing_texts": list(MISSING_TEXTS),
        "missing_dates": sorted(Date.further_missing_texts),
        "true_words": sorted(TRUE_WORDS),
        "false_words": sorted(FALSE_WORDS),
        "max_magnitude": MAX_MAGNITUDE,
        "max_whole": MAX_WHOLE,
        "first_seconds": MIN_SECONDS,
        "last_seconds": LAST_SECONDS,
        "decimal_comma": number_format(DECIMAL_COMMA),
        "longest_number": number_formats.LONGEST_NUMBER,
        "shown_characters": SHOWN_CHARACTERS,
        "row_errors": report.MAX_ROW_ERRORS,
        "most_errors": report.MAX_ERRORS,
        "code_warnings": report.MAX_WARNINGS,
        "most_hints": report.MAX_HINTS,
        "named": name_check.MAX_NAMED,
        "most_unused": name_check.MAX_UNUSED,
        "name_hints": name_check.MAX_NAME_HINTS,
        "compared_names": name_check.MAX_COMPARED,
        "compared": similar_words.COMPARED_CHARACTERS,
        "compared_words": similar_words.COMPARED_WORDS,
    }


def rules_of(column: Column) -> dict[str, Any]:
    """Return what cells of a column mean; what most columns have alike is left out."""
    described: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "missing_means": column.missing_means,
        "required": column.required,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "levels": list(column.levels),
        "closed": column.closed,
        "silent_range": list(column.silent_range),
        "date_order": column.date_order,
        "aliases": list(column.aliases),
    }
    if column.missing_values != MISSING_TEXTS:
        described["missing_values"] = list(column.missing_values)
    if column.number_format is not None:
        described["number_format"] = number_format(column.number_format)
    return described


def number_format(example: str) -> dict[str, Any]:
    """Return how numbers are written that look like an example."""
    return {**asdict(parse_format(example)), "example": example}
