"""Runs that are killed at every change of their output, one after the other, and gone on with.

``python tests/killed_runs.py ARTIFACT INPUT REFERENCE OUTPUT`` fails where an output that was gone
on with differs from the reference, and prints how many runs were killed. Processes are forked, so
that a run costs no start. Rows are counted all the while, and none twice or never.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

import numpy as np
from file_runs import a_run, run_files

from regression_model.artifact.counting import Counting
from regression_model.artifact.model import Model
from regression_model.batch.counting_files import count_files
from regression_model.batch.inputs import find_inputs
from regression_model.predict import load_model


def dies(model: Model, given: str, output: str, moment: int, *, resume: bool) -> bool:
    """Run in a process of its own, and tell whether it was killed before its end."""
    child = os.fork()
    if child == 0:
        run_files(model, [given], output, resume=resume, killed_at=moment, is_counted=True)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, status
    return status != 0


def contents(place: Path) -> object:
    """Return a file's bytes, or those of a folder's parts by name."""
    if place.is_file():
        return place.read_bytes()
    return {path.name: path.read_bytes() for path in place.glob("part-*")}


def remove(place: Path) -> None:
    """Remove an output and its parts."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(f"{place}.parts", ignore_errors=True)
    place.unlink(missing_ok=True)


def main() -> None:
    artifact, given, reference, output = sys.argv[1:]
    model = load_model(Path(artifact))
    wanted = contents(Path(reference))
    counts = count_files(model, find_inputs([given]))[0].counts
    numbers = Counting(model).counter.numbers_of(counts)
    moment = 0
    while dies(model, given, output, moment, resume=False):
        # killed once more while it goes on, at another moment
        dies(model, given, output, moment % 7, resume=True)
        outcome = run_files(model, [given], output, resume=True, is_counted=True)
        assert not outcome.problems
        assert contents(Path(output)) == wanted, f"killed at change {moment}"
        before = a_run(model, [given], output, is_counted=True).finished()
        for done in (outcome, before):
            assert done is not None
            assert done.counts is not None
            assert np.allclose(done.counts, numbers, rtol=1e-12, atol=0), f"change {moment}"
        remove(Path(output))
        moment += 1
    sys.stdout.write(f"{moment}\n")


if __name__ == "__main__":
    main()
