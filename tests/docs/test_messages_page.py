"""The page of messages lists every code, on the side on which it comes."""

import re

from pages.page import ROOT

from regression_model.processing.report import MAX_ROW_ERRORS, MAX_WARNINGS
from regression_model.processing.schema import Code

PAGE = (ROOT / "docs" / "reference" / "messages.md").read_text(encoding="utf-8")


def test_every_code_is_listed_once() -> None:
    assert sorted(re.findall(r"(?m)^\| `(\w+)` \|", PAGE)) == sorted(Code)


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{MAX_ROW_ERRORS} at most" in PAGE
    assert f"{MAX_WARNINGS:,} are listed" in PAGE
