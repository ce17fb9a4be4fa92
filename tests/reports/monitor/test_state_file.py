"""The file of a state: equal to what was written, and refused where it is not."""

import base64
import json
import stat
import zlib
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from regression_model.exceptions import DataError, OutputError
from regression_model.reports.drift.shifts import Shift
from regression_model.reports.monitor.looks import CountedFile, Look, Looks
from regression_model.reports.monitor.state import State
from regression_model.reports.monitor.state_file import locked, read_state, write_state


def _looks() -> Looks:
    shift = Shift("x", "missing", 0.2, 0.001, "drift", share=0.3, trained_share=0.1)
    look = Look(20_011, 5, 300, 3, 80, 1, (shift,), 1.5, packed=b"counts")
    files = {"0" * 32: CountedFile(20_011, 300, b""), "1" * 32: CountedFile(20_012, 7, b"more")}
    return Looks(20_011, files, {20_011: look})


@pytest.fixture
def state() -> State:
    begun = State(
        model="m",
        version="1",
        level=0.9,
        horizon=9,
        secret=bytes(32),
        origin="a",
        judge="a",
        day=20_000,
        looks=Looks(until=19_999),
    )
    ones = np.ones(3)
    begun = replace(begun, looks=_looks())
    old = begun.with_predictions(["x", "y", "z"], ones, ones, ones)[0]
    old = old.with_truths(["x", "y"], ones[:2])[0].at(20_020)
    return old.with_predictions(["v", "w"], ones[:2], ones[:2], ones[:2])[0]


def test_what_is_written_is_read(state: State, tmp_path: Path) -> None:
    path, again = tmp_path / "state.json", tmp_path / "again.json"
    write_state(path, state)
    read = read_state(path)
    write_state(again, read)
    assert path.read_bytes() == again.read_bytes()
    assert read.rows.tobytes() == state.rows.tobytes()
    assert read.settled == state.settled
    assert read.looks == state.looks
    assert read.looks.last is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_state_is_refused(state: State, tmp_path: Path, share: float) -> None:
    path = tmp_path / "state.json"
    write_state(path, state)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(DataError, match=r"damaged .*take it from a backup"):
        read_state(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("day", 20_019),
        ("n_rows", 3),
        ("settled", []),
        ("origins", []),
        ("secret", "00"),
        ("judge", "b"),
        ("until", 20_010),
        ("files", {}),
        ("files", {"no digest": [1, 1, ""]}),
        ("looks", [{}]),
        ("looks", []),
        ("format", "another 1"),
        ("more", 1),
        ("rows", {}),
    ],
)
def test_a_changed_state_is_refused(state: State, tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "state.json"
    write_state(path, state)
    content = json.loads(path.read_bytes())
    content[key] = value
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError, match="is no state of monitor, or is damaged"):
        read_state(path)


def _column(values: object) -> str:
    return base64.b64encode(zlib.compress(np.ascontiguousarray(values).tobytes())).decode()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("n_rows", 1 << 31),
        ("error", _column(np.full(2, np.nan))),
        ("prediction", _column(np.full(2, 1e300))),
        ("missed", _column(np.full(2, 7, "i1"))),
        ("day", _column(np.full(2, 20_021, "<i4"))),
        ("day", _column(np.full(2, 20_010, "<i4"))),
        ("came", _column(np.full(2, -5, "<i4"))),
        ("origin", _column(np.full(2, 1, "<u2"))),
        ("id", None),
        ("settled", [[20_000, "a", 3, 2, 0.0, 0.0, 0.0, 2, 3]]),
        ("settled", [[20_000, "a", 3, 4, 0.0, 0.0, 0.0, 4, 3]]),
        ("settled", [[20_000, "a", 3, 2, 0.0, -1.0, 0.0, 2, 1]]),
        ("settled", [[20_021, "a", 3, 2, 0.0, 0.0, 0.0, 2, 1]]),
        ("settled", [[20_000, "a", 3, 2, "0.5", 0.0, 0.0, 2, 1]]),
    ],
)
def test_what_nobody_has_written_is_refused_though_its_digest_is_right(
    state: State, tmp_path: Path, key: str, value: object
) -> None:
    path = tmp_path / "state.json"
    if key in ("error", "came"):
        state = state.with_truths(["v", "w"], np.ones(2))[0]
    write_state(path, state)
    content = json.loads(path.read_bytes())
    del content["digest"]
    place = content if key in ("n_rows", "settled") else content["rows"]
    place[key] = value
    if value is None:
        del place[key]
    text = json.dumps(content, separators=(",", ":")).encode()
    content["digest"] = blake2b(text, digest_size=16).hexdigest()
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError, match="is no state of monitor, or is damaged"):
        read_state(path)


def test_any_bit_that_is_turned_is_noticed(state: State, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_state(path, state)
    data = path.read_bytes()
    random = np.random.default_rng(11)
    for place in random.integers(0, len(data) - 2, 300).tolist():
        turned = bytearray(data)
        turned[place] ^= 1 << int(random.integers(8))
        path.write_bytes(turned)
        with pytest.raises(DataError, match="is no state of monitor, or is damaged"):
            read_state(path)


def test_what_could_not_be_read_is_not_written(state: State, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with pytest.raises(DataError, match=r"not written: .*level: .*greater than 0"):
        write_state(path, replace(state, level=0.0))
    assert not path.exists()


def test_a_folder_and_nothing_at_all_are_no_states(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(DataError, match=r"cannot read .*: "):
            read_state(path)


def test_one_at_a_time_writes_a_state(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with (
        locked(path),
        pytest.raises(OutputError, match="being written by another run"),
        locked(path),
    ):
        pass
    with locked(path):
        pass
