"""What a config says of a column, and of the target: how cells are read and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from regression_model.config.cross_checks import repeated
from regression_model.estimators.settings import Settings
from regression_model.processing.column_description import MAX_ALIAS_CHARACTERS, MAX_ALIASES
from regression_model.processing.dates import DEFAULT_PARTS, DateOrder, Part
from regression_model.processing.kinds.registry import KINDS, name_schema
from regression_model.processing.number_formats import parse_format
from regression_model.processing.schema import MISSING_TEXTS, Column, MissingMeans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from regression_model.processing.kinds.base import ColumnKind


_NOT_FOR = {
    "levels": "levels, scale and closed are not for the kind {kind}",
    "minimum": "minimum and maximum are not for the kind {kind}",
    "date_order": "date_order and parts are not for the kind {kind}",
    "missing_means": "a missing {kind} is unknown; missing: none is not for the kind {kind}",
    "monotonic": "monotonic is not for the kind {kind}",
    "number_format": "number_format is not for the kind {kind}",
}
"""What is told of settings that a kind does not take, by the name under which `takes` lists them.

They are told in this order.
"""


def _checked_format(example: str | None) -> str | None:
    if example is not None:
        parse_format(example)
    return example


NumberFormatSetting = Annotated[
    str | None,
    AfterValidator(_checked_format),
    Field(
        description="One number as its texts write it: 1,234.5 or 1.234,5 or 1 234,5 or $1,234.5 "
        "or 1234.5 %, or (1,234.5) where brackets make it negative. Signs and separators of "
        "thousands may be absent."
    ),
]


class _NameOfKind:
    """Makes a text one of the kinds that there are, as `Literal` does for a list that is fixed."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return name_schema()

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"enum": list(KINDS), "type": "string"}


