"""Putting an artifact together: graphs, what explanations and intervals need, and the facts."""

from __future__ import annotations

import hashlib
import sys
import time
from importlib.metadata import version as library_version
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model._version import package_version
from regression_model.artifact.contents import MAX_WORK
from regression_model.artifact.explanation import Explainer
from regression_model.artifact.explanation_arrays import pack_arrays
from regression_model.artifact.format import (
    EXPLANATION,
    EXPLANATION_GRAPH,
    GRAPH,
    INTERVALS,
    Artifact,
)
from regression_model.artifact.intervals import interval_table
from regression_model.artifact.model import Model
from regression_model.artifact.runtime import Engine
from regression_model.export.pipelines import (
    export_explanation,
    export_intervals,
    export_pipeline,
)
from regression_model.export.proof import prove_equal, prove_explained
from regression_model.metrics import spread
from regression_model.training.folds import fit, folds_digest
from regression_model.training.gate import fold_losses
from regression_model.training.intervals import (
    REPORTED_LEVEL,
    difficulty_input,
    fit_difficulty,
    scaled_residuals,
)
from regression_model.training.sample import NO_FACTS, RowFacts
from regression_model.transformers.target import to_scores

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.config.core import ModelConfig
    from regression_model.processing.schema import Schema
    from regression_model.training.cross_validation import Measured

_LIBRARIES = ("joblib", "numpy", "onnx", "pandas", "scikit-learn", "scipy")
_EXAMPLE_ROWS = 5
_TIMED_ROWS = 20


def build_artifact(
    settings: ModelConfig,
    measured: Measured,
    X: pd.DataFrame,
    y: Floats,
    facts: RowFacts = NO_FACTS,
) -> tuple[Pipeline, float, Artifact]:
    """Fit on all rows, export, and prove.

    Parameters
    ----------
    settings : ModelConfig
        With nothing left open.
    measured : Measured
        From `measure_model`.
    X : DataFrame of shape (n_samples, n_columns)
        The raw table.
    y : ndarray of shape (n_samples,)
        The target.
    facts : RowFacts
        Weights, groups and times of the rows.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline
        Fitted.
    largest_difference : float
        Between the graph's and the pipeline's predictions, relative.
    artifact : Artifact

    Raises
    ------
    ArtifactError
        If a graph is not proven equal to the pipeline.
    """
    fitted = fit(measured.pipeline, X, y, facts)
    x = np.ascontiguousarray(fitted[0].transform(X).to_numpy())
    graph = export_pipeline(fitted)
    engine = Engine(graph, x.shape[1])
    difference = prove_equal(fitted, engine, x, spread(y))
    members = {GRAPH: graph}
    said = _description(settings, fitted, measured, y, facts)
    said["explanations"] = _add_explanation(members, fitted, engine, x)
    said["intervals"] = _add_intervals(members, settings, fitted, measured, x)
    said["provenance"] = _provenance(settings, x, y, measured)
    said["examples"] = _examples(Artifact(said, members), settings, x)
    return fitted, difference, Artifact(said, members)


def _description(
    settings: ModelConfig, fitted: Pipeline, measured: Measured, y: Floats, facts: RowFacts
) -> dict[str, Any]:
    """What the artifact says of the model."""
    schema: Schema = fitted[0].schema_
    return {
        "package_version": package_version(),
        "model_version": package_version(),
        "columns": schema.to_dict(),
        "target": settings.target.model_dump(exclude={"number_format"}),
        "metrics": {
            **measured.quality.to_dict(),
            "n_rows": len(y),
            "folds": settings.evaluation.folds,
            "repeats": settings.evaluation.repeats,
            "validation": settings.validation,
        },
        "config": settings.model_dump(mode="json"),
        "fold_losses": fold_losses(
            y, measured.medians, measured.folds, fitted[-1].transformer_, facts
        ),
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
    arrays["means"] = explainer.linear_part(x).mean(axis=0)
    explainer = Explainer(graph, arrays, x.shape[1])
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
    model.explainer.contributions(x[:1])
    started = time.perf_counter()
    for row in x:
        model.explainer.contributions(row[None, :])
    return (time.perf_counter() - started) / len(x) * 1000


def _add_intervals(
    members: dict[str, bytes],
    settings: ModelConfig,
    fitted: Pipeline,
    measured: Measured,
    x: Floats,
) -> dict[str, Any]:
    """Add the graph of interval ends; return the table of residuals."""
    scores = to_scores(fitted[-1].transformer_, measured.medians[0])
    inputs, seed = difficulty_input(x, scores), settings.seed
    seen = ~np.isnan(measured.residuals)
    place = np.cumsum(seen) - 1
    parts = [place[test] for _, test in measured.first_folds]
    inputs, residuals = inputs[seen], measured.residuals[seen]
    scaled = scaled_residuals(settings.difficulty, seed, inputs, residuals, parts)
    difficulty = fit_difficulty(settings.difficulty, seed, inputs, residuals)
    members[INTERVALS] = export_intervals(fitted, difficulty)
    return interval_table(scaled)


def _examples(artifact: Artifact, settings: ModelConfig, x: Floats) -> list[dict[str, Any]]:
    """Records with everything that the model answers about them."""
    if settings.example_rows == "none":
        return []
    model = Model(artifact)
    random = np.random.default_rng(settings.seed)
    if settings.example_rows == "training":
        rows = x[np.sort(random.choice(len(x), min(_EXAMPLE_ROWS, len(x)), replace=False))]
    else:
        rows = _synthetic_rows(model.schema, random)
    records = [model.schema.decode(row) for row in rows.tolist()]
    level = min(REPORTED_LEVEL, model.intervals.highest_level)
    explain = EXPLANATION in artifact.members
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


def _provenance(settings: ModelConfig, x: Floats, y: Floats, measured: Measured) -> dict[str, Any]:
    """Where the model comes from; no clock time, so that equal inputs give equal bytes."""
    return {
        "config_sha256": hashlib.sha256(settings.model_dump_json().encode()).hexdigest(),
        "data_sha256": data_digest(list(settings.columns), x, y),
        "folds_sha256": folds_digest(measured.folds),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "libraries": {name: library_version(name) for name in _LIBRARIES},
    }


def data_digest(names: list[str], x: Floats, y: Floats) -> str:
    """Return the SHA-256 of a table as the model sees it."""
    digest = hashlib.sha256()
    digest.update("\n".join(names).encode())
    digest.update(np.ascontiguousarray(x, dtype="<f8").tobytes())
    digest.update(y.astype("<f8").tobytes())
    return digest.hexdigest()
