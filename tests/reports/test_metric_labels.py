"""Labels of metrics: whole, and read back as what they were."""

import re

import pytest

from regression_model.reports.metric_labels import labels_of


@pytest.mark.parametrize("text", ["plain", 'a "b"', "a\\b", "a\nb", "\\n", "é", "", "x" * 5_000])
def test_what_is_read_back_is_what_was_written(text: str) -> None:
    found = re.fullmatch(
        r'\{column="((?:[^"\\\n]|\\["n\\])*)",n="1"\}', labels_of(column=text, n=1)
    )
    assert found is not None
    unescaped = re.sub(r"\\(.)", lambda each: {"n": "\n"}.get(each[1], each[1]), found[1])
    assert unescaped == text


def test_no_labels_are_nothing() -> None:
    assert not labels_of()
