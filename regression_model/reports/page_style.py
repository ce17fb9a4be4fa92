"""The style sheet of pages: one column of text, figures beside each other where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.reports.charts.colours import DARK, DARK_SCREEN, LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

_RULES = """\
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:70rem;padding:2.5rem 1.5rem 5rem;background:var(--page);\
color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,\
sans-serif;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.25;text-wrap:balance}
h1{font-size:2.1rem;margin:.1rem 0 .6rem;letter-spacing:-.015em}
h2{font-size:1.35rem;margin:3.2rem 0 .9rem;padding-top:.9rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:0}
p,ul{margin:.5rem 0 .9rem;max-width:46rem}
ul{padding-left:1.2rem}
a{color:var(--first)}
.over{margin:0;color:var(--quiet);font-size:.9rem}
.summary{font-size:1.08rem}
.given{white-space:pre-line}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.8rem;\
margin:1.4rem 0}
.tiles div{background:var(--panel);border-radius:10px;padding:.8rem 1rem .9rem}
.tiles dt{color:var(--quiet);font-size:.82rem}
.tiles dd{margin:0}
.tiles b{display:block;font-size:1.5rem;line-height:1.35;font-weight:650;letter-spacing:-.01em}
.tiles span{color:var(--quiet);font-size:.82rem;line-height:1.35;display:block}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;margin:0;\
max-width:none;font-size:.92rem}
.pairs{margin:.6rem 0 1rem;max-width:60rem}
.pairs div{display:grid;grid-template-columns:13rem 1fr;gap:1rem;padding:.32rem 0;\
border-bottom:1px solid var(--rule)}
.pairs dt{color:var(--quiet)}
.pairs dd{margin:0;white-space:pre-line}
i{color:var(--quiet)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));\
gap:0 2rem;margin:1.2rem 0 0}
figure{margin:0 0 1.6rem;min-width:0;max-width:34rem;break-inside:avoid;display:grid;\
grid-row:span 3;grid-template-rows:subgrid;grid-template-columns:minmax(0,1fr)}
figcaption p{margin:.2rem 0 .5rem;color:var(--quiet);font-size:.88rem;line-height:1.45}
svg{display:block;width:100%;height:auto;overflow:visible}
details{font-size:.85rem;margin-top:.3rem}
summary{color:var(--quiet);cursor:pointer}
.wide{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
details table{font-size:.82rem}
th,td{text-align:left;vertical-align:top;padding:.32rem .9rem .32rem 0;\
border-bottom:1px solid var(--rule);overflow-wrap:break-word;max-width:26rem}
th{color:var(--quiet);font-weight:500}
.n{text-align:right}
td.n{white-space:nowrap}
:focus-visible{outline:2px solid var(--first);outline-offset:2px}
@media (max-width:38rem){body{padding:1.4rem 1rem 3rem}h1{font-size:1.6rem}\
.pairs div{grid-template-columns:1fr;gap:0}}
@media print{body{max-width:none;padding:0;font-size:11pt}\
nav,figure details:not([open]){display:none}\
.printed::details-content{content-visibility:visible;height:auto}\
h2{break-after:avoid}.figures{grid-template-columns:1fr 1fr}tr{break-inside:avoid}}
"""


def page_style() -> str:
    """Return the style sheet of a page but for its charts: light, or dark where a screen is.

    Returns
    -------
    str
    """
    dark = f"{DARK_SCREEN}{{:root{{{_variables(DARK)}}}}}"
    return f":root{{{_variables(LIGHT)}}}\n{dark}\n{_RULES}"


def _variables(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
