"""What commands cost: processor time and memory of all their processes.

Processor time is that of a command and of all processes that it starts, so that other work on the
machine hardly counts; memory is what they hold together at the peak, a page that several of them
share counted once.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

_SECONDS_BETWEEN_LOOKS = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """What a command took: seconds of processors, seconds by the clock, megabytes at the peak."""

    processor: float
    clock: float
    megabytes: float


def measure(command: list[str], *, is_silent: bool = False) -> Cost:
    """Run a command to its end, perhaps without what it prints, looking at its processes."""
    ticks: dict[int, int] = {}
    peak = 0
    started, before = time.perf_counter(), _seconds_of_ended()
    out = subprocess.DEVNULL if is_silent else None
    with subprocess.Popen(command, stdout=out) as process:
        while process.poll() is None:
            tree = _with_descendants(process.pid)
            peak = max(peak, sum(map(_kilobytes, tree)))
            ticks |= {pid: _ticks(pid) or ticks.get(pid, 0) for pid in tree}
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    if process.returncode:
        sys.exit(process.returncode)
    # the system knows all of those that were waited for, the looks what was seen of the others
    processor = max(sum(ticks.values()) / _TICKS, _seconds_of_ended() - before)
    return Cost(processor, time.perf_counter() - started, peak / 1024)


def processor_seconds(root: int) -> float:
    """Return the processor time so far of a process and of all that it started and that live."""
    return sum(map(_ticks, _with_descendants(root))) / _TICKS


def _seconds_of_ended() -> float:
    """Return the processor time of processes that have ended, and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _with_descendants(root: int) -> list[int]:
    """Return a process and all that it started, and those started."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, _said(children).split())
    return found


def _said(file: Path) -> str:
    """Return what Linux says of a process; nothing once it has ended."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def _ticks(pid: int) -> int:
    """Return the processor time of a process so far, its own and the system's for it."""
    behind_name = _said(Path(f"/proc/{pid}/stat")).rpartition(")")[2]
    return sum(map(int, behind_name.split()[11:13]))


def _kilobytes(pid: int) -> int:
    """Return what a process holds, of shared pages its part."""
    lines = _said(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
