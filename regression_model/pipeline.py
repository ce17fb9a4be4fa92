"""The pipeline: an ordinary scikit-learn one, made from the config, that takes the raw frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.linear_model import ElasticNet, HuberRegressor, Lasso, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from regression_model.estimators.average import BranchAverage
from regression_model.estimators.histogram import BinnedBoostingRegressor
from regression_model.estimators.settings import (
    ElasticNetSettings,
    EstimatorSettings,
    ExtraTreesSettings,
    GradientBoostingSettings,
    HistGradientBoostingSettings,
    HuberSettings,
    ImputedTreeSettings,
    LassoSettings,
    LinearSettings,
    RandomForestSettings,
    RidgeSettings,
    SymmetricBoostingSettings,
    TreeSettings,
)
from regression_model.estimators.signed_linear import SignedLinearRegressor
from regression_model.estimators.symmetric import SymmetricBoostingRegressor
from regression_model.processing.free_names import LevelNames
from regression_model.processing.kinds.registry import KINDS
from regression_model.transformers.date_parts import DateParts
from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer
from regression_model.transformers.encoder import Encoder
from regression_model.transformers.levels import (
    AtMostFolds,
    LevelCounter,
    LevelSelector,
    Mapper,
    RareLevelGrouper,
)
from regression_model.transformers.numbers import (
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)
from regression_model.transformers.target import (
    SCALED_TRANSFORMS,
    TargetRegressor,
    make_transformer,
)

if TYPE_CHECKING:
    from regression_model.config.core import ModelConfig

_TARGET_MEAN_FOLDS = 5


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
    branches = [(name, _branch(config, branch)) for name, branch in config.estimators.items()]
    weights = [branch.weight for branch in config.estimators.values()]
    transform = config.target.transform
    average = BranchAverage(branches, weights=weights, scaled=transform in SCALED_TRANSFORMS)
    transformer = make_transformer(transform)
    model = TargetRegressor(average, transformer=transformer)
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


def _branch(config: ModelConfig, settings: EstimatorSettings) -> Pipeline:
    """Preprocessing that one estimator wants, and the estimator."""
    categories = [c.name for c in config.input_schema.columns if not c.has_order]
    numbers = [*config.numbers, *config.derived]
    if isinstance(settings, LinearSettings):
        steps = _linear_steps(settings, numbers, categories, config)
    elif isinstance(settings, TreeSettings):
        steps = _tree_steps(settings, numbers, categories, config.seed)
    estimator = _estimator(settings, config.seed, config.directions)
    return Pipeline([*steps, ("estimator", estimator)]).set_output(transform="pandas")


def _linear_steps(
    settings: LinearSettings, numbers: list[str], categories: list[str], config: ModelConfig
) -> list[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = []
    bounded = [name for name in numbers if name not in config.trends]  # a trend goes on
    if numbers:
        steps += [
            ("impute", MedianImputer(numbers, indicators=settings.missing_indicators)),
            ("clip", QuantileClipper(bounded, settings.clip_quantile)),
            ("log", SkewedLogTransformer(bounded, settings.log_skewness)),
            ("scale", _on_columns(StandardScaler(), numbers)),
        ]
    if categories:
        one_hot = _one_hot([*numbers, *categories])
        steps.append(("levels", _levels(settings, categories, one_hot, config.seed)))
    return steps


def _one_hot(names: list[str]) -> OneHotEncoder:
    """A column of 0 and 1 for each level, called unlike any column that stands beside it."""
    return OneHotEncoder(
        handle_unknown="ignore",
        sparse_output=False,
        feature_name_combiner=LevelNames(frozenset(names)),
    )


def _levels(
    settings: LinearSettings, categories: list[str], one_hot: OneHotEncoder, seed: int
) -> ColumnTransformer:
    """A column of 0 and 1 for each level where these are few, else the level's mean target."""
    rare = RareLevelGrouper(None, settings.rare_level_count)
    one_hot = Pipeline([("rare", rare), ("columns", one_hot)])
    means = Pipeline([("means", _target_means(seed)), ("scale", StandardScaler())])
    few, many = _by_levels(categories, settings.max_levels)
    return _on_chosen([("few", one_hot, few), ("many", means, many)])


def _by_levels(categories: list[str], max_levels: int) -> tuple[LevelSelector, LevelSelector]:
    """Return selectors of the categories with few and with many levels."""
    few, many = (LevelSelector(categories, max_levels, many=many) for many in (False, True))
    return few, many


def _target_means(seed: int) -> TargetEncoder:
    folds = AtMostFolds(_TARGET_MEAN_FOLDS, shuffle=True, random_state=seed)
    return TargetEncoder(target_type="continuous", cv=folds)


def _tree_steps(
    settings: TreeSettings, numbers: list[str], categories: list[str], seed: int
) -> list[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = []
    if categories and settings.level_counts:
        steps.append(("counts", LevelCounter(categories)))
    if categories and settings.one_hot_levels:
        one_hot = _one_hot([*numbers, *categories])
        few, many = _by_levels(categories, settings.one_hot_levels)
        chosen = [("few", one_hot, few), ("many", _target_means(seed), many)]
        steps.append(("levels", _on_chosen(chosen)))
    elif categories:
        steps.append(("means", _on_columns(_target_means(seed), categories)))
    if numbers and isinstance(settings, ImputedTreeSettings):
        imputer = MedianImputer(numbers, indicators=settings.missing_indicators)
        steps.append(("impute", imputer))
    return steps


def _on_columns(transformer: Any, names: list[str]) -> ColumnTransformer:
    """Apply a scikit-learn transformer to named columns and hand on the others."""
    return _on_chosen([("changed", transformer, names)])


def _on_chosen(transformers: list[tuple[str, Any, Any]]) -> ColumnTransformer:
    return ColumnTransformer(transformers, remainder="passthrough", verbose_feature_names_out=False)


def _estimator(settings: EstimatorSettings, seed: int, directions: dict[str, int]) -> Any:
    parameters = settings.model_dump(
        exclude={"type", *LinearSettings.model_fields, *ImputedTreeSettings.model_fields}
    )
    estimator = _ESTIMATORS[type(settings)](**parameters)
    if "random_state" in estimator.get_params():
        estimator.set_params(random_state=seed)
    if isinstance(estimator, BinnedBoostingRegressor):
        estimator.set_params(early_stopping=False)
        return estimator.set_params(monotonic_cst=directions) if directions else estimator
    if isinstance(settings, LinearSettings) and directions:
        return SignedLinearRegressor(estimator, directions)
    return estimator


_ESTIMATORS: dict[type[EstimatorSettings], Any] = {
    RidgeSettings: Ridge,
    LassoSettings: Lasso,
    ElasticNetSettings: ElasticNet,
    HuberSettings: HuberRegressor,
    GradientBoostingSettings: GradientBoostingRegressor,
    HistGradientBoostingSettings: BinnedBoostingRegressor,
    SymmetricBoostingSettings: SymmetricBoostingRegressor,
    RandomForestSettings: RandomForestRegressor,
    ExtraTreesSettings: ExtraTreesRegressor,
}
