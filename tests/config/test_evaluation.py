"""A setting that no longer does anything: configs of then are read, and told so."""

from pathlib import Path

import pytest

from regression_model.config.core import EvaluationConfig, load_config
from regression_model.config.json_schema import config_json_schema

CONFIG = """\
files:
  training_data_file: flats.csv
target:
  column: price
evaluation:
  folds: 3
  inner_folds: 2
columns:
  area: number
estimators:
  linear:
    type: ridge
"""


def test_folds_within_folds_are_read_and_noted_with_their_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "flats.yml"
    path.write_text(CONFIG, encoding="utf-8")
    assert load_config(path).model_config.evaluation == EvaluationConfig(folds=3)
    assert f"{path}, line 7: evaluation.inner_folds no longer does anything" in caplog.text


def test_configs_that_artifacts_of_then_hold_are_read() -> None:
    then = {"folds": 3, "repeats": 1, "hold_out": 0.1, "inner_folds": 5}
    assert EvaluationConfig.model_validate(then) == EvaluationConfig(folds=3)


def test_editors_strike_it_through_and_the_page_leaves_it_out() -> None:
    def known(**kind: bool) -> dict[str, object]:
        settings: dict[str, object] = config_json_schema(**kind)["$defs"]["EvaluationConfig"]
        return settings["properties"]  # type: ignore[return-value]

    assert known()["inner_folds"] == {"description": "Does nothing any more.", "deprecated": True}
    assert "inner_folds" not in known(former_names=False)
