"""A model held against the table that it was trained on."""

from pathlib import Path

import pandas as pd
import pytest

from regression_model.batch.table_quality import judge_on_table
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import DataError
from regression_model.predict import load_model
from regression_model.train_pipeline import TrainingResult


@pytest.fixture
def houses() -> pd.DataFrame:
    return pd.read_csv(DATASET_DIR / "train.csv", dtype=str, keep_default_na=False, nrows=20)


def test_rows_without_a_target_do_not_count_and_others_with_errors_are_told(
    small_result: TrainingResult, houses: pd.DataFrame, tmp_path: Path
) -> None:
    houses.loc[0, "SalePrice"] = ""
    houses.loc[[0, 1], "GrLivArea"] = "big"
    houses.to_csv(tmp_path / "houses.csv", index=False)
    found = judge_on_table(load_model(small_result.artifact_path), tmp_path / "houses.csv")
    assert found.n_rows == 19
    (error,) = found.errors
    assert error.startswith("GrLivArea is 'big'")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"GrLivArea": None}, r"lacks columns of the model: GrLivArea \(near"),
        ({"SalePrice": None}, r"lacks columns of the model: SalePrice \(near"),
        ({"SalePrice": "dear"}, "row 0: SalePrice is 'dear'"),
        ({"GrLivArea": "big"}, "no row has both a target and a prediction"),
    ],
)
def test_a_table_that_cannot_be_judged(
    change: dict[str, str | None],
    said: str,
    small_result: TrainingResult,
    houses: pd.DataFrame,
    tmp_path: Path,
) -> None:
    absent = [name for name, cell in change.items() if cell is None]
    houses.assign(**change).drop(columns=absent).to_csv(tmp_path / "houses.csv", index=False)
    with pytest.raises(DataError, match=said):
        judge_on_table(load_model(small_result.artifact_path), tmp_path / "houses.csv")
