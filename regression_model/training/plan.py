"""The door of a training run: here a config is split into what each stage is handed.

Behind it no stage sees a whole config. Those before the choice get `TablePart` and `OpenModel`,
those after it the `ClosedModel` that `TrainingPlan.close` gives.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self

from regression_model.estimators.registry import cost_of, is_strong
from regression_model.estimators.settings import LinearSettings
from regression_model.pipeline import build_pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sklearn.pipeline import Pipeline

    from regression_model.config.core import Config, EvaluationConfig, ModelConfig, TargetConfig
    from regression_model.estimators.difficulty import DifficultySettings
    from regression_model.processing.schema import Schema
    from regression_model.transformers.target import Transform


@dataclass(frozen=True)
class TablePart:
    """What is read from a table, and how many rows it must have.

    Attributes
    ----------
    target : TargetConfig
    schema : Schema
        The declared part of the columns'.
    weight_column, group_column, time_column : str or None
    evaluation : EvaluationConfig
        What rows must be enough for.
    places : mapping of str to str
        By ``target`` and the names of the three settings: where the config says so, for messages.
    """

    target: TargetConfig
    schema: Schema
    weight_column: str | None
    group_column: str | None
    time_column: str | None
    evaluation: EvaluationConfig
    places: Mapping[str, str]

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return a config's part."""
        settings = config.model_config
        roles = ("weight_column", "group_column", "time_column")
        return cls(
            target=settings.target,
            schema=settings.input_schema,
            weight_column=settings.weight_column,
            group_column=settings.group_column,
            time_column=settings.time_column,
            evaluation=settings.evaluation,
            places={
                "target": config.place("target", "column"),
                **{role: config.place(role) for role in roles},
            },
        )


@dataclass(frozen=True)
class OpenModel:
    """A model of which the scale, the weights or both may be left to the data.

    Attributes
    ----------
    transform : str
        Of the target; ``auto`` is left to the data.
    answers_mean : bool
        Whether the mean is answered, not the median.
    weights : dict of str to float
        Of the branches, as the config gives them.
    bounds : (float or None, float or None)
        Between which all is answered.
    learns_weights : bool
        Whether they are left to the data.
    costs : dict of str to float
        How dear a fit of each branch is, in proportion.
    lines : frozenset of str
        The branches that are straight lines without end.
    scale_branches : tuple of str
        Those by which a scale is chosen: the cheapest that learns any shape, the cheapest weighted
        sum, and the first lines, as what trees hardly feel may make all the difference to these.
    make_pipeline : callable
        From a transform and names of branches to the unfitted pipeline of these.
    """

    transform: Transform
    answers_mean: bool
    bounds: tuple[float | None, float | None]
    weights: dict[str, float]
    learns_weights: bool
    costs: dict[str, float]
    lines: frozenset[str]
    scale_branches: tuple[str, ...]
    make_pipeline: Callable[[Transform, Iterable[str]], Pipeline]

    def branches_on(self, transform: Transform) -> list[str]:
        """Return the branches among which weights are learned on a scale.

        Where both are left to the data, a curved scale goes without lines that have no end: the
        inverse of a logarithm makes an explosion of what is beyond the training range.
        """
        is_left_to_data = self.transform == "auto" and self.learns_weights
        if transform == "none" or not is_left_to_data:
            return list(self.weights)
        return [name for name in self.weights if name not in self.lines] or list(self.weights)

    def judges_of(self, transform: Transform) -> list[str]:
        """Return the branches by whose error a scale is judged."""
        usable = self.branches_on(transform)
        return [name for name in self.scale_branches if name in usable]


@dataclass(frozen=True)
class ClosedModel:
    """A model with nothing left open.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted.
    target : TargetConfig
    config : dict
        The whole config as JSON can hold it, for the artifact to keep.
    config_sha256 : str
        Its digest.
    """

    pipeline: Pipeline
    target: TargetConfig
    config: dict[str, Any]
    config_sha256: str

    @property
    def answers_mean(self) -> bool:
        """Whether the mean is answered, not the median."""
        return self.target.prediction == "mean"

    @property
    def is_judged_on_logs(self) -> bool:
        """Whether errors are measured on logarithms as well."""
        return self.target.transform == "log"


@dataclass(frozen=True)
class IntervalPart:
    """What intervals are learned and judged with.

    Attributes
    ----------
    difficulty : DifficultySettings
    seed : int
    """

    difficulty: DifficultySettings
    seed: int


