"""Zips of plain data, written: equal contents are equal bytes, at any time, on any system."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can tell."""
_UNIX = 3
"""The system that members are said to be made on, whichever it is."""
_READABLE_BY_ALL = 0o644 << 16


def zip_of(members: Mapping[str, bytes]) -> bytes:
    """Return a zip that has members by these names, in their order.

    Examples
    --------
    >>> zip_of({"a.txt": b"a"}) == zip_of({"a.txt": b"a"})
    True
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(_described(name), data)
    return file.getvalue()


def _described(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIXED_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = _UNIX
    info.external_attr = _READABLE_BY_ALL
    return info
