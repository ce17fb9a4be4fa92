"""The arrays of explanations: written as ``.npz``, read one by one, and checked to be trees.

Each array is known by name, kind and shape before it is made, and made of bytes that are there.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.contents import MAX_ARRAY_BYTES
from regression_model.artifact.inspection.trees import MAX_DEPTH
from regression_model.artifact.shapley import MAX_LEAVES
from regression_model.artifact.zip_reading import NotAZipError, read_zip
from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_FEATURES = 100_000
"""Columns are 20,000 at the most; parts of dates and derived features come to them."""
_NODES = ("left", "right", "column", "threshold", "missing_left", "cover", "value")
"""The arrays that have an entry for each node of all trees."""
_NO_CHILD = -1
"""What stands in the place of both children of a leaf."""
_LARGEST = 1e100
"""Of numbers whose sum over all leaves is still finite."""
_LEAST_COVER, _MOST_COVER = 1e-30, 1e30
"""Weights of the training rows that reached a node, whose ratios must be numbers as well."""
_ROUNDED = 1 + 1e-6
"""Weights of rows add up to another last digit in another order."""
_TEXT = "<U"
"""Texts of any width; each character is four bytes that may hold anything."""
_LAST_CHARACTER = 0x10FFFF
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF
_KINDS = {
    **dict.fromkeys(("roots", "left", "right", "column", "owners"), "<i4"),
    **dict.fromkeys(("threshold", "cover", "value", "means", "constant"), "<f8"),
    "missing_left": "|b1",
    "features": _TEXT,
}
"""The kind of each array, as NumPy spells it: byte order, letter and bytes of an item."""
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<|])([bifU])([0-9]{1,6})', 'fortran_order': False, "
    rb"'shape': \((?:([0-9]{1,9}),)?\), \} *\n",
    re.DOTALL,
)
"""Accepts the head of an ``.npy`` file of version 1.0, as `np.save` writes it and in no other way.

