"""What a config says of the model: columns, features, estimators, and how it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler  # noqa: TC002

from regression_model.config.card import CardConfig
from regression_model.config.columns import ColumnConfig, TargetConfig
from regression_model.config.cross_checks import cross_references, with_clean_names
from regression_model.config.derived import DerivedConfig, ElapsedConfig
from regression_model.config.evaluation import EvaluationConfig
from regression_model.config.monotonic import directions, monotonic_problems
from regression_model.config.problems import together
from regression_model.estimators.difficulty import DifficultySettings
from regression_model.estimators.registry import EstimatorConfig
from regression_model.estimators.settings import Settings
from regression_model.processing.dates import Part, date_features
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import Schema

if TYPE_CHECKING:
    from regression_model.config.source import Problem

_MAX_CROSSED = 100
"""How many problems between settings are looked for; each looks for the nearest of all names."""

_GROWING_PARTS = ("year", "days")
"""Parts of dates of which every later row has more; months and weekdays come again."""


class ModelConfig(Settings):
    """Everything about columns, features, estimators and evaluation."""

    target: Annotated[TargetConfig, Field(description="What is predicted.")]
    columns: Annotated[
        dict[str, ColumnConfig], Field(min_length=1, description="What the model may use, by name.")
    ]
    estimators: Annotated[
        dict[str, EstimatorConfig],
        Field(min_length=1, description="Branches, of which the model is the weighted average."),
    ]
    average: Annotated[
        Literal["weighted", "learned"],
        Field(
            description="Whether the weights of the average are those of the estimators, or "
            "learned from out-of-fold predictions."
        ),
    ] = "weighted"
    seed: Annotated[int, Field(ge=0, lt=2**32, description="Equal seeds give equal models.")] = 0
    evaluation: Annotated[EvaluationConfig, Field(description="How quality is measured.")] = (
        EvaluationConfig()
    )
    weight_column: Annotated[
        str | None,
        Field(
            description="A column of the table that says how much a row counts, never below 0; "
            "only proportions matter."
        ),
    ] = None
    group_column: Annotated[
        str | None,
        Field(description="A column whose rows of equal value are never in two folds."),
    ] = None
    time_column: Annotated[
        str | None,
        Field(description="A column by whose order rows are predicted from earlier ones alone."),
    ] = None
    difficulty: Annotated[
        DifficultySettings, Field(description="What the width of intervals is learned with.")
    ] = DifficultySettings()
    example_rows: Annotated[
        Literal["synthetic", "training", "none"],
        Field(description="The rows that the artifact keeps for its self-test."),
    ] = "synthetic"
    profile: Annotated[
        Literal["aggregates", "none"],
        Field(
            description="What the artifact keeps of the training table for model cards and drift: "
            "counts, quantiles and mean errors of bins, never a row; or nothing."
        ),
    ] = "aggregates"
    profile_least_rows: Annotated[
        int,
        Field(
            ge=2,
            le=1000,
            description="Of how many rows a bin or a level is told; smaller ones are merged.",
        ),
    ] = 10
    scales: Annotated[
        dict[str, tuple[str, ...]],
        Field(description="Levels from lowest to highest that ordered columns share, by name."),
    ] = Field(default_factory=dict)
    left_out: Annotated[
        tuple[str, ...], Field(description="Columns of the table that the model must not use.")
    ] = ()
    elapsed: Annotated[
        ElapsedConfig | None, Field(description="Columns replaced by the time since they were.")
    ] = None
    derived: Annotated[dict[str, DerivedConfig], Field(description="New features, by name.")] = (
        Field(default_factory=dict)
    )
    card: Annotated[
        CardConfig | None, Field(description="What the model's card says in your own words.")
    ] = None

    @model_validator(mode="wrap")
    @classmethod
    def _all_problems(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report problems between settings together with those inside them."""
        crossed: list[Problem] = []
        if isinstance(value, Mapping):
            value, crossed = with_clean_names(value)
            crossed += islice(cross_references(value), _MAX_CROSSED)
        try:
            model = handler(value)
        except ValidationError as error:
            raise together(cls.__name__, error, crossed) from None
        crossed = crossed or list(monotonic_problems(model))
        if crossed:
            raise together(cls.__name__, None, crossed)
        return model

    @property
    def input_schema(self) -> Schema:
        """The declared part of the input schema: quantities first, then what has levels.

        So each of the two stands in one piece of the model's input matrix.
        """
        columns = [column.to_column(name, self.scales) for name, column in self.columns.items()]
        return Schema(tuple(sorted(columns, key=lambda column: column.has_levels)))

    @property
    def date_features(self) -> dict[str, dict[str, str]]:
        """What the parts of each date column are called."""
        dates: dict[str, tuple[Part, ...]] = {}
        for name, column in self.columns.items():
            if KINDS[column.kind].has_parts:
                dates[name] = column.parts
        return date_features(dates, [*self.columns, *self.derived, self.target.column])

    @property
    def numbers(self) -> list[str]:
        """Features that are numbers, before derived ones: columns, and the parts of dates."""
        dates = self.date_features
        numbers: list[str] = []
        for name, column in self.columns.items():
            if name in dates:
                numbers += dates[name].values()
            elif KINDS[column.kind].has_order:
                numbers.append(name)
        return numbers

    @property
    def trends(self) -> list[str]:
        """Features that go on growing after training: years and elapsed days of dates."""
        trends: list[str] = []
        for features in self.date_features.values():
            trends += [features[part] for part in features if part in _GROWING_PARTS]
        return trends

    @property
    def roles(self) -> frozenset[str]:
        """Columns that say how much a row counts, and when it was."""
        roles = (self.weight_column, self.time_column)
        return frozenset(name for name in roles if name)

    @property
    def validation(self) -> str:
        """How rows are kept apart that a model is fitted and judged on."""
        if self.group_column is not None:
            return f"by group: {self.group_column}"
        if self.time_column is not None:
            return f"in time order: {self.time_column}"
        return "random folds"

    @property
    def directions(self) -> dict[str, int]:
        """What the score must do as each feature grows, by name: 1 rise, -1 fall."""
        return directions(self)
