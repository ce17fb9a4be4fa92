"""Validation of files: what is wrong with the rows of a CSV file, without an answer to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from regression_model.batch.headers import check_columns
from regression_model.batch.judging import judge_chunk
from regression_model.batch.summary import Summary
from regression_model.processing.table_files import open_rows

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.processing.validation import Entry


Severity = Literal["error", "warning"]


class Group(NamedTuple):
    """Errors or warnings of one code in one column; `first` is the row of the first, as text."""

    severity: Severity
    column: str | None
    code: str
    n_rows: int
    first: str
    message: str


@dataclass
class Findings:
    """What is wrong with a file.

    Attributes
    ----------
    errors, warnings : list of dict
        As in the answer of `make_prediction`; ``row`` counts through the file.
    summary : Summary
        How many rows, and which columns the file has too many or too few.
    """

    errors: list[Entry] = field(default_factory=list)
    warnings: list[Entry] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)

    def groups(self) -> list[Group]:
        """Return errors, then warnings, put together by column and code, the commonest first."""
        groups = [*_grouped("error", self.errors), *_grouped("warning", self.warnings)]
        return sorted(groups, key=lambda group: (group.severity, -group.n_rows))

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "n_rows": self.summary.n_rows,
            "n_failed": self.summary.n_failed,
            "errors": self.errors,
            "warnings": self.warnings,
            "unused_columns": self.summary.unused,
            "absent_columns": self.summary.absent,
        }


def _grouped(severity: Severity, entries: list[Entry]) -> list[Group]:
    alike: dict[tuple[str | None, str], list[Entry]] = {}
    for entry in entries:
        alike.setdefault((entry["column"], entry["code"]), []).append(entry)
    groups = []
    for (column, code), members in alike.items():
        row = members[0]["row"]
        first = "" if row is None else str(row)
        groups.append(Group(severity, column, code, len(members), first, members[0]["message"]))
    return groups


def validate_file(model: Model, path: Path) -> Findings:
    """Check every row of a CSV file.

    Parameters
    ----------
    model : Model
        Says what a row is.
    path : Path
        A CSV file with a header.

    Returns
    -------
    Findings

    Raises
    ------
    DataError
        If the file is not a CSV file with columns of this model.
    """
    findings = Findings()
    with open_rows(path) as file:
        check_columns(model, file, findings.summary)
        for chunk in file.chunks():
            judged = judge_chunk(model, chunk, findings.summary)
            findings.errors += judged.errors
            findings.warnings += judged.warnings
    return findings
