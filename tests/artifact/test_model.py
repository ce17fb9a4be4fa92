"""A loaded model: it is copied by its file, and asked from anywhere it answers the same."""

import copy
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, helper, numpy_helper

from regression_model.artifact.format import EXPLANATION_GRAPH, Artifact, read_artifact
from regression_model.artifact.model import Model, _from_bytes
from regression_model.exceptions import ArtifactError
from regression_model.predict import load_model
from regression_model.reports.example import example_record

HOUSE = {"GrLivArea": 1500, "OverallQual": 6, "YrSold": 2008, "Neighborhood": "CollgCr"}


def pickled(model: Model) -> Any:
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_answers_the_same(small_model: Model, copied: Callable[[Model], Model]) -> None:
    twin = copied(small_model)
    assert twin is not small_model
    assert twin.facts == small_model.facts
    asked: dict[str, Any] = {"interval": 0.9, "explain": True}
    assert twin.predict([HOUSE] * 3, **asked) == small_model.predict([HOUSE] * 3, **asked)
    assert twin.predict(HOUSE) == small_model.predict(HOUSE)


def test_the_same_bytes_are_opened_once(small_model: Model) -> None:
    first, second, other = pickled(small_model), pickled(small_model), pickled(load_model())
    assert first is second
    assert other is not first
    assert pickled(small_model) is first


@pytest.mark.parametrize("version", [1, 2])
def test_models_of_old_formats_are_copied(version: int) -> None:
    model = load_model(Path(__file__).parents[1] / "artifacts" / f"format_{version}.zip")
    twin = pickled(model)
    assert twin.facts == model.facts
    assert twin.predict(HOUSE) == model.predict(HOUSE)


def test_a_pickle_of_an_earlier_version_is_opened() -> None:
    """Up to version 0.4.0 a model lived in the module ``regression_model.model``."""
    data = (Path(__file__).parents[1] / "artifacts" / "format_2.zip").read_bytes()
    call, as_bytes, done = b"cregression_model.model\n_from_bytes\n", b"B", b"\x85R."
    pickle_of_0_4 = b"\x80\x03" + call + as_bytes + len(data).to_bytes(4, "little") + data + done
    model = pickle.loads(pickle_of_0_4)
    assert model.predict(HOUSE) == _from_bytes(data).predict(HOUSE)


def test_a_pickle_is_checked_as_a_file_is(small_model: Model) -> None:
    make, (data,) = small_model.__reduce__()
    assert make is _from_bytes
    with pytest.raises(ArtifactError, match="not a whole artifact"):
        _from_bytes(data[:-100])


def run(code: str, **env: str) -> str:
    """Run code in a fresh interpreter that prints something."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **env},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_home_stays_as_it_is(tmp_path: Path) -> None:
    code = """
import os
for name in [n for n in os.environ if n == "CI" or n.startswith("ORT_")]:
    del os.environ[name]
from regression_model import make_prediction
print(make_prediction(input_data={"LotArea": 8450})["errors"], os.environ["ORT_DISABLE_TELEMETRY"])
"""
    env = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "TMPDIR")}
    assert run(code, **env) == "None 1"
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs signals")
def test_a_signal_handler_may_ask_before_the_first_answer_is_there() -> None:
    code = """
import signal
from regression_model import make_prediction
from regression_model.exceptions import ArtifactError
found, refused = [], []
def handler(*_):
    signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        found.append(make_prediction(input_data={"LotArea": 8450})["predictions"])
    except ArtifactError as problem:  # the modules are not there yet
        refused.append(str(problem))
    signal.setitimer(signal.ITIMER_REAL, 0.001)
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.001)
first = make_prediction(input_data={"LotArea": 8450})["predictions"]
while len(found) < 20:
    assert make_prediction(input_data={"LotArea": 8450})["predictions"] == first
signal.setitimer(signal.ITIMER_REAL, 0)
assert all(found) and all("signal handler" in said for said in refused), refused
print(found == [first] * len(found))
"""
    assert run(code) == "True"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_answers_while_threads_of_its_parent_do() -> None:
    code = """
import os, threading
from regression_model import load_model, make_prediction
model, row = load_model(), {"LotArea": 8450}
asked = {"interval": 0.9, "explain": True}
expected = model.predict(row), model.predict([row] * 3, **asked)
stop = threading.Event()
def predict_rows():
    while not stop.is_set():
        model.predict([row] * 30, **asked)
def load():
    while not stop.is_set():
        load_model().predict(row)
threads = [threading.Thread(target=work) for work in (predict_rows, load)]
for thread in threads:
    thread.start()
statuses = []
for _ in range(8):
    pid = os.fork()
    if pid == 0:
        found = model.predict(row), model.predict([row] * 3, **asked)
        os._exit(found != expected or make_prediction(input_data=row) != expected[0])
    statuses.append(os.waitpid(pid, 0)[1])
stop.set()
for thread in threads:
    thread.join()
print(statuses == [0] * 8)
"""
    assert run(code) == "True"


def test_many_rows_are_predicted_while_the_interpreter_shuts_down() -> None:
    code = """
import atexit, threading
from regression_model import load_model
model, rows = load_model(), {"LotArea": [8450.0] * 9000}
expected = model.predict(rows)
def late():
    threading.main_thread().join()
    print(model.predict(rows) == expected)
threading.Thread(target=late).start()
"""
    assert run(code) == "True"


@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
def test_an_explanation_that_is_no_number_is_not_given(odd: float) -> None:
    kept = read_artifact(Path(__file__).parents[1] / "artifacts" / "format_2.zip")
    graph = ModelProto.FromString(kept.members[EXPLANATION_GRAPH])
    last = next(node for node in graph.graph.node if "linear" in node.output)
    last.output[:] = ["before"]
    graph.graph.node.append(helper.make_node("Add", ["before", "odd"], ["linear"]))
    graph.graph.initializer.append(numpy_helper.from_array(np.array(odd), "odd"))
    members = {**kept.members, EXPLANATION_GRAPH: graph.SerializeToString()}
    model = Model(Artifact(kept.model, members))
    records = [example["record"] for example in kept.model["examples"]]
    answer = model.predict(records, explain=True)
    assert answer["predictions"] == Model(kept).predict(records)["predictions"]
    assert answer["explanations"] == [None] * len(records)


def test_a_record_in_the_shortest_way_is_seen_once_and_answered_as_ever() -> None:
    model, seen = load_model(), list[Any]()
    record = example_record(model)
    result = model.predict_record(record, seen=seen.append)
    assert result is not None
    assert result == model.predict([record])
    (values,) = seen
    assert len(values) == len(model.schema)


@pytest.mark.parametrize("cell", ["much", [1.0, 2.0], float("inf")], ids=repr)
def test_what_needs_a_closer_look_is_not_seen(cell: object) -> None:
    model, seen = load_model(), list[Any]()
    record = {**example_record(model), "GrLivArea": cell}
    assert model.predict_record(record, seen=seen.append) is None
    assert seen == []
