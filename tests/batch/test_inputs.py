"""What a run reads: names, folders, patterns, and what tells a file from itself after a change."""

import os
from pathlib import Path

import pytest

from regression_model.batch.inputs import NoInputError, find_inputs
from regression_model.batch.sources import source
from regression_model.exceptions import DataError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of files, in which the test runs."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.jsonl.gz", "c.parquet", "d.txt", "_e.csv", ".f.csv", "g.md", "h"):
        (tmp_path / name).write_text(name)
    for name in ("below", ".hidden", "_old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.tsv").write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "names", "are_many"),
    [
        (["a.csv"], ["a.csv"], False),
        (["h", "a.csv"], ["h", "a.csv"], True),
        (["."], ["a.csv", "b.jsonl.gz", "below/a.tsv", "c.parquet", "d.txt"], True),
        (["*.csv"], ["_e.csv", "a.csv"], True),
        (["**/*.tsv"], ["_old/a.tsv", "below/a.tsv"], True),
        (["below"], ["below/a.tsv"], True),
        (["a.csv", "./a.csv", "*a.csv"], ["a.csv"], True),
    ],
)
def test_names_mean_files(given: list[str], names: list[str], are_many: bool) -> None:  # noqa: FBT001
    inputs = find_inputs(given)
    assert [each.name for each in inputs.sources] == names
    assert inputs.are_many is are_many


def test_a_name_that_holds_a_star_is_that_file_first() -> None:
    Path("[a].csv").write_text("")
    assert [each.name for each in find_inputs(["[a].csv"]).sources] == ["[a].csv"]


@pytest.mark.parametrize("given", ["none.csv", "*.xlsx", "_old/none/*.csv"])
def test_what_means_no_file_is_refused(given: str) -> None:
    with pytest.raises(NoInputError, match="there is no file"):
        find_inputs(["a.csv", given])


def test_what_is_passed_over_is_told() -> None:
    Path("link.csv").symlink_to("a.csv")
    notes = find_inputs([".", "link.csv"]).notes
    assert notes == [
        "in ., g.md and 1 more passed over: no name of a table's file",
        "link.csv and 1 more named more than once, and read once",
    ]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_called_by_one() -> None:
    path = Path(os.fsdecode(b"k\xff.csv"))
    path.write_text("")
    assert source(path).name == r"k\udcff.csv"


def test_a_source_knows_its_change(folder: Path) -> None:
    path = folder / "a.csv"
    found = source(path)
    found.check_unchanged()
    os.utime(path, ns=(5, 5))
    with pytest.raises(DataError, match=r"a\.csv has changed while it was read"):
        found.check_unchanged()
    found = source(path)
    path.unlink()
    with pytest.raises(DataError, match="has changed"):
        found.check_unchanged()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_is_another_file_each_time(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    one, other = source(folder / "pipe"), source(folder / "pipe")
    assert one.state != other.state
    one.check_unchanged()


def test_folders_behind_links_are_read_once(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "data").mkdir(parents=True)
    Path("b.jsonl.gz").rename(elsewhere / "data" / "b.csv")
    read = tmp_path / "read"
    read.mkdir()
    for name, place in {"link": elsewhere, "circle": read, "again": elsewhere}.items():
        (read / name).symlink_to(place)
    inputs = find_inputs(["read"])
    assert [Path(each.name).name for each in inputs.sources] == ["b.csv"]
    # so that an output in it is refused as one in the folder itself
    assert elsewhere in [Path(str(each)).resolve() for each in inputs.folders]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
def test_a_pipe_in_a_folder_is_not_waited_for() -> None:
    os.mkfifo("below/pipe.csv")
    inputs = find_inputs(["below"])
    assert [each.name for each in inputs.sources] == ["below/a.tsv"]
    assert inputs.notes == ["below/pipe.csv passed over: a pipe or a device"]
