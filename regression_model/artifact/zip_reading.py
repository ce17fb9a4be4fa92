"""Zips of plain data, read strictly: what a file can cost is known before memory is taken.

A zip says many things twice, and readers differ in which they believe. Read here are only zips as
they are written by this package and by NumPy: members one behind the other without gaps, stored or
deflated, not encrypted, each as long as the directory at the end says.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401 - zipfile needs it, and a signal handler may come in between
import io
import struct
import zipfile
import zlib

from regression_model.processing.interruptions import pass_on

# the records of a zip (APPNOTE.TXT 4.3): the end of the directory, and the head of a member
_END, _END_SIGN = struct.Struct("<4s4H2LH"), b"PK\x05\x06"
_LOCAL, _LOCAL_SIGN = struct.Struct("<4s5H3L2H"), b"PK\x03\x04"
_LOCATOR_BYTES, _LOCATOR_SIGN = 20, b"PK\x06\x07"
"""Leads to a second end, for sizes beyond 4 GB: readers may follow either."""
_UTF8_FLAG = 0x800
"""The one flag that is read: names are UTF-8."""
_DIRECTORY_BYTES = 400
"""What one member may take in the directory, its name with it."""
_FREE_BYTES = 1 << 24
"""How much any file may claim to hold, however small it is."""
_MAX_RATIO = 100
"""How many times its own size a file may claim beyond that; models unpack to a few times."""


class NotAZipError(ValueError):
    """Bytes that are no zip, or none that is read here."""


def read_zip(data: bytes, most_members: int, most_bytes: int) -> dict[str, bytes]:
    """Return the members of a zip by name.

    Parameters
    ----------
    data : bytes
    most_members : int
        How many it may have.
    most_bytes : int
        How many bytes they may have together.

    Raises
    ------
    NotAZipError
        If it is anything but a zip of so many such members.
    """
    directory_start = _check_end(data, most_members)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as problem:
        pass_on(problem)
        raise NotAZipError(str(problem)) from problem
    if len({info.filename for info in entries}) != len(entries):
        raise NotAZipError("a member stands twice")
    entries.sort(key=lambda info: info.header_offset)
    total = sum(info.file_size for info in entries)
    if total > most_bytes:
        raise NotAZipError(f"its members claim {total:,} bytes, at most {most_bytes:,} are read")
    if total > _FREE_BYTES + _MAX_RATIO * len(data):
        raise NotAZipError(f"{len(data)} bytes claim to hold {total}")
    members: dict[str, bytes] = {}
    place = 0
    for info in entries:
        members[info.filename], place = _read_member(data, info, place)
    if place != directory_start:
        raise NotAZipError("there are bytes that belong to no member")
    return members


def _check_end(data: bytes, most_members: int) -> int:
    """Return where the directory starts, and check how large it is, before it is read."""
    if len(data) < _END.size:
        raise NotAZipError("it is too short")
    end = _END.unpack(data[-_END.size :])
    sign, disk, first_disk, n_here, n_members, size, start, comment_length = end
    if sign != _END_SIGN or comment_length:
        raise NotAZipError("it does not end as a zip does")
    if disk or first_disk or n_here != n_members:
        raise NotAZipError("it is a part of several")
    if n_members > most_members or size > n_members * _DIRECTORY_BYTES:
        raise NotAZipError(f"it has {n_members} members and a directory of {size} bytes")
    if start + size + _END.size != len(data):
        raise NotAZipError("its directory is not where it should be")
    if data[-_END.size - _LOCATOR_BYTES :].startswith(_LOCATOR_SIGN):
        raise NotAZipError("it is written for sizes that it does not have")
    return int(start)


def _read_member(data: bytes, info: zipfile.ZipInfo, place: int) -> tuple[bytes, int]:
    """Return the bytes of the member that starts at `place`, and where it ends."""
    header = data[place : place + _LOCAL.size]
    if info.header_offset != place or len(header) < _LOCAL.size:
        raise NotAZipError("its members do not stand one behind the other")
    sign, _, flags, method, *_, name_length, extra_length = _LOCAL.unpack(header)
    name_start = place + _LOCAL.size
    name_end = name_start + name_length
    start = name_end + extra_length
    is_named_alike = data[name_start:name_end] == info.orig_filename.encode()
    is_packed_alike = (flags, method) == (info.flag_bits, info.compress_type)
    if sign != _LOCAL_SIGN or not is_packed_alike or not is_named_alike:
        raise NotAZipError("a member is described in two ways")
    if flags & ~_UTF8_FLAG:
        raise NotAZipError("a member is encrypted, or written in another unusual way")
    packed = data[start : start + info.compress_size]
    content = _unpack(packed, method, info.file_size)
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise NotAZipError("a member is not what its checksum says")
    return content, start + info.compress_size


def _unpack(packed: bytes, method: int, size: int) -> bytes:
    if method == zipfile.ZIP_STORED:
        return packed
    if method != zipfile.ZIP_DEFLATED:
        raise NotAZipError("a member is packed in an unusual way")
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)  # below zero: without a header of its own
    try:
        # a byte more than the directory says shows that there is more, and takes no memory for it
        content = unpacker.decompress(packed, size + 1)
    except zlib.error as problem:
        raise NotAZipError(str(problem)) from problem
    if not unpacker.eof or unpacker.unused_data:
        raise NotAZipError("a member is longer or shorter than it says")
    return content
