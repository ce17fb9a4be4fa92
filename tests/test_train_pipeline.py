"""Training: what it refuses, what it writes, and that it writes it whole or not at all."""

import errno
import json
import os
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regression_model import __version__
from regression_model.artifact.model import Model
from regression_model.config.core import (
    DATASET_DIR,
    TRAINED_MODEL_DIR,
    AppConfig,
    Config,
    ModelConfig,
    load_config,
)
from regression_model.exceptions import ArtifactError, DataError, OutputError
from regression_model.predict import load_model
from regression_model.train_pipeline import TrainingResult, main, run_training

COLUMNS: dict[str, Any] = {
    "area": {"kind": "number", "maximum": 1000},
    "rooms": "integer",
    "place": {"kind": "category", "missing_values": ["", "NA", "?"]},
}
N_ROWS = 40


def config(**changed: Any) -> Config:
    given: dict[str, Any] = {
        "target": {"column": "price", "transform": "log", "unit": "euros"},
        "columns": COLUMNS,
        "evaluation": {"folds": 2, "hold_out": 0.25},
        "difficulty": {"max_iter": 3},
        "estimators": {
            "linear": {"type": "ridge", "rare_level_count": 2},
            "trees": {"type": "gradient_boosting", "n_estimators": 3, "min_samples_leaf": 2},
        },
    }
    return Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(given | changed))


