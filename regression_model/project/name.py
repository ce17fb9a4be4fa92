"""What a package of one's own may be called."""

from __future__ import annotations

import importlib.util
import keyword
import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, distribution

from regression_model.exceptions import ProjectError

# Words of lower-case ASCII letters and digits, with one underscore between two: what Python, pip
# and a shell all take as it stands.
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_MAX_LENGTH = 64
_TAKEN = (
    "tests", "requirements", "setup", "build", "dist", "regression_model", "evergreen_regression",
)  # fmt: skip
"""Folders and files of the project, and what it stands on."""


def check_name(name: str) -> None:
    """Refuse what cannot be the name of folder, package, distribution and command, or is in use.

    Raises
    ------
    ProjectError
        It says what is wrong, with a name that will do if one is near.
    """
    problem = _problem_of_form(name) or _problem_of_use(name)
    if problem:
        shown = name if len(name) <= _MAX_LENGTH else f"{name[:_MAX_LENGTH]}..."
        message = f"{shown!r} {problem}"
        raise ProjectError(message)


def _problem_of_form(name: str) -> str:
    """Say what keeps the name from being one, wherever it is used."""
    if "/" in name or "\\" in name:
        return (
            "is a path, not a name; the project is written into the current folder: change to the "
            "folder wanted and give the name alone"
        )
    if not _is_identifier(name):
        return (
            "is no name for a package; use lower-case letters, digits and single underscores, "
            f"beginning with a letter{_hint(name)}"
        )
    if len(name) > _MAX_LENGTH:
        return f"is too long; at most {_MAX_LENGTH} letters will do"
    return ""


def _hint(name: str) -> str:
    """Name what is like it and would do; of a name in another script too little would be left."""
    if not name.isascii():
        return ""
    near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return f"; {near} would do" if _is_identifier(near) else ""


def _is_identifier(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not keyword.iskeyword(name)


def _problem_of_use(name: str) -> str:
    """Say what the name is taken by, here or in the project."""
    if name in sys.stdlib_module_names or name in _TAKEN:
        return "would hide a part of Python or of the project; choose another name"
    if importlib.util.find_spec(name) is not None:
        return "is the name of an installed module; choose another name, or uninstall that first"
    if shutil.which(name) is not None:
        return "would hide the command of this name; choose another name"
    try:  # a distribution may have another name than its modules, and pip would replace it
        known = distribution(name).metadata["Name"]
    except PackageNotFoundError:
        return ""
    return f"would replace the installed distribution {known}; choose another name"
