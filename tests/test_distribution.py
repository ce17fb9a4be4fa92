"""What the distribution says of itself, as an installer or a package index reads it."""

import re
import shutil
import subprocess
import sys
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
from loading import ROOT
from markdown_it import MarkdownIt
from packaging.requirements import Requirement

from regression_model import __version__

BACKEND = """\
from setuptools.build_meta import prepare_metadata_for_build_wheel
print(prepare_metadata_for_build_wheel("."))
"""


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Message:
    """Return what setuptools makes of a copy of the source; the package's code is not needed."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "requirements", source / "requirements")
    (source / "regression_model").mkdir()
    shutil.copy(ROOT / "regression_model" / "VERSION", source / "regression_model")
    command = [sys.executable, "-c", BACKEND]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=True)
    folder = source / done.stdout.splitlines()[-1]
    return message_from_string((folder / "METADATA").read_text(encoding="utf-8"))


def test_it_is_the_distribution_of_the_package(metadata: Message) -> None:
    assert metadata["Name"] == "evergreen-regression"
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"


def _required(metadata: Message, extra: str | None) -> set[str]:
    """Return the names of what is required, or only with an extra."""
    requirements = map(Requirement, metadata.get_all("Requires-Dist", []))
    return {
        requirement.name
        for requirement in requirements
        if (requirement.marker is None) == (extra is None)
        and (requirement.marker is None or requirement.marker.evaluate({"extra": extra or ""}))
    }


def test_what_predicts_requires_what_its_requirements_file_lists(metadata: Message) -> None:
    assert _required(metadata, None) == {
        "numpy", "onnxruntime", "pydantic", "rich", "strictyaml", "typer",
    }  # fmt: skip


def test_an_extra_requires_what_the_files_list_that_its_file_refers_to(metadata: Message) -> None:
    train = _required(metadata, "train")
    assert {"numpy", "scikit-learn", "catboost"} <= train
    assert train < _required(metadata, "test")
    extras = metadata.get_all("Provides-Extra", [])
    every = set.union(*(_required(metadata, extra) for extra in extras))
    assert _required(metadata, "all") == every


def _links(text: str) -> list[str]:
    tokens = MarkdownIt().parse(text)
    children = [child for token in tokens for child in token.children or ()]
    return [str(child.attrs["href"]) for child in children if child.type == "link_open"]


def test_no_link_of_the_description_is_broken_on_an_index(metadata: Message) -> None:
    text = str(metadata.get_payload())
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert text.startswith("# evergreen-regression")
    assert [link for link in _links(text) if not re.match(r"https?:|#", link)] == []


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = _links((ROOT / "README.md").read_text(encoding="utf-8"))
    files = [Path(link.partition("#")[0]) for link in links if not link.startswith("http")]
    assert files
    assert [str(file) for file in files if not (ROOT / file).is_file()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
