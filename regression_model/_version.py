"""The package's version, read from the VERSION file that also names the artifact."""

from pathlib import Path
from typing import Any


def package_version() -> str:
    """Return the text of the VERSION file, which may be inside of a zip archive."""
    loader: Any = __spec__.loader
    text: bytes = loader.get_data(str(Path(__file__).parent / "VERSION"))
    return text.decode().strip()
