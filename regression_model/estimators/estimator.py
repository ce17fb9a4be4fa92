"""What an estimator is to the rest of the package: an object that answers these questions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from regression_model.estimators.fitted import Linear, Trees
from regression_model.estimators.settings import EstimatorSettings

SettingsT = TypeVar("SettingsT", bound=EstimatorSettings)

Step = tuple[str, Any]
"""Name and transformer, as a scikit-learn pipeline takes them."""


@dataclass(frozen=True)
class Features:
    """The features that a branch starts from, by name.

    Attributes
    ----------
    numbers : sequence of str
        Whatever has a size, derived features among it.
    categories : sequence of str
        Levels without an order, each a position or -1.
    trends : sequence of str
        Numbers that go on growing after training.
    directions : mapping of str to int
        What the score must do as a feature grows: 1 rise, -1 fall. Those that are free are left
        out.
    """

    numbers: Sequence[str]
    categories: Sequence[str]
    trends: Sequence[str] = ()
    directions: Mapping[str, int] = field(default_factory=dict)


class Estimator(ABC, Generic[SettingsT]):
    """What a config may name as the ``type`` of a branch.

    A file that defines one imports the library behind it only inside `build`, as every config, also
    on a machine that only predicts, imports all of them.

    Attributes
    ----------
    name : str
        The word in the config.
    settings : type of EstimatorSettings
        What else may stand in the config beside ``type``, each setting with its meaning.
    shared : type of EstimatorSettings
        The base of `settings` that concerns the average and the preparation of features; the rest
        are parameters of the estimator itself.
    classes : frozenset of str
        What fitted models of this kind are called: top-level package and class, ``sklearn.Ridge``.
    library : str
        The package, as it is installed, that the regressor is fitted with.
    keeps_monotonic : bool
        Whether `build` heeds `Features.directions`.
    sees_missing : bool
        Whether the regressor takes NaN for a missing number, and learns from it.
    cost : float
        How dear a fit is beside others', in rough proportion: in training the dearest are begun
        first, and of those that learn any shape the cheapest chooses the target's scale.
    """

    name: ClassVar[str]
    settings: type[SettingsT]
    shared: ClassVar[type[EstimatorSettings]]
    classes: ClassVar[frozenset[str]]
    library: ClassVar[str] = "scikit-learn"
    keeps_monotonic: ClassVar[bool] = False
    sees_missing: ClassVar[bool] = False
    cost: ClassVar[float] = 1.0

    @abstractmethod
    def steps(self, settings: SettingsT, features: Features, seed: int) -> list[Step]:
        """Return unfitted transformers: how the estimator wants its features prepared."""

    @abstractmethod
    def build(self, settings: SettingsT, features: Features, seed: int) -> Any:
        """Return the unfitted scikit-learn regressor."""

    @abstractmethod
    def read(self, model: Any) -> Linear | Trees:
        """Return the state of a fitted model whose class is one of `classes`."""

    def parameters(self, settings: SettingsT) -> dict[str, Any]:
        """Return the settings that are called as the estimator itself calls them."""
        return settings.model_dump(exclude={"type", *self.shared.model_fields})
