"""The section ``files:`` of a config: which files it names, under present and former names."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, model_validator

from regression_model.config.source import Problem, Source
from regression_model.estimators.settings import Settings

logger = logging.getLogger(__name__)

FORMER_NAMES = {
    "training_data": "training_data_file",
    "test_data": "test_data_file",
    "artifact_name": "pipeline_save_file",
    "pipeline_name": "research_pipeline_file",
}
"""What the settings were called up to version 0.4.0; configs and code that use it still work."""

_SECTION = "files"


class AppConfig(Settings):
    """Files and names."""

    # The former names of settings are taken too, and can be read as attributes. That stands not in
    # the docstring, which is what an editor and the page of all settings say of the section.

    package_name: Annotated[
        str, Field(description="What the package is called that the model is shipped in.")
    ] = "regression_model"
    training_data_file: Annotated[
        str,
        Field(
            description="The table to train on, beside the config: "
            "CSV, JSON Lines, Parquet or Arrow."
        ),
    ]
    test_data_file: Annotated[
        str | None, Field(description="A table without a target, to try the model on.")
    ] = None
    pipeline_save_file: Annotated[
        str, Field(description="What the packaged artifact is called, before its version.")
    ] = "regression_model_output_v"
    research_pipeline_file: Annotated[
        str, Field(description="What a research pipeline is called, before its version.")
    ] = "research_pipeline_v"

    @model_validator(mode="before")
    @classmethod
    def _take_former_names(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):  # which pydantic tells
            return value
        for former, present in FORMER_NAMES.items():
            if former in value and present in value:
                message = f"{former} is the former name of {present}; give one of the two"
                raise ValueError(message)
        return {FORMER_NAMES.get(name, name): setting for name, setting in value.items()}

    @property
    def training_data(self) -> str:
        """The former name of `training_data_file`."""
        return self.training_data_file

    @property
    def test_data(self) -> str | None:
        """The former name of `test_data_file`."""
        return self.test_data_file

    @property
    def artifact_name(self) -> str:
        """The former name of `pipeline_save_file`."""
        return self.pipeline_save_file

    @property
    def pipeline_name(self) -> str:
        """The former name of `research_pipeline_file`."""
        return self.research_pipeline_file


def with_present_names(source: Source) -> Source:
    """Return a source whose files go by their present names, and note where they did not.

    Both names of one file are a problem, which tells the lines of both; the present one counts.
    """
    given = source.data.get(_SECTION)
    if not isinstance(given, Mapping):
        return source
    files: dict[str, Any] = {}
    lines = dict(source.lines)
    problems = list(source.duplicates)
    for name, value in given.items():
        present = FORMER_NAMES.get(name)
        if present is None:
            files[name] = value
        elif present in given:
            problems.append(_named_twice(source, name, present))
        else:
            files[present] = value
            lines[_SECTION, present] = source.line((_SECTION, name))
            _note(source, name, present)
    data = {**source.data, _SECTION: files}
    return replace(source, data=data, lines=lines, duplicates=problems)


def _named_twice(source: Source, former: str, present: str) -> Problem:
    line = source.line((_SECTION, present))
    message = f"it is the former name of {present}, which line {line} gives; keep that one"
    return Problem((_SECTION, former), message)


def _note(source: Source, former: str, present: str) -> None:
    logger.warning(
        "%s, line %d: files.%s is now called %s; write that instead",
        source.path, source.line((_SECTION, former)), former, present,
    )  # fmt: skip
