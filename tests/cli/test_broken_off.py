"""``predict`` that does not come to its end: killed, stopped, without room or permission."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("signals and limits are those of POSIX", allow_module_level=True)

HEADER = "Id,GrLivArea,OverallQual\n"
N_ROWS = 45_000
"""Rows of a file, so many that worker processes are started."""
STRANGER = 65_534

USUAL = """
from regression_model.cli import main
main()
"""
LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
from regression_model.cli import main
try:
    main()
finally:  # what else the process writes at its end may be longer
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""
AS_SOMEBODY = f"""
import os, sys, tempfile
from regression_model.cli import run, run_command
# somebody else may not read the folders that modules are imported from
run_command([*sys.argv[1:-1], tempfile.mkdtemp(dir=".")])
run_command(["predict"])  # wrong usage takes modules of its own
if os.geteuid() == 0:
    os.setgid({STRANGER}), os.setuid({STRANGER})
run(sys.argv[1:])
"""


def rows(first: int, n_rows: int) -> str:
    return HEADER + "".join(f"{first + i},{900 + i % 800},{1 + i % 10}\n" for i in range(n_rows))


@pytest.fixture
def houses(tmp_path: Path) -> None:
    """Make a folder of three large files."""
    folder = tmp_path / "houses"
    folder.mkdir()
    for i in range(3):
        (folder / f"{i}.csv").write_text(rows(i * N_ROWS, N_ROWS))


def started(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start the command in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "regression_model", *map(str, arguments)],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def done(folder: Path, script: str, *arguments: object) -> tuple[int, str]:
    """Run the command in a folder, as a script starts it; return its status and stderr."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return run.returncode, run.stderr


def wait_for_parts(place: Path, n_parts: int, run: subprocess.Popen[str]) -> None:
    """Wait until a run has finished so many parts, or has ended."""
    manifest = place / "_manifest.jsonl"
    while run.poll() is None:
        if manifest.exists() and manifest.read_bytes().count(b"\n") >= n_parts:
            return
        os.sched_yield()


@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_a_signal_ends_goes_on(
    small_path: Path, tmp_path: Path, number: signal.Signals
) -> None:
    options = ("-o", "out.csv", "--keep", "Id", "--profile", "counts.json")
    arguments = ("predict", "houses", "--model", small_path, *options)
    run = started(tmp_path, *arguments)
    wait_for_parts(tmp_path / "out.csv.parts", 1, run)
    run.send_signal(number)
    _, err = run.communicate()
    if number == signal.SIGTERM:
        assert run.returncode == 128 + number
        assert "stopped; out.csv is not finished: " in err
        assert "--resume" in err
    else:
        assert run.returncode == -number
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / "counts.json").exists()
    again = started(tmp_path, *arguments)
    _, err = again.communicate()
    assert again.returncode == 2
    assert "out.csv holds a run that is not finished, of " in err
    again = started(tmp_path, *arguments, "--resume")
    _, err = again.communicate()
    assert again.returncode == 0
    assert f"{3 * N_ROWS} rows: {3 * N_ROWS} predicted, 0 not" in err
    lines = (tmp_path / "out.csv").read_text().splitlines()[1:]
    assert [int(line.split(",")[2]) for line in lines] == list(range(3 * N_ROWS))
    counts = json.loads((tmp_path / "counts.json").read_bytes())
    assert counts["rows"]["n_rows"] == sum(counts["prediction"]) == 3 * N_ROWS
    assert {path.name for path in (tmp_path / "out.csv.parts").iterdir()} == {
        "_SUCCESS", "_manifest.jsonl"
    }  # fmt: skip


def test_what_fits_on_a_full_disk_stays(small_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "houses"
    folder.mkdir()
    (folder / "a.csv").write_text(rows(0, 100))
    (folder / "b.csv").write_text(rows(100, 9_000))
    arguments = ("predict", "houses", "--model", small_path, "-o", "out/", "--id", "Id")
    status, err = done(tmp_path, LIMITED, *arguments)
    assert status == 1
    assert "error: cannot write out/part-" in err
    assert "File too large" in err
    assert "out is not finished: 1 part with 100 rows so far; --resume goes on" in err
    assert "Traceback" not in err
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert len(names) == 2
    assert "_manifest.jsonl" in names
    status, err = done(tmp_path, USUAL, *arguments, "--resume")
    assert status == 0
    assert "9100 rows: 9100 predicted, 0 not" in err


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody may write to, as pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o777)
        yield path


def test_what_may_not_be_read_or_written_is_told(open_folder: Path, small_path: Path) -> None:
    model = shutil.copy(small_path, open_folder)
    folder = open_folder / "houses"
    arguments = ("predict", "--model", model)
    closed, secret = folder / "closed", folder / "secret.csv"
    closed.mkdir(parents=True)
    text = HEADER + "1,1710,7\n"
    for path in (folder / "a.csv", secret, closed / "b.csv"):
        path.write_text(text)
    secret.chmod(0)
    closed.chmod(0)
    protected = open_folder / "protected"
    protected.mkdir()
    protected.chmod(0o555)
    try:
        status, err = done(open_folder, AS_SOMEBODY, *arguments, "houses", "-o", "out/")
        assert status == 1, err
        assert "1 rows: 1 predicted, 0 not" in err
        assert "error: cannot read houses/secret.csv: Permission denied" in err
        assert "error: cannot read the folder houses/closed: Permission denied" in err
        assert not (open_folder / "out" / "_SUCCESS").exists()
        secret.chmod(0o644)
        status, err = done(open_folder, AS_SOMEBODY, *arguments, "houses", "--resume", "-o", "out/")
        assert status == 1
        assert "out is not finished: 2 parts with 2 rows so far" in err
        assert not (open_folder / "out" / "_SUCCESS").exists()
        for output in ("protected/", "protected/out.csv", "protected/out/"):
            status, err = done(open_folder, AS_SOMEBODY, *arguments, "houses/a.csv", "-o", output)
            assert status == 2
            assert "the folder " in err
            assert "is not writable" in err
    finally:
        closed.chmod(0o755)
