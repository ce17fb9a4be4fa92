"""The config: one YAML file that somebody who knows no Python can edit, and that cannot compute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler  # noqa: TC002
from pydantic_core import InitErrorDetails, PydanticCustomError

from regression_model.config.estimators import (
    ESTIMATORS,
    DifficultySettings,
    EstimatorConfig,
    Settings,
)
from regression_model.config.monotonic import directions, monotonic_problems
from regression_model.config.references import cross_references, repeated, with_clean_names
from regression_model.config.source import (
    Location,
    Problem,
    Source,
    parse_source,
    read_source,
)
from regression_model.config.wording import MAP, in_words, shortened
from regression_model.exceptions import ConfigError
from regression_model.processing.dates import DEFAULT_PARTS, DateOrder, Part, date_features
from regression_model.processing.number_formats import parse_format
from regression_model.processing.schema import (
    MISSING_TEXTS,
    Column,
    Kind,
    MissingMeans,
    Schema,
)

PACKAGE_ROOT = Path(__file__).resolve().parent.parent
CONFIG_FILE = PACKAGE_ROOT / "config.yml"
DATASET_DIR = PACKAGE_ROOT / "datasets"
TRAINED_MODEL_DIR = PACKAGE_ROOT / "trained_models"

SettingsT = TypeVar("SettingsT", bound=Settings)
_Found = tuple[Location, Callable[[], str]]
_SHOWN_PROBLEMS = 20
_MAX_CROSSED = 100
Operation = Literal["sum", "difference", "product", "ratio", "presence"]


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


class _Dressed(Settings):
    """What may be written as numbers in other dress."""

    @model_serializer(mode="wrap")
    def _without_absent_format(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out `number_format` where there is none, as artifacts of earlier formats do."""
        settings: dict[str, Any] = handler(self)
        return {k: v for k, v in settings.items() if (k, v) != ("number_format", None)}


class AppConfig(Settings):
    """Files and names."""

    training_data: Annotated[
        str, Field(description="The table to train on: a CSV or Parquet file beside the config.")
    ]
    test_data: Annotated[
        str | None, Field(description="A table without a target, to try the model on.")
    ] = None
    artifact_name: Annotated[
        str, Field(description="What the packaged artifact is called, before its version.")
    ] = "regression_model_output_v"
    pipeline_name: Annotated[
        str, Field(description="What a research pipeline is called, before its version.")
    ] = "research_pipeline_v"


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
    number_format: NumberFormatSetting = None

    def to_column(self) -> Column:
        """Return what says how its cells are read."""
        return Column(self.column, "number", number_format=self.number_format)


class ColumnConfig(_Dressed):
    """One column: its kind, how a missing value is spelled and what it means, its limits."""

    kind: Annotated[Kind, Field(description="What the cells are.")]
    missing: Annotated[
        MissingMeans,
        Field(
            description="What a missing value means: unknown, or that there is no such thing, "
            "which is a level of its own or a zero."
        ),
    ] = "unknown"
    missing_values: Annotated[
        tuple[str, ...], Field(description="Texts that stand for a missing value.")
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
            description="What a date becomes: features named after the column and the part. Month, "
            "weekday and hour bring their sine and cosine; days count from 1970.",
        ),
    ] = DEFAULT_PARTS
    number_format: NumberFormatSetting = None

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
        yield from (p.message for p in repeated(self.levels, (), "level"))
        if self.kind == "ordered" and bool(self.scale) == bool(self.levels):
            yield "an ordered column needs either levels or a scale"
        if self.kind in ("number", "integer", "boolean", "date") and (
            self.scale or self.levels or self.closed
        ):
            yield f"levels, scale and closed are not for the kind {self.kind}"
        limited = self.minimum is not None or self.maximum is not None
        if self.kind in ("ordered", "category", "boolean", "date") and limited:
            yield f"minimum and maximum are not for the kind {self.kind}"
        yield from self._date_problems()
        if self.number_format is not None and self.kind not in ("number", "integer"):
            yield f"number_format is not for the kind {self.kind}"
        if self.required and self.missing == "none":
            yield "a required column cannot have a meaning for missing values"
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield "minimum is larger than maximum"

    def _date_problems(self) -> Iterator[str]:
        if self.kind != "date" and (self.date_order != "ymd" or self.parts != DEFAULT_PARTS):
            yield f"date_order and parts are not for the kind {self.kind}"
        if self.kind == "date" and self.missing == "none":
            yield "a missing date is unknown; missing: none is not for the kind date"
        if self.kind == "date" and self.monotonic:
            yield "monotonic is not for the kind date"
        yield from (p.message for p in repeated(self.parts, (), "part"))

    def to_column(self, name: str, scales: Mapping[str, tuple[str, ...]]) -> Column:
        """Return the declared part of the column's schema; training learns the rest."""
        levels: tuple[str | None, ...] = self.levels or (scales[self.scale] if self.scale else ())
        if self.missing == "none" and self.kind in ("ordered", "category"):
            levels = (None, *levels)
        return Column(
            name=name,
            kind=self.kind,
            missing_values=(*self.missing_values, *self.also_missing),
            missing_means=self.missing,
            required=self.required,
            minimum=self.minimum,
            maximum=self.maximum,
            levels=levels,
            closed=self.closed,
            date_order=self.date_order,
            number_format=self.number_format,
        )


