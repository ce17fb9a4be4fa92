"""The file of a state: written whole or not at all, by one at a time, and judged when read."""

from __future__ import annotations

import base64
import binascii
import json
import os
import sys
import zlib
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic_core import ValidationError

from regression_model.exceptions import DataError, OutputError
from regression_model.processing.cells import MAX_MAGNITUDE
from regression_model.processing.interruptions import pass_on
from regression_model.processing.output_files import in_words, output_file
from regression_model.reports.drift.shifts import Shift
from regression_model.reports.monitor.evidence import Sums
from regression_model.reports.monitor.looks import CountedFile, Look, Looks
from regression_model.reports.monitor.rows import ROW
from regression_model.reports.monitor.state import Settled, State
from regression_model.reports.monitor.state_schema import FORMAT, VALIDATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "win32":
    import fcntl

_MOST_BYTES = 1 << 32


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep others from writing a state as long as the block runs.

    The lock is on a file beside it, ``.NAME.lock``, which stays; the system takes the lock itself
    from a process that is gone.

    Raises
    ------
    OutputError
        If another process has it, or there is no place for it.
    """
    place = Path(os.path.realpath(path))
    with in_words(path):
        descriptor = os.open(place.with_name(f".{place.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(descriptor):
            message = f"{path} is being written by another run; wait until that has ended"
            raise OutputError(message)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_state(path: Path, state: State) -> None:
    """Write a state; equal states are equal bytes.

    Raises
    ------
    OutputError
        If it cannot be written; what was there stays.
    DataError
        If it could not be read again.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "model": state.model,
        "version": state.version,
        "level": state.level,
        "horizon": state.horizon,
        "secret": state.secret.hex(),
        "origin": state.origin,
        "judge": state.judge,
        "day": state.day,
        "until": state.looks.until,
        "files": {
            name: [file.day, file.n_rows, _as_text(file.packed)]
            for name, file in sorted(state.looks.files.items())
        },
        "looks": [_look_told(look) for _, look in sorted(state.looks.looks.items())],
        "origins": list(state.origins),
        "settled": [
            [day, origin, left.n_rows, *left.sums]
            for (day, origin), left in sorted(state.settled.items())
        ],
        "n_rows": len(state.rows),
        # column by column, as most of a column is alike
        "rows": {name: _packed(state.rows[name]) for name in ROW.names or ()},
    }
    content["digest"] = _digest(content)
    try:
        VALIDATOR.validate_python(content)
    except ValidationError as problem:
        raise DataError(f"{path} is not written: no state says {_fault(problem)}") from problem
    is_new = not path.exists()
    with output_file(path) as file:
        if is_new and hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), 0o600)  # it holds a secret
        file.write(_as_json(content) + b"\n")


def read_state(path: Path) -> State:
    """Read a state.

    Raises
    ------
    DataError
        If it cannot be read, is damaged, truncated, or none at all.
    """
    try:
        return _state(_content(path))
    except ValidationError as problem:
        raise _damaged(path, _fault(problem)) from problem
    except OSError as problem:
        raise DataError(f"cannot read {path}: {problem.strerror or problem}") from problem
    except (ValueError, RecursionError, zlib.error, binascii.Error) as problem:
        pass_on(problem)
        raise _damaged(path, str(problem)[:200]) from problem


def _content(path: Path) -> dict[str, Any]:
    """Return what the file says, its digest checked."""
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"it has more than {_MOST_BYTES:,} bytes")
    content: dict[str, Any] = json.loads(path.read_bytes())
    VALIDATOR.validate_python(content)
    if content.pop("digest") != _digest(content):
        raise ValueError("its digest is that of other contents")
    return content


def _fault(problem: ValidationError) -> str:
    fault = problem.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part)[:40] for part in fault["loc"])
    return f"{where}: {fault['msg'][:200]}"


