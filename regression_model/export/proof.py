"""Proof that a graph answers as its pipeline does, on the rows where they would part first."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from regression_model.artifact.spreading import map_blocks
from regression_model.estimators.fitted import LEAF, Trees
from regression_model.estimators.registry import read_fitted
from regression_model.exceptions import ArtifactError
from regression_model.processing.schema import MAX_MAGNITUDE, Schema
from regression_model.transformers.derived import TemporalVariableTransformer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.artifact.explanation import Explainer
    from regression_model.artifact.runtime import Engine

TOLERANCE = 1e-9
_BASE_ROWS = 3
"""Training rows in which cells are exchanged: a branch of a tree that one misses, another takes."""
_EXTREMES = (MAX_MAGNITUDE, -MAX_MAGNITUDE, 0.0, 1e-300)
_SEEN = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Quantiles of a column whose cells are tried, to come near the bounds of the target."""
_ENDS = 2
"""Steps of a pipeline that only encodes before its model."""
_ROWS_AT_ONCE = 1 << 15
"""So many rows go through a pipeline in one go: features of all of them would fill the memory."""
_EXPLAINED_ROWS = 500
"""Explaining a row takes up to a thousand times as long as predicting it."""


def prove_equal(pipeline: Pipeline, engine: Engine, x: Floats, target_scale: float) -> float:
    """Compare an engine with the pipeline that its graph was exported from.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted, its first step an `Encoder`.
    engine : Engine
        Runs the exported graph.
    x : ndarray of shape (n_samples, n_columns)
        The encoded training rows.
    target_scale : float
        Target units that a difference is measured against where predictions are small.

    Returns
    -------
    float
        The largest difference, relative to max(|prediction|, target_scale).

    Raises
    ------
    ArtifactError
        If any row differs by more than 1e-9, or is finite in one and not in the other.
    """
    worst = 0.0
    for what, rows in proof_rows(pipeline, x):
        expected = predict_encoded(pipeline, rows)
        _, got = engine.run(rows)
        if (np.isfinite(expected) != np.isfinite(got)).any():
            message = f"the graph differs from the pipeline on {what}: one of them is not finite"
            raise ArtifactError(message)
        finite = np.isfinite(expected)
        scale = np.maximum(np.abs(expected[finite]), target_scale)
        difference = np.abs(got[finite] - expected[finite]) / scale
        worst = max(worst, float(difference.max(initial=0.0)))
        if worst > TOLERANCE:
            message = (
                f"the graph differs from the pipeline on {what} by {worst:.3g} of the prediction "
                f"(allowed: {TOLERANCE:g}); the artifact is not written"
            )
            raise ArtifactError(message)
    return worst


def prove_explained(explainer: Explainer, engine: Engine, x: Floats) -> None:
    """Check that base and contributions add up to the score.

    Parameters
    ----------
    explainer : Explainer
    engine : Engine
        Runs the exported graph.
    x : ndarray of shape (n_samples, n_columns)
        Encoded rows; some of them, evenly spread, are checked, and one that knows nothing.

    Raises
    ------
    ArtifactError
        If a sum differs from its score by more than 1e-9 of the scores' size.
    """
    places = np.linspace(0, len(x) - 1, min(len(x), _EXPLAINED_ROWS)).astype(int)
    rows = np.vstack([x[places], np.full((1, x.shape[1]), np.nan)])
    score, _ = engine.run(rows)
    contributions = explainer.contributions(rows)
    sums = explainer.base + contributions.sum(axis=1)
    largest = float(max(np.abs(score).max(), np.abs(contributions).max(initial=0.0)))
    difference = np.abs(sums - score) / (largest or 1.0)
    if not (difference <= TOLERANCE).all():
        message = (
            f"explanations add up to the score only within {difference.max():.3g} (allowed: "
            f"{TOLERANCE:g}); the artifact is not written"
        )
        raise ArtifactError(message)


def predict_encoded(pipeline: Pipeline, x: Floats) -> Floats:
    """Predict encoded rows of shape (n_samples, n_columns) with all steps but the first."""
    scores = map_blocks([x], partial(_score_block, pipeline), _ROWS_AT_ONCE)[:, 0]
    return np.asarray(pipeline[-1].answers(scores), dtype=np.float64)


def _score_block(pipeline: Pipeline, x: Floats) -> Floats:
    return _scores(pipeline, x)[:, None]


