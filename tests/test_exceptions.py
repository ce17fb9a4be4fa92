"""Errors that list what is wrong keep their lines apart, whoever shows them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import regression_model
from regression_model.exceptions import ConfigError, DataError

if TYPE_CHECKING:
    from conftest import Command

JOINED = re.compile(r"raise \w+Error\([^)]*\\n")


@pytest.mark.parametrize("error", [ConfigError, DataError])
def test_an_error_is_made_of_the_lines_of_its_message(error: type[DataError]) -> None:
    problem = error("row 1: a\nb", "row 2: c")
    assert problem.lines == ("row 1: a\nb", "row 2: c")
    assert str(problem) == "row 1: a\nb\nrow 2: c"
    assert str(error("one line")) == "one line"


def test_no_message_is_joined_before_it_is_raised() -> None:
    root = Path(regression_model.__file__).parent
    joined = [p.name for p in root.rglob("*.py") if JOINED.search(p.read_text(encoding="utf-8"))]
    assert joined == []


def test_broken_cells_of_a_training_table_stand_on_lines_of_their_own(
    command: Command, tmp_path: Path
) -> None:
    rows = [f"{'x' if i in (2, 4) else i},{2 * i}" for i in range(40)]
    (tmp_path / "t.csv").write_text("\n".join(["a,y", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "t.yml").write_text(
        "files:\n  training_data_file: t.csv\ntarget:\n  column: y\ncolumns:\n  a: number\n"
        "estimators:\n  line:\n    type: ridge\n",
        encoding="utf-8",
    )
    done = command("train", "--config", str(tmp_path / "t.yml"))
    lines = done.err.splitlines()
    assert lines[0] == "error: cells that break their column's kind:"
    assert [line.partition(":")[0] for line in lines[1:]] == ["row 2", "row 4"]
