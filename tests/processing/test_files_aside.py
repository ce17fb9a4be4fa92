"""Files beside their place: those of a killed run are removed, those of another one are not."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from regression_model.processing.output_files import output_file, output_folder


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path, signal_number: int) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from regression_model.processing.output_files import output_file, output_folder\n"
        "with output_folder(Path('made')) as made, output_file(Path('out')) as out:\n"
        "    (made / 'part').touch()\n"
        "    out.write(b'x' * 100_000)\n"
        f"    os.kill(os.getpid(), {int(signal_number)})\n"
    )
    mine = tmp_path / ".regression-model-mine.part"
    mine.touch()
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == -signal_number
    left = set(tmp_path.iterdir()) - {mine}
    assert len(left) == 2
    assert all(re.fullmatch(r"\.regression-model-[0-9a-f]{16}\.part", p.name) for p in left)
    with output_file(tmp_path / "another") as file:
        file.write(b"new")
    assert set(tmp_path.iterdir()) == {mine, tmp_path / "another"}


def test_what_another_run_is_writing_is_no_leftover(tmp_path: Path) -> None:
    with output_folder(tmp_path / "made") as made, output_file(tmp_path / "one") as file:
        file.write(b"one")
        (made / "part").touch()
        with output_file(tmp_path / "other") as other:
            other.write(b"new")
        with output_folder(tmp_path / "other made"):
            pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "made",
        "one",
        "other",
        "other made",
    ]
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["part"]
