"""Configs that exist, written anew for a project: an edited file, or what an artifact keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from regression_model.config.files import FORMER_NAMES
from regression_model.guessing.writing import quote

if TYPE_CHECKING:
    from regression_model.config.core import ModelConfig

_TABLE = "training_data_file"

# `files:` at the left margin, in quotes or without.
_SECTION = re.compile(r"""(['"]?)files\1[ \t]*:.*""")
# An indented `name: value`; quoted names are left as they are.
_SETTING = re.compile(r"(?P<indent>[ \t]+)(?P<name>\w+)(?P<colon>[ \t]*:)(?P<value>.*)")
# Anything else at the left margin but a comment begins the next section.
_SECTION_END = re.compile(r"[^\s#]")


def with_table(text: str, training_data_file: str) -> str:
    r"""Return the text of a config that names another table; all else stays as it was edited.

    Files are called by the present names of their settings where they went by a former one.

    Parameters
    ----------
    text : str
        YAML that `load_config` reads, with ``training_data_file`` on one line.
    training_data_file : str
        The table's path, as seen from the config's folder.

    Examples
    --------
    >>> old = "files:\n  training_data: a.csv  # mine\nseed: 1"
    >>> with_table(old, "datasets/a.csv")
    'files:\n  training_data_file: datasets/a.csv\nseed: 1'
    """
    lines = text.split("\n")
    for i in _lines_of_files(lines):
        setting = _SETTING.fullmatch(lines[i])
        if setting is None:
            continue
        name = FORMER_NAMES.get(setting["name"], setting["name"])
        value = f" {quote(training_data_file)}" if name == _TABLE else setting["value"]
        lines[i] = f"{setting['indent']}{name}{setting['colon']}{value}"
    return "\n".join(lines)


def with_package_name(text: str, package_name: str) -> str:
    r"""Return the text of a config that names its model's package; what it says already, stays.

    Examples
    --------
    >>> with_package_name("files:\n  training_data_file: a.csv\nseed: 1", "rents")
    'files:\n  package_name: rents\n  training_data_file: a.csv\nseed: 1'
    """
    lines = text.split("\n")
    first = None
    for i in _lines_of_files(lines):
        setting = _SETTING.fullmatch(lines[i])
        if setting is None:
            continue
        if setting["name"] == "package_name":
            return text
        first = first or (i, f"{setting['indent']}package_name: {quote(package_name)}")
    if first is not None:
        lines.insert(*first)
    return "\n".join(lines)


def _lines_of_files(lines: Sequence[str]) -> Iterator[int]:
    """Yield the positions of the lines of the section ``files:``, below its name."""
    start = next((i for i, line in enumerate(lines) if _SECTION.match(line)), len(lines))
    for i in range(start + 1, len(lines)):
        if _SECTION_END.match(lines[i]):
            return
        yield i


def settings_text(settings: ModelConfig, training_data_file: str) -> str:
    """Write settings as the text of a config, without what is so by default.

    Parameters
    ----------
    settings : ModelConfig
    training_data_file : str
        The table's path, as seen from the config's folder.

    Returns
    -------
    str
        YAML that `load_config` reads.
    """
    files = {_TABLE: training_data_file}
    others = settings.model_dump(mode="json", exclude_defaults=True)
    return "\n".join(_lines({"files": files, **others}, ""))


def _lines(values: Mapping[str, object], indent: str) -> Iterator[str]:
    for name, value in values.items():
        head = f"{indent}{quote(name)}:"
        if isinstance(value, Mapping):
            yield head
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list):
            yield head
            yield from (f"{indent}  - {_scalar(item)}" for item in value)
        else:
            yield f"{head} {_scalar(value)}"


def _scalar(value: object) -> str:
    return quote(value) if isinstance(value, str) else str(value).lower()
