"""Protocol buffers, read strictly: known fields in order, each once unless it may repeat.

A reader of protocol buffers is free in much: it skips fields that it does not know, takes the last
of several values, and merges messages that stand twice. Two readers then may see two different
graphs in the same bytes. Whatever leaves such a choice is refused here, so that the engine sees
what was inspected (https://protobuf.dev/programming-guides/encoding/).
"""

from __future__ import annotations

from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["number", "numbers", "packed", "text", "bytes"]

Integers = npt.NDArray[np.int64]

_VARINT, _BYTES = 0, 2
"""Wire types: a number alone, and so many bytes behind a number that says how many."""
_WIRE_TYPE_BITS, _WIRE_TYPE = 3, 0b111
"""A tag is a field's number, and in its last bits the wire type."""
_VARINT_BYTES = 10
"""A number has 64 bits at the most, and a byte holds seven of them."""
_CONTINUED = 0x80
"""The bit of a byte that another one follows."""
_MAX_TEXT = 200
"""Of names of tensors, operators and attributes."""
_MAX_FIELDS = 500_000
"""Runs of numbers count as one: they are read without an object for each."""
_BLOCK = 1 << 20
"""Bytes of numbers that are read in one go, so that they take little room beside what they say."""


class Field(NamedTuple):
    """A field of a message.

    Attributes
    ----------
    name : str
        The key under which its value is returned.
    kind : str or Message
        How its bytes are read; ``numbers`` are many of one field, each with its own tag.
    most : int
        How many there may be; of more than one, a list is returned.
    """

    name: str
    kind: Kind | Message
    most: int = 1

    @property
    def wire_type(self) -> int:
        """How the field is written."""
        return _VARINT if self.kind in ("number", "numbers") else _BYTES


class Message(NamedTuple):
    """What a message may hold.

    Attributes
    ----------
    name : str
        What it is, for errors.
    fields : mapping of int to Field
        By field number.
    refused : mapping of int to str
        What fields with other numbers would be, for errors.
    """

    name: str
    fields: Mapping[int, Field]
    refused: Mapping[int, str] = MappingProxyType({})


def damaged(why: str) -> ArtifactError:
    """Return the error for bytes that no exporter writes."""
    return ArtifactError(
        f"the artifact is damaged: its graph is not a readable ONNX model ({why}); install the "
        "package again, or train the model again"
    )


def refused(what: str) -> ArtifactError:
    """Return the error for a graph that holds what an artifact must not hold."""
    return ArtifactError(f"the artifact is refused: its graph holds {what}")


def read_message(data: memoryview, message: Message) -> dict[str, Any]:
    """Return the fields of a message by name; those that are absent are left out.

    Raises
    ------
    ArtifactError
        If it holds anything but known fields, in order, or very many of them.
    """
    return _read(data, message, count(1))


def _read(data: memoryview, message: Message, counter: Iterator[int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    position = last = 0
    while position < len(data):
        start = position
        tag, position = _varint(data, position)
        field = _field(tag, last, message)
        # counted through all messages: each field becomes an object, from as little as two bytes
        if next(counter) > _MAX_FIELDS:
            raise refused(f"more than {_MAX_FIELDS} fields")
        last = tag >> _WIRE_TYPE_BITS
        if field.kind == "numbers":
            values[field.name], position = _repeated_numbers(data, start, tag)
            continue
        value, position = _value(data, position, field, counter)
        if field.most == 1:
            values[field.name] = value
            continue
        values.setdefault(field.name, []).append(value)
        if len(values[field.name]) > field.most:
            raise refused(f"more than {field.most} {field.name} in its {message.name}")
    return values


def _field(tag: int, last: int, message: Message) -> Field:
    """Return the field that begins with `tag`, behind one of the number `last`."""
    # the whole number, also where it has more bits than the engine reads: it knows no such field
    number, wire_type = tag >> _WIRE_TYPE_BITS, tag & _WIRE_TYPE
    field = message.fields.get(number)
    if field is None:
        what = message.refused.get(number, f"field {number} in its {message.name}")
        raise refused(what)
    if wire_type != field.wire_type or number < last:
        raise damaged(f"{field.name} in its {message.name} is written in another way or place")
    if number == last and field.most == 1:
        raise damaged(f"{field.name} in its {message.name} stands twice")
    return field


def _value(
    data: memoryview, position: int, field: Field, counter: Iterator[int]
) -> tuple[Any, int]:
    number, position = _varint(data, position)
    if field.kind == "number":
        return number, position
    end = position + number
    if end > len(data):  # a slice would come out shorter, without a word
        raise damaged(f"{field.name} is cut off")
    part = data[position:end]
    if isinstance(field.kind, Message):
        return _read(part, field.kind, counter), end
    if field.kind == "packed":
        return _packed_numbers(part), end
    if field.kind == "text":
        return _text(part, field), end
    return part, end


def _text(part: memoryview, field: Field) -> str:
    if len(part) > _MAX_TEXT:
        raise refused(f"a {field.name} of {len(part)} characters")
    try:
        return bytes(part).decode("ascii")
    except UnicodeDecodeError as problem:
        raise damaged(f"{field.name} is no ASCII text") from problem


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    for byte in data[position : position + _VARINT_BYTES]:
        position += 1
        value |= (byte & ~_CONTINUED) << shift
        if byte < _CONTINUED:
            return value, position
        shift += 7
    raise damaged("a number is cut off or too long")


def _repeated_numbers(data: memoryview, start: int, tag: int) -> tuple[Integers, int]:
    """Read a run of (tag, number), from `start` on, and say where it ends.

    Tags are such numbers too, so that a block of what is behind can be read in one go.
    """
    parts: list[Integers] = []
    place = start
    while place < len(data):
        numbers, ends = _varints(data[place : place + _BLOCK])
        # tags stand at even places, as long as they are of this field
        other = np.flatnonzero(numbers[::2] != tag)
        size = 2 * (int(other[0]) if other.size else len(numbers) // 2)
        if not size:
            break
        _check_lengths(ends[:size])
        parts.append(numbers[1:size:2].copy())  # a view would keep the tags too
        place += int(ends[size - 1])
    if not parts:
        raise damaged("a number is cut off or too long")
    return np.concatenate(parts), place


def _packed_numbers(data: memoryview) -> Integers:
    """Read numbers that stand one behind the other."""
    parts = [np.zeros(0, dtype=np.int64)]
    place = 0
    while place < len(data):
        numbers, ends = _varints(data[place : place + _BLOCK])
        _check_lengths(ends)
        parts.append(numbers)
        place += int(ends[-1])
    return np.concatenate(parts)


def _check_lengths(ends: Integers) -> None:
    if not ends.size or np.diff(ends, prepend=0).max() > _VARINT_BYTES:
        raise damaged("a number is cut off or too long")


def _varints(data: memoryview) -> tuple[Integers, Integers]:
    """Return all whole numbers in `data`, and where each one ends."""
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(octets < _CONTINUED) + 1
    lengths = np.diff(ends, prepend=0)
    starts = ends - lengths
    numbers = np.zeros(len(ends), dtype=np.uint64)
    # the first bytes of all numbers, then the second ones, which hold the next higher bits
    for place in range(min(int(lengths.max(initial=0)), _VARINT_BYTES)):
        held = lengths > place
        part = octets[starts[held] + place].astype(np.uint64) & np.uint64(0x7F)
        numbers[held] |= part << np.uint64(7 * place)
    return numbers.view(np.int64), ends
