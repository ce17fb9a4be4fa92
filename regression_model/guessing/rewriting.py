"""Configs that exist, written anew for a project: an edited file, or what an artifact keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from regression_model.guessing.writing import quote

if TYPE_CHECKING:
    from regression_model.config.core import ModelConfig

_TABLE = re.compile(r"(?P<head>[ \t]+training_data[ \t]*:).*")


def with_table(text: str, training_data: str) -> str:
    r"""Return the text of a config that names another table; all else stays as it was edited.

    Parameters
    ----------
    text : str
        YAML that `load_config` reads, with ``training_data`` on one line.
    training_data : str
        The table's path, as seen from the config's folder.

    Examples
    --------
    >>> print(with_table("files:\n  training_data: a.csv  # mine\nseed: 1", "datasets/a.csv"))
    files:
      training_data: datasets/a.csv
    seed: 1
    """
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if re.match(r"files[ \t]*:", line)), 0)
    for i, line in enumerate(lines[start:], start):
        found = _TABLE.fullmatch(line)
        if found:
            lines[i] = f"{found['head']} {quote(training_data)}"
            break
    return "\n".join(lines)


def settings_text(settings: ModelConfig, training_data: str) -> str:
    """Write settings as the text of a config, without what is so by default.

    Parameters
    ----------
    settings : ModelConfig
    training_data : str
        The table's path, as seen from the config's folder.

    Returns
    -------
    str
        YAML that `load_config` reads.
    """
    said = settings.model_dump(mode="json", exclude_defaults=True)
    return "\n".join(_lines({"files": {"training_data": training_data}, **said}, ""))


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
