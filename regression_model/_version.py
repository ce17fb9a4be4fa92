"""The package's version, read from the VERSION file that also names the artifact."""

from pathlib import Path


def package_version() -> str:
    """Return the text of the VERSION file."""
    return (Path(__file__).parent / "VERSION").read_text(encoding="utf-8").strip()
