"""What is read of a protocol buffer is what every other reader sees in it."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.format import GRAPH, INTERVALS, read_artifact
from regression_model.artifact.inspection import protobuf
from regression_model.artifact.inspection.messages import MODEL
from regression_model.artifact.inspection.protobuf import Field, Message, read_message
from regression_model.exceptions import ArtifactError

ARTIFACT = read_artifact(Path(__file__).parents[2] / "artifacts" / "format_2.zip")
GRAPHS = [ARTIFACT.members[name] for name in (INTERVALS, GRAPH)]
SIMPLE = Message(
    "thing",
    {
        1: Field("name", "text"),
        2: Field("sizes", "number", 3),
        3: Field("ints", "numbers"),
        4: Field("packed", "packed"),
        5: Field("raw", "bytes"),
    },
    {7: "a secret"},
)


def plain(value: Any) -> Any:
    """Return what was read as values that can be compared."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.tolist() if isinstance(value, np.ndarray | memoryview) else value


def read(data: bytes, message: Message = SIMPLE) -> Any:
    return plain(read_message(memoryview(data), message))


@settings(deadline=None, max_examples=300)
@given(which=st.sampled_from([0, 1]), place=st.floats(0, 1, exclude_max=True),
       byte=st.integers(0, 255))  # fmt: skip
def test_what_passes_is_what_the_engine_sees(which: int, place: float, byte: int) -> None:
    data = bytearray(GRAPHS[which])
    data[int(place * len(data))] = byte
    try:
        found = read(bytes(data), MODEL)
    except ArtifactError:
        return
    other = onnx.load_model_from_string(bytes(data)).SerializeToString(deterministic=True)
    assert read(other, MODEL) == found


def varint(number: int) -> bytes:
    head, rest = number & 0x7F, number >> 7
    return bytes([head | 0x80]) + varint(rest) if rest else bytes([head])


@given(
    sizes=st.lists(st.integers(0, 2**64 - 1), max_size=3),
    ints=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30),
    raw=st.binary(max_size=20),
)
def test_numbers_of_any_length_are_read(sizes: list[int], ints: list[int], raw: bytes) -> None:
    written = b"".join(b"\x10" + varint(size) for size in sizes)
    written += b"".join(b"\x18" + varint(number % 2**64) for number in ints)
    packed = b"".join(varint(number % 2**64) for number in ints)
    written += b"\x22" + varint(len(packed)) + packed + b"\x2a" + varint(len(raw)) + raw
    expected: dict[str, Any] = {"packed": ints, "raw": list(raw)}
    if sizes:
        expected["sizes"] = sizes
    if ints:
        expected["ints"] = ints
    assert read(written) == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x3a\x00", "a secret"),
        (b"\x32\x00", "field 6 in its thing"),
        (b"\x0a\x01a\x0a\x01b", "name in its thing stands twice"),
        (b"\x10\x01\x0a\x01a", "written in another way or place"),
        (b"\x08\x01", "written in another way or place"),
        (b"\x10\x01" * 4, "more than 3 sizes"),
        (b"\x0b\x0c", "another way"),
        (b"\x0a\x05a", "name is cut off"),
        (b"\x0a\x02\xc3\xa4", "no ASCII text"),
        (b"\x0a\xff\x01" + b"a" * 255, "a name of 255 characters"),
        (b"\x10", "cut off"),
        (b"\x10\x80", "cut off"),
        (b"\x10" + b"\x80" * 10 + b"\x01", "too long"),
        (b"\x18", "cut off"),
        (b"\x18\x80", "cut off"),
        (b"\x18" + b"\x80" * 10 + b"\x01", "too long"),
        (b"\x22\x01\x80", "cut off"),
        (b"\x80" * 10**6, "too long"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "field"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ArtifactError, match=said):
        read(data)


def test_very_many_fields_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protobuf, "_MAX_FIELDS", 50)
    many = Message("thing", {2: Field("sizes", "number", 10**9)})
    assert len(read(b"\x10\x01" * 50, many)["sizes"]) == 50
    with pytest.raises(ArtifactError, match="more than 50 fields"):
        read(b"\x10\x01" * 51, many)


def test_a_long_run_of_numbers_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protobuf, "_BLOCK", 64)
    numbers = np.arange(1_000) % 128
    written = np.column_stack([np.full(len(numbers), 0x18), numbers]).astype(np.uint8).tobytes()
    assert read(written)["ints"] == numbers.tolist()