class _Dressed(Settings):
    """What may be written as numbers in other dress: a format says what stands around digits."""

    later_keys: ClassVar[tuple[str, ...]] = ("number_format", "aliases")
    """Keys that artifacts of earlier formats do not have."""

    @model_serializer(mode="wrap")
    def _without_absent_keys(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out later keys where they say nothing, as artifacts of earlier formats do."""
        settings: dict[str, Any] = handler(self)
        for key in self.later_keys:
            if settings.get(key) in (None, (), []):
                settings.pop(key, None)
        return settings


class TargetConfig(_Dressed):
    """The column that is predicted, the scale on which the model works, and what is answered."""

    column: Annotated[str, Field(description="The column of the table to predict, a number.")]
    transform: Annotated[
        Literal["none", "log", "log1p", "sqrt", "yeo_johnson", "auto"],
        Field(
            description="The scale on which the model works; auto: none, sqrt or log, whichever "
            "errs least out of fold."
        ),
    ] = "none"
    prediction: Annotated[
        Literal["median", "mean"],
        Field(
            description="What is answered: the plain inverse of a score, which estimates the "
            "median, or the inverse averaged over residuals, which estimates the mean."
        ),
    ] = "median"
    unit: Annotated[str, Field(description="What the target counts, for reports.")] = "units"
    minimum: Annotated[
        float | None,
        Field(
            allow_inf_nan=False,
            description="No prediction and no end of an interval is below it; a target below it in "
            "the training table is an error.",
        ),
    ] = None
    maximum: Annotated[
        float | None,
        Field(
            allow_inf_nan=False,
            description="No prediction and no end of an interval is above it; a target above it in "
            "the training table is an error.",
        ),
    ] = None
    number_format: NumberFormatSetting = None

    later_keys: ClassVar[tuple[str, ...]] = ("number_format", "minimum", "maximum")

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            message = "maximum should be larger than minimum"
            raise PydanticCustomError("config", "{message}", {"message": message})
        return self

    def to_column(self) -> Column:
        """Return what says how its cells are read, and which of them are errors."""
        return Column(
            self.column,
            "number",
            minimum=self.minimum,
            maximum=self.maximum,
            number_format=self.number_format,
        )


class ColumnConfig(_Dressed):
    """One column: its kind, how a missing value is spelled and what it means, its limits."""

    kind: Annotated[str, _NameOfKind(), Field(description="What the cells are.")]
    missing: Annotated[
        MissingMeans,
        Field(
            description="What a missing value means: unknown, or that there is no such thing, "
            "which is a level of its own or a zero."
        ),
    ] = "unknown"
    missing_values: Annotated[
        tuple[str, ...],
        Field(
            description="Texts that stand for a missing value; inf stands for any infinity, also "
            "one that is no text."
        ),
    ] = MISSING_TEXTS
    also_missing: Annotated[
        tuple[str, ...], Field(description="Further such texts, besides missing_values.")
    ] = ()
    required: Annotated[bool, Field(description="Whether a missing value is an error.")] = False
    minimum: Annotated[
        float | None, Field(allow_inf_nan=False, description="A number below it is an error.")
    ] = None
    maximum: Annotated[
        float | None, Field(allow_inf_nan=False, description="A number above it is an error.")
    ] = None
    scale: Annotated[
        str | None, Field(description="Which of the scales an ordered column's levels are.")
    ] = None
    levels: Annotated[
        tuple[str, ...],
        Field(
            description="The levels; of an ordered column from lowest to highest. A category "
            "without them learns its levels in training."
        ),
    ] = ()
    closed: Annotated[
        bool, Field(description="Whether a level that is not listed is an error, not a warning.")
    ] = False
    monotonic: Annotated[
        Literal["increasing", "decreasing"] | None,
        Field(description="What the prediction must do as the number, or the order, grows."),
    ] = None

    date_order: Annotated[
        DateOrder,
        Field(description="How dates such as 03/04/2024 are read: dmy or mdy; else they are none."),
    ] = "ymd"
    parts: Annotated[
        tuple[Part, ...],
        Field(
            min_length=1,
            description="What a date becomes: features named after the column and the part, with a "
            "number behind it where that name is taken. Month, weekday and hour bring their sine "
            "and cosine; days count from 1970.",
        ),
    ] = DEFAULT_PARTS
    number_format: NumberFormatSetting = None
    aliases: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=MAX_ALIAS_CHARACTERS)], ...],
        Field(
            max_length=MAX_ALIASES,
            description="Other names under which callers and tables may have the column, in the "
            "place of its own: 1stFlrSF as FirstFlrSF.",
        ),
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _kind_alone(cls, value: object) -> object:
        """A plain column takes one line: its kind."""
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = list(self._problems())
        if problems:
            raise PydanticCustomError("config", "{message}", {"message": "; ".join(problems)})
        return self

    def _problems(self) -> Iterator[str]:
        kind = KINDS[self.kind]
        yield from _repetitions(self.levels, "level")
        yield from _repetitions(self.aliases, "alias")
        if kind.needs_levels and bool(self.scale) == bool(self.levels):
            yield f"an {kind.name} column needs either levels or a scale"
        yield from self._not_for(kind)
        yield from _repetitions(self.parts, "part")
        yield from self._contradictions()

    def _not_for(self, kind: type[ColumnKind]) -> Iterator[str]:
        """Say which settings are for other kinds of columns."""
        has_levels = bool(self.scale or self.levels or self.closed)
        has_limits = self.minimum is not None or self.maximum is not None
        reads_dates = self.date_order != "ymd" or self.parts != DEFAULT_PARTS
        given = {
            "levels": has_levels,
            "minimum": has_limits,
            "date_order": reads_dates,
            "missing_means": self.missing == "none",
            # What is cut into parts is no one feature that could rise; other kinds without an
            # order are told by `monotonic_problems`, together with the kinds that have one.
            "monotonic": kind.has_parts and self.monotonic is not None,
            "number_format": self.number_format is not None,
        }
        for what, is_given in given.items():
            if is_given and what not in kind.takes:
                yield _NOT_FOR[what].format(kind=kind.name)

    def _contradictions(self) -> Iterator[str]:
        if self.required and self.missing == "none":
            yield "a required column cannot have a meaning for missing values"
        if self.minimum is None or self.maximum is None:
            return
        if self.minimum > self.maximum:
            yield "minimum is larger than maximum"

    def to_column(self, name: str, scales: Mapping[str, tuple[str, ...]]) -> Column:
        """Return the declared part of the column's schema; training learns the rest."""
        return Column(
            name=name,
            kind=self.kind,
            missing_values=(*self.missing_values, *self.also_missing),
            missing_means=self.missing,
            required=self.required,
            minimum=self.minimum,
            maximum=self.maximum,
            levels=self._declared_levels(scales),
            closed=self.closed,
            date_order=self.date_order,
            number_format=self.number_format,
            aliases=self.aliases,
        )

    def _declared_levels(self, scales: Mapping[str, tuple[str, ...]]) -> tuple[str | None, ...]:
        """Return the levels, None among them if a column has none of them where it is missing."""
        levels: tuple[str | None, ...] = self.levels
        if not levels and self.scale:
            levels = scales[self.scale]
        if self.missing == "none" and KINDS[self.kind].has_levels:
            # first, as the least: what a house has none of is below the poorest of its kind
            levels = (None, *levels)
        return levels


def _repetitions(words: tuple[str, ...], what: str) -> Iterator[str]:
    for problem in repeated(words, (), what):
        yield problem.message
