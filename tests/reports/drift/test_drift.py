"""Drift of real tables: none where there is none, found where it is, and what cannot be told."""

import copy
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from all_kinds import COLUMNS, table, trained

from regression_model.artifact.format import Artifact, artifact_bytes, read_artifact
from regression_model.artifact.model import Model
from regression_model.batch.counting_files import count_files
from regression_model.batch.inputs import find_inputs
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import ArtifactError
from regression_model.predict import load_model, packaged_artifact
from regression_model.reports.blocks import Paragraph, Table
from regression_model.reports.drift.drift import Drift, drift_of_counts
from regression_model.reports.drift.page import drift_report
from regression_model.reports.drift.words import verdict_sentence
from regression_model.reports.page import page

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
TEST = DATASET_DIR / "test.csv"


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="module")
def houses() -> pd.DataFrame:
    return pd.read_csv(DATASET_DIR / "train.csv").drop(columns="SalePrice")


def drift_of_file(model: Model, path: Path) -> Drift:
    counted, outcome = count_files(model, find_inputs([str(path)]))
    assert not outcome.problems
    return drift_of_counts(model, counted.counts, counted.summary)


def test_the_training_table_has_not_drifted(model: Model, houses: pd.DataFrame) -> None:
    found = model.drift(houses)
    assert (found.status(), found.n_rows, found.n_failed, found.counts.n_beyond) == (0, 1460, 0, 0)
    assert {shift.verdict for shift in found.shifts} == {"none"}
    assert found.loss is not None
    assert found.loss.error == pytest.approx(found.loss.trained, rel=0.05)


def test_rows_that_training_has_not_seen_have_not_drifted_either(model: Model) -> None:
    found = drift_of_file(model, TEST)
    assert (found.status(), found.drifted) == (0, [])


def test_half_a_deviation_of_one_column_is_found(model: Model, houses: pd.DataFrame) -> None:
    rows = houses.sample(1_000, random_state=0)
    rows["GrLivArea"] += houses["GrLivArea"].std() / 2
    found = model.drift(rows)
    assert found.status() in (3, 4)
    assert found.drifted[0].column in ("GrLivArea", None)
    moved = next(shift for shift in found.drifted if shift.column == "GrLivArea")
    assert moved.moved == pytest.approx(0.5, abs=0.1)
    assert moved.p_value < 1e-6


def test_all_sorts_of_shifts_are_told_apart(model: Model, houses: pd.DataFrame) -> None:
    rows = houses.sample(400, random_state=1).reset_index(drop=True)
    rows["OverallQual"] = rows["OverallQual"].astype(object)
    rows.loc[:59, "OverallQual"] = "good"
    rows.loc[60:150, "Neighborhood"] = "Mars"
    rows.loc[151:250, "LotArea"] = None
    rows.loc[251:350, "GrLivArea"] = 9_000
    found = model.drift(rows.drop(columns="YearBuilt"))
    told = {(shift.column, shift.what): shift for shift in found.drifted}
    assert told[None, "errors"].share == 60 / 400
    assert told["Neighborhood", "unseen"].share == pytest.approx(91 / 340)
    assert told["LotArea", "missing"].share == pytest.approx(100 / 340)
    assert told["GrLivArea", "outside"].share == pytest.approx(100 / 340)
    assert told["YearBuilt", "missing"].share == 1.0
    assert found.loss is not None
    assert found.loss.beyond == pytest.approx(191 / 340)
    assert (found.n_rows, found.n_failed, found.loss.n_rows) == (400, 60, 340)


def test_shifts_are_ranked_by_importance_times_size(model: Model, houses: pd.DataFrame) -> None:
    rows = houses.copy()
    rows["MoSold"] = 1  # a far larger shift, of a column that hardly counts
    rows["OverallQual"] = np.minimum(rows["OverallQual"] + 1, 10)
    drifted = [shift for shift in model.drift(rows).drifted if shift.column is not None]
    order = [shift.column for shift in drifted]
    assert order.index("OverallQual") < order.index("MoSold")
    assert max(drifted, key=lambda shift: shift.size).column == "MoSold"


def test_harder_rows_cost_more(model: Model, houses: pd.DataFrame) -> None:
    dear = houses[houses["OverallQual"] >= 9]
    loss = model.drift(dear).loss
    assert loss is not None
    assert (loss.verdict, model.drift(dear).status(), model.drift(dear).status("loss")) == (
        "worse", 4, 4,
    )  # fmt: skip
    assert loss.low < loss.error < loss.high
    assert loss.error > 1.1 * loss.trained
    assert model.drift(dear).status("none") == 0


@pytest.mark.parametrize("n_rows", [0, 1, 5])
def test_too_few_rows_tell_nothing(model: Model, houses: pd.DataFrame, n_rows: int) -> None:
    found = model.drift(houses.head(n_rows))
    assert (found.status(), found.drifted) == (5, [])
    json.dumps(found.to_dict(), allow_nan=False)


def test_rows_that_all_have_errors_are_drift(model: Model, houses: pd.DataFrame) -> None:
    found = model.drift(houses.head(50).assign(GrLivArea="big"))
    assert (found.n_failed, found.status(), found.loss) == (50, 3, None)
    assert [(shift.what, shift.share) for shift in found.drifted] == [("errors", 1.0)]


