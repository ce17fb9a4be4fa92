"""The notebook of examples/, run from top to bottom in a kernel of its own."""

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from loading import EXAMPLES
from nbclient import NotebookClient

NOTEBOOK = EXAMPLES / "used_cars.ipynb"


def _shown(cell: Any) -> list[str]:
    """Return what a cell prints or shows, without blanks, and with # for every number."""
    texts = [output.get("text") or output["data"]["text/plain"] for output in cell.outputs]
    return [re.sub(r"\s+", " ", re.sub(r"\d[\d.]*", "#", text)).strip() for text in texts]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    folder = tmp_path_factory.mktemp("notebook")
    shutil.copy(EXAMPLES / "used_cars.csv", folder)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        # fits in processes of their own, as a reader's: what they warn of is seen below
        patch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=600, resources=resources).execute()
    return notebook


def test_it_shows_what_it_has_been_saved_with_but_for_the_numbers(
    executed: nbformat.NotebookNode,
) -> None:
    saved = nbformat.read(NOTEBOOK, as_version=4)
    for then, now in zip(saved.cells, executed.cells, strict=True):
        if then.cell_type == "code":
            assert _shown(now) == _shown(then), f"{then.source}\nshows something else now"


def test_nothing_is_warned_of(executed: nbformat.NotebookNode) -> None:
    outputs = [output for cell in executed.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.get("name") == "stderr"]


def test_it_is_saved_without_paths_of_a_machine() -> None:
    text = Path(NOTEBOOK).read_text(encoding="utf-8")
    assert "/tmp" not in text
    assert "/home/" not in text