The two bytes behind the version are the length of what follows, which is checked beside it. Groups:
byte order, letter, bytes (or characters) of an item, and the length of the one dimension, absent
for a single number. `np.load` would evaluate the text between the braces.
"""
_FIXED_HEADER_BYTES = 10
"""Sign, version and the length of the rest."""


def pack_arrays(arrays: Mapping[str, Any]) -> bytes:
    """Return arrays as the bytes of an ``.npz`` file; equal arrays give equal bytes."""
    file = io.BytesIO()
    np.savez(file, **{name: arrays[name] for name in sorted(arrays)})
    return file.getvalue()


def unpack_arrays(data: bytes) -> dict[str, Any]:
    """Return the arrays of an ``.npz`` file, checked to fit together.

    Raises
    ------
    ArtifactError
        If they are not what explanations need.
    """
    try:
        contents = read_zip(data, len(_KINDS), MAX_ARRAY_BYTES)
        arrays = _arrays(contents)
        _check_lengths(arrays)
        _check_numbers(arrays)
        _check_trees(arrays)
    except (NotAZipError, ValueError) as problem:
        pass_on(problem)
        message = f"the artifact is damaged: its explanation data cannot be read ({problem})"
        raise ArtifactError(message) from problem
    return arrays


def _arrays(contents: dict[str, bytes]) -> dict[str, Any]:
    if contents.keys() != {f"{name}.npy" for name in _KINDS}:
        raise ValueError("its arrays are others")
    return {name: _array(contents[f"{name}.npy"], name) for name in _KINDS}


def _array(data: bytes, name: str) -> Any:
    """Return one array of at most one dimension, as its header describes it."""
    header = _HEADER.match(data)
    if header is None:
        raise ValueError(f"{name} is of a kind that is not read")
    order, letter, width, length = header.groups()
    is_single = length is None
    kind = (order + letter + width).decode()
    is_wanted = kind.startswith(_TEXT) if _KINDS[name] == _TEXT else kind == _KINDS[name]
    if not is_wanted or is_single != (name == "constant"):
        raise ValueError(f"{name} is of another kind")
    dtype = np.dtype(kind)
    count = 1 if is_single else int(length)
    header_bytes = int.from_bytes(data[8:_FIXED_HEADER_BYTES], "little") + _FIXED_HEADER_BYTES
    fits = header_bytes == header.end() and len(data) == header_bytes + count * dtype.itemsize
    if not fits or dtype.itemsize == 0:
        raise ValueError(f"{name} is longer or shorter than it says")
    array = np.frombuffer(data, dtype=dtype, count=count, offset=header_bytes)
    return array.reshape(()) if is_single else array


def _check_lengths(arrays: dict[str, Any]) -> None:
    if len({len(arrays[name]) for name in _NODES}) != 1:
        raise ValueError("arrays of nodes of different lengths")
    features = arrays["features"]
    if not 0 < len(features) <= _MAX_FEATURES:
        raise ValueError(f"{len(features)} features")
    points = features.view(np.uint32)
    are_surrogates = (points >= _FIRST_SURROGATE) & (points <= _LAST_SURROGATE)
    if ((points > _LAST_CHARACTER) | are_surrogates).any():
        raise ValueError("features whose names are no text")
    names = features.tolist()
    if len(set(names)) != len(names) or "" in names:
        raise ValueError("features without names of their own")
    if 0 < len(arrays["means"]) < len(features):
        raise ValueError("fewer means than features")


def _check_numbers(arrays: dict[str, Any]) -> None:
    """Check that numbers are no larger than sums of them may be, and positions in reach."""
    for name in ("value", "means", "constant"):
        if not (np.abs(arrays[name]) <= _LARGEST).all():
            raise ValueError(f"numbers that are not finite, or beyond {_LARGEST:g}")
    if np.isnan(arrays["threshold"]).any():
        raise ValueError("numbers that are not finite")
    cover = arrays["cover"]
    if not ((cover >= _LEAST_COVER) & (cover <= _MOST_COVER)).all():
        raise ValueError("a node that no row has reached, or more than there are")
    if (arrays["missing_left"].view(np.uint8) > 1).any():
        raise ValueError("a truth that is neither")
    left, owners = arrays["left"], arrays["owners"]
    _check_positions(arrays["column"][left != _NO_CHILD], len(owners))
    _check_positions(owners, len(arrays["features"]))
    _check_positions(arrays["roots"], len(left))


def _check_positions(positions: Any, end: int) -> None:
    if ((positions < 0) | (positions >= end)).any():
        raise ValueError("positions out of reach")


def _check_trees(arrays: dict[str, Any]) -> None:
    """Check that nodes form trees, so that each path ends, and soon."""
    left, right = arrays["left"], arrays["right"]
    is_inner = left != _NO_CHILD
    for children in (left, right):
        _check_children(children, is_inner, arrays["cover"])
    if (right[~is_inner] != _NO_CHILD).any():
        raise ValueError("a node with one child")
    reached = np.concatenate([left[is_inner], right[is_inner], arrays["roots"]])
    # np.unique would load numpy.ma, which takes as long as all else that is checked
    if len(set(reached.tolist())) != len(reached):
        raise ValueError("a node with more than one parent")
    if int((~is_inner).sum()) > MAX_LEAVES:
        raise ValueError(f"more than {MAX_LEAVES} leaves")
    _check_depth(arrays["roots"], left, right, is_inner)


def _check_children(children: Any, is_inner: Any, cover: Any) -> None:
    """Check that a child stands behind its node, which leaves no circle, and has fewer rows."""
    parents = np.flatnonzero(is_inner)
    children = children[is_inner]
    if ((children <= parents) | (children >= len(is_inner))).any():
        raise ValueError("a node whose child does not stand behind it")
    if (cover[children] > cover[parents] * _ROUNDED).any():
        raise ValueError("a node that more rows have reached than the one before it")


def _check_depth(roots: Any, left: Any, right: Any, is_inner: Any) -> None:
    level = roots
    for _ in range(MAX_DEPTH + 1):
        level = level[is_inner[level]]
        if not level.size:
            return
        level = np.concatenate([left[level], right[level]])
    raise ValueError(f"trees deeper than {MAX_DEPTH} questions")
