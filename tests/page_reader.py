"""The page's reader under Node, and Python's answers beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regression_model.artifact.model import Model
from regression_model.reports.offline.archive import page_archive
from regression_model.reports.offline.scripts import reader_script

if TYPE_CHECKING:
    from regression_model.artifact.format import Artifact

NODE = shutil.which("node")
NO_NODE = "there is no Node here, by which the page's scripts could be run"
_HARNESS = Path(__file__).with_name("page_reader.js")


def run_reader(
    zipped: bytes, questions: list[dict[str, Any]], folder: Path
) -> tuple[str | None, list[dict[str, Any]]]:
    """Return the fault of a model's conformance vectors, and the answer to each question.

    Parameters
    ----------
    zipped : bytes
        What a page holds.
    questions : list of dict
        Each has ``records``, and ``options`` such as ``level`` and ``explain``.
    folder : Path
        For what Node reads.
    """
    assert NODE is not None
    script, zip_file = folder / "reader.js", folder / "model.zip"
    script.write_text(reader_script(), encoding="utf-8")
    zip_file.write_bytes(zipped)
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    command = [NODE, str(_HARNESS), str(script), str(zip_file)]
    done = subprocess.run(
        command, input=lines, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    # texts may hold other ends of line, which `splitlines` would take for some
    fault, *answered = map(json.loads, done.stdout.rstrip("\n").split("\n"))
    return fault, answered


class Reader:
    """The reader of an artifact, under Node.

    Parameters
    ----------
    artifact : Artifact
    folder : Path
        For what Node reads.
    """

    def __init__(self, artifact: Artifact, folder: Path) -> None:
        self.model = Model(artifact)
        self._zipped, self._folder = page_archive(artifact, "model"), folder

    def answers(self, questions: list[dict[str, Any]]) -> tuple[str | None, list[dict[str, Any]]]:
        """Return the fault of its conformance vectors, and the answer to each question."""
        return run_reader(self._zipped, questions, self._folder)
