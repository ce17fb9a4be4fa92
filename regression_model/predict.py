"""Predictions: rows in, as many answers out, with what is to be said about them.

Importing this module is cheap; NumPy, pydantic and ONNX Runtime are loaded with the first model.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from regression_model._version import package_version

if TYPE_CHECKING:
    from regression_model.artifact.format import Artifact
    from regression_model.processing.schema import Schema
    from regression_model.processing.validation import Entry, Floats, Report

_lock = threading.Lock()


class PredictionResult(TypedDict):
    """What `make_prediction` returns; ``json.dumps(result, allow_nan=False)`` takes it as it is.

    Attributes
    ----------
    predictions : list of (float or None)
        In target units, one for each input row, in order; None where the row has an error.
    version : str
        The model's version.
    errors : list of dict or None
        Why rows have no prediction: ``row`` (0-based, None for all rows), ``column``, ``code``,
        ``value`` and ``message``.
    warnings : list of dict or None
        The same shape, about rows that do have a prediction.
    """

    predictions: list[float | None]
    version: str
    errors: list[Entry] | None
    warnings: list[Entry] | None


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
    """

    def __init__(self, artifact: Artifact) -> None:
        from regression_model.artifact.format import GRAPH
        from regression_model.artifact.runtime import Engine
        from regression_model.exceptions import ArtifactError
        from regression_model.processing.schema import Schema
        from regression_model.processing.validation import Validator

        self.facts: dict[str, Any] = artifact.model
        self.version = str(artifact.model["model_version"])
        try:
            self.schema: Schema = Schema.from_dict(artifact.model["columns"])
        except (TypeError, AttributeError) as problem:
            message = f"the artifact is damaged: its columns cannot be read ({problem})"
            raise ArtifactError(message) from problem
        self._validator = Validator(self.schema)
        self._engine = Engine(artifact.members[GRAPH], len(self.schema))

    def predict(self, input_data: object, *, from_file: bool = False) -> PredictionResult:
        """Predict rows of any form; see `make_prediction`.

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
            row = self._validator.encode_record(input_data)
            if row is not None:
                return self._predict_row(row)
        return self._predict_table(input_data, from_file=from_file)

    def _predict_row(self, row: Floats) -> PredictionResult:
        """Answer the one row about which validation has nothing to say."""
        _, prediction = self._engine.run(row.reshape(1, -1))
        value = prediction.item()
        if abs(value) < float("inf"):
            return PredictionResult(
                predictions=[value], version=self.version, errors=None, warnings=None
            )
        return self._result([None], _refused_predictions([0]))

    def _predict_table(self, input_data: object, *, from_file: bool) -> PredictionResult:
        import numpy as np

        from regression_model.processing.validation import Report

        report = Report()
        predictions: list[float | None] = []
        for block in self._validator.blocks(input_data, report, from_file=from_file):
            start = len(predictions)
            _, values = self._engine.run(block)
            predictions += values.tolist()
            _refused_predictions((start + np.flatnonzero(~np.isfinite(values))).tolist(), report)
        failed = range(len(predictions)) if report.all_failed else report.failed
        for row in failed:
            predictions[row] = None
        return self._result(predictions, report)

    def _result(self, predictions: list[float | None], report: Report) -> PredictionResult:
        return PredictionResult(
            predictions=predictions,
            version=self.version,
            errors=report.errors or None,
            warnings=report.warnings or None,
        )


def _refused_predictions(rows: list[int], report: Report | None = None) -> Report:
    """Report predictions that are not finite, in rows that have no other error."""
    from regression_model.processing.schema import Code
    from regression_model.processing.validation import Report

    report = Report() if report is None else report
    for row in rows:
        if row not in report.failed:
            message = "the model's answer is not a finite number; check for extreme values"
            report.refuse(Code.NOT_FINITE_PREDICTION, message, row=row, column=None)
    return report


def packaged_artifact() -> Path:
    """Return the path of the one artifact of this version that the package ships.

    Raises
    ------
    ArtifactError
        If there is none, or more than one.
    """
    from regression_model.exceptions import ArtifactError

    folder = Path(__file__).parent / "trained_models"
    found = sorted(folder.glob(f"*_v{package_version()}.zip"))
    if len(found) != 1:
        message = (
            f"expected one artifact of version {package_version()} in {folder}, found "
            f"{[path.name for path in found]}; train it with: tox -e train"
        )
        raise ArtifactError(message)
    return found[0]


def load_model(path: str | Path | None = None) -> Model:
    """Load a model; several may live in one process.

    Parameters
    ----------
    path : str or Path, optional
        An artifact; the packaged one if not given.

    Returns
    -------
    Model

    Raises
    ------
    ArtifactError
        If the file is missing, damaged, foreign or of a newer format.

    Examples
    --------
    >>> from regression_model import load_model
    >>> model = load_model()
    >>> model.schema["LotArea"].kind
    'number'
    """
    from regression_model.artifact.format import read_artifact

    return Model(read_artifact(packaged_artifact() if path is None else Path(path)))


@cache
def _load_packaged() -> Model:
    return load_model()


def _packaged_model() -> Model:
    """Load the packaged model once, also when threads race for it."""
    with _lock:
        return _load_packaged()


def make_prediction(*, input_data: object) -> PredictionResult:
    """Predict with the packaged model: one answer per input row, in order.

    Parameters
    ----------
    input_data : record, records or table
        One flat record (dict), a list of records, a mapping of column to list, a pandas or polars
        DataFrame, or an Arrow table. It is never changed. Columns may be absent, and missing values
        are spelled as you like: None, NaN, NA, an empty text.

    Returns
    -------
    PredictionResult
        ``predictions`` in target units, ``version``, ``errors`` and ``warnings``. A row with an
        error has the prediction None; the others get theirs.

    Raises
    ------
    TypeError
        If `input_data` is no table at all.
    ArtifactError
        If the packaged artifact is damaged.

    Examples
    --------
    >>> from regression_model import make_prediction
    >>> house = {"OverallQual": 7, "GrLivArea": 1710, "Neighborhood": "CollgCr"}
    >>> result = make_prediction(input_data=house)
    >>> len(result["predictions"]), result["errors"], result["warnings"]
    (1, None, None)
    """
    return _packaged_model().predict(input_data)
