"""Ray Data hands its blocks to a scorer, and gives its answers on."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from engine_page import printed_by, shown

from regression_model.predict import load_model, make_prediction

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Ray's of itself


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    """Return a Ray of this process, with two workers."""
    ray = pytest.importorskip("ray", reason="Ray is tested by: tox -e engines")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield ray
    ray.shutdown()


def test_every_row_is_answered(ray: Any) -> None:
    cells = ["1710", "big", "900.5", None] * 10
    houses = pa.table({"Id": range(40), "GrLivArea": cells})
    scorer = load_model().scorer(interval=0.8, keep=["Id"], on_one_thread=True)
    rows = ray.data.from_arrow([houses.slice(0, 7), houses.slice(7)])
    asked = rows.map_batches(scorer.arrow, batch_format="pyarrow", batch_size=9)
    answers = sorted(asked.take_all(), key=lambda row: row["Id"])
    expected: dict[str, Any] = {**make_prediction(input_data=houses, interval=0.8)}
    assert [row["Id"] for row in answers] == list(range(40))
    assert [row["prediction"] for row in answers] == expected["predictions"]
    assert [row["upper"] for row in answers] == expected["upper"]
    messages = {error["row"]: error["message"] for error in expected["errors"]}
    assert [row["error"] for row in answers] == [messages.get(row) for row in range(40)]


def test_the_page_shows_what_is_printed(ray: Any, tmp_path: Path) -> None:
    assert ray.is_initialized()
    code, printed = shown("Ray Data")
    assert printed_by(code, tmp_path) == printed
