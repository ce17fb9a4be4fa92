"""What formats have in common that pyarrow reads: typed columns under clean names."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.arrow_columns import arrow_cells
from regression_model.processing.chunks import Chunk, Position, clean_names
from regression_model.processing.file_kinds import recognize
from regression_model.processing.table_formats.base import TableFile
from regression_model.processing.tables import as_table
from regression_model.processing.text_files import open_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

_START_BYTES = 1024
"""How much of a file is looked at to say what it is."""
_CHUNK_CELLS = 1_000_000
"""Cells of a chunk at most: some ten megabytes."""
_FEWEST_ROWS, _MOST_ROWS = 128, 65_536
"""Rows of a chunk, however many columns there are: fewer take longer, more take memory."""


@dataclass(frozen=True)
class Batch:
    """Some rows of a file as a record batch.

    Attributes
    ----------
    start : int
        Position of the first row in the file.
    names : list of str
        Its columns, by the names that the file's header has.
    batch : pyarrow.RecordBatch
    """

    start: int
    names: list[str]
    batch: pa.RecordBatch
    is_read: ClassVar[bool] = True

    @property
    def n_rows(self) -> int:
        """How many rows."""
        n_rows: int = self.batch.num_rows
        return n_rows

    def read(self) -> Chunk:
        """Return the columns."""
        columns = dict(zip(self.names, self.batch.columns, strict=True))
        return Chunk(self.start, columns, self.n_rows, is_text=False)


class ArrowFile:
    """An open file of typed columns; see `chunks.OpenTable`.

    Parameters
    ----------
    path : Path
    what : str
        What to call such a file in errors.
    names : sequence of str
        Its columns as it names them.
    batches : callable
        From a number of rows and the positions of columns to batches of so many rows at most.
    at : Position
        Where these begin.
    offset : callable
        From how many rows were given to about how many bytes of the file that takes.
    """

    number_format: str | None = None

    def __init__(
        self,
        path: Path,
        what: str,
        names: Sequence[str],
        batches: Callable[[int, list[int]], Iterator[pa.RecordBatch]],
        *,
        at: Position,
        offset: Callable[[int], int],
    ) -> None:
        self.path = path
        clean = clean_names(names, f"{path} names the columns")
        # a column without a name cannot be asked for
        self._columns = {name: i for i, name in enumerate(clean) if name}
        self.header = list(self._columns)
        self._what = what
        self._batches = batches
        self.position = at
        self._offset = offset

    def has(self, name: str) -> bool:
        """Tell whether it has a column."""
        return name in self.header

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, some megabytes at a time."""
        for batch in self.unread_chunks():
            yield batch.read()

    def unread_chunks(self) -> Iterator[Batch]:
        """Yield the rows, to be judged by whom and wherever that may be."""
        n_rows = max(_FEWEST_ROWS, min(_MOST_ROWS, _CHUNK_CELLS // max(len(self._columns), 1)))
        with problems(self.path, self._what):
            for batch in self._batches(n_rows, list(self._columns.values())):
                start = self.position.row
                end = start + batch.num_rows
                self.position = Position(end, byte=self._offset(end))
                yield Batch(start, self.header, batch)


def without_first(batches: Iterable[pa.RecordBatch], n_rows: int) -> Iterator[pa.RecordBatch]:
    """Yield batches without the first rows of them."""
    for batch in batches:
        n_passed = min(n_rows, batch.num_rows)
        n_rows -= n_passed
        if n_passed < batch.num_rows:
            yield batch.slice(n_passed)


def whole_table(path: Path, table: pa.Table) -> TableFile:
    """Return an Arrow table that was read from a file."""
    names = clean_names(table.schema.names, f"{path} names the columns")
    named = [i for i, name in enumerate(names) if name]
    arrow = table.rename_columns(names).select(named)
    read = as_table(arrow)
    return TableFile(
        names=list(arrow.schema.names),
        n_rows=read.n_rows,
        is_text=False,
        number_format=None,
        _read=lambda i: read.read(i, 0, read.n_rows),
        _cells=lambda i: arrow_cells(arrow.column(i)),
    )


def pyarrow_for(path: Path, what: str) -> Any:
    """Return pyarrow, by which a file is read.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import pyarrow as pa
    except ModuleNotFoundError as problem:
        message = (
            f"{path} is {what}, and reading one needs {problem.name}, which is not "
            'installed; install it with: pip install "evergreen-regression[files]", or give a CSV '
            "file"
        )
        raise MissingExtraError(message) from problem
    return pa


def native_file(path: Path) -> pa.NativeFile:
    """Open a file for pyarrow, which by itself takes no pipe, and no name that is not UTF-8."""
    import pyarrow as pa

    return pa.PythonFile(open_bytes(path), "r")


def check_whole(rows: Any) -> None:
    """Check that names are text and cells lie where they are said to: else reading is a crash.

    Raises
    ------
    pyarrow.ArrowException, ValueError
        If a damaged file says otherwise.
    """
    rows.schema.names  # noqa: B018 - decodes them
    rows.validate(full=True)


@contextmanager
def problems(path: Path, what: str, signature: bytes = b"") -> Iterator[None]:
    """Name the file in what goes wrong while it is read, and what it is if it is something else."""
    import pyarrow as pa

    try:
        yield
    except DataError:  # which is said already
        raise
    except (OSError, ValueError, MemoryError, pa.ArrowException) as problem:
        # what is damaged may say that a name or a part is of any length and any bytes
        reason = (str(problem) or type(problem).__name__).splitlines()[0].rstrip(".")
        message = f"cannot read {path} as {what}: {reason}{_hint(path, signature)}"
        raise DataError(message) from problem


def _hint(path: Path, signature: bytes) -> str:
    """Say what a file is that is not what its name says."""
    if not path.is_file():  # a pipe has been read, and would wait for another writer
        return ""
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
    except OSError:
        return ""
    if not signature or start.startswith(signature):
        return ""
    found = recognize(start)
    if found is None:
        return "; if it is a CSV file, let its name end in .csv"
    kind, remedy = found
    return f"; it is {kind}: {remedy}"
