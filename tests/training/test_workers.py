"""Parallel work: in order, and by no process that outlives the one that started it."""

import os
import signal
import subprocess
import sys
from operator import getitem

import pytest

from regression_model.training.workers import in_parallel, in_parallel_on

BLOCKED = """
from regression_model.training.workers import in_parallel

code = "import signal; print('ready', flush=True); signal.pause()"
list(in_parallel(exec, [(code, {}), (code, {})]))
"""


@pytest.fixture(autouse=True)
def _two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work apart, which other tests do not: see conftest.py."""
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")


def test_results_come_in_order() -> None:
    assert list(in_parallel(divmod, [(7, 2), (9, 4), (5, 5)])) == [(3, 1), (2, 1), (1, 0)]


def test_what_is_shared_is_given_to_every_call() -> None:
    table = list(range(1_000_000))  # more than joblib hands over by itself
    assert list(in_parallel_on(table, getitem, [(3,), (0,)])) == [3, 0]
    assert list(in_parallel_on([7, 8], getitem, [(0,), (1,)])) == [7, 8]


def test_work_is_done_in_other_processes() -> None:
    assert os.getpid() not in set(in_parallel(os.getpid, [(), ()]))


def test_workers_end_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", BLOCKED],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    parent.send_signal(signal.SIGKILL)
    parent.communicate(timeout=120)  # workers have the other end of the pipe: it ends with them
