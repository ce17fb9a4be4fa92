"""Output files: whole or not at all, where and as what was there before, never over the input."""

import errno
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regression_model
from regression_model.exceptions import OutputError, RegressionModelError
from regression_model.processing.output_files import (
    check_output,
    output_file,
    output_folder,
    output_text,
    replaces,
)

is_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives files away, as root alone may")
STRANGER = 65_534


def put(path: Path, content: bytes = b"new", **options: object) -> None:
    with output_file(path, **options) as file:  # type: ignore[arg-type]
        file.write(content)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize(("mask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_mode_that_the_umask_leaves(
    tmp_path: Path, mask: int, expected: int
) -> None:
    with umask(mask):
        put(tmp_path / "out")
    assert mode(tmp_path / "out") == expected
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("before", [0o600, 0o640, 0o666, 0o755])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, before: int) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old and longer")
    path.chmod(before)
    with output_file(path) as file:
        file.write(b"new")
        (aside,) = set(tmp_path.iterdir()) - {path}
        assert mode(aside) == 0o600
        assert path.read_bytes() == b"old and longer"
    assert (path.read_bytes(), mode(path)) == (b"new", before)
    assert names(tmp_path) == ["out"]


@is_root
def test_a_file_that_is_replaced_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    os.chown(path, STRANGER, STRANGER)
    put(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (STRANGER, STRANGER)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_and_its_target_is_written(tmp_path: Path, *, is_there: bool) -> None:
    target, link, second = tmp_path / "there" / "target", tmp_path / "link", tmp_path / "second"
    target.parent.mkdir()
    if is_there:
        target.write_bytes(b"old")
        target.chmod(0o600)
    link.symlink_to(Path("there") / "target")
    second.symlink_to(link)
    put(second)
    assert second.is_symlink()
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert not target.is_symlink()
    assert names(target.parent) == ["target"]
    if is_there:
        assert mode(target) == 0o600


def test_the_other_names_of_a_file_go_on_naming_it(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"old and longer")
    os.link(one, other)
    put(one)
    assert other.read_bytes() == b"new"
    assert one.samefile(other)


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    def stop(path: Path) -> None:
        with output_file(path) as file:
            file.write(b"x" * 100_000)
            raise KeyboardInterrupt

    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    for path in (old, new):
        with pytest.raises(KeyboardInterrupt):
            stop(path)
    assert names(tmp_path) == ["old"]
    assert old.read_bytes() == b"old"


def test_a_device_is_written_into_and_stays(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to(os.devnull)
    for path in (Path(os.devnull), link):
        check_output(path)
        assert not replaces(path)
        put(path)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert link.is_symlink()


def test_a_pipe_is_written_into_and_stays(tmp_path: Path) -> None:
    path, got = tmp_path / "pipe", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    put(path, b"new" * 100_000)
    reader.join(timeout=30)
    assert got == [b"new" * 100_000]
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_a_full_device_is_said_in_words() -> None:
    with pytest.raises(OutputError, match="cannot write /dev/full: No space left on device") as e:
        put(Path("/dev/full"))
    assert e.value.errno == errno.ENOSPC
    with pytest.raises(OutputError, match="No space left"), output_text(Path("/dev/full")) as out:
        out.write("new")


def test_ones_own_stdout_is_written_on_from_where_it_is(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from regression_model.processing.output_files import output_text, replaces\n"
        "assert not replaces(Path('/dev/stdout'))\n"
        "with output_text(Path('/dev/stdout')) as out:\n"
        "    out.write('new')\n"
    )
    path = tmp_path / "log"
    path.write_text("kept\n", encoding="utf-8")
    with path.open("a") as log:
        subprocess.run([sys.executable, "-c", code], stdout=log, check=True)
    assert path.read_text(encoding="utf-8") == "kept\nnew"
    assert names(tmp_path) == ["log"]


def test_the_output_is_never_an_input_whatever_it_is_called(tmp_path: Path) -> None:
    source, link, other = tmp_path / "source", tmp_path / "link", tmp_path / "other"
    source.write_bytes(b"old")
    link.symlink_to(source)
    os.link(source, other)
    (tmp_path / "folder").mkdir()
    for path in (source, link, other, tmp_path / "folder" / ".." / "source"):
        for inputs in ([source], [tmp_path / "absent", link]):
            with pytest.raises(OutputError, match=r"it is the input .*; choose another name"):
                put(path, inputs=inputs)
    put(tmp_path / "new", inputs=[source])
    assert source.read_bytes() == b"old"


def test_stdout_is_never_an_input_that_would_grow_as_it_is_read(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from regression_model.processing.output_files import check_stdout\n"
        "check_stdout(inputs=[Path('other')])\n"
        "check_stdout(inputs=[Path('source')])\n"
    )
    (tmp_path / "other").touch()
    with (tmp_path / "source").open("a") as out:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "OutputError: cannot write stdout: it is the input source" in done.stderr


WRITING = re.compile(
    r"\b(?:write_text|write_bytes|mkstemp|NamedTemporaryFile|copyfile|os\.replace)\("
    r"|open\([^)]*[\"'][wax]b?\+?[\"']"
)
WRITE_ELSEWHERE = {
    "processing/files_aside.py",
    "processing/output_files.py",
    "project/new.py",  # into a folder that nobody sees before it is complete
    "project/template_files.py",  # into that folder
    "project/engine_wheel.py",  # into that folder
    "serving/copies.py",  # into a folder of the service's workers alone
}


def test_all_that_is_written_is_written_here() -> None:
    root = Path(regression_model.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if WRITING.search(path.read_text(encoding="utf-8"))
    }
    assert found <= WRITE_ELSEWHERE
    assert "processing/output_files.py" in found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("folder", "it is a folder"),
        ("absent/out", "there is no folder .*absent"),
        ("file/out", "Not a directory"),
        ("x" * 300, "File name too long"),
        ("a\0b", "null"),
        ("loop", "Too many levels of symbolic links"),
        ("", "it is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_refused_before_any_work(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for act in (check_output, put):
        with pytest.raises(OutputError, match=f"(?s)cannot write .*: .*{said}") as caught:
            act(tmp_path / name)
        assert isinstance(caught.value, RegressionModelError)
    assert names(tmp_path) == ["file", "folder", "loop"]


AS_SOMEBODY = f"""
import os, sys
from pathlib import Path
from regression_model.exceptions import OutputError
from regression_model.processing.output_files import check_output, output_file
if os.geteuid() == 0:
    os.setgid({STRANGER}), os.setuid({STRANGER})
for name in sys.argv[1:]:
    try:
        check_output(Path(name))
        with output_file(Path(name)) as file:
            file.write(b"new")
    except OutputError as problem:
        print(problem)
"""


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """Return a folder that everybody may write to."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and not mode(folder) & 0o001:
            folder.chmod(mode(folder) | 0o011)
    path = tmp_path / "open"
    path.mkdir()
    path.chmod(0o777)
    return path


def as_somebody(*paths: Path) -> list[str]:
    """Write to files as somebody who is not root; return what was said."""
    done = subprocess.run(
        [sys.executable, "-c", AS_SOMEBODY, *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_what_is_protected_is_refused_before_any_work(open_folder: Path) -> None:
    protected, closed = open_folder / "protected", open_folder / "closed"
    protected.write_bytes(b"old")
    protected.chmod(0o444)
    closed.mkdir(mode=0o555)
    assert as_somebody(protected, closed / "new") == [
        f"cannot write {protected}: it is write-protected",
        f"cannot write {closed / 'new'}: the folder {closed} is not writable",
    ]
    assert protected.read_bytes() == b"old"


@is_root
def test_an_owner_that_cannot_be_given_is_kept_by_filling_the_old_file(open_folder: Path) -> None:
    path = open_folder / "out"
    path.write_bytes(b"old and longer")
    path.chmod(0o666)
    before = path.stat()
    assert as_somebody(path, open_folder / "new") == []
    assert path.read_bytes() == b"new"
    assert (path.stat().st_ino, path.stat().st_uid) == (before.st_ino, before.st_uid)
    assert (open_folder / "new").stat().st_uid == STRANGER
    assert names(open_folder) == ["new", "out"]


def test_folders_are_made_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "out"
    check_output(path, make_folders=True)
    assert not path.parent.exists()
    put(path, make_folders=True)
    assert path.read_bytes() == b"new"
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="Not a directory"):
        put(tmp_path / "file" / "b" / "out", make_folders=True)


def test_a_folder_appears_when_it_is_complete_or_not_at_all(tmp_path: Path) -> None:
    def stop(path: Path) -> None:
        with output_folder(path) as made:
            (made / "part").touch()
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        stop(tmp_path / "made")
    with pytest.raises(OutputError, match=r"cannot write .*made: No such file"):
        stop(tmp_path / "absent" / "made")
    assert names(tmp_path) == []


def test_text_is_utf8_with_ends_of_line_as_given(tmp_path: Path) -> None:
    with output_text(tmp_path / "out") as out:
        out.write("Größe\n\r\n面積")
    assert (tmp_path / "out").read_bytes() == "Größe\n\r\n面積".encode()
    with (
        pytest.raises(OutputError, match=r"it would hold '\\udcff'"),
        output_text(tmp_path / "out") as out,
    ):
        out.write("new \udcff")
    assert (tmp_path / "out").read_text(encoding="utf-8").startswith("Größe")
    assert names(tmp_path) == ["out"]


NAMES = st.text(
    st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1, max_size=80
).filter(lambda name: name not in (".", "..") and len(name.encode()) <= 255)


@settings(max_examples=100, deadline=None)
@given(name=NAMES, content=st.binary(max_size=50), again=st.binary(max_size=50))
def test_any_name_that_the_system_takes_can_be_written_and_replaced(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes, again: bytes
) -> None:
    folder = tmp_path_factory.mktemp("names")
    for data in (content, again):
        put(folder / name, data)
        assert (folder / name).read_bytes() == data
        assert names(folder) == [name]
