"""Every code block of the pages does what the page shows; docs/writing.md says how."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from pages.page import ROOT, Page

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Blocks that no test of this suite runs, by their reason: as few as can be.
NOT_RUN: dict[str, int] = {
    "docker": 5,
    "engine": 4,
    "index": 9,
    "library": 6,
    "minutes": 4,
    "server": 10,
}

every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


@pytest.mark.skipif(os.name == "nt", reason="pages show what a POSIX terminal shows")
@every_page
def test_a_page_shows_what_is_printed(
    path: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    page = Page(path, tmp_path)
    failures = page.run()
    if pytestconfig.getoption("--update-pages"):
        assert not page.faults, "not updated:\n\n" + "\n\n".join(page.faults)
        path.write_text(page.updated(), encoding="utf-8")
    else:
        assert not failures, "\n\n".join(failures)


@every_page
def test_all_code_of_a_page_is_fenced(path: Path) -> None:
    tokens = MarkdownIt().parse(path.read_text(encoding="utf-8"))
    indented = [token.content for token in tokens if token.type == "code_block"]
    assert not indented, "nothing runs indented code: fence it"


def test_no_block_is_silently_not_run() -> None:
    reasons: Counter[str] = Counter()
    for path in PAGES:
        comments = re.findall(r"(?m)^<!-- not run: (.+?),", path.read_text(encoding="utf-8"))
        reasons.update(comments)
    assert reasons == NOT_RUN
