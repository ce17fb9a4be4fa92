"""Cells that some kind or other reads in a way of its own, to try what a column takes."""

from __future__ import annotations

ANY_CELLS: tuple[str | float | bool | None, ...] = (
    None, "", "  ", "NA", "nan", "None", "?", 0, 1, 12, 12.5, -1, "12", " 12.5 ", "1e3", "+7", ".5",
    "007", "1_000", "1,5", "ten", "inf", "-Infinity", 1e31, "9007199254740993", True, False, "yes",
    "No", "TRUE", "2024-03-01", "2024-03-01T14:30:05.25+02:00", "2024-02-30", "03/04/2024",
    "13/12/2024", "1 Mar 2024", "March 1st, 2024 2:05 pm", "Fri, 3/2024", 20240301, "20240301",
    "\u00a0x\ufeff", "<b>&amp;</b>",
)  # fmt: skip
"""The same for every model; conformance vectors are made of them, in their order."""
