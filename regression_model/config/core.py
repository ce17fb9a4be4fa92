"""The config: one YAML file that somebody who knows no Python can edit, and that cannot compute.

This is the door: what stands in the file is in the modules beside it, by its sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from regression_model.config.columns import ColumnConfig, TargetConfig
from regression_model.config.cross_checks import nameless
from regression_model.config.evaluation import EvaluationConfig, without_former_settings
from regression_model.config.files import AppConfig, with_present_names
from regression_model.config.model import ModelConfig
from regression_model.config.problems import LocatedMessage, build, told
from regression_model.config.source import Location, Source, parse_source, read_source
from regression_model.config.vocabulary import known_words
from regression_model.exceptions import ConfigError

__all__ = [
    "AppConfig", "ColumnConfig", "Config", "EvaluationConfig", "ModelConfig", "TargetConfig",
    "load_config", "parse_config",
]  # fmt: skip

PACKAGE_ROOT = Path(__file__).resolve().parent.parent
CONFIG_FILE = PACKAGE_ROOT / "config.yml"
DATASET_DIR = PACKAGE_ROOT / "datasets"
TRAINED_MODEL_DIR = PACKAGE_ROOT / "trained_models"


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
        if self.file is None or line is None:
            return ""
        return f" in line {line} of {self.file.name}"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The config's file and the tables that it names, which no output may replace.

        A table is named twice, as it may be in either of two folders.
        """
        inputs = [] if self.file is None else [self.file]
        for name in (self.app_config.training_data_file, self.app_config.test_data_file):
            if name is not None:
                inputs += [self.folder / name, DATASET_DIR / name]
        return tuple(inputs)


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
    """Return the config that a source holds, if nothing is wrong with it."""
    source = without_former_settings(with_present_names(source))
    in_text = [*source.duplicates, *nameless(source.data)]
    problems: list[LocatedMessage] = [(p.location, partial(str, p.message)) for p in in_text]
    files = source.data.get("files")
    others = {section: value for section, value in source.data.items() if section != "files"}
    # both are built, whatever is wrong with the first: all problems are told at once
    app_config = build(AppConfig, files, ("files",), problems, vocabulary=known_words)
    model_config = build(ModelConfig, others, (), problems, vocabulary=known_words)
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
