"""Colours: what is drawn and written can be told from what is behind it."""

import re
from collections.abc import Mapping

import pytest

from regression_model.reports.charts.colours import DARK, LIGHT, chart_style
from regression_model.reports.page_style import page_style


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["text", "quiet", "first", "second"])
@pytest.mark.parametrize("behind", ["page", "panel"])
def test_contrast_is_that_of_text(colours: Mapping[str, str], name: str, behind: str) -> None:
    assert _contrast(colours[name], colours[behind]) >= 4.5


def test_styles_know_no_colours_but_these() -> None:
    known = {*LIGHT.values(), *DARK.values()}
    for style in (chart_style(), page_style()):
        found = set(re.findall(r"#[0-9a-f]{3,6}\b", style))
        assert found
        assert found <= known


def test_a_dark_screen_has_its_own_rules_and_paper_has_not() -> None:
    for style in (chart_style(), page_style()):
        assert "@media screen and (prefers-color-scheme: dark)" in style
