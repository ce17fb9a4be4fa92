"""What serving costs, side by side in one run: ``python -m benchmarks.serving``.

Servers run in processes of their own and are asked over loopback, a bounded number of times. With
``--mlflow PYTHON``, an interpreter with MLflow, scikit-learn and what training needs, MLflow's
server answers with the same scikit-learn pipeline.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TYPE_CHECKING

from benchmarks.loopback import (
    Answer,
    Server,
    cost_of_requests,
    free_port,
    get,
    largest_rate,
    latencies,
    post,
    serving,
)
from benchmarks.measure import frame, records
from regression_model.predict import make_prediction

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

READY = "/health/ready"
_ROUNDS = 5
_N_RECORDS = 200
_CALLERS = 4
_MAX_BYTES = 32 << 20
"""What a service takes by default."""


class Line(NamedTuple):
    """A line of the table."""

    what: str
    target: str
    figure: str


def main() -> None:
    options = _parse()
    print(
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}\n"
    )
    print("| what | to reach | reached |\n| --- | --- | --- |")
    for line in measure(options):
        print("| " + " | ".join(line) + " |", flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000, help="of one record, in each round")
    parser.add_argument("--seconds", type=float, default=5.0, help="at each rate")
    parser.add_argument("--soak", type=int, default=100_000, help="requests, good and bad ones")
    parser.add_argument("--mlflow", metavar="PYTHON", help="an interpreter that has MLflow")
    return parser.parse_args()


def measure(options: argparse.Namespace) -> Iterator[Line]:
    """Yield line after line."""
    yield start_to_ready()
    yield from cost_of_one_record(options.requests, options.mlflow)
    with ours() as server:
        yield latency(server, options.seconds)
        yield memory(server, "that has answered single records")
        with server.connect() as caller:
            _check(caller.ask(get("/drift", "accept: text/html\r\n")))
        yield memory(server, "that has told of drift, too")
    yield from many_rows()
    yield soak(options.soak)


@contextmanager
def ours(*arguments: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "regression_model", "serve", "--port", str(port), *arguments]
    with serving(command, port, ready=READY) as server:
        yield server


@contextmanager
def bare() -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare_route", str(port)]
    with serving(command, port, ready=READY) as server:
        yield server


@contextmanager
def mlflow(python: str, folder: str) -> Iterator[Server]:
    """Fit the packaged pipeline and let MLflow's server answer with it."""
    port = free_port()
    script = str(Path(__file__).with_name("mlflow_server.py"))
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with serving([python, script, folder, str(port)], port, ready="/ping", env=env) as server:
        yield server


def start_to_ready() -> Line:
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        with ours():
            times.append(time.perf_counter() - start)
    return Line("start to ready", "0.6 s", f"{statistics.median(times):.2f} s")