def proof_rows(pipeline: Pipeline, x: Floats) -> Iterator[tuple[str, Floats]]:
    """Yield what some rows are, and the encoded rows."""
    schema: Schema = pipeline[0].schema_
    places = np.linspace(0, len(x) - 1, _BASE_ROWS).astype(int)
    base = x[places]
    yield "training rows", x
    missing = np.array([column.missing_code for column in schema.columns])
    yield "rows with every column missing", np.vstack([missing, missing])
    single = [(i, column.missing_code) for i, column in enumerate(schema.columns)]
    yield "rows with one column missing", _with_values(base, single)
    unseen = [(i, -1.0) for i, column in enumerate(schema.columns) if column.has_levels]
    if unseen:
        yield "rows with an unseen level", _with_values(base, unseen)
    numbers = [i for i, column in enumerate(schema.columns) if not column.has_levels]
    if numbers:
        yield (
            "rows with an extreme number",
            _with_values(base, [(i, value) for i in numbers for value in _EXTREMES]),
        )
        everywhere = np.tile(base[:1], (len(_EXTREMES), 1))
        everywhere[:, numbers] = np.array(_EXTREMES)[:, None]
        yield "rows of extreme numbers", everywhere
    if pipeline[-1].minimum is not None or pipeline[-1].maximum is not None:
        yield "rows at the bounds of the target", _bound_rows(pipeline, schema, x, base[:1])
    at_thresholds = _threshold_rows(pipeline, schema, base)
    if at_thresholds:
        yield "rows at split thresholds", np.vstack(at_thresholds)


def _with_values(base: Floats, values: list[tuple[int, float]]) -> Floats:
    """Return the base rows once for each (column, value), with that cell exchanged."""
    rows = np.repeat(base, len(values), axis=0)
    for k, (i, value) in enumerate(values):
        rows[k :: len(values), i] = value
    return rows


def _bound_rows(pipeline: Pipeline, schema: Schema, x: Floats, base: Floats) -> Floats:
    """Return rows whose scores are as low and as high as cells by themselves can make them.

    Between the two are rows with ever more of these cells, so that some answers are near a bound.
    """
    scores = _scores(pipeline, base)
    lowest, highest = np.repeat(base, 2, axis=0)
    rows = [base]
    for i, column in enumerate(schema.columns):
        known = x[:, i][~np.isnan(x[:, i])]
        values = [column.missing_code, *np.quantile(known, _SEEN, method="nearest")]
        values += [-1.0] if column.has_levels else _EXTREMES
        changed = _scores(pipeline, _with_values(base, [(i, value) for value in values])) - scores
        finite = np.where(np.isfinite(changed), changed, 0.0)
        lowest[i], highest[i] = values[int(finite.argmin())], values[int(finite.argmax())]
        rows += [lowest[None].copy(), highest[None].copy()]
    return np.vstack(rows)


def _scores(pipeline: Pipeline, x: Floats) -> Floats:
    """Return the scores, which no bounds cut off, of encoded rows; shapes as above."""
    frame = pd.DataFrame(x, columns=pipeline[0].get_feature_names_out())
    features = pipeline[1:-1].transform(frame) if len(pipeline) > _ENDS else frame
    return np.asarray(pipeline[-1].predict_score(features), dtype=np.float64)


def _threshold_rows(pipeline: Pipeline, schema: Schema, base: Floats) -> list[Floats]:
    """Return rows whose cells lie on thresholds, and right beside them in both precisions."""
    reference: dict[str, str] = {}
    for step in pipeline[1:-1]:
        if isinstance(step, TemporalVariableTransformer):
            reference = dict.fromkeys(step.variables_, step.reference_)
    position = {name: i for i, name in enumerate(schema.names)}
    rows = []
    for name, thresholds in tree_thresholds(pipeline).items():
        if name not in position or schema[name].has_levels:
            continue
        single = thresholds.astype(np.float32)
        values = np.concatenate(
            [thresholds, np.nextafter(thresholds, np.inf), single.astype(np.float64),
             np.nextafter(single, np.float32(np.inf)).astype(np.float64)]
        )  # fmt: skip
        made = np.tile(base[:1], (len(values), 1))
        start = base[0, position[reference[name]]] if name in reference else None
        made[:, position[name]] = values if start is None else start - values
        rows.append(made)
    return rows


def tree_thresholds(pipeline: Pipeline) -> dict[str, Floats]:
    """Return the distinct split thresholds of all trees, by the name of the feature."""
    by_name: dict[str, list[Floats]] = defaultdict(list)
    for branch in pipeline[-1].regressor_.estimators_:
        estimator = branch[-1]
        fitted = read_fitted(estimator)
        if not isinstance(fitted, Trees):
            continue
        for feature, thresholds in _asked(fitted).items():
            by_name[estimator.feature_names_in_[feature]].append(thresholds)
    return {name: np.unique(np.concatenate(parts)) for name, parts in by_name.items()}


def _asked(ensemble: Trees) -> dict[int, Floats]:
    """Return the thresholds of all trees, by the position of the feature that is compared."""
    inner = [tree.left != LEAF for tree in ensemble.trees]
    trees = list(zip(ensemble.trees, inner, strict=True))
    features = np.concatenate([tree.feature[asks] for tree, asks in trees])
    thresholds = np.concatenate([tree.threshold[asks] for tree, asks in trees])
    within = np.abs(thresholds) <= MAX_MAGNITUDE  # no cell is larger
    features, thresholds = features[within], thresholds[within]
    return {int(feature): thresholds[features == feature] for feature in np.unique(features)}