def _damaged(path: Path, why: str) -> DataError:
    return DataError(
        f"{path} is no state of monitor, or is damaged ({why}): take it from a backup, or begin "
        "with another name and give the files of predictions and truths again"
    )


def _state(content: dict[str, Any]) -> State:
    rows = _rows(content)
    _check_rows(rows, content)
    settled = {}
    for day, origin, n_rows, *told in content["settled"]:
        sums = Sums(*told)
        if not (day <= content["day"] and sums.misses <= sums.n_judged <= sums.n <= n_rows):
            raise ValueError("sums that no rows have")
        settled[day, origin] = Settled(n_rows, sums)
    return State(
        model=content["model"],
        version=content["version"],
        level=content["level"],
        horizon=content["horizon"],
        secret=bytes.fromhex(content["secret"]),
        origin=content["origin"],
        judge=content["judge"],
        day=content["day"],
        looks=_looks(content),
        origins=tuple(content["origins"]),
        rows=rows,
        settled=settled,
    )


def _rows(content: dict[str, Any]) -> Any:
    n_rows, columns = content["n_rows"], content["rows"]
    # digests do not get smaller: who announces more rows than there are ids gets no memory for them
    if n_rows * ROW["id"].itemsize > len(columns["id"]):
        raise ValueError("it announces more rows than it has")
    rows = np.empty(n_rows, ROW)
    for name in ROW.names or ():
        rows[name] = _unpacked(columns[name], ROW[name], n_rows)
    return rows


def _check_rows(rows: Any, content: dict[str, Any]) -> None:
    """Refuse rows that no run has written, of which no sums could be made."""
    today, has_truth = content["day"], rows["truth"] != 0
    day, came = rows["day"], rows["came"]
    number = np.where(has_truth, rows["error"], rows["prediction"])
    faults = {
        "rows that are not in order": rows["id"][1:] <= rows["id"][:-1],
        "a row of an origin that there is not": rows["origin"] >= len(content["origins"]),
        "a row of another time": (day > today) | (day < today - content["horizon"]),
        "a truth of another time": has_truth & ((came < day) | (came > today)),
        "a row without a number": ~(np.abs(number) <= 2 * MAX_MAGNITUDE),
        "a row that is neither in nor out": np.abs(rows["missed"].astype(int)) > 1,
    }
    for fault, is_so in faults.items():
        if is_so.any():
            raise ValueError(fault)


def _looks(content: dict[str, Any]) -> Looks:
    files = {
        name: CountedFile(day, n_rows, _from_text(packed))
        for name, (day, n_rows, packed) in content["files"].items()
    }
    looks = {told["day"]: _look(told) for told in content["looks"]}
    if max([content["until"], *looks]) > content["day"]:
        raise ValueError("a look after its last day")
    return Looks(content["until"], files, looks)


def _look_told(look: Look) -> dict[str, Any]:
    drifted = [shift.to_dict() for shift in look.drifted]
    return {**vars(look), "drifted": drifted, "packed": _as_text(look.packed)}


def _look(told: dict[str, Any]) -> Look:
    drifted = tuple(Shift(**shift) for shift in told["drifted"])
    return Look(**{**told, "drifted": drifted, "packed": _from_text(told["packed"])})


def _packed(column: Any) -> str:
    return _as_text(zlib.compress(np.ascontiguousarray(column).tobytes(), 1))


def _as_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_text(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _unpacked(text: str, kind: Any, n_rows: int) -> Any:
    size = n_rows * kind.itemsize
    # never more than was announced, whatever the bytes would unfold into
    reading = zlib.decompressobj()
    data = reading.decompress(_from_text(text), size + 1)
    if len(data) != size:
        raise ValueError(f"a column of {len(data)} bytes in place of {size}")
    return np.frombuffer(data, kind)


def _digest(content: dict[str, Any]) -> str:
    return blake2b(_as_json(content), digest_size=16).hexdigest()


def _as_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