def flats(n_samples: int = N_ROWS, **changed: Any) -> pd.DataFrame:
    random = np.random.default_rng(11)
    area = random.uniform(30.0, 200.0, n_samples)
    columns = {
        "area": area,
        "rooms": random.integers(1, 6, n_samples),
        "place": np.resize(["north", "south", "west"], n_samples),
        "price": 1000.0 + 20.0 * area,
    }
    return pd.DataFrame(columns).assign(**changed)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the artifact of this config and table, for tests to compare with, or to copy."""
    path = tmp_path_factory.mktemp("trained") / "model.zip"
    run_training(config(), data=flats(), artifact_path=path)
    return path


def with_cell(name: str, row: int, cell: Any) -> pd.DataFrame:
    frame = flats()
    frame[name] = frame[name].astype(object)
    frame.loc[row, name] = cell
    return frame


def test_a_retrain_gives_the_same_bytes(
    tmp_path: Path, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again, in_processes = tmp_path / "again.zip", tmp_path / "in_processes.zip"
    run_training(config(), data=flats(), artifact_path=again)
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    run_training(config(), data=flats(), artifact_path=in_processes)
    assert again.read_bytes() == in_processes.read_bytes() == trained.read_bytes()


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.stat() for path in TRAINED_MODEL_DIR.iterdir()}
    monkeypatch.chdir(tmp_path)
    result = run_training(config(), data=flats())
    assert {path: path.stat() for path in TRAINED_MODEL_DIR.iterdir()} == before
    assert list(tmp_path.iterdir()) == []
    assert result.artifact_path is None
    saved = result.save(tmp_path / "model.zip")
    assert saved.artifact_path == tmp_path / "model.zip"
    rows = flats().drop(columns="price")
    answer = load_model(saved.artifact_path).predict(rows)["predictions"]
    found = np.array(answer, dtype=np.float64)
    np.testing.assert_allclose(found, result.pipeline.predict(rows), rtol=1e-9)


def test_rows_without_a_target_are_left_out_and_counted(
    tmp_path: Path, trained: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = flats()
    holed = pd.concat([whole[:7], whole[:3].assign(price=None), whole[7:]], ignore_index=True)
    path = tmp_path / "holed.zip"
    result = run_training(config(), data=holed, artifact_path=path)
    assert (result.n_rows, result.n_left_out) == (N_ROWS, 3)
    assert "left out 3 rows whose target price is missing" in caplog.text
    assert path.read_bytes() == trained.read_bytes()


def test_a_broken_cell_of_a_row_without_a_target_is_found_in_its_row() -> None:
    holed = flats(price=[None, *[1.0, 2.0] * 19, 3.0], area=["big", *[50.0] * 38, "huge"])
    with pytest.raises(DataError, match=r"(?s)row 0: area is 'big'.*row 39: area is 'huge'"):
        run_training(config(), data=holed)


@pytest.mark.parametrize(
    ("changed", "data"),
    [
        ({"seed": 1}, flats()),
        ({}, flats(price=2000.0 + 20.0 * flats()["area"])),
        ({"target": {"column": "price", "transform": "none"}}, flats()),
    ],
)
def test_other_settings_and_other_data_give_other_bytes(
    tmp_path: Path, trained: Path, changed: dict[str, Any], data: pd.DataFrame
) -> None:
    run_training(config(**changed), data=data, artifact_path=tmp_path / "other.zip")
    assert (tmp_path / "other.zip").read_bytes() != trained.read_bytes()


def test_training_does_not_change_the_table(tmp_path: Path) -> None:
    data = flats()
    run_training(config(), data=data, artifact_path=tmp_path / "model.zip")
    pd.testing.assert_frame_equal(data, flats())


def test_metrics_are_sane_and_stand_in_the_artifact(
    small_result: TrainingResult, small_model: Model
) -> None:
    quality = small_result.quality
    pooled, held_out = quality.cross_validation.pooled, quality.hold_out
    for metrics in (pooled, held_out):
        assert metrics.rmse_log is not None
        assert metrics.r2 is not None
        assert 0.08 < metrics.rmse_log < 0.2
        assert 0.7 < metrics.r2 < 1.0
        assert 10_000 < metrics.mae < metrics.rmse < 50_000
    written = small_model.facts["metrics"]
    assert written["cross_validated_pooled"] == pooled.to_dict()
    assert written["hold_out"] == held_out.to_dict()
    assert (small_result.n_rows, written["n_rows"]) == (1460, 1460)
    assert small_result.largest_difference <= 1e-9
    assert quality.cross_validation.predictions.shape == (1, 1460)


def test_the_artifact_answers_its_own_examples_as_it_says(small_model: Model) -> None:
    examples = small_model.facts["examples"]
    assert len(examples) >= 3
    for example in examples:
        result = small_model.predict(example["record"])
        assert result["predictions"] == pytest.approx([example["prediction"]], rel=1e-9)
        assert result["errors"] is None
        more = small_model.predict(example["record"], interval=example["interval"], explain=True)
        assert more["predictions"] == result["predictions"]
        assert more["lower"] == pytest.approx([example["lower"]], rel=1e-9)
        assert more["upper"] == pytest.approx([example["upper"]], rel=1e-9)
        assert example["lower"] < example["prediction"] < example["upper"]
        assert more["explanations"] == [example["explanation"]]


def test_the_artifact_predicts_what_the_pipeline_predicts(
    small_result: TrainingResult, small_model: Model, sample_input_data: pd.DataFrame
) -> None:
    expected = small_result.pipeline.predict(sample_input_data)
    got = small_model.predict(sample_input_data)["predictions"]
    np.testing.assert_allclose(np.array(got, dtype=np.float64), expected, rtol=1e-9)


def test_the_artifact_says_where_it_comes_from_and_no_clock_time(small_path: Path) -> None:
    with zipfile.ZipFile(small_path) as archive:
        facts = json.loads(archive.read("model.json"))
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    provenance = facts["provenance"]
    assert {len(provenance[f"{what}_sha256"]) for what in ("config", "data", "folds")} == {64}
    assert {"numpy", "scikit-learn"} <= set(provenance["libraries"])
    assert facts["model_version"] == __version__


REFUSED = [
    pytest.param(
        flats().rename(columns={"price": "prize"}),
        "no target column 'price'; did you mean prize?",
        id="no target",
    ),
    pytest.param(flats(price=7.0), "price is 7 in every row", id="constant target"),
    pytest.param(
        with_cell("price", 5, 0.0),
        r"price is 0 in row 5 \(1 rows like it\); the transform log needs values above 0:",
        id="zero target",
    ),
    pytest.param(with_cell("price", 5, -3.0), "price is -3 in row 5", id="negative target"),
    pytest.param(flats(price=None), "0 rows with a target", id="no target in any row"),
    pytest.param(with_cell("price", 5, np.inf), "row 5: price is infinite", id="infinite target"),
    pytest.param(with_cell("price", 5, "many"), "(?s)row 5.*price.*many", id="text as target"),
    pytest.param(
        flats(1), "1 rows with a target, fewer than the 2 folds", id="fewer rows than folds"
    ),
    pytest.param(flats(0), "0 rows with a target, fewer than the 2 folds", id="no rows"),
    pytest.param(flats(area=None), "nothing is known in any row of: area", id="all None"),
    pytest.param(flats(area=np.nan), "nothing is known in any row of: area", id="all NaN"),
    pytest.param(flats(place="?"), "nothing is known in any row of: place", id="all spelled ?"),
    pytest.param(flats(area="NA"), "nothing is known in any row of: area", id="all spelled NA"),
    pytest.param(flats().drop(columns="rooms"), "lacks columns .*: rooms", id="absent column"),
    pytest.param(
        with_cell("rooms", 17, "two"), "row 17: rooms is 'two'.*not a number", id="wrong kind"
    ),
    pytest.param(
        with_cell("area", 31, 5000.0), "row 31: area is 5000; the most .* 1000", id="limits"
    ),
]


@pytest.mark.parametrize(("data", "said"), REFUSED)
def test_a_table_that_cannot_be_trained_on_is_refused_before_any_fit(
    tmp_path: Path, data: pd.DataFrame, said: str
) -> None:
    told: list[str] = []

    def progress(what: str, _done: int, _total: int) -> None:
        told.append(what)

    with pytest.raises(DataError, match=said):
        run_training(config(), data=data, artifact_path=tmp_path / "new.zip", progress=progress)
    assert told == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("n_rows", [2, 5, 10])
def test_a_tiny_table_is_trained_on_or_refused_in_words(tmp_path: Path, n_rows: int) -> None:
    path = tmp_path / "model.zip"
    try:
        small = config(evaluation={"folds": 2, "hold_out": 0.1})
        run_training(small, data=flats(n_rows), artifact_path=path)
    except DataError as refusal:
        assert f"{n_rows} rows" in str(refusal)  # noqa: PT017 - either way out is a good one
        assert not path.exists()
    else:
        assert load_model(path).predict({"area": 50.0, "rooms": 2})["errors"] is None


def test_numbers_not_above_zero_are_fine_without_a_log(tmp_path: Path) -> None:
    target = {"column": "price", "transform": "none"}
    data = flats(price=np.linspace(-5.0, 5.0, N_ROWS))
    result = run_training(config(target=target), data=data, artifact_path=tmp_path / "model.zip")
    assert result.quality.hold_out.rmse_log is None


def test_a_table_of_numbers_alone_is_enough(tmp_path: Path) -> None:
    numbers = {"area": "number", "rooms": "integer"}
    path = tmp_path / "model.zip"
    run_training(config(columns=numbers), data=flats(), artifact_path=path)
    assert load_model(path).predict({"area": 50.0, "rooms": 2})["errors"] is None


def break_saving(monkeypatch: pytest.MonkeyPatch, where: str, fault: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise type(fault)(*fault.args)

    if where == "sync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(os, "replace", fail)
        monkeypatch.setattr(Path, "replace", fail)


FULL_DISK = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("fault", [FULL_DISK, KeyboardInterrupt("crash")])
@pytest.mark.parametrize("where", ["sync", "move"])
def test_a_fault_while_saving_leaves_the_previous_artifact_whole(
    tmp_path: Path,
    trained: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    fault: BaseException,
) -> None:
    path = Path(shutil.copy(trained, tmp_path / "model.zip"))
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        break_saving(patch, where, fault)
        with pytest.raises(type(fault), match=r"No space left|crash"):
            run_training(config(seed=1), data=flats(), artifact_path=path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    assert load_model(path).predict({"area": 50.0, "rooms": 2})["errors"] is None


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    flats().to_csv(folder / "flats.csv", index=False)
    path = folder / "flats.yml"
    path.write_text(
        f"""\
