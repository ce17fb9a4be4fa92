"""A kind that the package does not have works from config to prediction, from one class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd
import pyarrow as pa
import pytest

from regression_model.config.core import load_config
from regression_model.config.json_schema import config_json_schema
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.predict import load_model
from regression_model.processing.kinds.base import Asked, ColumnKind
from regression_model.processing.kinds.claims import Claim, matching_share
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import Column, Schema
from regression_model.processing.shown_values import quoted
from regression_model.processing.verdicts import Code, Verdict, refuse
from regression_model.train_pipeline import run_training

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from regression_model.processing.kinds.evidence import Evidence

_DURATION = re.compile(r"(?:(\d{1,3})h)?(\d{1,2})m?")


class Duration(ColumnKind):
    """Hours and minutes, encoded as minutes."""

    name = "duration"
    page_title = "durations, such as 1h30"
    page_place = 3
    asked = Asked.BY_FORM
    takes: ClassVar[frozenset[str]] = frozenset({"missing_means", "training_range"})
    never_below = 0.0

    @property
    def silent_range(self) -> tuple[float, float]:
        """What training has seen."""
        return self.column.training_range or (0.0, 60_000.0)

    def judge_known(self, cell: object, *, from_file: bool) -> Verdict:  # noqa: ARG002
        """Read hours and minutes."""
        found = _DURATION.fullmatch(cell) if isinstance(cell, str) else None
        if found is None:
            message = f"{self.shown_name} is {quoted(cell)}, no duration; write it as 1h30"
            return refuse(Code.NOT_A_NUMBER, message)
        return Verdict(60.0 * int(found[1] or 0) + int(found[2]))

    def decode(self, value: float) -> str:
        """Return hours and minutes."""
        return f"{int(value) // 60}h{int(value) % 60:02d}"

    def record_type(self) -> Any:
        """Return text."""
        return str

    def example_cells(self) -> Iterator[str | float | bool]:
        """Yield the longest one that training has seen."""
        yield self.decode(self.silent_range[1])

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim | None:
        """Take texts that are durations, some of them with hours."""
        is_one = matching_share(_DURATION, evidence) == 1
        return Claim("hours and minutes") if is_one and "h" in "".join(evidence.texts) else None


LENGTHS = ["1h30", "45m", "2h05", "0h50", "3h00", "20m"]
ENCODED = [90.0, 45.0, 125.0, 50.0, 180.0, 20.0]

QUICKLY = """
seed: 1
evaluation:
  folds: 2
estimators:
  linear:
    type: ridge
"""


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "duration", Duration)


@pytest.fixture
def schema() -> Schema:
    return Schema(
        (Column("length", "duration", training_range=(20.0, 180.0)), Column("n", "number"))
    )


def test_it_is_judged_screened_and_decoded(schema: Schema) -> None:
    assert [schema["length"].judge(text).value for text in LENGTHS] == ENCODED
    error = schema["length"].judge("ten").error
    assert error is not None
    assert error.message == "length is 'ten', no duration; write it as 1h30"
    assert schema["length"].judge("NA").silent
    assert schema.decode([90.0, 2.0]) == {"length": "1h30", "n": 2.0}


def test_a_record_of_it_has_a_model_and_a_json_schema(schema: Schema) -> None:
    model = schema.record_model
    assert model(length="1h30", n=2).model_dump() == {"length": "1h30", "n": 2.0}
    described = model.model_json_schema()
    assert described["properties"]["length"]["description"] == (
        "duration; may be missing; 20 to 180 in training"
    )
    assert described["example"]["length"] == "3h00"


def test_a_config_may_say_it() -> None:
    kinds = config_json_schema()["$defs"]["ColumnConfig"]["properties"]["kind"]["enum"]
    assert kinds[-1] == "duration"


def a_table() -> dict[str, list[str]]:
    lengths = [f"{i % 4}h{i % 60:02d}" for i in range(5, 65)]
    prices = [str(60 * (i % 4) + i % 60 + 100) for i in range(5, 65)]
    return {"length": lengths, "rooms": ["1", "2", "3"] * 20, "price": prices}


def test_init_guesses_it_and_a_model_is_trained_with_it(tmp_path: Path) -> None:
    table = a_table()
    pd.DataFrame(table).to_csv(tmp_path / "table.csv", index=False)
    text = write_config(infer(table, "price"), "table.csv")
    assert "  # durations, such as 1h30\n  length: duration           # hours and minutes" in text
    file = tmp_path / "config.yml"
    file.write_text(text.partition("# How quality is measured.")[0] + QUICKLY)
    path = tmp_path / "model.zip"
    config = load_config(file)
    run_training(config, artifact_path=path)
    model = load_model(path)
    rows = {"length": ["1h30", "0h20", "ten"], "rooms": [2, 1, 2]}
    records = [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]
    answer = model.predict(rows)
    assert answer == model.predict(pd.DataFrame(rows)) == model.predict(records)
    assert answer == model.predict(pa.table(rows))
    assert answer["predictions"][0] == model.predict(records[0])["predictions"][0]
    long, short, refused = answer["predictions"]
    assert long is not None
    assert short is not None
    assert long > short + 20
    assert refused is None
    assert answer["errors"] is not None
    assert answer["errors"][0]["message"].startswith("length is 'ten', no duration")
