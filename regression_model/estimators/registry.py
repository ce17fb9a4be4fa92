"""The estimators that a config may name. A new one is a file, and its line in `_ALL`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from regression_model.estimators.catboost import CatBoostEstimator
from regression_model.estimators.elastic_net import ElasticNetEstimator
from regression_model.estimators.extra_trees import ExtraTreesEstimator
from regression_model.estimators.gradient_boosting import GradientBoostingEstimator
from regression_model.estimators.hist_gradient_boosting import HistGradientBoostingEstimator
from regression_model.estimators.huber import HuberEstimator
from regression_model.estimators.lasso import LassoEstimator
from regression_model.estimators.lightgbm import LightGBMEstimator
from regression_model.estimators.linear import LinearEstimator
from regression_model.estimators.random_forest import RandomForestEstimator
from regression_model.estimators.ridge import RidgeEstimator
from regression_model.estimators.symmetric_boosting import SymmetricBoostingEstimator

if TYPE_CHECKING:
    from regression_model.estimators.estimator import Estimator
    from regression_model.estimators.fitted import Linear, Trees
    from regression_model.estimators.settings import EstimatorSettings

# in the order in which the page of all settings describes them
_ALL: tuple[Estimator[Any], ...] = (
    RidgeEstimator(),
    LassoEstimator(),
    ElasticNetEstimator(),
    HuberEstimator(),
    GradientBoostingEstimator(),
    HistGradientBoostingEstimator(),
    SymmetricBoostingEstimator(),
    RandomForestEstimator(),
    ExtraTreesEstimator(),
    LightGBMEstimator(),
    CatBoostEstimator(),
)
ESTIMATORS: dict[str, Estimator[Any]] = {estimator.name: estimator for estimator in _ALL}
"""All estimators, by the word that names them in a config."""
ESTIMATOR_SETTINGS: dict[str, type[EstimatorSettings]] = {e.name: e.settings for e in _ALL}
"""The settings of each, by the same word."""
_BY_SETTINGS = {estimator.settings: estimator for estimator in _ALL}
_BY_CLASS = {name: estimator for estimator in _ALL for name in estimator.classes}

if TYPE_CHECKING:
    EstimatorConfig = EstimatorSettings
else:  # a union that is only known when all of them are
    EstimatorConfig = Annotated[
        Union[tuple(ESTIMATOR_SETTINGS.values())],  # noqa: UP007 - of a tuple
        Field(discriminator="type"),
    ]
"""The settings of any of them, told apart by their ``type``."""


def estimator_of(settings: EstimatorSettings) -> Estimator[Any]:
    """Return the estimator that settings are of."""
    return _BY_SETTINGS[type(settings)]


def cost_of(settings: EstimatorSettings) -> float:
    """Return how dear a fit with these settings is, in proportion to others."""
    return estimator_of(settings).cost


def is_strong(settings: EstimatorSettings) -> bool:
    """Tell whether an estimator learns any shape: trees do, a weighted sum does not."""
    return not is_linear(estimator_of(settings))


def read_fitted(model: object) -> Linear | Trees | None:
    """Return the state of a fitted model as plain arrays, or None if no estimator makes such."""
    regressor = getattr(model, "model_", model)  # that of a library is within a LibraryRegressor
    # by name, as the class itself would have to be imported, for all libraries there are
    kind = type(regressor)
    name = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
    estimator = _BY_CLASS.get(name)
    return None if estimator is None else estimator.read(regressor)


def monotonic_estimators() -> list[str]:
    """Return the names of those that can keep a monotonic column."""
    able = [estimator for estimator in _ALL if estimator.keeps_monotonic]
    able.sort(key=is_linear)  # trees first, as who is refused has mostly asked for trees
    return [estimator.name for estimator in able]


def is_linear(estimator: Estimator[Any]) -> bool:
    """Return whether an estimator adds up its features, each times a coefficient."""
    return isinstance(estimator, LinearEstimator)