def cost_of_one_record(n_requests: int, python: str | None) -> Iterator[Line]:
    """Compare the processor time of a request, in rounds that take turns."""
    requests = _requests()
    with ours() as server, ours("--drift-days", "0") as uncounted, bare() as other:
        costs, without, bares = [], [], []
        for _ in range(_ROUNDS):
            costs.append(cost_of_requests(server, requests, n_requests))
            without.append(cost_of_requests(uncounted, requests, n_requests))
            bares.append(cost_of_requests(other, requests, n_requests))
        added = server.megabytes() - uncounted.megabytes()
    cost, floor = statistics.median(costs), statistics.median(bares)
    yield Line(
        "CPU per request of one record, beside a bare Starlette route",
        "1.3 times at most",
        f"{cost * 1e3:.3f} ms beside {floor * 1e3:.3f} ms: {cost / floor:.2f} times",
    )
    counted = cost - statistics.median(without)
    yield Line(
        "of that, counting the row for drift, and its memory in a worker",
        "some microseconds",
        f"{counted * 1e6:.0f} µs, {added:.1f} MB",
    )
    if python is None:
        return
    with tempfile.TemporaryDirectory() as folder, mlflow(python, folder) as server:
        theirs = cost_of_requests(server, _requests_of_mlflow(), max(20, n_requests // 100))
    yield Line(
        "the same, beside MLflow's server with the scikit-learn pipeline",
        "200 times less",
        f"{theirs * 1e3:.0f} ms: {theirs / cost:,.0f} times less",
    )


def _requests() -> list[bytes]:
    return [post("/predict", json.dumps(record).encode()) for record in records(_N_RECORDS)]


def _requests_of_mlflow() -> list[bytes]:
    bodies = [json.dumps({"dataframe_records": [each]}) for each in records(_N_RECORDS)]
    return [post("/invocations", body.encode()) for body in bodies]


def latency(server: Server, seconds: float) -> Line:
    requests = _requests()
    largest = largest_rate(server, requests, seconds, _CALLERS)
    taken = latencies(server, requests, largest / 2, seconds, _CALLERS)
    p99 = statistics.quantiles(taken, n=100)[98]
    return Line(
        "p99 of one record at half of the largest rate",
        "under 5 ms",
        f"{p99 * 1e3:.1f} ms at {largest / 2:,.0f} of {largest:,.0f} requests/s",
    )


def memory(server: Server, which: str) -> Line:
    figure = f"{server.megabytes():.0f} MB ({server.resident():.0f} with all that it shares)"
    return Line(f"memory of a worker {which}", "110 MB", figure)


def many_rows(n_rows: int = 10_000) -> Iterator[Line]:
    """Compare rows a second with `make_prediction` on a frame, in rounds that take turns."""
    import pyarrow as pa

    table = frame(n_rows, "clean")
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, arrow.schema) as writer:
        writer.write_table(arrow)
    bodies = {
        "CSV": ("text/csv", table.to_csv(index=False).encode()),
        "JSON": ("application/json", table.to_json(orient="records").encode()),
        "JSON, a list for each column,": ("application/json", _columns(table)),
        "Arrow": ("application/vnd.apache.arrow.stream", stream.getvalue()),
    }
    times: dict[str, list[float]] = {name: [] for name in ("frame", *bodies)}
    with ours() as server, server.connect() as caller:
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            make_prediction(input_data=table)
            times["frame"].append(time.perf_counter() - start)
            for name, (content_type, body) in bodies.items():
                request = post("/predict", body, content_type, f"accept: {content_type}\r\n")
                start = time.perf_counter()
                answer = caller.ask(request)
                times[name].append(time.perf_counter() - start)
                _check(answer)
    rates = {name: n_rows / statistics.median(each) for name, each in times.items()}
    for name in bodies:
        yield Line(
            f"{n_rows:,} rows as {name} in one request, beside `make_prediction` on a frame",
            "60 %",
            f"{rates[name]:,.0f} beside {rates['frame']:,.0f} rows/s: "
            f"{rates[name] / rates['frame']:.0%}",
        )


def _columns(table: pd.DataFrame) -> bytes:
    columns = json.loads(table.to_json(orient="split"))
    cells = zip(*columns["data"], strict=True)
    return json.dumps(dict(zip(columns["columns"], map(list, cells), strict=True))).encode()


def _check(answer: Answer) -> None:
    if answer.status != 200:
        sys.exit(f"answered {answer.status}: {answer.body[:300]!r}")


def soak(n_requests: int) -> Line:
    """Ask good and bad things, and look for what the server keeps of them."""
    rng = random.Random(0)  # noqa: S311
    seen: Counter[tuple[str, int]] = Counter()
    with ours() as server:
        _ask_all(server, n_requests // 10, rng, Counter())
        before = server.megabytes(), server.descriptors()
        _ask_all(server, n_requests, rng, seen)
        after = server.megabytes(), server.descriptors()
    wrong = sum(count for (kind, status), count in seen.items() if status != _EXPECTED[kind])
    grown = after[0] - before[0]
    counts = ", ".join(
        f"{kind} {status}: {count:,}" for (kind, status), count in sorted(seen.items())
    )
    return Line(
        f"{n_requests:,} requests, of which 1 % broken, 1 % oversized, 1 % cut off",
        "each answered or refused as it should be; no growth",
        f"{wrong} wrong ({counts}); memory {before[0]:.0f} to {after[0]:.0f} MB ({grown:+.1f}), "
        f"descriptors {before[1]} to {after[1]}",
    )


_EXPECTED = {"good": 200, "broken": 400, "oversized": 413, "cut off": 0}
"""The statuses of answers; who cuts a request off gets none."""
_CONNECTION_ENDS = {"oversized", "cut off"}


def _ask_all(
    server: Server, n_requests: int, rng: random.Random, seen: Counter[tuple[str, int]]
) -> None:
    good = _requests()
    broken = [post("/predict", body) for body in (b'{"LotArea": ', b"[1, 2", b"\xff", b"1")]
    oversized = post("/predict", b"x").replace(b": 1\r\n", f": {_MAX_BYTES * 4}\r\n".encode())
    caller = server.connect()
    for number in range(n_requests):
        kind = rng.choices(["good", "broken", "oversized", "cut off"], [97, 1, 1, 1])[0]
        if kind == "good":
            status = caller.ask(good[number % len(good)]).status
        elif kind == "broken":
            status = caller.ask(broken[number % len(broken)]).status
        elif kind == "oversized":
            status = caller.ask(oversized).status
        else:
            request = good[number % len(good)]
            caller.send(request[: rng.randrange(1, len(request))])
            status = 0
        seen[kind, status] += 1
        if kind in _CONNECTION_ENDS:
            caller.__exit__()
            caller = server.connect()
    caller.ask(get(READY))
    caller.__exit__()


if __name__ == "__main__":
    main()