@dataclass(frozen=True)
class ArtifactPart:
    """What an artifact says besides the model.

    Attributes
    ----------
    columns : tuple of str
        In the config's order.
    example_rows : {"synthetic", "training", "none"}
        The rows that it keeps for its self-test.
    seed : int
        Of these.
    """

    columns: tuple[str, ...]
    example_rows: Literal["synthetic", "training", "none"]
    seed: int


@dataclass(frozen=True)
class FactsPart:
    """What is kept of a run for model cards and drift.

    Attributes
    ----------
    are_kept : bool
        Whether anything is.
    least_rows : int
        Of how many rows a bin or a level is told.
    seed : int
        Of what is shuffled.
    """

    are_kept: bool
    least_rows: int
    seed: int


@dataclass(frozen=True)
class TrainingPlan:
    """The settings of a run behind its table, one part for each stage.

    Attributes
    ----------
    open_model : OpenModel
    evaluation : EvaluationConfig
        How rows are kept apart that are fitted and judged on.
    seed : int
        Of the folds.
    validation : str
        The same in words, such as ``by group: customer``.
    intervals : IntervalPart
    artifact : ArtifactPart
    facts : FactsPart
    """

    open_model: OpenModel
    evaluation: EvaluationConfig
    seed: int
    validation: str
    intervals: IntervalPart
    artifact: ArtifactPart
    facts: FactsPart
    _settings: ModelConfig

    @classmethod
    def of(cls, settings: ModelConfig) -> Self:
        """Split the settings of a model."""
        evaluation, seed = settings.evaluation, settings.seed
        weights = {name: branch.weight for name, branch in settings.estimators.items()}
        lines = frozenset(filter(partial(_is_line, settings), weights))
        return cls(
            open_model=OpenModel(
                transform=settings.target.transform,
                answers_mean=settings.target.prediction == "mean",
                bounds=(settings.target.minimum, settings.target.maximum),
                weights=weights,
                learns_weights=settings.average == "learned" and len(weights) > 1,
                costs={name: cost_of(branch) for name, branch in settings.estimators.items()},
                lines=lines,
                scale_branches=_scale_branches(settings, lines),
                make_pipeline=partial(_pipeline, settings, weights),
            ),
            evaluation=evaluation,
            seed=seed,
            validation=settings.validation,
            intervals=IntervalPart(settings.difficulty, seed),
            artifact=ArtifactPart(
                columns=tuple(settings.columns),
                example_rows=settings.example_rows,
                seed=seed,
            ),
            facts=FactsPart(settings.profile != "none", settings.profile_least_rows, seed),
            _settings=settings,
        )

    def close(self, transform: Transform, weights: dict[str, float]) -> ClosedModel:
        """Return the model with a scale and with weights by branch; branches without go."""
        closed = _closed(self._settings, weights, transform)
        return ClosedModel(
            pipeline=build_pipeline(closed),
            target=closed.target,
            config=closed.model_dump(mode="json"),
            config_sha256=hashlib.sha256(closed.model_dump_json().encode()).hexdigest(),
        )


def _is_line(settings: ModelConfig, branch: str) -> bool:
    estimator = settings.estimators[branch]
    return isinstance(estimator, LinearSettings) and estimator.clip_quantile is None


def _scale_branches(settings: ModelConfig, lines: frozenset[str]) -> tuple[str, ...]:
    """Return the cheapest branch of each kind that there is."""
    branches = settings.estimators
    strong = [name for name, branch in branches.items() if is_strong(branch)]
    straight = [name for name in branches if name in lines]
    sums = [name for name in branches if name not in strong and name not in lines]
    return tuple(
        min(names, key=lambda name: cost_of(branches[name]))
        for names in (strong, sums, straight)
        if names
    )


def _pipeline(
    settings: ModelConfig, weights: dict[str, float], transform: Transform, branches: Iterable[str]
) -> Pipeline:
    kept = {name: weights[name] for name in branches}
    return build_pipeline(_closed(settings, kept, transform))


def _closed(settings: ModelConfig, weights: dict[str, float], transform: Transform) -> ModelConfig:
    """Return settings with the scale and the weights given, and no other branches."""
    estimators = {
        name: branch.model_copy(update={"weight": weights[name]})
        for name, branch in settings.estimators.items()
        if name in weights
    }
    target = settings.target.model_copy(update={"transform": transform})
    return settings.model_copy(
        update={"target": target, "estimators": estimators, "average": "weighted"}
    )
