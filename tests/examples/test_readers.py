"""The readers of artifacts in other languages: what can be run of them here."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from loading import EXAMPLES

from regression_model.predict import packaged_artifact

READERS = EXAMPLES / "readers"
NODE = shutil.which("node")
HAS_ENGINE = (READERS / "node_modules" / "onnxruntime-node").is_dir()


@pytest.mark.skipif(NODE is None, reason="there is no Node here")
@pytest.mark.skipif(not HAS_ENGINE, reason="onnxruntime-node is not installed beside the example")
def test_node_answers_the_conformance_vectors(tmp_path: Path) -> None:
    with zipfile.ZipFile(packaged_artifact()) as file:
        file.extractall(tmp_path)
    command = [str(NODE), str(READERS / "predict.mjs"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "farthest apart" in done.stdout


@pytest.mark.parametrize("name", ["Predict.java", "predict.cs"])
def test_what_was_never_run_says_so(name: str) -> None:
    head = (READERS / name).read_text(encoding="utf-8").splitlines()[:4]
    assert any(line.startswith("// Not tested where this project is") for line in head)
