"""The wheel of this package, which a generated project ships so that no package index needs it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from email import message_from_bytes
from importlib.metadata import PackageNotFoundError, distribution
from importlib.metadata import version as library_version
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from regression_model._version import package_version
from regression_model.config.core import PACKAGE_ROOT
from regression_model.exceptions import ProjectError

ENGINE = "evergreen-regression"

_STEM = ENGINE.replace("-", "_")
"""What a wheel's file name begins with."""

# A final release, 1.2.3, with or without a local label, +abc. Others, such as 1.2rc1, will do only
# where they are the very version that runs.
_RELEASE = re.compile(r"(\d+(?:\.\d+)*)(?:\+.*)?")

_SETUPTOOLS = 77
"""The first setuptools that pyproject.toml allows."""

_SOURCE = (
    "setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "requirements",
    "regression_model",
)  # fmt: skip
"""What a wheel is built from."""

_SHOWN_OUTPUT = 500
"""How many of the last characters of what pip says are repeated."""

_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the standard library raises for an archive that is damaged, encrypted or none."""


def first_breaking(version: str) -> int:
    """Return the major version that a project written by this version does not take any more.

    Examples
    --------
    >>> [first_breaking(version) for version in ("0.3.0", "0.10.2", "1.0.0", "2.7.1rc1")]
    [1, 1, 2, 3]
    """
    return int(version.partition(".")[0]) + 1


def add_engine(folder: Path, given: Path | None) -> bool:
    """Put the wheel into a folder: the given one, or that of which this package runs.

    Parameters
    ----------
    folder : Path
        Where to.
    given : Path or None
        A wheel that `check_wheel` lets pass.

    Returns
    -------
    bool
        Whether there is a wheel: none is where this package came from an index.

    Raises
    ------
    ProjectError
        If it cannot be built from the source.
    """
    origin = given or _origin()
    if origin is None:
        return False
    if origin.is_dir():
        _build_wheel(origin, folder)
    else:
        shutil.copy(origin, folder)
    for wheel in folder.glob("*.whl"):
        check_wheel(wheel)
    return True


def check_wheel(path: Path) -> None:
    """Refuse what is not this package's wheel, of this version or a later one that will do.

    Raises
    ------
    ProjectError
        It says what is wrong.
    """
    problem = _problem(path)
    if problem:
        message = f"{path} {problem}; give the wheel of {ENGINE} {package_version()}"
        raise ProjectError(message)


def _problem(path: Path) -> str:
    if path.suffix != ".whl" or not path.is_file():
        return "is no wheel"
    try:
        name, version = _name_and_version(path)
    except _UNREADABLE as problem:
        return f"is no whole wheel ({problem})"
    if re.sub(r"[-_.]+", "-", name).lower() != ENGINE:
        return f"is a wheel of {name or 'nothing'}, not of {ENGINE}"
    if not _is_in_range(version):
        return (
            f"is of version {version}, and the project needs at least {package_version()}, and "
            f"less than {first_breaking(package_version())}"
        )
    if not path.name.startswith(f"{_STEM}-{version}-"):
        return f"has a name that pip does not read; it was {_STEM}-{version}-py3-none-any.whl"
    return ""


def _name_and_version(path: Path) -> tuple[str, str]:
    """Read what a wheel says of itself, and all of it, so that damage is seen."""
    with zipfile.ZipFile(path) as wheel:
        damaged = wheel.testzip()
        if damaged is not None:
            message = f"{damaged} is damaged"
            raise zipfile.BadZipFile(message)
        members = wheel.namelist()
        described = [member for member in members if member.endswith(".dist-info/METADATA")]
        metadata = message_from_bytes(wheel.read(described[0]) if described else b"")
    return str(metadata.get("Name", "")), str(metadata.get("Version", ""))


def _is_in_range(version: str) -> bool:
    """Tell whether a project written by this version takes another one."""
    if version == package_version():
        return True
    own, other = _RELEASE.match(package_version()), _RELEASE.fullmatch(version)
    if own is None or other is None:
        return False
    return _numbers(own[1]) <= _numbers(other[1]) < (first_breaking(own[1]),)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def _origin() -> Path | None:
    """Return the checkout or the wheel that this package runs from, if it is there."""
    checkout = PACKAGE_ROOT.parent
    if _is_checkout(checkout):
        return checkout
    origin = _installed_from()
    if origin is None:
        return None
    is_wheel = origin.is_file() and origin.name.startswith(f"{_STEM}-{package_version()}-")
    return origin if is_wheel or _is_checkout(origin) else None


def _installed_from() -> Path | None:
    """Return the file or folder that pip was given, as it notes; none for a package index."""
    try:
        note = distribution(ENGINE).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    url = urlsplit(json.loads(note or "{}").get("url", ""))
    return Path(url2pathname(url.path)) if url.scheme == "file" else None


def _is_checkout(folder: Path) -> bool:
    """Tell whether a folder has the source of this version."""
    version = folder / PACKAGE_ROOT.name / "VERSION"
    is_source = (folder / "setup.py").is_file() and version.is_file()
    return is_source and version.read_text(encoding="utf-8").strip() == package_version()


def _build_wheel(checkout: Path, folder: Path) -> None:
    """Build from a copy, so that nothing is left in the checkout."""
    with tempfile.TemporaryDirectory() as copied:
        _copy_source(checkout, Path(copied))
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        if _can_build():
            command.append("--no-build-isolation")
        built = subprocess.run(  # noqa: S603 - the interpreter that runs this
            [*command, "--wheel-dir", str(folder), copied],
            capture_output=True,
            text=True,
            check=False,
        )
    if built.returncode:
        message = (
            f"the wheel of {ENGINE} could not be built from {checkout}; build one and give it "
            f"with --engine. pip said: {built.stderr.strip()[-_SHOWN_OUTPUT:]}"
        )
        raise ProjectError(message)


def _copy_source(checkout: Path, folder: Path) -> None:
    for part in _SOURCE:
        source, copy = checkout / part, folder / part
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, copy)


def _can_build() -> bool:
    """Whether a setuptools is installed that builds wheels alone, so that none is fetched."""
    try:
        return int(library_version("setuptools").partition(".")[0]) >= _SETUPTOOLS
    except PackageNotFoundError:
        return False
