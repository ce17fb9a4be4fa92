"""A table that is opened where reading had stopped goes on with the same rows."""

import gzip
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from regression_model.processing.chunks import BEGINNING, Chunk, Position
from regression_model.processing.csv_files import open_csv
from regression_model.processing.json_lines import open_json_lines
from regression_model.processing.table_files import open_rows

N_ROWS = 300
ROWS = [{"name": f"house {i}", "größe": str(i * i)} for i in range(N_ROWS)]
for _row in ROWS[7::50]:
    _row["name"] += "\n, quoted"
LINES = [f'"{row["name"]}",{row["größe"]}\n' for row in ROWS]
"""Some rows take two lines, and one is refused."""
LINES[120] = "too,many,cells\n"
TEXT = "name,größe\n" + "".join(LINES)

Opener = Callable[..., object]


def a_csv_file(folder: Path, encoding: str) -> Opener:
    path = folder / "houses.csv"
    path.write_bytes(TEXT.encode(encoding))
    return partial(open_csv, path, block_bytes=400)


def a_packed_csv_file(folder: Path) -> Opener:
    path = folder / "houses.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    return partial(open_csv, path, block_bytes=400)


def a_json_lines_file(folder: Path) -> Opener:
    path = folder / "houses.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS]
    lines[120:121] = ["no record\n", "\n"]
    path.write_text("".join(lines), encoding="utf-8")
    return partial(open_json_lines, path, block_bytes=400)


def a_parquet_file(folder: Path) -> Opener:
    path = folder / "houses.parquet"
    parquet.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=70)
    return partial(open_rows, path)


def an_arrow_file(folder: Path) -> Opener:
    path = folder / "houses.arrow"
    table = pa.Table.from_pylist(ROWS)
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=70)
    return partial(open_rows, path)


FILES = {
    "UTF-8": partial(a_csv_file, encoding="utf-8"),
    "with a byte order mark": partial(a_csv_file, encoding="utf-8-sig"),
    "Latin-1": partial(a_csv_file, encoding="latin-1"),
    "UTF-16": partial(a_csv_file, encoding="utf-16"),
    "packed": a_packed_csv_file,
    "JSON Lines": a_json_lines_file,
    "Parquet": a_parquet_file,
    "Arrow": an_arrow_file,
}

Told = tuple[list[dict[str, object]], list[tuple[int, int]]]


def told(chunks: list[Chunk]) -> Told:
    """Return the rows of chunks, and where those stand that are refused."""
    rows: list[dict[str, object]] = []
    refused = []
    for chunk in chunks:
        assert chunk.start == chunks[0].start + len(rows)
        refused += [(chunk.start + row.position, row.line) for row in chunk.refused]
        cells = {name: chunk.cells(name) for name in chunk.columns}
        rows += [{name: cells[name][i] for name in cells} for i in range(chunk.n_rows)]
    return rows, refused


@pytest.mark.parametrize("make", FILES.values(), ids=list(FILES))
def test_a_table_goes_on_at_any_position_that_it_had(
    make: Callable[[Path], Opener], tmp_path: Path
) -> None:
    opener = make(tmp_path)
    chunks: list[Chunk] = []
    positions: list[Position] = [BEGINNING]
    with opener() as table:  # type: ignore[attr-defined]
        for chunk in table.chunks():
            chunks.append(chunk)
            positions.append(table.position)
    assert [position.row for position in positions] == [
        0, *(chunk.start + chunk.n_rows for chunk in chunks)
    ]  # fmt: skip
    for i, position in enumerate(positions):
        with opener(at=position) as table:  # type: ignore[attr-defined]
            assert table.header == ["name", "größe"]
            rest = list(table.chunks())
        assert told(rest) == told(chunks[i:])


@pytest.mark.parametrize("make", [a_parquet_file, an_arrow_file], ids=["Parquet", "Arrow"])
def test_typed_tables_go_on_within_a_group_of_rows(
    make: Callable[[Path], Opener], tmp_path: Path
) -> None:
    opener = make(tmp_path)
    with opener(at=Position(95)) as table:  # type: ignore[attr-defined]
        rows, _ = told(list(table.chunks()))
    assert rows == ROWS[95:]
    with opener(at=Position(N_ROWS)) as table:  # type: ignore[attr-defined]
        assert list(table.chunks()) == []
