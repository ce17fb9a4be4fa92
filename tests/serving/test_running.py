"""Services as they are run: begun, watched, exchanged under load, hurt and ended."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from services import RunningService, ask, begun, load, running, wait_until, write_version

from regression_model import __version__
from regression_model.predict import packaged_artifact
from regression_model.serving.running import listen

HOUSE = {"OverallQual": 7, "GrLivArea": 1710, "Neighborhood": "CollgCr"}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
KEPT = '{"model": "houses", "outcome": "kept"}'
WORKERS = pytest.mark.parametrize("workers", [1, 2])


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    path = tmp_path / "houses.zip"
    shutil.copy(packaged_artifact(), path)
    return path


def counted(service: RunningService) -> dict[str, float]:
    """Return all samples of /metrics, by name and labels."""
    status, text = service.get("/metrics")
    assert status == 200
    return {
        sample.name + json.dumps(sample.labels, sort_keys=True): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def copies_of(service: RunningService) -> list[Path]:
    """Return the folders in which a service has copies of its artifacts."""
    places = {Path("/dev/shm"), Path(tempfile.gettempdir())}
    pattern = f"regression-model-{service.process.pid}-*"
    return [folder for place in places for folder in place.glob(pattern)]


@WORKERS
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_that_has_begun_is_answered_before_the_end(workers: int, number: int) -> None:
    body = json.dumps(HOUSE).encode()
    head = f"POST /predict HTTP/1.1\r\nhost: here\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with running("--workers", workers) as service:
        with socket.create_connection(("127.0.0.1", service.port)) as caller:
            caller.sendall(head + body[:5])
            in_progress = "regression_model_requests_in_progress{}"
            wait_until(lambda: counted(service)[in_progress] == 2)
            service.process.send_signal(number)
            service.log.wait_for("draining", workers)
            caller.sendall(body[5:])
            answer = caller.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b'"predictions":[130713.9' in answer
        assert service.process.wait(30) == 0
        assert service.log.others == []


@WORKERS
def test_a_second_signal_waits_for_nobody(workers: int) -> None:
    with running("--workers", workers) as service:
        with socket.create_connection(("127.0.0.1", service.port)) as caller:
            caller.sendall(b"POST /predict HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\n{")
            wait_until(lambda: counted(service)["regression_model_requests_in_progress{}"] == 2)
            service.process.send_signal(signal.SIGINT)
            service.log.wait_for("draining", workers)
            assert service.end(signal.SIGINT) == 0
        assert service.log.others == []


@WORKERS
def test_under_load_no_request_fails_while_models_are_exchanged(
    workers: int, artifact: Path
) -> None:
    with (
        running(f"houses={artifact}", "--workers", workers) as service,
        load(service, HOUSE) as seen,
    ):
        write_version(packaged_artifact(), artifact, "8.0.0")
        service.log.wait_for("model loaded", workers)
        wait_until(lambda: seen[-1] == "8.0.0")
        artifact.write_bytes(b"not an artifact")
        service.log.wait_for("old model kept", workers)
        write_version(packaged_artifact(), artifact, "9.0.0")
        service.process.send_signal(signal.SIGHUP)
        service.log.wait_for("model loaded", 2 * workers)
        wait_until(lambda: seen[-1] == "9.0.0")
    assert set(seen) == {__version__, "8.0.0", "9.0.0"}
    loaded = [line for line in service.log.lines if line["event"] == "model loaded"]
    assert {(line["before"], line["version"]) for line in loaded} == {
        (__version__, "8.0.0"),
        ("8.0.0", "9.0.0"),
    }


def test_counts_are_those_of_all_workers_and_outlive_one() -> None:
    with running("--workers", 2) as service:
        for _ in range(20):
            connection = service.connect()
            assert ask(connection, [HOUSE, {**HOUSE, "GrLivArea": "big"}])[0] == 200
            connection.close()
        before = counted(service)
        victim = service.log.wait_for("worker ready")["pid"]
        os.kill(victim, signal.SIGKILL)
        assert service.log.wait_for("worker died")["status"] == -signal.SIGKILL
        service.log.wait_for("worker ready", 3)
        after = counted(service)
        assert service.end() == 0
    for counts in (before, after):
        assert counts["regression_model_workers{}"] == 2
        assert counts['regression_model_rows_total{"model": "regression_model"}'] == 40
        assert counts['regression_model_rows_failed_total{"model": "regression_model"}'] == 20
        error = '{"code": "not_a_number", "model": "regression_model"}'
        assert counts[f"regression_model_row_errors_total{error}"] == 20
        requests = '{"route": "/predict", "status": "200"}'
        assert counts[f"regression_model_requests_total{requests}"] == 20
        bucket = '{"le": "+Inf", "route": "/predict"}'
        assert counts[f"regression_model_request_seconds_bucket{bucket}"] == 20


def test_a_worker_that_dies_while_its_file_is_broken_is_replaced_by_one_that_serves_the_same(
    artifact: Path,
) -> None:
    with running(f"houses={artifact}", "--workers", 2) as service:
        write_version(packaged_artifact(), artifact, "9.0.0")
        service.log.wait_for("model loaded", 2)
        artifact.write_bytes(artifact.read_bytes()[:-9])
        service.log.wait_for("old model kept", 2)
        for line in [line for line in service.log.lines if line["event"] == "worker ready"]:
            os.kill(line["pid"], signal.SIGKILL)
        service.log.wait_for("worker ready", 4)
        with load(service, HOUSE) as seen:
            service.log.wait_for("old model kept", 4)
        assert set(seen) == {"9.0.0"}
        assert service.log.count("begun with a copy") == 2
        assert service.log.count("worker cannot begin") == 0
        assert counted(service)[f"regression_model_reloads_total{KEPT}"] == 4
        assert service.end() == 0
        assert copies_of(service) == []


def test_who_comes_while_workers_end_does_not_wait_for_them() -> None:
    with running("--workers", 2) as service:
        with socket.create_connection(("127.0.0.1", service.port)) as caller:
            caller.sendall(b"POST /predict HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\n{")
            wait_until(lambda: counted(service)["regression_model_requests_in_progress{}"] == 2)
            service.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not _is_listening(service.port))
        assert service.process.wait(30) == 0


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_workers_end_with_their_parent() -> None:
    with running("--workers", 2) as service:
        pids = [line["pid"] for line in service.log.lines if line["event"] == "worker ready"]
        assert len(copies_of(service)) == 1
        service.process.kill()
        service.log.wait_for("draining", 2)
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
        assert copies_of(service) == []


@WORKERS
def test_what_cannot_be_served_is_said_before_anything_is_answered(
    workers: int, artifact: Path
) -> None:
    artifact.write_bytes(b"not an artifact")
    with begun(artifact, "--workers", workers) as (process, log):
        assert process.wait(30) == 1
    assert len(log.others) == 1
    assert log.others[0].startswith(f"error: {artifact} is not a whole artifact")


def test_an_address_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with begun("--port", port) as (process, log):
            assert process.wait(30) == 1
    said = (
        f"error: cannot listen on 127.0.0.1, port {port}: Address already in use; "
        "choose an address of this machine with --host, and a free one with --port"
    )
    assert log.others == [said]


def test_nothing_of_what_a_caller_sends_stands_in_the_log() -> None:
    secret = "S3cr3t"
    with running() as service:
        connection = service.connect()
        headers = {"x-request-id": f"{secret} {secret}", "traceparent": secret, secret: secret}
        for body in (f'{{"{secret}": 1', f'{{"OverallQual": "{secret}", "{secret}": 7}}'):
            connection.request("POST", f"/predict?{secret}={secret}", body, headers)
            connection.getresponse().read()
        connection.request(secret, f"/{secret}")
        connection.getresponse().read()
        connection.close()
        with socket.create_connection(("127.0.0.1", service.port)) as caller:
            caller.sendall(f"{secret}\r\n\r\n".encode())
            assert caller.makefile("rb").read().startswith(b"HTTP/1.1 400")
        service.end()
    assert service.log.count("request") == 3
    assert secret not in json.dumps(service.log.lines) + json.dumps(service.log.others)


def test_an_answer_leaves_at_once_though_it_has_two_parts() -> None:
    async def accepted() -> int:
        taken: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def begin(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            end = writer.get_extra_info("socket")
            taken.set_result(end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with listen("127.0.0.1", 0) as listener:
            async with await asyncio.start_server(begin, sock=listener):
                with socket.create_connection(listener.getsockname()):
                    return await taken

    assert asyncio.run(accepted()) != 0
