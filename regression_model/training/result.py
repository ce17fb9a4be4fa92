"""What a training run gave, and how it comes into a file."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from regression_model.artifact.format import Artifact, artifact_bytes, write_artifact
from regression_model.exceptions import ConfigError, WorseModelError
from regression_model.metrics import share_text
from regression_model.predict import load_model
from regression_model.training.gate import (
    Comparison,
    compare_with_model_in_place,
    no_comparison,
    stays,
)
from regression_model.training.in_place import check_place

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from regression_model.config.core import TargetConfig
    from regression_model.training.choice import Choice
    from regression_model.training.progress import Progress
    from regression_model.training.quality import Quality
    from regression_model.training.sample import Sample

logger = logging.getLogger(__name__)

_NO_KNOWLEDGE = 0.01
"""An R² below this is no knowledge: out of fold, that of the mean scatters around zero."""


@dataclass(frozen=True)
class TrainingResult:
    """What a training run gave.

    Attributes
    ----------
    artifact : Artifact
        The model, as `save` writes it.
    artifact_path : Path or None
        The file written; None where nothing was.
    pipeline : sklearn.pipeline.Pipeline
        Fitted on all rows.
    quality : Quality
        Metrics, bias and intervals, measured out of fold.
    selection : Choice
        The scale and the branches that were chosen, where the config leaves it to the data.
    target : TargetConfig
        With the scale that was chosen.
    columns : tuple of str
        What the config declares.
    comparison : Comparison or None
        With the model that was there before, if there was one.
    n_rows : int
        Rows trained on.
    n_left_out : int
        Rows of the table without a target, or of weight zero.
    largest_difference : float
        Between the artifact's and the pipeline's predictions, relative.
    explanation_milliseconds : float or None
        What the explanation of one row takes on this machine; None where there is none.
    seconds : float
        From the table in memory to the artifact.
    sample : Sample
        The rows trained on, by which the model is compared with one in place.
    n_fits : int
        How many fits it took.
    inputs : tuple of Path
        Files that it was made from, which `save` never replaces.
    """

    artifact: Artifact = field(repr=False)
    artifact_path: Path | None
    pipeline: Pipeline
    quality: Quality
    selection: Choice
    target: TargetConfig = field(repr=False)
    columns: tuple[str, ...] = field(repr=False)
    comparison: Comparison | None
    n_rows: int
    n_left_out: int
    largest_difference: float
    explanation_milliseconds: float | None
    seconds: float
    sample: Sample = field(repr=False)
    n_fits: int
    inputs: tuple[Path, ...] = field(default=(), repr=False)

    @property
    def knows_no_more_than_the_mean(self) -> bool:
        """Whether the mean of the target would be as good an answer, out of fold."""
        r2 = self.quality.cross_validation.pooled.r2
        return r2 is not None and r2 < _NO_KNOWLEDGE

    def _repr_html_(self) -> str:
        """Return the model's card, as notebooks show it."""
        return load_model(artifact_bytes(self.artifact))._repr_html_()

    def warning(self) -> str:
        """Say that the model knows no more than the mean."""
        r2 = self.quality.cross_validation.pooled.r2
        share = "not known" if r2 is None else share_text(r2)
        return (
            f"THE MODEL KNOWS NO MORE THAN THE MEAN of {self.target.column}: its "
            f"R² out of fold is {share}; give columns that tell more, and look at those left out"
        )

    def save(
        self,
        path: str | Path,
        *,
        accept: bool = False,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Self:
        """Compare with the model in place, if there is one, and write the artifact.

        Parameters
        ----------
        path : str or Path
            Where to.
        accept : bool
            Whether to replace a model even by a clearly worse one.
        force : bool
            Whether to replace what is no artifact, or a model of another target or other columns.
        progress : callable, optional
            Told about every fit of the comparison, on top of those of the run.

        Returns
        -------
        TrainingResult
            With the path, the comparison, and the seconds that this took as well.

        Raises
        ------
        OccupiedPathError
            If something else than an earlier version of this model is there.
        OutputError
            If it is a file that the model was made from, or cannot be written to.
        WorseModelError
            If the model is clearly worse than the one in place, or cannot be compared with it as
            that one's config cannot be fitted any more; nothing is written.
        """
        path, started = Path(path), time.perf_counter()
        check_place(
            path,
            target=self.target.column,
            columns=self.columns,
            force=force,
            inputs=self.inputs,
        )
        try:
            comparison = compare_with_model_in_place(
                path, self.artifact.model, self.sample, n_fits=self.n_fits, progress=progress
            )
        except ConfigError as problem:
            if not accept:
                message = f"{no_comparison(problem)}; {stays(path)}"
                raise WorseModelError(message, self) from problem
            logger.warning("%s", no_comparison(problem))
            comparison = None
        if comparison is not None and comparison.is_clearly_worse and not accept:
            refused = replace(self, comparison=comparison)
            message = f"{comparison.sentence()}; {stays(path)}"
            raise WorseModelError(message, refused)
        write_artifact(path, self.artifact, inputs=self.inputs)
        seconds = self.seconds + time.perf_counter() - started
        logger.info("wrote %s in %.1f s", path, seconds)
        return replace(self, artifact_path=path, comparison=comparison, seconds=seconds)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as what JSON can hold."""
        path = self.artifact_path
        return {
            "artifact": None if path is None else str(path),
            "metrics": self.quality.to_dict(),
            "selection": self.selection.to_dict(),
            "n_rows": self.n_rows,
            "n_left_out": self.n_left_out,
            "largest_difference": self.largest_difference,
            "seconds": round(self.seconds, 3),
        }
