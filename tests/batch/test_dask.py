"""Dask answers what `make_prediction` answers, in its own partitions, and not before it must."""

import os
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from engine_page import printed_by, shown

from regression_model.exceptions import DataError
from regression_model.predict import load_model, make_prediction

dd = pytest.importorskip("dask.dataframe", reason="Dask is tested by: tox -e engines")
distributed = pytest.importorskip("distributed", reason="Dask is tested by: tox -e engines")
cloudpickle = pytest.importorskip("cloudpickle")  # what Dask sends tasks by
from regression_model.batch import dask  # noqa: E402 - the name is Dask's until here

HOUSES = pd.DataFrame(
    {
        "Id": [f"house {i}" for i in range(40)],
        "GrLivArea": ["1710", "big", "900.5", None] * 10,
        "OverallQual": [5, 6, 7, 8] * 10,
        "Neighborhood": pd.Categorical(["CollgCr", "Atlantis"] * 20),
    },
    index=range(100, 140),
)


@pytest.mark.parametrize("interval", [None, 0.8])
def test_every_row_is_answered_where_it_is(interval: float | None) -> None:
    given = dd.from_pandas(HOUSES, npartitions=3)
    asked = dask.predict(given, load_model(), interval=interval, keep=["Id", "Neighborhood"])
    answers = asked.compute(scheduler="processes")
    expected: dict[str, Any] = {**make_prediction(input_data=HOUSES, interval=interval)}
    assert asked.npartitions == given.npartitions
    assert answers.index.tolist() == HOUSES.index.tolist()
    assert answers["Id"].tolist() == HOUSES["Id"].tolist()
    for name in ("prediction", "lower", "upper")[: 3 if interval else 1]:
        numbers = expected["predictions" if name == "prediction" else name]
        assert answers[name].astype(object).where(answers[name].notna(), None).tolist() == numbers
    messages = {error["row"]: error["message"] for error in expected["errors"]}
    assert answers["error"].fillna("").tolist() == [messages.get(row, "") for row in range(40)]
    assert set(answers["error_code"].dropna()) == {"not_a_number"}


def test_what_dask_was_told_of_the_answers_is_what_they_are() -> None:
    given = dd.from_pandas(HOUSES, npartitions=2)
    asked = dask.predict(given, load_model(), interval=0.8, keep=["Neighborhood"])
    answers = asked.compute(scheduler="sync")
    assert asked.dtypes.astype(str).to_dict() == answers.dtypes.astype(str).to_dict()


def test_the_artifact_is_sent_once_and_not_with_each_partition() -> None:
    asked = dask.predict(dd.from_pandas(HOUSES, npartitions=8), load_model()).optimize()
    sizes = sorted(len(cloudpickle.dumps(task)) for task in asked.__dask_graph__().values())
    assert len(sizes) > 8
    assert sizes[-2] < 50_000 < len(pickle.dumps(load_model())) < sizes[-1]


def test_a_worker_that_dies_costs_no_row(tmp_path: Path) -> None:
    def die_once(frame: pd.DataFrame) -> pd.DataFrame:
        mark = tmp_path / "died"
        if not mark.exists():
            mark.touch()
            os._exit(1)
        return frame

    given = dd.from_pandas(HOUSES, npartitions=4)
    dying = given.map_partitions(die_once, meta=HOUSES.iloc[:0])
    workers = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with workers as cluster, distributed.Client(cluster):
        answers = dask.predict(dying, load_model(), keep=["Id"]).compute()
    assert (tmp_path / "died").exists()
    expected = dask.predict(given, load_model(), keep=["Id"]).compute(scheduler="sync")
    assert answers.equals(expected)


def test_nothing_is_computed_before_it_is_asked_for() -> None:
    def explode(frame: pd.DataFrame) -> pd.DataFrame:
        raise AssertionError(len(frame))

    given = dd.from_pandas(HOUSES, npartitions=2).map_partitions(explode, meta=HOUSES.iloc[:0])
    asked = dask.predict(given, load_model())
    with pytest.raises(AssertionError):
        asked.compute(scheduler="sync")


def test_a_column_that_is_not_there_is_refused_when_it_is_asked_for() -> None:
    given = dd.from_pandas(HOUSES, npartitions=2)
    with pytest.raises(DataError, match="no column 'Idd', which is to be kept; did you mean Id"):
        dask.predict(given, load_model(), keep=["Idd"])


def test_partitions_may_be_empty() -> None:
    rows = dd.from_pandas(HOUSES, npartitions=4)
    one = dask.predict(rows[rows["Id"] == "house 1"], load_model(), keep=["Id"])
    answers = one.compute(scheduler="sync")
    assert (one.npartitions, answers["error_code"].tolist()) == (4, ["not_a_number"])
    nothing = dask.predict(rows[rows["Id"] == "none"], load_model()).compute(scheduler="sync")
    assert (len(nothing), list(nothing)) == (0, list(one.columns)[1:])


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")  # Dask's own
def test_only_columns_that_are_needed_are_read(tmp_path: Path) -> None:
    parquet = tmp_path / "houses"
    dd.from_pandas(HOUSES.assign(other="x"), npartitions=2).to_parquet(parquet)
    asked = dask.predict(dd.read_parquet(parquet), load_model(), keep=["Id"])
    assert "other" not in str(asked.optimize().expr)
    expected = dask.predict(dd.from_pandas(HOUSES, npartitions=2), load_model(), keep=["Id"])
    assert asked.compute(scheduler="sync").equals(expected.compute(scheduler="sync"))


def test_faults_of_all_rows_stand_beside_each() -> None:
    twice = pd.DataFrame([["1", "2"]] * 3, columns=["GrLivArea", "GrLivArea"])
    asked = dask.predict(dd.from_pandas(twice, npartitions=1), load_model())
    assert asked.compute(scheduler="sync")["error_code"].tolist() == ["duplicate_column"] * 3


@pytest.mark.parametrize("ddf", [None, [1], HOUSES, dd.from_pandas(HOUSES["Id"], npartitions=1)])
def test_what_is_no_data_frame_is_refused(ddf: Any) -> None:
    with pytest.raises(TypeError, match="expected a DataFrame of Dask"):
        dask.predict(ddf, load_model())


def test_the_page_shows_what_is_printed(tmp_path: Path) -> None:
    code, printed = shown("Dask")
    assert printed_by(code, tmp_path) == printed
