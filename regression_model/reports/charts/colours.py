"""Colours that the colour-blind can tell apart (M. Okabe, K. Ito, 2008), on light and on dark.

Lines and dots have a contrast of at least 4.5 to 1 to what is behind them, as text has. Where two
series are beside each other they also differ in shape.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#ffffff", "panel": "#f6f7f9", "text": "#1b1f24", "quiet": "#57606a",
    "rule": "#d5dae0", "first": "#0067a3", "second": "#b34a00",
}  # fmt: skip
"""Blue and vermillion of that palette, darkened for the contrast."""
DARK: Mapping[str, str] = {
    "page": "#14181d", "panel": "#1d232a", "text": "#e8ebef", "quiet": "#a3adb8",
    "rule": "#39424c", "first": "#56b4e9", "second": "#f0a43a",
}  # fmt: skip
"""Sky blue and orange of it."""

DARK_SCREEN = "@media screen and (prefers-color-scheme: dark)"
"""Paper is always light."""

_RULES = """\
.chart text{{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;\
fill:{text}}}
.chart .tick,.chart .note{{fill:{quiet}}}
.chart .over{{paint-order:stroke;stroke:{page};stroke-width:5;stroke-linejoin:round}}
.chart .grid{{stroke:{rule};stroke-width:1}}
.chart .whisker{{stroke:{text};stroke-width:1.2}}
.chart .same{{stroke:{quiet};stroke-width:1.2;stroke-dasharray:4 4;fill:none}}
.chart .rug{{fill:none;stroke:{quiet};stroke-width:1}}
.chart .first{{fill:{first}}}
.chart .second{{fill:{second}}}
.chart .line.first{{stroke:{first}}}
.chart .line.second{{stroke:{second};stroke-dasharray:7 3}}
.chart .line{{fill:none;stroke-width:2;stroke-linejoin:round}}
.chart .band{{opacity:.16}}
.chart .inner{{opacity:.3}}
.chart .faint{{opacity:.45}}
.chart .thin{{stroke-width:1}}
.chart .dot{{stroke:{page};stroke-width:1}}
"""


def svg_file_style() -> str:
    """Return what a chart needs besides where it is a file: what is behind it.

    Returns
    -------
    str
        Its own background, as the page around may be dark while the screen is light.
    """
    light, dark = LIGHT["page"], DARK["page"]
    return f"svg{{background:{light}}}{DARK_SCREEN}{{svg{{background:{dark}}}}}"


def chart_style() -> str:
    """Return the style sheet of charts: light, or dark where a screen is.

    Returns
    -------
    str
        With plain colours, as some that show SVG know no variables.
    """
    return f"{_RULES.format(**LIGHT)}{DARK_SCREEN}{{\n{_RULES.format(**DARK)}}}\n"
