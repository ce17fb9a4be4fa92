"""Lines of text that are compressed, each chunk by itself where it is encoded.

Compressed pieces that stand behind one another are one file to whoever unpacks it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.batch.sinks.base import TextSink

if TYPE_CHECKING:
    from regression_model.batch.packing import Packing
    from regression_model.batch.sinks.base import ChunkAnswers


class PackedSink(TextSink):
    """The lines of another sink, compressed.

    Parameters
    ----------
    sink : TextSink
    packing : Packing
    """

    def __init__(self, sink: TextSink, packing: Packing) -> None:
        super().__init__(sink.layout)
        self.endings = sink.endings
        self._sink = sink
        self._packing = packing

    @property
    def names(self) -> list[str]:
        """Those of the other sink."""
        return self._sink.names

    def header(self) -> bytes:
        """Return the other sink's, compressed."""
        return self._packing.pack(self._sink.header())

    def encode(self, answers: ChunkAnswers) -> bytes:
        """Return the lines, compressed."""
        return self._packing.pack(self._sink.encode(answers))
