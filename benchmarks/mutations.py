"""Artifacts with one thing changed, digests made right again: each is answered or refused.

``python -m benchmarks.mutations --count 5000`` changes values of the JSON members, arrays of
``explain.npz``, fields of graphs and the structure of the zip, or goes to the ends of what an
artifact could hold, loads and asks each in a process of its own with bounds on time and memory,
and counts what came out. Nothing but answers and ``ArtifactError`` may.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import resource
import selectors
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.mutating import KINDS, mutated
from regression_model.artifact.format import read_artifact_bytes
from regression_model.exceptions import ArtifactError
from regression_model.artifact.model import Model

ROOT = Path(__file__).parent.parent
CPU_SECONDS = 20
SECONDS = 600
"""By the clock, of which a busy machine may give little."""
MEGABYTES = 400
"""Beyond what the process that is forked takes already."""
BAD = ("other error", "crash", "hang", "memory")


def ask(data: bytes) -> str:
    """Load a mutated artifact and ask it everything; say what came out."""
    try:
        model = Model(read_artifact_bytes(data, "mutated"))
        records = [example["record"] for example in model.facts.get("examples", [])][:3]
        records = [*records, {}]
    except ArtifactError:
        return "refused"
    for kept in ("profile", "report", "conformance"):
        try:
            getattr(model, kept)
        except ArtifactError:
            return "refused when asked"
    answers = []
    for asked in ({}, {"interval": 0.9}, {"explain": True}):
        try:
            answers += model.predict(records, **asked)["predictions"]
            answers += model.predict(records[0], **asked)["predictions"]
            answers += model.predict(records * 20, **asked)["predictions"]
            json.dumps(model.predict(records, **asked), allow_nan=False)
        except ArtifactError:
            return "refused when asked"
        except ValueError:
            if asked != {"interval": 0.9}:
                raise
    json.dumps(answers, allow_nan=False)
    pickle.dumps(model)
    model.schema.record_model.model_json_schema()
    return "answered"


def in_child(data: bytes) -> str:
    """Ask in a forked process; what ends it or takes too long is told by its end."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(data, reader, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        said = pipe.read().decode() if selector.select(SECONDS) else "hang"
    if said == "hang":
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    if said or ended == -signal.SIGXCPU:
        return said or "hang"
    return f"crash {ended}"


def _be_child(data: bytes, reader: int, writer: int) -> None:
    os.close(reader)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        said = ask(data)
    except MemoryError:
        said = "memory"
    except BaseException as problem:  # noqa: BLE001 - that is what is looked for
        said = f"other error: {type(problem).__name__}: {problem}"[:300]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if (after - before) / 1024 > MEGABYTES:
        said = f"memory: {(after - before) / 1024:.0f} MB"
    os.write(writer, said.encode())
    os._exit(0)


def sources() -> list[bytes]:
    """Return artifacts of every format, small ones first."""
    found = [*(ROOT / "tests" / "artifacts").glob("format_*.zip")]
    found += (ROOT / "regression_model" / "trained_models").glob("*.zip")
    return [path.read_bytes() for path in sorted(found, key=lambda path: path.stat().st_size)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--keep", type=Path, help="folder for those that break through")
    options = parser.parse_args()
    files, counts = sources(), Counter[tuple[str, str]]()
    started = time.monotonic()
    for i in range(options.count):
        chosen = random.Random(f"{options.seed}-{i}")  # noqa: S311
        kind = KINDS[i % len(KINDS)]
        data = mutated(files[i % len(files)], kind, chosen)
        said = in_child(data)
        counts[kind, said.partition(":")[0].partition(" -")[0]] += 1
        if said.startswith(BAD):
            print(f"{i} {kind}: {said}", flush=True)
            if options.keep:
                options.keep.mkdir(exist_ok=True)
                (options.keep / f"{i}.zip").write_bytes(data)
    totals = Counter[str]()
    for (kind, said), count in sorted(counts.items()):
        print(f"{kind:10} {said:20} {count}")
        totals[said] += count
    print(f"{dict(totals)} in {time.monotonic() - started:.0f} s")
    sys.exit(any(said.startswith(BAD) for said in totals))


if __name__ == "__main__":
    main()
