"""The kinds of output. A new one is a file beside this one, and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.batch.sinks.csv_sink import CsvSink
from regression_model.processing.text_files import PACKED

if TYPE_CHECKING:
    from pathlib import PurePath

    from regression_model.batch.layouts import Layout
    from regression_model.batch.sinks.base import Sink

_ALL: tuple[type[Sink], ...] = (CsvSink,)
_BY_ENDING = {ending: sink for sink in _ALL for ending in sink.endings}


def sink_for(path: PurePath, layout: Layout) -> Sink:
    """Return the kind of output that a file's name says; CSV if it says none."""
    name = path.with_suffix("") if path.suffix.casefold() in PACKED else path
    return _BY_ENDING.get(name.suffix.casefold(), CsvSink)(layout)
