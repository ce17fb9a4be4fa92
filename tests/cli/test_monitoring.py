"""``monitor``: predictions remembered, truths joined, promises held against them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from regression_model.config.core import DATASET_DIR

Command = Callable[..., Any]
Run = Callable[..., Any]


@pytest.fixture
def predicted(command: Command, small_path: Path, tmp_path: Path) -> pd.DataFrame:
    """Predict 200 houses, by their Id."""
    pd.read_csv(DATASET_DIR / "test.csv", nrows=200, dtype=str).to_csv("houses.csv", index=False)
    options = ["--model", small_path, "--id", "Id", "--interval", "0.9", "-o", "predicted.csv"]
    assert command("predict", "houses.csv", *options).status == 0
    return pd.read_csv(tmp_path / "predicted.csv")


@pytest.fixture
def monitor(command: Command, small_path: Path) -> Run:
    def run(*arguments: object, today: str = "2026-09-01") -> Any:
        given = ["--state", "state.json", "--id", "Id", "--model", small_path, "--today", today]
        return command("monitor", *given, *arguments)

    return run


def _truths(predicted: pd.DataFrame, name: str, factor: float = 1.0) -> None:
    truths = pd.DataFrame({"Id": predicted["Id"], "SalePrice": predicted["prediction"] * factor})
    truths.to_csv(name, index=False)


def test_truths_in_two_parts_are_joined_once(monitor: Run, predicted: pd.DataFrame) -> None:
    done = monitor("--predictions", "predicted.csv", "--json")
    assert done.status == 5
    assert json.loads(done.out)["rows"]["waiting"] == 200
    _truths(predicted[:50], "first.csv")
    assert monitor("--truth", "first.csv", today="2026-09-11").status == 5
    _truths(predicted, "all.csv")
    done = monitor("--truth", "all.csv", "--json", today="2026-09-21")
    assert done.status == 0
    assert "all.csv: 150 new truths, 50 known" in done.err
    told = json.loads(done.out)
    assert told["rows"]["with_truth"] == 200
    assert told["rows"]["days_late_median"] == 20.0
    assert [test["verdict"] for test in told["tests"]] == ["kept"] * 3
    assert told["tests"][1]["found"] == pytest.approx(0.0, abs=1e-6)


def test_truths_that_are_far_off_alarm(
    monitor: Run, predicted: pd.DataFrame, tmp_path: Path
) -> None:
    _truths(predicted, "truth.csv", 1.5)
    given = ["--predictions", "predicted.csv", "--truth", "truth.csv"]
    done = monitor(*given, "--prometheus", "metrics.prom")
    assert done.status == 4
    assert "broken: errors are larger than training promised" in done.out
    assert monitor(*given, "--fail-on", "none").status == 0
    assert monitor(*given, "--fail-on", "loss").status == 4
    text = (tmp_path / "metrics.prom").read_text(encoding="utf-8")
    assert 'regression_model_monitor_verdict{promise="error",verdict="broken"} 1\n' in text
    assert 'regression_model_monitor_rows{state="with_truth"} 200\n' in text


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_rows_are_known_again_from_other_formats(
    command: Command, monitor: Run, predicted: pd.DataFrame, small_path: Path, kind: str
) -> None:
    options = ["--model", small_path, "--id", "Id", "--interval", "0.9", "-o", f"same.{kind}"]
    assert command("predict", "houses.csv", *options).status == 0
    done = monitor("--predictions", "predicted.csv", "--predictions", f"same.{kind}")
    assert f"same.{kind}: 0 new predictions, {len(predicted)} known" in done.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Id,SalePrice\n1461,many\n", "row 0: "),
        ("Id,SalePrice\n,1\n", "row 0: it has no"),
        ("Id,Price\n1461,1\n", "has no column 'SalePrice' for the truth"),
        ("Id,SalePrice\n1461,1\n1461,2\n", "1 ids have another truth than before"),
        ("Id,SalePrice\n1461,1,2\n", "row 0: "),
    ],
    ids=["no number", "no id", "no truth", "two truths", "three cells"],
)
@pytest.mark.usefixtures("predicted")
def test_bad_truths_leave_the_state_as_it_was(
    monitor: Run, tmp_path: Path, text: str, message: str
) -> None:
    assert monitor("--predictions", "predicted.csv").status == 5
    before = (tmp_path / "state.json").read_bytes()
    (tmp_path / "truth.csv").write_text(text, encoding="utf-8")
    done = monitor("--truth", "truth.csv")
    assert done.status == 1
    assert message in done.err
    assert (tmp_path / "state.json").read_bytes() == before


@pytest.mark.usefixtures("predicted")
def test_another_model_a_clock_that_goes_back_and_no_id_are_refused(
    command: Command, monitor: Run
) -> None:
    assert monitor("--predictions", "predicted.csv").status == 5
    done = monitor(today="2026-08-31")
    assert (done.status, "a clock has gone back" in done.err) == (1, True)
    done = command("monitor", "--state", "state.json")
    assert done.status == 1
    assert "name the state's with --model ARTIFACT" in done.err
    done = command("monitor", "--state", "state.json", "--truth", "predicted.csv")
    assert (done.status, "need --id" in done.err) == (2, True)


def test_predictions_of_another_version_are_refused(monitor: Run, tmp_path: Path) -> None:
    line = {"Id": "1", "prediction": 1.0, "model_version": "0.0.1"}
    (tmp_path / "old.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    done = monitor("--predictions", "old.jsonl")
    assert done.status == 1
    assert "row 0 was predicted by version '0.0.1'" in done.err
    assert not (tmp_path / "state.json").exists()


def test_shards_are_merged(
    command: Command, monitor: Run, predicted: pd.DataFrame, small_path: Path
) -> None:
    predicted[:120].to_csv("one.csv", index=False)
    predicted[120:].to_csv("two.csv", index=False)
    monitor("--predictions", "one.csv")
    shard = ["--state", "shard.json", "--id", "Id", "--model", small_path, "--today", "2026-09-01"]
    command("monitor", *shard, "--like", "state.json", "--predictions", "two.csv")
    for _ in range(2):
        done = monitor("--merge", "shard.json", "--json")
        assert json.loads(done.out)["rows"]["predicted"] == 200