files:
  training_data_file: {folder / "flats.csv"}
target:
  column: price
  transform: log
  unit: euros
evaluation:
  folds: 2
columns:
  area: number
  rooms: integer
  place: category
estimators:
  linear:
    type: ridge
difficulty:
  max_iter: 3
""",
        encoding="utf-8",
    )
    return path


def test_main_trains_and_prints_the_metrics(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made" / "model.zip"
    assert main(["--config", str(config_file), "--out", str(out)]) == 0
    said = capsys.readouterr()
    for expected in (
        "cross-validated, pooled",
        "hold-out",
        "RMSE",
        "MAE",
        "(euros)",
        "R²",
        "40 rows",
    ):
        assert expected in said.out
    assert f"wrote {out}" in said.out
    assert load_model(out).predict({"area": 50.0})["errors"] is None


def test_main_writes_beside_a_config_that_is_not_the_packages(config_file: Path) -> None:
    before = {path: path.stat() for path in TRAINED_MODEL_DIR.iterdir()}
    assert main(["--config", str(config_file)]) == 0
    assert load_model(config_file.with_suffix(".zip")).schema.names == ("area", "rooms", "place")
    assert {path: path.stat() for path in TRAINED_MODEL_DIR.iterdir()} == before


def test_a_model_that_knows_no_more_than_the_mean_is_told_loudly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    noise = np.random.default_rng(1).lognormal(size=N_ROWS)
    result = run_training(config(), data=flats(price=noise))
    assert result.knows_no_more_than_the_mean
    assert "KNOWS NO MORE THAN THE MEAN of price" in caplog.text
    caplog.clear()
    assert not run_training(config(), data=flats()).knows_no_more_than_the_mean
    assert caplog.text == ""


@pytest.mark.parametrize("version", ["", " ", "1.0\n", "\x1b[1m", "1" * 101])
def test_a_version_that_will_not_do_is_told_before_any_work(version: str) -> None:
    with pytest.raises(ArtifactError, match=r"the model version .* will not do; give 1 to 100"):
        run_training(config(), data=flats(0), model_version=version)


def test_main_takes_another_table(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "other.csv", tmp_path / "model.zip"
    flats(30).to_csv(table, index=False)
    status = main(["--config", str(config_file), "--data", str(table), "--out", str(out)])
    assert (status, "30 rows" in capsys.readouterr().out) == (0, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("area: number", "area: nmber", r"flats\.yml, line 10: .*did you mean number\?"),
        ("  area: number", "  aera: number", r"flats\.csv lacks .* aera \(near: area\)"),
        ("column: price", "column: prize", "no target column 'prize'; did you mean price?"),
        ("flats.csv", "flat.csv", r"cannot read .*flat\.csv"),
    ],
)
def test_main_says_what_is_wrong_in_one_line_and_ends_with_one(
    config_file: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    out = config_file.parent / "model.zip"
    config_file.write_text(config_file.read_text("utf-8").replace(old, new), "utf-8")
    assert main(["--config", str(config_file), "--out", str(out)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1
    assert re.search(said, printed.err)
    assert not out.exists()


@pytest.mark.parametrize("kind", ["itself", "symbolic", "hard"])
def test_an_artifact_never_replaces_what_it_is_made_from(
    config_file: Path,
    small_result: TrainingResult,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
) -> None:
    table, given = config_file.parent / "flats.csv", tmp_path / "given.csv"
    shutil.copy(table, given)
    inputs = {path: path.read_bytes() for path in (table, config_file, given)}
    loaded = load_config(config_file)
    for source, content in inputs.items():
        out = source if kind == "itself" else tmp_path / f"{kind} {source.name}"
        if kind != "itself":
            (out.symlink_to if kind == "symbolic" else out.hardlink_to)(source)
        words = ["--config", str(config_file), "--data", str(given), "--out", str(out), "--force"]
        assert main(words) == 2
        assert f"it is the input {source}; choose another name" in capsys.readouterr().err
        refusal = pytest.raises(OutputError, match="it is the input")
        with refusal:
            run_training(loaded, data=flats(), artifact_path=out, force=True, inputs=[given])
        with refusal:
            replace(small_result, inputs=(*loaded.inputs, given)).save(out, force=True)
        assert source.read_bytes() == content


def test_a_result_knows_what_it_was_made_from(
    small_config: Config, small_result: TrainingResult
) -> None:
    assert small_result.inputs == small_config.inputs
    assert {Path(__file__).with_name("small.yml").resolve(), DATASET_DIR / "train.csv"} <= set(
        small_result.inputs
    )


def test_main_says_that_the_disk_is_full(
    config_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    break_saving(monkeypatch, "sync", FULL_DISK)
    assert main(["--config", str(config_file), "--out", str(tmp_path / "model.zip")]) == 1
    assert "No space left on device" in capsys.readouterr().err


def test_main_ends_with_two_on_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-such-option"]) == 2
    assert "--no-such-option" in capsys.readouterr().err
