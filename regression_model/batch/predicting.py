"""Answers to files written one behind the other into what is open: to a terminal, into a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from regression_model.batch.outcomes import Outcome
from regression_model.batch.reading import Ended, Failed, Opened, Reading, answered
from regression_model.exceptions import DataError
from regression_model.processing.chunks import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.batch.chunk_scoring import ChunkScorer
    from regression_model.batch.inputs import Inputs
    from regression_model.batch.sinks.base import PartWriter


def predict_into(
    out: BinaryIO,
    scorer: ChunkScorer,
    inputs: Inputs,
    wanted: Mapping[str, str],
    *,
    rejects: BinaryIO | None = None,
) -> Outcome:
    """Answer the rows of files, and write the answers as they come.

    Parameters
    ----------
    out : binary file
        Receives them. Nothing is written before a file turns out to have columns of the model.
    scorer : ChunkScorer
    inputs : Inputs
    wanted : mapping of str to str
        Columns that the files must have beside those of the model, and which option names them.
    rejects : binary file, optional
        Receives a line for each error.

    Returns
    -------
    Outcome
        With what is wrong with files; the others are answered.
    """
    outcome = Outcome(problems=list(inputs.problems))
    writer: PartWriter | None = None
    if rejects is not None and scorer.rejects is not None:
        rejects.write(scorer.rejects.header())
    reading = Reading(scorer.model, wanted)
    to_do = [(source, BEGINNING) for source in inputs.sources]
    for event in answered(scorer, reading, to_do):
        if isinstance(event, Opened):
            outcome.opened(event)
            writer = writer or scorer.sink.writer(out)
        elif isinstance(event, Failed):
            outcome.problems.append(event.problem)
        elif isinstance(event, Ended):
            try:
                event.part.source.check_unchanged()
            except DataError as problem:
                outcome.problems.append(problem)
        elif writer is not None:
            writer.write(event.scored.payload)
            outcome.add(event.scored.summary, event.scored.counts)
            if rejects is not None:
                rejects.write(event.scored.rejects)
    if writer is not None:
        writer.close()
    return outcome
