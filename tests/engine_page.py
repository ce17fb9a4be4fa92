"""The blocks of the page about engines, which run where the engines are installed."""

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "howto" / "clusters.md"
DATASETS = Path(__file__).parents[1] / "regression_model" / "datasets"


def shown(section: str) -> tuple[str, str]:
    """Return the code of a section, and what the page says that it prints."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2]
    code, printed = re.findall(r"```(?:python|text)\n(.*?)```", text, re.DOTALL)[:2]
    return code, printed


def printed_by(code: str, folder: Path) -> str:
    """Return what code prints in a folder that has the package's tables at their paths."""
    (folder / "regression_model").mkdir()
    (folder / "regression_model" / "datasets").symlink_to(DATASETS)
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        exec(compile(code, str(PAGE), "exec"), {})
    return out.getvalue()
