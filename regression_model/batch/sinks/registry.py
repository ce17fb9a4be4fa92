"""The kinds of output. A new one is a file beside this one, and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.batch.packing import packing_for
from regression_model.batch.sinks.arrow_sink import ArrowSink
from regression_model.batch.sinks.base import TextSink
from regression_model.batch.sinks.csv_sink import CsvSink
from regression_model.batch.sinks.json_lines_sink import JsonLinesSink
from regression_model.batch.sinks.packed_sink import PackedSink
from regression_model.batch.sinks.parquet_sink import ParquetSink
from regression_model.exceptions import OutputError

if TYPE_CHECKING:
    from pathlib import PurePath

    from regression_model.batch.layouts import Layout
    from regression_model.batch.sinks.base import Sink

_ALL: tuple[type[Sink], ...] = (CsvSink, JsonLinesSink, ParquetSink, ArrowSink)
_BY_ENDING = {ending: sink for sink in _ALL for ending in sink.endings}


def sink_for(path: PurePath, layout: Layout) -> Sink:
    """Return the kind of output that a file's name says; CSV if it says none.

    Raises
    ------
    OutputError
        If the name asks to compress what is compressed within.
    MissingExtraError
        If the library that writes such a file is not installed.

    Examples
    --------
    >>> from pathlib import PurePath
    >>> from regression_model.batch.layouts import Layout
    >>> sink_for(PurePath("answers.jsonl.gz"), Layout(keep=("Id",))).names
    ['Id', 'prediction', 'error_code', 'error', 'model_version']
    """
    packing = packing_for(path)
    name = path if packing is None else path.with_suffix("")
    sink = _BY_ENDING.get(name.suffix.casefold(), CsvSink)(layout)
    if packing is None:
        return sink
    if not isinstance(sink, TextSink):
        message = (
            f"cannot write {path}: a {name.suffix} file is compressed within; leave {path.suffix} "
            "out"
        )
        raise OutputError(message)
    return PackedSink(sink, packing)
