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
        self._script, self._zip = folder / "reader.js", folder / "model.zip"
        self._script.write_text(reader_script(), encoding="utf-8")
        self._zip.write_bytes(page_archive(artifact, "model"))

    def answers(self, questions: list[dict[str, Any]]) -> tuple[str | None, list[dict[str, Any]]]:
        """Return the fault of its conformance vectors, and the answer to each question.

        A question has ``records``, and ``options`` such as ``level`` and ``explain``.
        """
        assert NODE is not None
        lines = "".join(json.dumps(question) + "\n" for question in questions)
        command = [NODE, str(_HARNESS), str(self._script), str(self._zip)]
        done = subprocess.run(
            command, input=lines, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        fault, *answered = map(json.loads, done.stdout.rstrip("\n").split("\n"))
        return fault, answered
