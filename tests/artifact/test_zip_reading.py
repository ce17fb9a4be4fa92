"""A zip is read if all readers see the same in it, and it holds no more than it should."""

import io
import struct
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.zip_reading import NotAZipError, read_zip

MEMBERS = {"a.txt": b"alpha" * 40, "b.txt": b"beta"}
MANY, LARGE = 5, 1 << 20


def zipped(
    members: dict[str, bytes] = MEMBERS, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = comment
    return file.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("members", [MEMBERS, {}, {"ä.txt": b""}])
def test_what_a_zip_holds_is_read(members: dict[str, bytes], method: int) -> None:
    assert read_zip(zipped(members, method), MANY, LARGE) == members


def test_arrays_as_numpy_writes_them_are_read() -> None:
    file = io.BytesIO()
    np.savez(file, a=np.arange(3), b=np.ones(2))
    assert read_zip(file.getvalue(), MANY, LARGE).keys() == {"a.npy", "b.npy"}


def patched(place: int, packed: bytes, *, sign: bytes) -> bytes:
    """Overwrite bytes of the first header of a kind."""
    data = bytearray(zipped())
    start = data.index(sign) + place
    data[start : start + len(packed)] = packed
    return bytes(data)


CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
FOUR, TWO = struct.Struct("<L").pack, struct.Struct("<H").pack


def twice() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"2")
    return file.getvalue()


def overlapping() -> bytes:
    """Let the second member start where the first one does."""
    data = bytearray(zipped({"a": b"1" * 9, "b": b"1" * 9}, zipfile.ZIP_STORED))
    second = data.index(CENTRAL, data.index(CENTRAL) + 1)
    data[second + 42 : second + 46] = FOUR(0)
    return bytes(data)


def of_large_sizes() -> bytes:
    """Put a locator of zip64 where the directory ends, and count it to the directory."""
    data = zipped()
    end = data.index(END)
    (size,) = struct.unpack_from("<L", data, end + 12)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    return data[: end + 12].replace(END, locator + END) + FOUR(size + 20) + data[end + 16 :]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "too short"),
    "text": (lambda: b"a,b\n1,2\n" * 9, "does not end as a zip does"),
    "a comment": (lambda: zipped(comment=b"hello"), "does not end"),
    "something before": (lambda: b"#!/bin/sh\n" + zipped(), "directory is not where"),
    "something behind": (lambda: zipped() + b"\0", "does not end"),
    "too many": (lambda: zipped({f"{i}": b"" for i in range(6)}), "has 6 members"),
    "too large": (lambda: zipped({"a": bytes(LARGE + 1)}), "claim 1,048,577 bytes, at most 1,048,"),
    "too large together": (lambda: zipped({"a": bytes(LARGE), "b": b"1"}), "claim 1,048,577 bytes"),
    "many members claimed": (lambda: patched(8, TWO(60_000) * 2, sign=END), "60000 members"),
    "a long directory": (lambda: patched(12, FOUR(1 << 30), sign=END), "directory of"),
    "a part of several": (lambda: patched(4, TWO(1), sign=END), "part of several"),
    "written for larger": (of_large_sizes, "written for sizes that it does not have"),
    "twice": (twice, "stands twice"),
    "overlapping": (overlapping, "one behind the other"),
    "encrypted": (lambda: patched(8, TWO(1), sign=CENTRAL), "described in two ways"),
    "another method": (lambda: zipped(method=zipfile.ZIP_BZIP2), "packed in an unusual way"),
    "a smaller size": (lambda: patched(24, FOUR(10), sign=CENTRAL), "longer or shorter"),
    "a larger size": (lambda: patched(24, FOUR(500), sign=CENTRAL), "checksum"),
    "another checksum": (lambda: patched(16, FOUR(1), sign=CENTRAL), "checksum"),
    "another name": (lambda: patched(30, b"z", sign=LOCAL), "described in two ways"),
    "another place": (lambda: patched(42, FOUR(3), sign=CENTRAL), "one behind the other"),
    "sizes for more": (lambda: patched(20, FOUR(0xFFFFFFFF), sign=CENTRAL), "zip64|Corrupt|longer"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_odd_zip_is_refused(case: str) -> None:
    make, said = REFUSED[case]
    with pytest.raises(NotAZipError, match=said):
        read_zip(make(), MANY, LARGE)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(NotAZipError, match="bytes claim to hold"):
        read_zip(zipped({"a": bytes(30 << 20)}), MANY, 1 << 30)


@settings(deadline=None, max_examples=300)
@given(place=st.integers(0, len(zipped()) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_changes_nothing(place: int, byte: int) -> None:
    data = bytearray(zipped())
    data[place] = byte
    try:
        found = read_zip(bytes(data), MANY, LARGE)
    except NotAZipError:
        return
    assert found == MEMBERS
