"""Predictions for files: CSV in, CSV with one prediction or reason per row out, chunk by chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from regression_model.batch.chunk_scoring import ChunkScorer
from regression_model.batch.headers import check_columns
from regression_model.batch.layouts import Layout
from regression_model.batch.sinks.csv_sink import CsvSink
from regression_model.batch.summary import Summary
from regression_model.processing.blanks import clean_name
from regression_model.processing.table_files import open_rows

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.artifact.model import Model


def predict_file(
    model: Model,
    path: Path,
    out: TextIO,
    *,
    id_column: str | None = None,
    interval: float | None = None,
    escape_formulas: bool = False,
) -> Summary:
    """Predict every row of a CSV file.

    Parameters
    ----------
    model : Model
        Predicts.
    path : Path
        A CSV file with a header, separated and encoded in any of the ways that `open_csv` reads.
    out : text file
        Receives ``row,prediction,error``, a line for each row of the file.
    id_column : str, optional
        A column of the file to put in the place of ``row``.
    interval : float, optional
        Adds ``lower`` and ``upper``, between which this share of the truths lies.
    escape_formulas : bool
        Whether to put ``'`` before texts that a spreadsheet would run as formulas.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If the file is not a CSV file with columns of this model; nothing was written then.
    ValueError
        If the artifact does not allow this interval, or the output would have two columns of one
        name; nothing was written then.
    """
    layout = Layout(
        id_column=None if id_column is None else clean_name(id_column),
        interval=interval,
        escape_formulas=escape_formulas,
    )
    sink, summary = CsvSink(layout), Summary()
    scorer = ChunkScorer(model, sink)
    with open_rows(path) as file:
        check_columns(model, file, layout.id_column, summary)
        out.write(sink.header().decode())
        for chunk in file.chunks():
            scored = scorer.score(chunk, str(path))
            out.write(scored.payload.decode())
            summary.add(scored.summary)
    return summary
