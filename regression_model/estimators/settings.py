"""What the settings of a config are made of, and what those of several estimators share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, core_schema

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]  # libraries keep it in 32 bits


class OrNone:
    """Lets a number be the word ``none``, which is None in Python: YAML gives texts alone."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            _without_word,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(_with_word),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        choices = handler(schema)["anyOf"]
        numbers = [choice for choice in choices if choice != {"type": "null"}]
        return {"anyOf": [*numbers, {"type": "string", "enum": ["none"]}]}


def _without_word(value: Any) -> Any:
    return None if value == "none" else value


def _with_word(value: float | None) -> float | str:
    return "none" if value is None else value


class Settings(BaseModel):
    """Base of all settings: unknown keys are errors, values do not change."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class EstimatorSettings(Settings):
    """What every estimator has."""

    weight: Annotated[Positive, Field(description="Share in the weighted average.")] = 1.0
    seed: Annotated[
        int | None,
        Field(
            ge=0,
            lt=2**32,
            description="Of this branch's random numbers; the config's by default. What is chance "
            "in one branch averages out beside an equal one of another seed.",
        ),
    ] = None


class LinearSettings(EstimatorSettings):
    """Preparation of numbers and levels for a linear model."""

    clip_quantile: Annotated[
        float | None,
        Field(
            ge=0,
            lt=0.5,
            description="Numbers are clipped at this quantile and its mirror, with 0 at the ends "
            "of the training range; with none, lines go on beyond it.",
        ),
        OrNone(),
    ] = 0.005
    log_skewness: Annotated[
        float | None,
        Field(
            ge=0,
            allow_inf_nan=False,
            description="Numbers more skewed than this are logged; with none, no number is.",
        ),
        OrNone(),
    ] = 0.75
    knots: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            description="At so many quantiles the line of a number may bend, but for numbers that "
            "are `monotonic`.",
        ),
    ] = 0
    rare_level_count: Annotated[
        Count, Field(description="Levels with fewer training rows are put together.")
    ] = 10
    missing_indicators: Annotated[
        bool, Field(description="Whether to add 0/1 columns that say where a number was missing.")
    ] = True
    max_levels: Annotated[
        Count,
        Field(
            description="A category with more levels becomes one number, the mean target of its "
            "level shrunk to the overall mean, and not a 0/1 column per level."
        ),
    ] = 60


class TreeSettings(EstimatorSettings):
    """Preparation of levels for trees."""

    one_hot_levels: Annotated[
        int,
        Field(
            ge=0,
            le=1000,
            description="A category with at most so many levels becomes a 0/1 column per level; "
            "others become one number, the mean target of the level, shrunk.",
        ),
    ] = 0
    level_counts: Annotated[
        bool, Field(description="Whether to add, for each category, how common its level is.")
    ] = False


class ImputedTreeSettings(TreeSettings):
    """Preparation of numbers for trees that take no missing values."""

    missing_indicators: Annotated[
        bool, Field(description="Whether to add 0/1 columns that say where a number was missing.")
    ] = False
