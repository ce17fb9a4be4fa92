"""How much columns matter, measured in training or told by example rows."""

from pathlib import Path

from regression_model import load_model
from regression_model.artifact.model import Model
from regression_model.reports.importance import importances

ARTIFACTS = Path(__file__).parents[1] / "artifacts"


def test_what_training_measured_is_told(small_model: Model) -> None:
    assert small_model.report is not None
    measured = small_model.report["importance"]["columns"]
    told = importances(small_model)
    assert told is not None
    assert tuple(told) == small_model.schema.names
    assert told["GrLivArea"] == measured["GrLivArea"]["mean"] > 0
    assert all(told[name] == max(0.0, measured[name]["mean"]) for name in measured)


def test_of_an_artifact_without_a_report_example_rows_tell() -> None:
    model = load_model(ARTIFACTS / "model_v0.6.0.zip")
    assert model.report is None
    told = importances(model)
    assert told is not None
    assert max(told, key=lambda name: told[name]) in {"GrLivArea", "OverallQual", "TotalBsmtSF"}
    assert all(amount >= 0 for amount in told.values())


def test_of_an_artifact_without_explanations_nothing_is_known() -> None:
    assert importances(load_model(ARTIFACTS / "format_1.zip")) is None
