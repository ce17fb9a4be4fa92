"""How much rows count, read from a column of a file."""

import numpy as np
import pytest

from regression_model.exceptions import DataError
from regression_model.processing.number_formats import DECIMAL_COMMA
from regression_model.processing.weights import read_counts

TRUTH = np.array([1.0, 2.0, np.nan])


def test_rows_without_a_truth_do_not_count_whatever_their_weight_is() -> None:
    assert read_counts("n", ["2", "0", "many"], TRUTH).tolist() == [2, 0, 0]


def test_weights_are_written_as_the_numbers_of_the_file() -> None:
    assert read_counts("n", ["2,5", "1", ""], TRUTH, DECIMAL_COMMA).tolist() == [2.5, 1, 0]


@pytest.mark.parametrize(
    ("cell", "said"), [("-1", "n is -1"), ("", "n is required"), ("many", "n is 'many'")]
)
def test_a_weight_that_cannot_be_is_named_with_its_row(cell: str, said: str) -> None:
    with pytest.raises(DataError, match=f"^row 1: {said}"):
        read_counts("n", ["2", cell, "1"], TRUTH)


def test_of_many_faults_ten_are_told() -> None:
    with pytest.raises(DataError, match="row 9: ") as refusal:
        read_counts("n", ["-1"] * 50, np.zeros(50))
    assert len(str(refusal.value).splitlines()) == 10