class ElapsedConfig(Settings):
    """Columns that are replaced by the time from them to a reference column."""

    reference: Annotated[str, Field(description="The column that time is counted up to.")]
    columns: Annotated[tuple[str, ...], Field(description="The columns that are replaced.")]


class DerivedConfig(Settings):
    """A new feature, computed from columns or from derived features above it."""

    operation: Annotated[Operation, Field(description="What is computed.")]
    of: Annotated[
        tuple[str, ...], Field(description="From which columns, or derived features above it.")
    ]


class EvaluationConfig(Settings):
    """How quality is measured."""

    folds: Annotated[
        int, Field(ge=2, le=100, description="Parts of the table, each predicted from the others.")
    ] = 10
    repeats: Annotated[
        int, Field(ge=1, le=100, description="How often, each time with other folds.")
    ] = 1
    hold_out: Annotated[
        float, Field(gt=0, lt=0.9, description="Share of rows kept aside for a second opinion.")
    ] = 0.1
    inner_folds: Annotated[
        int,
        Field(
            ge=0,
            le=20,
            description="Folds within the training rows of each fold, to measure intervals "
            "honestly; 0 measures them with the residuals at hand, which is faster.",
        ),
    ] = 5


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

    @model_validator(mode="wrap")
    @classmethod
    def _all_problems(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report problems between settings together with those inside them."""
        crossed: list[Problem] = []
        if isinstance(value, Mapping):
            value, crossed = with_clean_names(value)
            problems = cross_references(value)
            crossed += islice(problems, _MAX_CROSSED)  # each looks for the nearest of all names
        try:
            model = handler(value)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                cls.__name__, [*_details(error), *map(_detail, crossed)]
            ) from None
        crossed = crossed or list(monotonic_problems(model))
        if crossed:
            raise ValidationError.from_exception_data(cls.__name__, list(map(_detail, crossed)))
        return model

    @property
    def input_schema(self) -> Schema:
        """The declared part of the input schema: quantities first, then what has levels.

        So each of the two stands in one piece of the model's input matrix.
        """
        columns = [c.to_column(name, self.scales) for name, c in self.columns.items()]
        return Schema(tuple(sorted(columns, key=lambda column: column.has_levels)))

    @property
    def date_features(self) -> dict[str, dict[str, str]]:
        """What the parts of each date column are called."""
        dates = {name: c.parts for name, c in self.columns.items() if c.kind == "date"}
        return date_features(dates, [*self.columns, *self.derived, self.target.column])

    @property
    def numbers(self) -> list[str]:
        """Features that are numbers, before derived ones: columns, and the parts of dates."""
        dates = self.date_features
        return [
            feature
            for name, column in self.columns.items()
            if column.kind != "category"
            for feature in (dates[name].values() if name in dates else [name])
        ]

    @property
    def trends(self) -> list[str]:
        """Features that go on growing after training: years and elapsed days of dates."""
        parts = self.date_features.values()
        return [names[part] for names in parts for part in names if part in ("year", "days")]

    @property
    def roles(self) -> frozenset[str]:
        """Columns that say how much a row counts, and when it was."""
        return frozenset(filter(None, (self.weight_column, self.time_column)))

    @property
    def validation(self) -> str:
        """How rows are kept apart that a model is fitted and judged on."""
        if self.group_column is not None:
            return f"by group: {self.group_column}"
        return "random folds" if self.time_column is None else f"in time order: {self.time_column}"

    @property
    def directions(self) -> dict[str, int]:
        """What the score must do as each feature grows, by name: 1 rise, -1 fall."""
        return directions(self)


@dataclass(frozen=True)
class Config:
    """A whole config: what concerns files and names, and what concerns the model.

    Paths in it are taken from `folder`, where the config's own file is.
    """

    app_config: AppConfig
    model_config: ModelConfig
    folder: Path = DATASET_DIR


def load_config(path: str | Path = CONFIG_FILE) -> Config:
    """Read a config and check all of it.

    Parameters
    ----------
    path : str or Path
        The YAML file; the packaged one by default.

    Returns
    -------
    Config

    Raises
    ------
    ConfigError
        All problems at once, each with file, line, what was expected and the nearest valid word; of
        many problems the first.

    Examples
    --------
    >>> from regression_model.config.core import load_config
    >>> load_config().model_config.target.column
    'SalePrice'
    """
    return _checked(read_source(Path(path)))


def parse_config(text: str, path: Path) -> Config:
    """Return the config that a text is, as if it stood in the file `path`.

    Raises
    ------
    ConfigError
        As of `load_config`.
    """
    return _checked(parse_source(text, path))


def _checked(source: Source) -> Config:
    rest = {key: value for key, value in source.data.items() if key != "files"}
    problems: list[_Found] = [(p.location, partial(str, p.message)) for p in source.duplicates]
    app_config = _build(AppConfig, source.data.get("files"), ("files",), problems)
    model_config = _build(ModelConfig, rest, (), problems)
    if problems or app_config is None or model_config is None:
        raise ConfigError("\n".join(_told(source, problems)))
    return Config(app_config, model_config, source.path.resolve().parent)


def _told(source: Source, problems: list[_Found]) -> Iterator[str]:
    """Say what is wrong, in the order of the file; words are found for what is said alone."""
    in_order = sorted(problems, key=lambda problem: source.line(problem[0]))
    shown = in_order[:_SHOWN_PROBLEMS]
    lines = {(source.line(location), _worded(location, say())) for location, say in shown}
    for line, said in sorted(lines):
        yield f"{source.path}, line {line}: {said}"
    if len(in_order) > len(shown):
        line = source.line(in_order[len(shown)][0])
        n_more = len(in_order) - len(shown)
        yield f"{source.path}, line {line}: and at least {n_more:,} problems more"


@cache
def _packaged_config() -> Config:
    return load_config()


def __getattr__(name: str) -> Config:
    """Resolve `config`, the packaged one, when it is first asked for."""
    if name == "config":
        return _packaged_config()
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def _build(
    kind: type[SettingsT], data: object, prefix: Location, problems: list[_Found]
) -> SettingsT | None:
    """Build settings from parsed data, or add what is wrong with it."""
    if not isinstance(data, Mapping):
        absent = "this section is missing; the config needs it"
        wrong = f"{MAP}, got {shortened(data)}"
        problems.append((prefix, partial(str, absent if data is None else wrong)))
        return None
    try:
        return kind(**data)
    except ValidationError as error:
        problems += ((_location(e, prefix), partial(_explained, e, prefix)) for e in error.errors())
        return None


def _location(error: Any, prefix: Location) -> Location:
    is_tag = error["type"] == "union_tag_invalid"
    return (*prefix, *error["loc"], "type") if is_tag else (*prefix, *error["loc"])


def _worded(location: Location, message: str) -> str:
    where = ".".join(shortened(part).strip("'") for part in location)
    return f"{where}: {message}" if where else message


def _explained(error: Any, prefix: Location) -> str:
    return in_words(error, _expected_words(error, prefix))


def _expected_words(error: Any, prefix: Location) -> list[str]:
    if error["type"] == "extra_forbidden":
        location = (*prefix, *error["loc"][:-1])
        return sorted(_settings_at(location).model_fields) + ["files"] * (not location)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return sorted(ESTIMATORS)
    if error["type"] == "literal_error":
        return re.findall(r"'([^']*)'", error["ctx"]["expected"])
    return []


def _settings_at(location: Location) -> type[Settings]:
    """Return the class whose settings stand at a location."""
    nested: dict[str, type[Settings]] = {
        "files": AppConfig, "target": TargetConfig, "columns": ColumnConfig,
        "elapsed": ElapsedConfig, "derived": DerivedConfig, "evaluation": EvaluationConfig,
        "difficulty": DifficultySettings,
    }  # fmt: skip
    if not location:
        return ModelConfig
    if location[0] == "estimators":
        return ESTIMATORS[str(location[-1])]
    return nested[str(location[0])]


def _detail(problem: Problem) -> InitErrorDetails:
    error = PydanticCustomError("config", "{message}", {"message": problem.message})
    return InitErrorDetails(type=error, loc=problem.location, input=None)


def _details(error: ValidationError) -> Iterator[InitErrorDetails]:
    for e in error.errors():
        if e["type"] == "config":
            yield _detail(Problem(e["loc"], e["msg"]))
        else:
            yield InitErrorDetails(
                type=e["type"], loc=e["loc"], input=e["input"], ctx=e.get("ctx", {})
            )
