"""The columns of answers, none of which is there twice."""

import pytest

from regression_model.batch.layouts import Layout


def test_rows_are_numbered_where_no_column_is_kept() -> None:
    assert Layout().table_names[0] == "row"
    assert Layout(keep=("a", "b"), interval=0.9).table_names[:3] == ["a", "b", "prediction"]


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ({"id_column": "prediction"}, "a column prediction too"),
        ({"keep": ("lower",), "interval": 0.9}, "a column lower too"),
        ({"keep": ("row",)}, "a column row too"),
        ({"keep": ("source",), "has_source": True}, "a column source too"),
        ({"id_column": "a", "keep": ("a",)}, "'a' is to be kept twice"),
    ],
    ids=["number", "end", "row", "source", "twice"],
)
def test_no_column_is_called_as_another(layout: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Layout(**layout)  # type: ignore[arg-type]


def test_names_that_no_answer_has_are_free() -> None:
    assert Layout("lower", ("source",)).kept == ("lower", "source")
