"""The pipeline: an ordinary scikit-learn one, made from the config, that takes the raw frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.pipeline import Pipeline

from regression_model.estimators.average import BranchAverage
from regression_model.estimators.estimator import Features
from regression_model.estimators.registry import estimator_of
from regression_model.processing.kinds.registry import KINDS
from regression_model.transformers.date_parts import DateParts
from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer
from regression_model.transformers.encoder import Encoder
from regression_model.transformers.levels import Mapper
from regression_model.transformers.target import (
    SCALED_TRANSFORMS,
    TargetRegressor,
    make_transformer,
)

if TYPE_CHECKING:
    from regression_model.config.core import ModelConfig
    from regression_model.estimators.settings import EstimatorSettings


def build_pipeline(config: ModelConfig) -> Pipeline:
    """Build an unfitted pipeline from a config.

    Parameters
    ----------
    config : ModelConfig
        Columns, features, estimators and seed.

    Returns
    -------
    sklearn.pipeline.Pipeline
        encode → map ordered levels → elapsed times → derived features → the weighted average of
        the estimators' branches, on the transformed target. It takes the raw frame.

    Examples
    --------
    >>> from regression_model.config.core import config
    >>> list(build_pipeline(config.model_config).named_steps)
    ['encode', 'map', 'elapsed', 'derive', 'model']
    """
    features = _branch_features(config)
    branches = [
        (name, _branch(settings, features, config.seed))
        for name, settings in config.estimators.items()
    ]
    weights = [branch.weight for branch in config.estimators.values()]
    transform = config.target.transform
    average = BranchAverage(branches, weights=weights, scaled=transform in SCALED_TRANSFORMS)
    transformer = make_transformer(transform)
    model = TargetRegressor(
        average,
        transformer=transformer,
        minimum=config.target.minimum,
        maximum=config.target.maximum,
    )
    return Pipeline([*_feature_steps(config), ("model", model)])


def _feature_steps(config: ModelConfig) -> list[tuple[str, Any]]:
    """Steps that all branches share."""
    schema = config.input_schema
    steps: list[tuple[str, Any]] = [("encode", Encoder(schema))]
    dates = {name: c.parts for name, c in config.columns.items() if KINDS[c.kind].has_parts}
    if dates:
        reserved = [*config.derived, config.target.column]
        steps.append(("dates", DateParts(list(dates), dates, reserved)))
    ordered = [column for column in schema.columns if column.has_levels and column.has_order]
    if ordered:
        # levels are positions already; what is not among them, an unseen level's -1, gets NaN, as
        # it has no place in the order
        positions = range(max(len(column.levels) for column in ordered))
        mappings = {float(i): float(i) for i in positions}
        steps.append(("map", Mapper([column.name for column in ordered], mappings)))
    if config.elapsed:
        elapsed = config.elapsed
        transformer = TemporalVariableTransformer(list(elapsed.columns), elapsed.reference)
        steps.append(("elapsed", transformer))
    if config.derived:
        features = {name: (d.operation, list(d.of)) for name, d in config.derived.items()}
        steps.append(("derive", DerivedFeatures(features)))
    return steps


def _branch_features(config: ModelConfig) -> Features:
    """Return the features that all branches start from."""
    columns = config.input_schema.columns
    return Features(
        numbers=[*config.numbers, *config.derived],
        categories=[column.name for column in columns if not column.has_order],
        trends=config.trends,
        directions=config.directions,
    )


def _branch(settings: EstimatorSettings, features: Features, seed: int) -> Pipeline:
    """Preprocessing that one estimator wants, and the estimator."""
    seed = seed if settings.seed is None else settings.seed
    estimator = estimator_of(settings)
    steps = estimator.steps(settings, features, seed)
    model = estimator.build(settings, features, seed)
    return Pipeline([*steps, ("estimator", model)]).set_output(transform="pandas")
