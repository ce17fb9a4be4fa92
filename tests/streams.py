"""Answers to a file, as a command writes them that is given no place for them."""

import io
from pathlib import Path
from typing import TextIO

from regression_model.artifact.model import Model
from regression_model.batch.chunk_scoring import ChunkScorer
from regression_model.batch.inputs import Inputs
from regression_model.batch.layouts import Layout
from regression_model.batch.predicting import predict_into
from regression_model.batch.sinks.csv_sink import CsvSink
from regression_model.batch.sources import source
from regression_model.batch.summary import Summary
from regression_model.processing.blanks import clean_name


def predict_file(
    model: Model,
    path: Path,
    out: TextIO,
    *,
    id_column: str | None = None,
    interval: float | None = None,
) -> Summary:
    """Write the answers to a file as CSV, and raise what is wrong with it."""
    name = None if id_column is None else clean_name(id_column)
    scorer = ChunkScorer(model, CsvSink(Layout(name, interval=interval)))
    wanted = {} if name is None else {name: "--id"}
    answers = io.BytesIO()
    outcome = predict_into(answers, scorer, Inputs([source(path)]), wanted)
    out.write(answers.getvalue().decode())
    for problem in outcome.problems:
        raise problem
    return outcome.summary
