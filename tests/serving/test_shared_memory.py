"""Workers of a real service count together: whichever is asked, an exchange, a death."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from services import RunningService, ask, running, wait_until, write_ones, write_version

from regression_model.config.core import DATASET_DIR
from regression_model.predict import packaged_artifact
from regression_model.serving.shared_memory import SharedMemory

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    path = tmp_path / "houses.zip"
    shutil.copy(packaged_artifact(), path)
    return path


def houses(n: int) -> list[dict[str, Any]]:
    rows = pd.read_csv(DATASET_DIR / "test.csv").head(n)
    records: list[dict[str, Any]] = json.loads(rows.to_json(orient="records"))
    return records


def ask_each(service: RunningService, records: list[dict[str, Any]]) -> None:
    """Ask over a connection for each, which any worker takes."""
    for record in records:
        connection = service.connect()
        assert ask(connection, record)[0] == 200
        connection.close()


def n_rows(service: RunningService) -> int:
    status, text = service.get("/drift")
    assert status == 200
    n: int = json.loads(text)["running"]["n_rows"]
    return n


def test_a_process_that_is_spawned_writes_to_what_its_parent_reads() -> None:
    memory = SharedMemory(3, 16, 24)
    process = multiprocessing.get_context("spawn").Process(target=write_ones, args=(memory, 1))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert [bytes(part) for part in memory.numbers] == [bytes(16), b"\1" * 16, bytes(16)]
    assert [bytes(part) for part in memory.rows] == [bytes(24), b"\1" * 24, bytes(24)]


def test_whichever_worker_is_asked_tells_of_the_rows_of_all() -> None:
    with running("--workers", 2) as service:
        ask_each(service, houses(30))
        connection = service.connect()
        assert ask(connection, houses(20))[0] == 200
        connection.close()
        wait_until(lambda: n_rows(service) == 50)
        told = {service.get("/drift")[1] for _ in range(6)}
        assert len(told) == 1, "of two workers, who are asked as it comes"
        assert (
            'regression_model_drift_rows{model="regression_model"} 50' in service.get("/metrics")[1]
        )
        assert service.end() == 0
        assert service.log.others == []


def test_counts_outlive_a_worker_and_end_with_their_model(artifact: Path) -> None:
    with running(f"houses={artifact}", "--workers", 2) as service:
        ask_each(service, houses(30))
        wait_until(lambda: n_rows(service) == 30)
        os.kill(service.log.wait_for("worker ready")["pid"], signal.SIGKILL)
        service.log.wait_for("worker ready", 3)
        ask_each(service, houses(10))
        wait_until(lambda: n_rows(service) == 40)
        write_version(packaged_artifact(), artifact, "9.0.0")
        service.log.wait_for("model loaded", 2)
        wait_until(lambda: n_rows(service) == 0)
        ask_each(service, houses(10))
        wait_until(lambda: n_rows(service) == 10)
        assert service.end() == 0
        assert service.log.others == []


def test_where_nothing_is_counted_no_memory_is_shared() -> None:
    with running("--workers", 2, "--drift-days", 0) as service:
        ask_each(service, houses(3))
        status, text = service.get("/drift")
        assert (status, json.loads(text)["title"]) == (404, "Not counted")
        assert service.end() == 0
