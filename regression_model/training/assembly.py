"""Putting an artifact together: graphs, what explanations and intervals need, and the facts."""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version as library_version
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model._version import package_version
from regression_model.artifact.conformance import conformance_member
from regression_model.artifact.contents import MAX_KEPT_BYTES, MAX_WORK
from regression_model.artifact.explanation import Explainer
from regression_model.artifact.explanation_arrays import pack_arrays
from regression_model.artifact.format import (
    EXPLANATION,
    EXPLANATION_GRAPH,
    GRAPH,
    INTERVALS,
    Artifact,
)
from regression_model.artifact.intervals import REPORTED_LEVEL, interval_table
from regression_model.artifact.model import Model
from regression_model.artifact.runtime import Engine
from regression_model.estimators.registry import ESTIMATORS
from regression_model.export.pipelines import (
    export_explanation,
    export_intervals,
    export_pipeline,
)
from regression_model.export.proof import prove_equal, prove_explained
from regression_model.metrics import spread
from regression_model.training.facts.report import kept_members
from regression_model.training.folds import folds_digest
from regression_model.training.gate import fold_losses
from regression_model.training.sample import data_digest

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.processing.schema import Schema
    from regression_model.training.cross_validation import OutOfFold
    from regression_model.training.division import Division
    from regression_model.training.facts.folds import FoldFacts
    from regression_model.training.plan import ArtifactPart, ClosedModel
    from regression_model.training.quality import Quality
    from regression_model.training.residuals import Difficulty
    from regression_model.training.sample import Sample

logger = logging.getLogger(__name__)

_LIBRARIES = ("joblib", "numpy", "onnx", "pandas", "scikit-learn", "scipy")
"""Those whose versions decide what a fit gives, whichever the estimators."""
_EXAMPLE_ROWS = 5
_TIMED_ROWS = 20


@dataclass(frozen=True)
class Built:
    """A model's artifact, proven to answer as its pipeline does.

    Attributes
    ----------
    artifact : Artifact
    largest_difference : float
        Between the graph's and the pipeline's predictions, relative.
    """

    artifact: Artifact
    largest_difference: float


def build_artifact(
    sample: Sample,
    fitted: Pipeline,
    model: ClosedModel,
    out_of_fold: OutOfFold,
    quality: Quality,
    *,
    difficulty: Difficulty,
    part: ArtifactPart,
    facts: FoldFacts | None,
) -> Built:
    """Export a pipeline that is fitted on all rows, and prove.

    Parameters
    ----------
    sample : Sample
    fitted : sklearn.pipeline.Pipeline
    model : ClosedModel
    out_of_fold : OutOfFold
        What it answers about rows that it has not seen.
    quality : Quality
        What is known of it.
    difficulty : Difficulty
        Of all rows.
    part : ArtifactPart
    facts : FoldFacts or None
        What is kept for model cards and drift; None: nothing.

    Returns
    -------
    Built

    Raises
    ------
    ArtifactError
        If a graph is not proven equal to the pipeline.
    """
    x = difficulty.x  # what the first step, fitted on all rows, makes of them
    graph = export_pipeline(fitted)
    engine = Engine(graph, x.shape[1])
    difference = prove_equal(fitted, engine, x, spread(sample.y))
    members = {GRAPH: graph}
    if facts is not None:
        kept = kept_members(facts, sample, fitted[0].schema_, engine, difficulty)
        members |= _without_too_large(kept)
    told = _description(sample, fitted, model, quality, out_of_fold.division)
    told["fold_losses"] = fold_losses(
        sample, out_of_fold.medians, out_of_fold.folds, out_of_fold.transformer
    )
    told["explanations"] = _add_explanation(members, fitted, engine, x)
    told["intervals"] = _add_intervals(members, fitted, difficulty)
    told["provenance"] = _provenance(sample, x, model, out_of_fold, part)
    model_of_all = Model(Artifact(told, members))
    told["examples"] = _examples(model_of_all, x, part)
    members |= _without_too_large(conformance_member(model_of_all, engine))
    return Built(Artifact(told, members), difference)


