"""What pyproject.toml cannot say of the distribution; all else of it stands there.

Setuptools' own reader of requirement files does not follow ``-r``, by which one file of
requirements/ names the next; and a package index shows the README, but has none of the files that
its links point to.
"""

import re
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent
EXTRAS = ("train", "files", "serve", "sign", "dask", "spark", "test", "typing", "bench", "docs")

# [text](docs/page.md), but neither [text](https://...) nor [text](#section)
RELATIVE_LINK = re.compile(r"\[([^]]+)\]\((?!https?:|#)([^)]+)\)")


def requirements(name: str) -> list[str]:
    """Read a file of requirements/ and those that it refers to, without comments."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    found: list[str] = []
    for line in (line.partition("#")[0].strip() for line in lines):
        if line.startswith("-r "):
            found += requirements(line.removeprefix("-r "))
        elif line:
            found.append(line)
    return found


def description() -> str:
    """Return the README with the name of a file in the place of each link to it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return RELATIVE_LINK.sub(r"\1 (`\2`)", text)


extras = {name: requirements(f"{name}_requirements.txt") for name in EXTRAS}
extras["all"] = sorted({line for lines in extras.values() for line in lines})

setup(
    install_requires=requirements("requirements.txt"),
    extras_require=extras,
    long_description=description(),
    long_description_content_type="text/markdown",
)
