"""A thing is made once, and nobody waits for a maker who is not there."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from regression_model.artifact.once import Once, OnceForEach


def test_threads_that_race_get_the_same_thing() -> None:
    made: list[object] = []
    barrier = Barrier(8)

    def make() -> object:
        made.append(object())
        return made[-1]

    once = Once(make)

    def ask(_: int) -> object:
        barrier.wait()
        return once()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(made) == 1
    assert found == made * 8


def test_what_fails_is_tried_again() -> None:
    tries: list[int] = []

    def make() -> int:
        tries.append(len(tries))
        if len(tries) == 1:
            raise OSError("not yet")
        return 7

    once = Once(make)
    with pytest.raises(OSError, match="not yet"):
        once()
    assert (once(), once(), tries) == (7, 7, [0, 1])


def test_who_asks_while_making_it_does_not_wait_for_himself() -> None:
    inner: list[object] = []

    def make() -> object:
        if not inner:
            inner.append(None)
            inner.append(once())  # as a signal handler does
        return object()

    once: Once[object] = Once(make)
    assert once() is inner[1] is once()


def test_of_the_same_bytes_there_is_one_thing_as_long_as_it_is_among_the_last() -> None:
    made: list[bytes] = []

    def make(data: bytes) -> object:
        made.append(data)
        return object()

    each = OnceForEach(make, n_kept=2)
    first = each(b"a")
    assert each(b"b") is not first
    assert each(b"a") is first
    each(b"c")  # in the place of b, which was asked for longest ago
    assert each(b"a") is first
    each(b"b")
    assert made == [b"a", b"b", b"c", b"b"]


def test_a_forked_process_does_not_wait_for_a_thread_that_it_does_not_have() -> None:
    code = """
import os, threading, warnings
from regression_model.artifact.once import Once, OnceForEach
warnings.simplefilter("ignore")
started, done = threading.Event(), threading.Event()
parent = os.getpid()
def make():
    if os.getpid() == parent:
        started.set()
        done.wait()
    return os.getpid()
once = Once(make)
thread = threading.Thread(target=once)
thread.start()
started.wait()
pid = os.fork()
if pid == 0:
    os._exit(once() != os.getpid())
status = os.waitpid(pid, 0)[1]
done.set()
thread.join()
print(status, once() == parent)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "0 True"), done.stderr
