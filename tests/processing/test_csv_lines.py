"""Lines come out as they are in the file, whatever is read at once and by whom."""

import io
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.csv_lines import Lines

TEXTS = st.text(st.sampled_from('ab,"é\u2028\x0b\n\r\0'), max_size=40)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"]


@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS), n_bytes=st.integers(4, 20))
def test_lines_are_those_of_pythons_own_reader(text: str, encoding: str, n_bytes: int) -> None:
    data = text.encode(encoding)
    expected = list(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""))
    assert list(Lines(io.BytesIO(data), encoding, n_bytes)) == expected


@given(text=TEXTS, n_bytes=st.integers(1, 20), taken=st.lists(st.booleans(), min_size=1))
def test_lines_taken_as_bytes_and_one_by_one_make_the_file(
    text: str, n_bytes: int, taken: list[bool]
) -> None:
    lines = Lines(io.BytesIO(text.encode()), "utf-8", n_bytes)
    found: list[bytes] = []
    for i in count():
        if not lines.load():
            break
        if taken[i % len(taken)]:
            assert lines.n_waiting == len(list(io.StringIO(lines.waiting.decode(), newline="")))
            found.append(lines.waiting)
            lines.skip()
        else:
            found.append(next(lines).encode())
    assert b"".join(found) == text.encode()


@given(text=st.text("ab\n", min_size=1, max_size=40), n_bytes=st.integers(1, 20))
def test_a_block_is_whole_lines_and_no_longer_than_it_must_be(text: str, n_bytes: int) -> None:
    data = text.encode()
    lines = Lines(io.BytesIO(data), "utf-8", n_bytes)
    longest = max(map(len, data.splitlines(keepends=True)))
    while lines.load():
        assert len(lines.waiting) <= 2 * n_bytes + longest
        lines.skip()
