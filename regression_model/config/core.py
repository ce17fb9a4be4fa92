"""The config: one YAML file that somebody who knows no Python can edit, and that cannot compute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler  # noqa: TC002

from regression_model.config.columns import ColumnConfig, TargetConfig
from regression_model.config.cross_checks import cross_references, nameless, with_clean_names
from regression_model.config.derived import DerivedConfig, ElapsedConfig
from regression_model.config.files import (
    FORMER_EVALUATION,
    AppConfig,
    with_present_names,
    without_former_settings,
)
from regression_model.config.monotonic import directions, monotonic_problems
from regression_model.config.problems import LocatedMessage, build, together, told
from regression_model.config.source import Location, Problem, Source, parse_source, read_source
from regression_model.estimators.difficulty import DifficultySettings
from regression_model.estimators.registry import ESTIMATOR_SETTINGS, EstimatorConfig
from regression_model.estimators.settings import Settings
from regression_model.exceptions import ConfigError
from regression_model.processing.dates import date_features
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import Schema

__all__ = [
    "AppConfig", "ColumnConfig", "Config", "ModelConfig", "TargetConfig", "load_config",
    "parse_config",
]  # fmt: skip

PACKAGE_ROOT = Path(__file__).resolve().parent.parent
CONFIG_FILE = PACKAGE_ROOT / "config.yml"
DATASET_DIR = PACKAGE_ROOT / "datasets"
TRAINED_MODEL_DIR = PACKAGE_ROOT / "trained_models"

_MAX_CROSSED = 100
"""How many problems between settings are looked for; each looks for the nearest of all names."""


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

    @model_validator(mode="before")
    @classmethod
    def _without_former_settings(cls, value: Any) -> Any:
        """Take configs of former versions, which artifacts hold too."""
        if not isinstance(value, Mapping):
            return value
        return {name: v for name, v in value.items() if name not in FORMER_EVALUATION}


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
        columns = [c.to_column(name, self.scales) for name, c in self.columns.items()]
        return Schema(tuple(sorted(columns, key=lambda column: column.has_levels)))

    @property
    def date_features(self) -> dict[str, dict[str, str]]:
        """What the parts of each date column are called."""
        dates = {name: c.parts for name, c in self.columns.items() if KINDS[c.kind].has_parts}
        return date_features(dates, [*self.columns, *self.derived, self.target.column])

    @property
    def numbers(self) -> list[str]:
        """Features that are numbers, before derived ones: columns, and the parts of dates."""
        dates = self.date_features
        return [
            feature
            for name, column in self.columns.items()
            if KINDS[column.kind].has_order
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

    Paths in it are taken from `folder`, where the config's own file is: `file`, if it has one.
    """

    app_config: AppConfig
    model_config: ModelConfig
    folder: Path = DATASET_DIR
    file: Path | None = None
    lines: Mapping[Location, int] = field(default_factory=dict, compare=False, repr=False)

    def place(self, *location: str | int) -> str:
        """Return where a setting stands, such as `` in line 6 of flats.yml``; empty: in no file."""
        line = self.lines.get(location)
        return "" if self.file is None or line is None else f" in line {line} of {self.file.name}"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The config's file and the tables that it names, which no output may replace.

        A table is named twice, as it may be in either of two folders.
        """
        named = (self.app_config.training_data_file, self.app_config.test_data_file)
        places = (self.folder, DATASET_DIR)
        tables = [place / name for name in named if name is not None for place in places]
        return tuple(tables) if self.file is None else (self.file, *tables)


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
    source = without_former_settings(with_present_names(source))
    rest = {key: value for key, value in source.data.items() if key != "files"}
    own = [*source.duplicates, *nameless(source.data)]
    problems: list[LocatedMessage] = [(p.location, partial(str, p.message)) for p in own]
    app_config = build(
        AppConfig, source.data.get("files"), ("files",), problems, vocabulary=_vocabulary
    )
    model_config = build(ModelConfig, rest, (), problems, vocabulary=_vocabulary)
    if problems or app_config is None or model_config is None:
        raise ConfigError(*told(source, problems))
    file = source.path.resolve()
    return Config(app_config, model_config, file.parent, file, source.lines)


@cache
def _packaged_config() -> Config:
    return load_config()


def __getattr__(name: str) -> Config:
    """Resolve `config`, the packaged one, when it is first asked for."""
    if name == "config":
        return _packaged_config()
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def _vocabulary(prefix: Location, error: Mapping[str, Any]) -> list[str]:
    """Return the words that are known where an error is."""
    if error["type"] == "extra_forbidden":
        location = (*prefix, *error["loc"][:-1])
        return sorted(_settings_at(location).model_fields) + ["files"] * (not location)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return sorted(ESTIMATOR_SETTINGS)
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
        return ESTIMATOR_SETTINGS[str(location[-1])]
    return nested[str(location[0])]
