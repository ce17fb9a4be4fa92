"""Files of counts: read as they were written, or refused in words."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.model import Model
from regression_model.batch.counted import Counted, read_counts, write_counts
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import ArtifactError, DataError, OutputError
from regression_model.predict import load_model
from regression_model.reports.drift.drift import drift_of_counts

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="module")
def counted(model: Model) -> Counted:
    """Return what some rows were, one of which has an error, and one a level that is new."""
    rows = pd.read_csv(DATASET_DIR / "test.csv").head(200).astype({"GrLivArea": object})
    rows.loc[3, "GrLivArea"] = "many"
    rows.loc[4, "Neighborhood"] = "Mars"
    found = model.drift(rows)
    return Counted(found.counts, found.summary)


@pytest.fixture
def path(tmp_path: Path, model: Model, counted: Counted) -> Path:
    path = tmp_path / "counts.json"
    write_counts(path, counted, model)
    return path


def test_what_is_read_is_what_was_written(
    model: Model, counted: Counted, path: Path, tmp_path: Path
) -> None:
    again = read_counts(path, model)
    assert again.summary.to_dict() == counted.summary.to_dict()
    assert model.drift([]).counts.columns.keys() == again.counts.columns.keys()
    write_counts(tmp_path / "again.json", again, model)
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_a_person_finds_each_column_in_a_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    (air,) = (line for line in lines if line.startswith('  "CentralAir": '))
    told = json.loads(air.partition(": ")[2].rstrip(","))
    assert sum(told["bins"]) == 199
    assert (told["missing"], told["unseen"]) == (0, 0)
    assert any('"errors": {"not_a_number": 1}' in line for line in lines)


def test_counts_of_parts_add_up(model: Model, counted: Counted, path: Path, tmp_path: Path) -> None:
    both = counted + read_counts(path, model)
    write_counts(tmp_path / "both.json", both, model)
    again = read_counts(tmp_path / "both.json", model)
    assert (again.counts.n_rows, again.counts.n_failed, again.counts.n_beyond) == (
        400, 2, 2 * counted.counts.n_beyond,
    )  # fmt: skip
    assert again.summary.errors["not_a_number"] == 2
    assert counted.summary.n_rows == 200


def _deep(told: dict[str, Any], *keys: Any) -> Any:
    for key in keys:
        told = told[key]
    return told


def _set(value: object, *keys: Any) -> Change:
    """Return what changes something far down."""

    def change(told: dict[str, Any]) -> None:
        _deep(told, *keys[:-1])[keys[-1]] = value

    return change


def _append(told: dict[str, Any]) -> None:
    told["columns"]["CentralAir"]["bins"].append(0)


def _leave_out(told: dict[str, Any]) -> None:
    del told["columns"]["CentralAir"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("regression-model counts 2", "format"), "of another format.*reads 'regression-model"),
        (_set("something", "format"), "no file of counts.*does not say that it is one"),
        (_set("0" * 32, "model"), "counted by another model, of version.*--model"),
        (_append, r"columns\.CentralAir\.bins: List should have at most"),
        (_leave_out, r"columns\.CentralAir: Field required"),
        (_set({}, "columns", "Other"), r"columns\.Other: "),
        (_set(-1, "beyond"), "beyond: Input should be greater than or equal to 0"),
        (_set(1.5, "beyond"), "beyond: Input should be a valid integer"),
        (_set(1 << 50, "rows", "n_rows"), r"rows\.n_rows: Input should be less than"),
        (_set({"<b>": 1}, "rows", "errors"), r"rows\.errors\.<b>\.\[key\]: "),
        (_set("all", "error_to_expect", "sum"), "valid number"),
        (_set(201, "rows", "n_failed"), "more rows are predicted than were counted, or fewer"),
        (_set(0, "rows", "n_failed"), "more rows are predicted than were counted"),
        (_set(200, "beyond"), "rows and its predictions are not of the same rows"),
        (_set(7, "columns", "CentralAir", "unseen"), "the cells of 'CentralAir' are not those"),
        (_set(1e99, "error_to_expect", "sum"), "errors to expect are not those of its rows"),
        (_set(200, "error_to_expect", "n_rows"), "errors to expect are not those of its rows"),
        (_set(0, "error_to_expect", "n_rows"), "errors to expect are not those of its rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused_in_words(
    model: Model, path: Path, change: Change, said: str
) -> None:
    told = json.loads(path.read_bytes())
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_counts(path, model)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Expecting value"),
        (b'{"format": "regression-model counts 1"', "Expecting ',' delimiter"),
        (b"[1, 2]", "it does not say that it is one"),
        (b'{"format": NaN}', "NaN is no number"),
        (b'{"format": 1, "format": 2}', "a key stands twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff\xfe", "codec can't decode"),
        (b" " * ((1 << 24) + 1), "at most 16777216 are read"),
    ],
    ids=["empty", "cut", "a list", "NaN", "twice", "deep", "no text", "large"],
)
def test_what_is_something_else_is_refused_in_words(
    model: Model, tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"is no file of counts, or is damaged.*{why}.*again"):
        read_counts(path, model)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_refused(model: Model, path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(DataError, match="is no file of counts, or is damaged"):
        read_counts(path, model)


def test_a_file_that_is_not_there_is_named(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    with pytest.raises(DataError, match=f"cannot read {re.escape(str(path))}: No such file"):
        read_counts(path, model)


def test_a_model_without_a_profile_is_told(path: Path) -> None:
    with pytest.raises(ArtifactError, match="keeps no profile of its training table"):
        read_counts(path, load_model(ARTIFACTS / "format_2.zip"))


def test_no_file_that_is_read_is_replaced(model: Model, counted: Counted, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(OutputError, match="it is the input"):
        write_counts(path, counted + counted, model, inputs=[path])
    assert path.read_bytes() == before


NUMBERS = st.integers(-1, 300) | st.just(1 << 45) | st.floats() | st.just(10**30)
OTHERS = st.none() | st.booleans() | NUMBERS | st.text(max_size=3) | st.lists(NUMBERS, max_size=12)


@settings(max_examples=100)
@given(data=st.data())
def test_any_change_is_refused_or_makes_counts_that_can_be_told_of(
    model: Model, counted: Counted, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.json"
    write_counts(path, counted, model)
    told = json.loads(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = told
        key = data.draw(st.sampled_from(sorted(place)))
        while isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            keys = sorted(place) if isinstance(place, dict) else range(len(place))
            key = data.draw(st.sampled_from(keys))
        place[key] = data.draw(OTHERS)
    path.write_text(json.dumps(told), encoding="utf-8")
    with suppress(DataError):
        changed = read_counts(path, model)
        found = drift_of_counts(model, changed.counts, changed.summary)
        json.dumps(found.to_dict(), allow_nan=False)
        write_counts(path, changed, model)
        assert read_counts(path, model).summary == changed.summary
