"""Parallel work: in order, and by no process that outlives the one that started it."""

import os
import signal
import subprocess
import sys
import warnings

import pytest

from regression_model.training.workers import in_parallel

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


def test_work_is_done_in_other_processes() -> None:
    assert os.getpid() not in set(in_parallel(os.getpid, [(), ()]))


def test_workers_get_no_interrupts() -> None:
    held = in_parallel(signal.pthread_sigmask, [(signal.SIG_BLOCK, ())] * 2)
    assert list(held) == [{signal.SIGINT}] * 2
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.parametrize("n_taken", [1, 9])
def test_nothing_is_said_where_the_end_is_not_asked_for(n_taken: int) -> None:
    results = in_parallel(divmod, [(7, 2)] * 9)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(n_taken):
            next(results)
        results.close()
    assert [str(each.message) for each in told] == []


def test_workers_start_where_stdout_is_closed() -> None:
    code = (
        "import sys; sys.stdout = None\n"
        "from regression_model.training.workers import in_parallel\n"
        "print(*in_parallel(divmod, [(7, 2), (9, 4)]), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, check=False, timeout=120
    )
    assert done.stderr == "(3, 1) (2, 1)\n"


def test_workers_end_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", BLOCKED],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    parent.send_signal(signal.SIGKILL)
    parent.communicate(timeout=120)  # workers have the other end of the pipe: it ends with them
