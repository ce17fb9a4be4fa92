"""Judging a model on rows whose truth is known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from regression_model.artifact.format import Artifact
from regression_model.artifact.model import Model
from regression_model.batch.evaluating import evaluate_file
from regression_model.exceptions import DataError
from regression_model.metrics import measure
from regression_model.train_pipeline import TrainingResult

Rows = list[dict[str, str]]
Write = Callable[[str, Rows], Path]


def test_metrics_are_those_of_the_predictions_beside_the_truth(
    small_model: Model, rows: Rows, written: Write
) -> None:
    found = evaluate_file(small_model, written("sold.csv", rows), interval=0.8)
    truth = np.array([float(row["SalePrice"]) for row in rows])
    columns = {name: [row[name] for row in rows] for name in small_model.schema.names}
    answer = small_model.predict(columns, interval=0.8, from_file=True)
    predictions = np.array(answer["predictions"], dtype=np.float64)
    assert found.metrics == measure(truth, predictions, log=True)
    inside = (truth >= np.array(answer["lower"])) & (truth <= np.array(answer["upper"]))
    assert found.coverage == pytest.approx(inside.mean())
    assert found.level == 0.8
    widths = np.subtract(np.array(answer["upper"], float), np.array(answer["lower"], float))
    assert found.mean_width == pytest.approx(widths.mean())
    assert [part.n_rows for part in found.fifths] == [12] * 5
    ends = [end for part in found.fifths for end in (part.lowest, part.highest)]
    assert ends == sorted(ends)
    assert ends[0] == predictions.min()
    assert ends[-1] == predictions.max()
    biases = [part.bias * part.n_rows for part in found.fifths]
    assert sum(biases) == pytest.approx(float((predictions - truth).sum()))


def test_rows_without_truth_or_prediction_do_not_count(
    small_model: Model, rows: Rows, written: Write
) -> None:
    rows[0]["SalePrice"] = ""
    rows[1]["GrLivArea"] = "big"
    found = evaluate_file(small_model, written("sold.csv", rows))
    assert found.n_unlabelled == 1
    assert found.summary.n_failed == 1
    assert sum(part.n_rows for part in found.fifths) == len(rows) - 2
    without = evaluate_file(small_model, written("rest.csv", rows[2:]))
    assert found.metrics == without.metrics
    assert found.to_dict()["without_truth"] == 1
    assert "SalePrice" not in found.summary.unused


def test_further_levels_are_judged_as_the_first_is(
    small_model: Model, rows: Rows, written: Write
) -> None:
    rows[0]["SalePrice"] = ""
    path = written("sold.csv", rows)
    found = evaluate_file(small_model, path, further_levels=(0.3, 0.5, 0.8, 0.99999))
    assert list(found.coverages) == [0.5, 0.8]
    for level, coverage in found.coverages.items():
        assert coverage == evaluate_file(small_model, path, interval=level).coverage
    assert found.summary.n_rows == len(rows)
    assert len(found.judged.truth) == len(rows) - 1


def test_a_level_beyond_the_residuals_is_the_highest_there_is(
    small_model: Model, rows: Rows, written: Write
) -> None:
    path = written("sold.csv", rows)
    found = evaluate_file(small_model, path, interval=0.99999)
    assert found.level == small_model.intervals.highest_level


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SalePrice": "dear"}, "row 3: SalePrice is 'dear'"),
        ({"SalePrice": "inf"}, "row 3: SalePrice is infinite"),
    ],
)
def test_a_truth_that_is_no_number_is_named(
    small_model: Model,
    rows: Rows,
    written: Write,
    change: dict[str, str],
    said: str,
) -> None:
    rows[3] |= change
    with pytest.raises(DataError, match=said):
        evaluate_file(small_model, written("sold.csv", rows))


def test_a_file_without_the_truth_names_what_is_near(
    small_model: Model, rows: Rows, written: Write
) -> None:
    renamed = [{("Saleprice" if k == "SalePrice" else k): v for k, v in r.items()} for r in rows]
    with pytest.raises(DataError, match="holds the truth; did you mean Saleprice"):
        evaluate_file(small_model, written("sold.csv", renamed))
    for row in rows:
        row["SalePrice"] = ""
    with pytest.raises(DataError, match="no row has both a truth and a prediction"):
        evaluate_file(small_model, written("sold.csv", rows))


@pytest.fixture
def weighted(small_result: TrainingResult) -> Model:
    """The small model, as if its rows had counted by a column."""
    artifact = small_result.artifact
    config = {**artifact.model["config"], "weight_column": "households"}
    return Model(Artifact({**artifact.model, "config": config}, artifact.members))


def test_rows_count_by_the_weight_column_of_training(
    weighted: Model, small_model: Model, rows: Rows, written: Write
) -> None:
    counts = [i % 4 for i in range(len(rows))]
    given = [{**row, "households": str(c)} for row, c in zip(rows, counts, strict=True)]
    repeated = [row for row, c in zip(rows, counts, strict=True) for _ in range(c)]
    found = evaluate_file(weighted, written("weighted.csv", given))
    expected = evaluate_file(small_model, written("repeated.csv", repeated))
    for figure in ("rmse_log", "rmse", "mae", "r2"):
        assert getattr(found.metrics, figure) == pytest.approx(getattr(expected.metrics, figure))
    assert found.coverage == pytest.approx(expected.coverage)
    assert found.mean_width == pytest.approx(expected.mean_width)
    assert sum(part.n_rows for part in found.fifths) == 45
    total = sum(part.bias * part.n_rows for part in expected.fifths) / len(repeated)
    truth = np.array([float(row["SalePrice"]) for row in rows])
    names = small_model.schema.names
    answers = small_model.predict({n: [row[n] for row in rows] for n in names}, from_file=True)
    errors = np.array(answers["predictions"], dtype=float) - truth
    assert np.average(errors, weights=counts) == pytest.approx(total)
    assert (found.weight_column, found.n_weightless) == ("households", 15)
    assert found.weight_lines() == [
        "rows count by households, as in training", "15 rows have the weight 0 and do not count"
    ]  # fmt: skip
    assert found.to_dict()["weighted_by"] == "households"
    assert "households" not in found.summary.unused


def test_a_file_without_the_weights_is_told_and_each_row_counts(
    weighted: Model, small_model: Model, rows: Rows, written: Write
) -> None:
    path = written("sold.csv", rows)
    found = evaluate_file(weighted, path)
    assert found.metrics == evaluate_file(small_model, path).metrics
    (line,) = found.weight_lines()
    assert line.startswith("the file has no column households")
    assert found.to_dict()["weighted_by"] is None


def test_weights_that_cannot_be_are_named_where_there_is_a_truth(
    weighted: Model, rows: Rows, written: Write
) -> None:
    for row in rows:
        row["households"] = "2"
    rows[4]["households"], rows[5]["households"] = "-1", ""
    rows[6] |= {"households": "many", "SalePrice": ""}
    with pytest.raises(DataError, match=r"row 4: households is -1.*\nrow 5: ") as refusal:
        evaluate_file(weighted, written("sold.csv", rows))
    assert "row 6" not in str(refusal.value)