def test_an_error_of_the_whole_input_fails_all_rows(model: Model) -> None:
    found = model.drift({"nothing": [1, 2, 3], "that": [1, 2, 3]})
    assert found.n_rows == 3
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("name", ["format_1", "format_2"])
def test_an_artifact_without_a_profile_is_refused(name: str) -> None:
    with pytest.raises(ArtifactError, match=r"keeps no profile of its training table.*train it"):
        load_model(ARTIFACTS / f"{name}.zip").drift([{}])


def test_a_file_says_the_same_as_a_table_in_whatever_chunks(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_table = model.drift(pd.read_csv(TEST, dtype=str, keep_default_na=False))
    monkeypatch.setattr("regression_model.processing.validation.BLOCK_ROWS", 100)
    from_file = drift_of_file(model, TEST)
    assert from_file.shifts == from_table.shifts
    assert from_file.counts.error == pytest.approx(from_table.counts.error)


def _without(part: str) -> Model:
    artifact = read_artifact(packaged_artifact())
    facts: dict[str, Any] = copy.deepcopy(artifact.model)
    members = dict(artifact.members)
    if part == "report":
        del members["report.json"]
    elif part == "intervals":
        del facts["intervals"], members["intervals.onnx"]
        facts["examples"] = []
        del members["conformance.json"]
    else:
        profile = json.loads(members["profile.json"])
        del profile[part]
        if part == "residual":
            profile.pop("error", None)
        members["profile.json"] = json.dumps(profile).encode()
    return load_model(artifact_bytes(Artifact(facts, members)))


@pytest.mark.parametrize("part", ["report", "intervals", "residual", "prediction"])
def test_what_an_artifact_does_not_keep_is_left_out(part: str, houses: pd.DataFrame) -> None:
    model = _without(part)
    found = model.drift(houses.sample(500, random_state=2))
    assert found.status() == (0 if part != "report" else found.status())
    assert (found.loss is None) == (part in ("intervals", "residual"))
    assert any(shift.column is None for shift in found.shifts) == (part != "prediction")
    # where training has not measured it, answers to example rows tell what matters
    assert all((shift.importance is None) == (shift.column is None) for shift in found.shifts)
    assert page(drift_report(found, model, "rows.csv")).startswith("<!DOCTYPE html>")


def test_the_page_shows_names_as_text_and_is_always_the_same(
    model: Model, houses: pd.DataFrame
) -> None:
    rows = houses.assign(GrLivArea=houses["GrLivArea"] * 2, Neighborhood="NAmes", MSZoning="RM")
    found = model.drift(rows)
    pages = [page(drift_report(found, model, "<script>alert(1)</script>.csv")) for _ in range(2)]
    assert pages[0] == pages[1]
    assert "<script" not in pages[0]
    assert "Drift of &lt;script&gt;" in pages[0]
    assert "GrLivArea, then and now" in pages[0]


def test_all_is_finite_and_ends_are_in_order(model: Model, houses: pd.DataFrame) -> None:
    told = model.drift(houses.assign(GrLivArea=1e29)).to_dict()
    json.dumps(told, allow_nan=False)
    loss = told["loss"]
    assert loss is None or (loss["low"] <= loss["error"] <= loss["high"])
    assert all(math.isfinite(shift["size"]) for shift in told["shifts"])


def test_columns_too_many_and_too_few_are_told_of_a_table_and_of_a_file(
    model: Model, houses: pd.DataFrame
) -> None:
    rows = houses.head(50).rename(columns={"GrLivArea": "Living", "LotArea": "Lot"})
    for given in (rows, rows.to_dict("records"), rows.iloc[0].to_dict()):
        told = model.drift(given).to_dict()
        assert told["unused_columns"] == ["Id", "Lot", "Living"]
        assert told["absent_columns"] == ["LotArea", "GrLivArea"]
    assert model.drift([]).to_dict()["absent_columns"] == []


def test_rows_with_errors_are_called_that(model: Model, houses: pd.DataFrame) -> None:
    found = model.drift(houses.assign(GrLivArea="large"))
    assert verdict_sentence(found) == "Drift, proven and large, in 1,460 rows: rows with errors."


def test_a_page_says_how_many_shifts_it_does_not_list(model: Model, houses: pd.DataFrame) -> None:
    found = model.drift(houses.head(500))
    more = replace(found, shifts=found.shifts * 9)
    sections = {each.name: each.blocks for each in drift_report(more, model, "rows.csv").sections}
    (listed, further) = sections["all"]
    assert isinstance(listed, Table)
    assert further == Paragraph(
        f"And {len(more.shifts) - len(listed.rows)} more; JSON has all of them."
    )


def test_the_bars_of_a_truth_value_are_called_so() -> None:
    rows = table()
    model = Model(trained(rows, COLUMNS))
    found = model.drift(pd.concat([rows] * 5).assign(garden=True))
    drawn = page(drift_report(found, model, "rows.csv"))
    assert "<td>false</td>" in drawn
    assert "up to 0.5" not in drawn
