"""``export-html``: a page that predicts, and what stands in the way of one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"


def test_a_page_is_written(command: Command, small_path: Path, tmp_path: Path) -> None:
    done = command("export-html", small_path, "-o", "model.html")
    assert (done.status, done.out, done.err) == (0, "", "wrote model.html\n")
    text = (tmp_path / "model.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "connect-src 'none'" in text


def test_the_packaged_model_is_small_enough_to_be_sent(command: Command, tmp_path: Path) -> None:
    assert command("export-html", "-o", "pages/model.html").status == 0
    assert (tmp_path / "pages" / "model.html").stat().st_size < 400_000


@pytest.mark.parametrize("name", ["page.md", "page"])
def test_another_name_is_wrong_usage(command: Command, name: str) -> None:
    done = command("export-html", "-o", name)
    assert done.status == 2
    assert f"{name} should end in .html, as it is a page" in done.err


def test_what_exists_is_replaced_only_by_force(command: Command, tmp_path: Path) -> None:
    (tmp_path / "model.html").write_text("mine", encoding="utf-8")
    artifact = ARTIFACTS / "format_2.zip"
    done = command("export-html", artifact, "-o", "model.html")
    assert done.status == 2
    assert "model.html exists; choose another name or add --force" in done.err
    assert command("export-html", artifact, "-o", "model.html", "--force").status == 0
    assert (tmp_path / "model.html").read_text(encoding="utf-8") != "mine"


def test_no_artifact_is_an_error_and_no_page(command: Command, tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(b"no zip")
    done = command("export-html", "model.zip", "-o", "model.html")
    assert done.status == 1
    assert "model.zip" in done.err
    assert not (tmp_path / "model.html").exists()
