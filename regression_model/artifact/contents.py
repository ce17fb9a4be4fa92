"""What an artifact's file holds: its members, and how much there may be of everything.

Each bound is far above what a useful model needs, and low enough that a hostile file costs seconds
and some hundred megabytes at the most before it is refused.
"""

from __future__ import annotations

MODEL = "model.json"
GRAPH = "model.onnx"
INTERVALS = "intervals.onnx"
EXPLANATION_GRAPH = "explain.onnx"
EXPLANATION = "explain.npz"
PROFILE = "profile.json"
REPORT = "report.json"
CONFORMANCE = "conformance.json"
MEMBERS = {
    GRAPH: 1, INTERVALS: 2, EXPLANATION_GRAPH: 2, EXPLANATION: 2,
    PROFILE: 3, REPORT: 3, CONFORMANCE: 3,
}  # fmt: skip
"""The members beside ``model.json``, and the format that opened each."""
KEPT = (PROFILE, REPORT, CONFORMANCE)
"""Those that who only predicts never reads, so that they are no part of ``model.json``."""

MAX_COLUMNS = 20_000
MAX_LEVELS = 250_000
"""Levels of all columns together: each takes half a kilobyte, and some microseconds to index."""
MAX_ALL_ALIASES = 20_000
"""Aliases of all columns together: each is a further place where every record is looked into."""
MAX_CARD_NAME = 300
"""Characters of the owner and of the licence, which the card repeats."""
MAX_CARD_TEXT = 2_000
"""Characters of its intended use, and of each of its limits."""
MAX_CARD_LIMITS = 10
MAX_WORK = 20_000_000
"""Numbers that the explanation of one row may take: about a second."""
MAX_GRAPH_BYTES = 3 << 23
"""Bytes of all graphs together, of which the engine makes up to twenty times as many."""
MAX_ARRAY_BYTES = 1 << 25
"""Bytes of all arrays of explanations together, unpacked: 32 MB, a million nodes of trees."""
MAX_KEPT_BYTES = 1 << 22
"""Bytes of each of what is kept for people: 4 MB, some thousands of columns."""
