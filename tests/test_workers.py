"""Parallel work: in order, and by no process that outlives the one that started it."""

import signal
import subprocess
import sys

from regression_model.workers import in_parallel

BLOCKED = """
from regression_model.workers import in_parallel

code = "import signal; print('ready', flush=True); signal.pause()"
list(in_parallel(exec, [(code, {}), (code, {})]))
"""


def test_results_come_in_order() -> None:
    assert list(in_parallel(divmod, [(7, 2), (9, 4), (5, 5)])) == [(3, 1), (2, 1), (1, 0)]


def test_workers_end_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", BLOCKED],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    parent.send_signal(signal.SIGKILL)
    parent.communicate(timeout=120)  # workers have the other end of the pipe: it ends with them
