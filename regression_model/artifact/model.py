"""A loaded model: an artifact's schema and engine behind one method."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.computation import Answers, Computation, withdraw
from regression_model.artifact.contents import CONFORMANCE, GRAPH, KEPT, PROFILE, REPORT
from regression_model.artifact.explained_rows import explanations_of
from regression_model.artifact.format import Artifact, artifact_bytes, read_artifact_bytes
from regression_model.artifact.once import Once, OnceForEach
from regression_model.artifact.parts import read_explainer, read_intervals, read_kept
from regression_model.artifact.results import PredictionResult
from regression_model.artifact.runtime import Engine
from regression_model.artifact.spreading import map_blocks
from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on
from regression_model.processing.schema import Schema
from regression_model.processing.validation import Report, Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from regression_model.arrays import Floats
    from regression_model.artifact.explanation import Explainer
    from regression_model.artifact.intervals import Intervals
    from regression_model.batch.scorer import Scorer
    from regression_model.processing.name_check import NameCheck
    from regression_model.reports.drift.drift import Drift

_KEPT_OPEN = 4
"""How many models that came as bytes stay open for the next time that they come."""


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
            pass_on(problem)
            message = f"the artifact is damaged: its columns cannot be read ({problem})"
            raise ArtifactError(message) from problem
        version, members = artifact.format_version, artifact.members
        self._engine = Engine(members[GRAPH], len(self.schema), format_version=version)
        self._artifact = artifact
        # compressed anew for each copy, it would cost more than a batch of rows does
        self._bytes = Once(partial(artifact_bytes, artifact))
        self._intervals = Once(partial(read_intervals, artifact, len(self.schema)))
        self._explainer = Once(partial(read_explainer, artifact, len(self.schema)))
        self._kept = {name: Once(partial(read_kept, artifact, name)) for name in KEPT}

    def __reduce__(self) -> tuple[Callable[[bytes], Model], tuple[bytes]]:
        """Copy and pickle by the bytes of the artifact's file, which are checked as a file is."""
        return _from_bytes, (self._bytes(),)

    def _repr_html_(self) -> str:
        """Return the model's card, as notebooks show it."""
        # pages are rooms above this one, which who predicts rows does not need
        from regression_model.reports.card.notebook import in_notebook

        return in_notebook(self)

    def predict(
        self,
        input_data: object,
        *,
        interval: float | None = None,
        explain: bool = False,
        from_file: bool = False,
        number_format: str | None = None,
    ) -> PredictionResult:
        """Predict rows of any form; see `regression_model.make_prediction`.

        Parameters
        ----------
        input_data : record, records or table
            One flat record, a list of records, a mapping of column to list, a pandas or polars
            DataFrame, or an Arrow table.
        interval : float, optional
            Wanted coverage of intervals, 0.5 or more.
        explain : bool
            Whether to say what each feature adds to a row's score.
        from_file : bool
            Whether every cell is the text of a file's cell, where a number in text is no news.
        number_format : str, optional
            How numbers are written in that file, where a column does not say so itself.

        Returns
        -------
        PredictionResult

        Raises
        ------
        TypeError
            If `input_data` is no table at all.
        ValueError
            If the artifact does not allow this interval.
        ArtifactError
            If it has no intervals or no explanations.
        """
        is_plain = interval is None and not explain
        if is_plain and type(input_data) is dict:
            result = self.predict_record(input_data)
            if result is not None:
                return result
        report = Report()
        answers = self.answer(
            input_data,
            report,
            interval=interval,
            explain=explain,
            from_file=from_file,
            number_format=number_format,
        )
        return self.result(answers, report)

    def predict_record(
        self, record: dict[Any, Any], *, seen: Callable[[Sequence[float]], None] | None = None
    ) -> PredictionResult | None:
        """Predict one record in the shortest way; None where `predict` must look closer.

        Parameters
        ----------
        record : dict
            Anything, such as columns: it is not judged here.
        seen : callable, optional
            Is given the encoded row where there is an answer.

        Returns
        -------
        PredictionResult or None
        """
        values = self._validator.encode_record(record)
        if values is None:
            return None
        check = self._validator.check_names(record)
        if check is not None and check.errors:
            return None
        if seen is not None:
            seen(values)
        return self._predict_row(values, check)

    def answer(
        self,
        input_data: object,
        report: Report,
        *,
        interval: float | None = None,
        explain: bool = False,
        from_file: bool = False,
        number_format: str | None = None,
        seen: Callable[[Floats], None] | None = None,
    ) -> Answers:
        """Answer rows of any form with arrays, of which `predict` makes lists.

        Parameters
        ----------
        input_data, interval, explain, from_file, number_format
            As of `predict`, and so are the errors.
        report : Report
            Receives what there is to say; rows that have failed in it already get no answer.
        seen : callable, optional
            Is given the encoded rows, block by block, when the report knows all about them.

        Returns
        -------
        Answers
            NaN where a row has an error.
        """
        blocks = self._validator.blocks(
            input_data, report, from_file=from_file, number_format=number_format
        )
        if seen is not None:
            blocks = _showing(blocks, seen)
        if interval is None and not explain:
            computed = map_blocks(blocks, self._engine.predict, self._engine.rows_at_once)
            answers = Answers(computed[:, 0])
        else:
            computation = Computation(
                self._engine,
                None if interval is None else self.intervals,
                interval,
                self.explainer if explain else None,
            )
            answers = computation.answers(blocks)
        withdraw(answers, report)
        return answers

    @property
    def intervals(self) -> Intervals:
        """The interval part, read when first asked for."""
        return self._intervals()

    @property
    def explainer(self) -> Explainer:
        """The explanation part, read when first asked for."""
        return self._explainer()

    @property
    def profile(self) -> dict[str, Any] | None:
        """How often each column had what in training; None where the artifact keeps none.

        It is read when first asked for, and an `ArtifactError` where it is damaged, as are `report`
        and `conformance`.

        Examples
        --------
        >>> from regression_model import load_model
        >>> load_model().profile["columns"]["CentralAir"]["counts"]
        [95, 1365]
        """
        return self._kept[PROFILE]()

    @property
    def report(self) -> dict[str, Any] | None:
        """How good the model is, for whom, and by what it goes; None where none is kept."""
        return self._kept[REPORT]()

    @property
    def conformance(self) -> dict[str, Any] | None:
        """Records with their answers, by which other readers prove themselves; None without."""
        return self._kept[CONFORMANCE]()

    def scorer(
        self,
        *,
        interval: float | None = None,
        keep: Sequence[str] = (),
        on_one_thread: bool = False,
    ) -> Scorer:
        """Return what answers batches of a table, and can be sent to other processes.

        Parameters
        ----------
        interval : float, optional
            Adds ``lower`` and ``upper``, between which this share of the truths lies.
        keep : sequence of str
            Columns of the table that stand beside the answers.
        on_one_thread : bool
            Whether to start no threads, for workers of which there is one a core.

        Returns
        -------
        Scorer

        Raises
        ------
        ValueError
            If the artifact does not allow this interval, or a kept column is called as an answer.

        Examples
        --------
        >>> from regression_model import load_model
        >>> load_model().scorer(interval=0.9, keep=["Id"]).names
        ['Id', 'prediction', 'lower', 'upper', 'error_code', 'error', 'model_version']
        """
        # tables in batches are a room above this one, which who predicts rows does not need
        from regression_model.batch.scorer import Scorer

        return Scorer(self, interval=interval, keep=keep, on_one_thread=on_one_thread)

    def drift(self, table: object) -> Drift:
        """Compare rows with those of training, without the training table.

        Parameters
        ----------
        table : records or table
            As of `predict`.

        Returns
        -------
        Drift
            Which columns have shifted, and the error to expect.

        Raises
        ------
        ArtifactError
            If the artifact keeps no profile of its training table.

        Examples
        --------
        >>> from regression_model import load_model
        >>> load_model().drift({"GrLivArea": [1710, 1262]}).n_rows
        2
        """
        # drift is a room above this one, which who predicts rows does not need
        from regression_model.reports.drift.drift import drift_of

        return drift_of(self, table)

    def _predict_row(self, values: Sequence[float], check: NameCheck | None) -> PredictionResult:
        """Answer one record about whose cells there is nothing to say, but perhaps its names."""
        prediction = self._engine.predict_row(values)
        if math.isfinite(prediction):
            warnings = check and [entry.copy() for entry in check.warnings]
            return PredictionResult(
                predictions=[prediction],
                version=self.version,
                errors=None,
                warnings=warnings or None,
            )
        report = Report()
        if check is not None:
            check.tell(report)
        answers = Answers(np.array([prediction]))
        withdraw(answers, report)
        return self.result(answers, report)

    def result(self, answers: Answers, report: Report) -> PredictionResult:
        """Return what `predict` makes of the arrays that `answer` has returned.

        Parameters
        ----------
        answers : Answers
        report : Report
            That of these rows.

        Returns
        -------
        PredictionResult
        """
        result = PredictionResult(
            predictions=_listed(answers.predictions),
            version=self.version,
            errors=report.sorted_errors() or None,
            warnings=report.sorted_warnings() or None,
        )
        if answers.lower is not None and answers.upper is not None:
            result["lower"] = _listed(answers.lower)
            result["upper"] = _listed(answers.upper)
        if answers.scores is not None and answers.contributions is not None:
            result["explanations"] = explanations_of(
                result["predictions"],
                answers.scores,
                answers.contributions,
                self.explainer,
                is_log=self.facts["target"]["transform"] == "log",
            )
        return result


def _listed(numbers: Floats) -> list[float | None]:
    """Return numbers as Python's own, None where there is none."""
    listed: list[float | None] = numbers.tolist()
    for row in np.flatnonzero(np.isnan(numbers)).tolist():
        listed[row] = None
    return listed


def _showing(blocks: Iterator[Floats], seen: Callable[[Floats], None]) -> Iterator[Floats]:
    for block in blocks:
        seen(block)
        yield block


def _read_bytes(data: bytes) -> Model:
    return Model(read_artifact_bytes(data, "a copied model"))


_opened = OnceForEach(_read_bytes, n_kept=_KEPT_OPEN)


def _from_bytes(data: bytes) -> Model:
    """Return the model of these bytes; pickles of models name this function."""
    return _opened(data)
