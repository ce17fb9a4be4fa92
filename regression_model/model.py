"""A loaded model: an artifact's schema and engine behind one method."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.format import GRAPH, Artifact
from regression_model.artifact.runtime import Engine
from regression_model.exceptions import ArtifactError
from regression_model.predict import PredictionResult
from regression_model.processing.schema import Code, Schema
from regression_model.processing.validation import Report, Validator

if TYPE_CHECKING:
    from regression_model.processing.validation import Floats


class Model:
    """A loaded artifact; safe to use from many threads.

    Parameters
    ----------
    artifact : Artifact
        What `read_artifact` returned.

    Attributes
    ----------
    version : str
        The model's version.
    schema : Schema
        The columns that it eats.
    facts : dict
        Everything that the artifact says of itself (``model.json``).

    Raises
    ------
    ArtifactError
        If the artifact's columns or graph cannot be used.
    """

    def __init__(self, artifact: Artifact) -> None:
        self.facts: dict[str, Any] = artifact.model
        self.version = str(artifact.model["model_version"])
        try:
            self.schema: Schema = Schema.from_dict(artifact.model["columns"])
            self._validator = Validator(self.schema)
        except (TypeError, AttributeError, KeyError, ValueError) as problem:
            message = f"the artifact is damaged: its columns cannot be read ({problem})"
            raise ArtifactError(message) from problem
        self._engine = Engine(artifact.members[GRAPH], len(self.schema))

    def predict(self, input_data: object, *, from_file: bool = False) -> PredictionResult:
        """Predict rows of any form; see `regression_model.make_prediction`.

        Parameters
        ----------
        input_data : record, records or table
            One flat record, a list of records, a mapping of column to list, a pandas or polars
            DataFrame, or an Arrow table.
        from_file : bool
            Whether every cell is the text of a file's cell, where a number in text is no news.

        Returns
        -------
        PredictionResult

        Raises
        ------
        TypeError
            If `input_data` is no table at all.
        """
        if type(input_data) is dict:
            values = self._validator.encode_record(input_data)
            if values is not None:
                return self._predict_row(input_data, values)
        report = Report()
        blocks = self._validator.blocks(input_data, report, from_file=from_file)
        return self._result(self._engine.predict_blocks(blocks), report)

    def _predict_row(self, record: dict[Any, Any], values: tuple[float, ...]) -> PredictionResult:
        """Answer one record about whose cells there is nothing to say."""
        prediction = self._engine.predict_row(values)
        report = self._validator.report_names(record)
        if report is None and math.isfinite(prediction):
            return PredictionResult(
                predictions=[prediction], version=self.version, errors=None, warnings=None
            )
        return self._result(np.array([prediction]), report or Report())

    def _result(self, values: Floats, report: Report) -> PredictionResult:
        predictions: list[float | None] = values.tolist()
        if report.all_failed:
            predictions = [None] * len(predictions)
        else:
            for row in np.flatnonzero(~np.isfinite(values)).tolist():
                if row not in report.failed:
                    message = "the model's answer is not a finite number; check for extreme values"
                    report.refuse(Code.NOT_FINITE_PREDICTION, message, row=row, column=None)
            for row in report.failed:
                predictions[row] = None
        return PredictionResult(
            predictions=predictions,
            version=self.version,
            errors=report.sorted_errors() or None,
            warnings=report.warnings or None,
        )
