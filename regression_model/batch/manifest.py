"""What a run has finished: a line for each part that is written, by which another run goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from regression_model.batch.summary import Summary
from regression_model.processing.chunks import Position

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.batch.places import OutputFolder

MANIFEST = "_manifest.jsonl"
SUCCESS = "_SUCCESS"
"""Readers of folders of tables pass over names that begin so."""


@dataclass(frozen=True)
class FinishedPart:
    """A line of the manifest: some rows of a source, answered and written.

    Attributes
    ----------
    digest : str
        Of the source, the position, the artifact and the options; files are named by it.
    source : str
        What the file is called.
    start, end : Position
        Where the rows begin, and where the next part does.
    is_last : bool
        Whether no further part of the source follows.
    size : int
        Bytes of the part's file.
    rejects_size : int or None
        Bytes of the file of its rejects, if there is one.
    summary : Summary
        What happened to its rows.
    counts : str or None
        Its rows by the profile of training, `packed`, where they are counted.
    """

    digest: str
    source: str
    start: Position
    end: Position
    is_last: bool
    size: int
    rejects_size: int | None
    summary: Summary
    counts: str | None = None

    def line(self) -> bytes:
        """Return the line."""
        told = {
            **asdict(self),
            "start": self.start._asdict(),
            "end": self.end._asdict(),
            "summary": self.summary.to_dict(),
        }
        return json.dumps(told).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> FinishedPart:
        """Return what a line says.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is none, as the last one of a run that was killed.
        """
        told: dict[str, Any] = json.loads(line)
        for name in ("start", "end"):
            told[name] = Position(**told[name])
            _check_counts(told[name])
        _check_counts([told["size"], told["rejects_size"] or 0])
        told["summary"] = _summary(told["summary"])
        return cls(**told)


def _summary(told: dict[str, Any]) -> Summary:
    summary = Summary.from_dict(told)
    _check_counts([summary.n_rows, summary.n_failed])
    _check_counts([*summary.errors.values(), *summary.warnings.values()])
    return summary


def _check_counts(numbers: Iterable[object]) -> None:
    """Refuse what is no count, as somebody else's file may say.

    Raises
    ------
    TypeError
    """
    for number in numbers:
        if type(number) is not int or number < 0:
            message = f"{number!r} is no count"
            raise TypeError(message)


def read_manifest(folder: OutputFolder) -> dict[str, FinishedPart]:
    """Return the finished parts of a folder by their digests.

    A line that cannot be read is passed over: its part is done again.
    """
    parts: dict[str, FinishedPart] = {}
    for line in folder.read(MANIFEST).splitlines():
        try:
            part = FinishedPart.of_line(line)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        parts[part.digest] = part
    return parts


def write_manifest(folder: OutputFolder, parts: Iterable[FinishedPart]) -> None:
    """Write a manifest of these parts in the place of the one that is there."""
    with folder.writing(MANIFEST) as file:
        for part in parts:
            file.write(part.line())


@dataclass(frozen=True)
class Success:
    """What a run says at its end.

    Attributes
    ----------
    run : str
        The digest of all that it has done.
    sources, parts : int
        How many files it has read, and how many parts it has written.
    summary : Summary
        What happened to all rows.
    files : dict
        What tells the files that were put together from others in their places.
    counts : str or None
        All rows by the profile of training, `packed`, where they are counted.
    """

    run: str
    sources: int
    parts: int
    summary: Summary
    files: dict[str, list[int] | None]
    counts: str | None = None


def read_success(folder: OutputFolder) -> Success | None:
    """Return what the last run has said at its end, None where it has not come so far."""
    try:
        told: dict[str, Any] = json.loads(folder.read(SUCCESS))
        return Success(**{**told, "summary": _summary(told["summary"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def write_success(folder: OutputFolder, success: Success) -> None:
    """Say that all is written."""
    told = {**asdict(success), "summary": success.summary.to_dict()}
    with folder.writing(SUCCESS) as file:
        file.write(json.dumps(told, indent=1).encode() + b"\n")
