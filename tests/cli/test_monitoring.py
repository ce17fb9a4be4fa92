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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--interval", "0.8"], "was begun with 0.9, got 0.8"),
        (["--horizon", "7"], "was begun with 90, got 7"),
    ],
    ids=["level", "horizon"],
)
@pytest.mark.usefixtures("predicted")
def test_settings_that_are_not_those_of_the_state_are_refused(
    monitor: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    assert monitor("--horizon", "90", "--interval", "0.9").status == 5
    before = (tmp_path / "state.json").read_bytes()
    done = monitor("--predictions", "predicted.csv", *arguments)
    assert done.status == 2
    assert message in " ".join(done.err.split())
    assert (tmp_path / "state.json").read_bytes() == before
    assert monitor("--horizon", "90", "--interval", "0.9").status == 5


def test_ids_are_the_same_from_integers_floats_and_text(
    monitor: Run, predicted: pd.DataFrame
) -> None:
    monitor("--predictions", "predicted.csv")
    truths = pd.DataFrame({"Id": predicted["Id"], "SalePrice": predicted["prediction"]})
    truths.astype({"Id": float}).to_parquet("floats.parquet")
    truths.to_parquet("integers.parquet")
    truths.astype({"Id": float}).to_csv("floats.csv", index=False)
    assert "200 new truths" in monitor("--truth", "floats.parquet").err
    for name in ("integers.parquet", "floats.csv"):
        assert f"{name}: 0 new truths, 200 known" in monitor("--truth", name).err
    lines = [
        json.dumps({"Id": f" {name} ", "SalePrice": value})
        for name, value in zip(predicted["Id"], predicted["prediction"], strict=True)
    ]
    Path("texts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "0 new truths, 200 known" in monitor("--truth", "texts.jsonl").err


def test_predictions_without_intervals_are_told(monitor: Run, predicted: pd.DataFrame) -> None:
    predicted[["Id", "prediction"]].to_csv("bare.csv", index=False)
    done = monitor("--predictions", "bare.csv", "--json")
    assert "bare.csv: 200 of them without interval, so that coverage is not told" in done.err
    assert "without interval" not in monitor("--predictions", "bare.csv").err  # all known
    assert [test["found"] for test in json.loads(done.out)["tests"]] == [None] * 3


def test_intervals_that_end_before_they_begin_are_refused(
    monitor: Run, predicted: pd.DataFrame, tmp_path: Path
) -> None:
    turned = predicted.rename(columns={"lower": "upper", "upper": "lower"})
    turned.to_csv("turned.csv", index=False)
    done = monitor("--predictions", "turned.csv")
    assert done.status == 1
    assert "of 200 rows lower is above upper" in done.err
    assert not (tmp_path / "state.json").exists()


@pytest.mark.usefixtures("predicted")
def test_predictions_may_have_been_saved_with_decimal_commas(monitor: Run, tmp_path: Path) -> None:
    text = (tmp_path / "predicted.csv").read_text()
    (tmp_path / "commas.csv").write_text(text.replace(",", ";").replace(".", ","))
    monitor("--predictions", "predicted.csv")
    assert "0 new predictions, 200 known" in monitor("--predictions", "commas.csv").err


@pytest.mark.usefixtures("predicted")
def test_predictions_that_are_too_old_for_a_truth_are_told(monitor: Run) -> None:
    monitor("--predictions", "predicted.csv")
    assert "too old" not in monitor(today="2026-11-30").err
    assert "200 predictions are too old now for a truth" in monitor(today="2026-12-01").err


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


@pytest.fixture
def count_rows(command: Command, small_path: Path) -> Callable[..., None]:
    """Return what predicts some houses, as they are or all of one quality, and counts them."""

    def count(name: str, rows: slice, *, is_shifted: bool = False) -> None:
        table = pd.read_csv(DATASET_DIR / "train.csv", dtype=str)[rows]
        if is_shifted:
            table["OverallQual"] = "9"
        table.to_csv("houses.csv", index=False)
        options = ["--model", small_path, "-o", f"{name}.csv", "--profile", f"{name}.json"]
        assert command("predict", "houses.csv", *options).status == 0

    return count


def test_counted_rows_wait_until_there_are_enough(
    count_rows: Callable[..., None], monitor: Run
) -> None:
    count_rows("few", slice(0, 60))
    count_rows("more", slice(60, 300))
    done = monitor("--profile", "few.json", "--json")
    assert json.loads(done.out)["drift"] == {"rows_waiting": 60, "looks": []}
    done = monitor("--profile", "few.json", today="2026-09-03")
    assert "few.json: nothing new" in done.err
    assert "60 counted rows wait for the next look" in done.out
    told = json.loads(monitor("--profile", "more.json", "--json", today="2026-09-07").out)["drift"]
    assert told["rows_waiting"] == 0
    (look,) = told["looks"]
    assert (look["day"], look["days"], look["n_rows"]) == ("2026-09-07", 7, 300)
    assert (look["verdict"], look["drifted"]) == ("none", [])


def test_a_day_is_looked_at_once(count_rows: Callable[..., None], monitor: Run) -> None:
    for number, rows in enumerate([slice(0, 200), slice(200, 400)]):
        count_rows(f"part_{number}", rows)
    monitor("--profile", "part_0.json")
    told = json.loads(monitor("--profile", "part_1.json", "--json").out)["drift"]
    assert (told["rows_waiting"], len(told["looks"])) == (200, 1)
    told = json.loads(monitor("--json", today="2026-09-02").out)["drift"]
    assert [look["n_rows"] for look in told["looks"]] == [200, 200]


def test_rows_that_have_shifted_are_told_everywhere(
    count_rows: Callable[..., None], monitor: Run, tmp_path: Path
) -> None:
    count_rows("shifted", slice(0, 400), is_shifted=True)
    outputs = ["--prometheus", "drift.prom", "-o", "page.html"]
    done = monitor("--profile", "shifted.json", *outputs)
    assert done.status in (3, 4)
    assert "Drift, proven and large, in 400 rows: " in done.out
    assert monitor("--fail-on", "none").status == 0
    text = (tmp_path / "drift.prom").read_text(encoding="utf-8")
    assert 'regression_model_monitor_drift{column="OverallQual",what="values"} 0.9' in text
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "OverallQual, then and now" in page
    assert "Proven: rows have shifted" in page or "Proven: rows are harder" in page
    count_rows("fine", slice(0, 1400))
    done = monitor("--profile", "fine.json", "--json", today="2026-09-08")
    assert done.status == 5  # no drift any more, and no truth yet
    first = json.loads(done.out)["drift"]["looks"][1]
    assert first["n_drifted"] == len(first["drifted"]) > 0


def test_shards_never_look_and_count_once(
    command: Command, count_rows: Callable[..., None], monitor: Run, small_path: Path
) -> None:
    count_rows("part_0", slice(0, 200))
    count_rows("part_1", slice(200, 400))
    monitor("--profile", "part_0.json")
    shard = ["--state", "shard.json", "--model", small_path, "--today", "2026-09-02"]
    given = ["--profile", "part_0.json", "--profile", "part_1.json"]
    done = command("monitor", *shard, "--like", "state.json", *given)
    assert "400 counted rows wait for the state that this shard is merged into" in done.out
    for day in ("2026-09-02", "2026-09-03"):
        told = json.loads(monitor("--merge", "shard.json", "--json", today=day).out)["drift"]
        assert told["rows_waiting"] == 0
        assert [look["n_rows"] for look in told["looks"]] == [200, 200]


@pytest.mark.parametrize("what", ["another model", "truncated", "no counts"])
def test_bad_counts_leave_the_state_as_it_was(
    command: Command, count_rows: Callable[..., None], monitor: Run, tmp_path: Path, what: str
) -> None:
    count_rows("part", slice(0, 200))
    monitor("--profile", "part.json")
    before = (tmp_path / "state.json").read_bytes()
    if what == "another model":
        command("predict", "houses.csv", "-o", "other.csv", "--profile", "bad.json")
    elif what == "truncated":
        (tmp_path / "bad.json").write_bytes((tmp_path / "part.json").read_bytes()[:-300])
    else:
        (tmp_path / "bad.json").write_text("[]", encoding="utf-8")
    done = monitor("--profile", "bad.json", today="2026-09-02")
    assert done.status == 1
    assert "bad.json" in done.err
    assert (tmp_path / "state.json").read_bytes() == before


def test_a_page_is_written_as_its_name_says(
    monitor: Run, predicted: pd.DataFrame, tmp_path: Path
) -> None:
    _truths(predicted, "truth.csv", 1.5)
    given = ["--predictions", "predicted.csv", "--truth", "truth.csv"]
    done = monitor(*given, "-o", "page.html")
    assert (done.status, "wrote page.html" in done.err) == (4, True)
    assert monitor("-o", "page.html").status == 2
    first = (tmp_path / "page.html").read_bytes()
    assert monitor("-o", "page.html", "--force").status == 4
    assert (tmp_path / "page.html").read_bytes() == first
    assert monitor("-o", "page.md").status == 4
    assert "](page_files/" in (tmp_path / "page.md").read_text(encoding="utf-8")
    assert monitor("-o", "page.pdf").status == 2


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("houses.csv", "houses.csv should end in .prom"),
        ("none/metrics.prom", "there is no folder"),
    ],
)
@pytest.mark.usefixtures("predicted")
def test_metrics_that_cannot_be_written_leave_all_as_it_was(
    monitor: Run, tmp_path: Path, place: str, said: str
) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = monitor("--predictions", "predicted.csv", "--prometheus", place)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