def _without_too_large(kept: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out what could not be read again: a model without it is worth more than none."""
    too_large = [name for name, data in kept.items() if len(data) > MAX_KEPT_BYTES]
    for name in too_large:
        logger.warning("%s is not kept, as it would have %d bytes", name, len(kept[name]))
    return {name: data for name, data in kept.items() if name not in too_large}


def _description(
    sample: Sample,
    fitted: Pipeline,
    model: ClosedModel,
    quality: Quality,
    division: Division,
) -> dict[str, Any]:
    """What the artifact says of the model."""
    schema: Schema = fitted[0].schema_
    return {
        "package_version": package_version(),
        "model_version": package_version(),
        "columns": schema.to_dict(),
        "target": model.target.model_dump(exclude={"number_format"}),
        "metrics": {
            **quality.to_dict(),
            "n_rows": len(sample),
            "folds": division.n_folds,
            "repeats": division.n_repeats,
            "validation": quality.validation,
        },
        "config": model.config,
    }


def _add_explanation(
    members: dict[str, bytes], fitted: Pipeline, engine: Engine, x: Floats
) -> dict[str, Any]:
    """Add what explanations need, proven, or say why they would take too long."""
    graph, arrays = export_explanation(fitted)
    explainer = Explainer(graph, arrays, x.shape[1])
    if explainer.work > MAX_WORK:
        return {
            "reason": f"its trees are too large: a row would take more numbers than the "
            f"{MAX_WORK:.2g} that are allowed; limit the number, depth or leaves of the trees"
        }
    # what a feature adds is told beside what it adds on average over the training rows; the
    # explainer reads it when it is asked for that
    arrays["means"] = explainer.linear_part(x).mean(axis=0)
    prove_explained(explainer, engine, x)
    members[EXPLANATION_GRAPH] = graph
    members[EXPLANATION] = pack_arrays(arrays)
    return {"numbers_per_row": explainer.work}


def explanation_cost(artifact: Artifact) -> float | None:
    """Return how many milliseconds the explanation of one row takes here; None without any."""
    if EXPLANATION not in artifact.members:
        return None
    model = Model(artifact)
    x = np.zeros((_TIMED_ROWS, len(model.schema)))
    model.explainer.contributions(x[:1])  # the first call builds what the others use
    started = time.perf_counter()
    for row in x:
        model.explainer.contributions(row[None, :])
    return (time.perf_counter() - started) / len(x) * 1000


def _add_intervals(
    members: dict[str, bytes], fitted: Pipeline, difficulty: Difficulty
) -> dict[str, Any]:
    """Add the graph of interval ends; return the table of residuals."""
    members[INTERVALS] = export_intervals(fitted, difficulty.without())
    scaled = difficulty.scaled()
    return interval_table(scaled[~np.isnan(scaled)])


def _examples(model: Model, x: Floats, part: ArtifactPart) -> list[dict[str, Any]]:
    """Records with everything that the model answers about them."""
    if part.example_rows == "none":
        return []
    random = np.random.default_rng(part.seed)
    if part.example_rows == "training":
        rows = x[np.sort(random.choice(len(x), min(_EXAMPLE_ROWS, len(x)), replace=False))]
    else:
        rows = _synthetic_rows(model.schema, random)
    records = [model.schema.decode(row) for row in rows.tolist()]
    level = min(REPORTED_LEVEL, model.intervals.highest_level)
    explain = "numbers_per_row" in model.facts["explanations"]
    answers = model.predict(records, interval=level, explain=explain)
    examples: list[dict[str, Any]] = []
    for i, record in enumerate(records):
        example: dict[str, Any] = {"record": record, "interval": level}
        example["prediction"] = answers["predictions"][i]
        example |= {"lower": answers["lower"][i], "upper": answers["upper"][i]}
        if explain:
            example["explanation"] = answers["explanations"][i]
        examples.append(example)
    return examples


def _synthetic_rows(schema: Schema, random: np.random.Generator) -> Floats:
    """Draw each cell by itself from what its column may hold."""
    x = np.full((_EXAMPLE_ROWS, len(schema)), np.nan)
    for i, column in enumerate(schema.columns):
        low, high = column.silent_range
        x[:, i] = np.clip(np.round(random.uniform(low, high, _EXAMPLE_ROWS)), low, high)
    return x


def _provenance(
    sample: Sample, x: Floats, model: ClosedModel, out_of_fold: OutOfFold, part: ArtifactPart
) -> dict[str, Any]:
    """Where the model comes from; no clock time, so that equal inputs give equal bytes."""
    branches = model.config["estimators"].values()
    libraries = {*_LIBRARIES, *(ESTIMATORS[branch["type"]].library for branch in branches)}
    return {
        "config_sha256": model.config_sha256,
        "data_sha256": data_digest(part.columns, x, sample.y),
        "folds_sha256": folds_digest(out_of_fold.folds),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "libraries": {name: library_version(name) for name in sorted(libraries)},
    }
