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
_NODES = ("left", "right", "column", "threshold", "missing_left", "cover", "value")
_LARGEST = 1e100
"""Of numbers whose sum over all leaves is still finite."""
_COVERS = (1e-30, 1e30)
_ROUNDED = 1 + 1e-6
"""Weights of rows add up to another last digit in another order."""
_TEXT = "<U"
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_KINDS = {
    **dict.fromkeys(("roots", "left", "right", "column", "owners"), "<i4"),
    **dict.fromkeys(("threshold", "cover", "value", "means", "constant"), "<f8"),
    "missing_left": "|b1",
    "features": _TEXT,
}
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<|])([bifU])([0-9]{1,6})', 'fortran_order': False, "
    rb"'shape': \((?:([0-9]{1,9}),)?\), \} *\n",
    re.DOTALL,
)
_FIXED_HEADER_BYTES = 10


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
    order, kind, width, length = header.groups()
    wanted = _KINDS[name]
    said = (order + kind).decode() if wanted == _TEXT else (order + kind + width).decode()
    if said != wanted or (length is None) != (name == "constant"):
        raise ValueError(f"{name} is of another kind")
    size = int.from_bytes(data[8:_FIXED_HEADER_BYTES], "little") + _FIXED_HEADER_BYTES
    dtype = np.dtype((order + kind + width).decode())
    count = 1 if length is None else int(length)
    if size != header.end() or not dtype.itemsize or size + count * dtype.itemsize != len(data):
        raise ValueError(f"{name} is longer or shorter than it says")
    array = np.frombuffer(data, dtype=dtype, count=count, offset=size)
    return array.reshape(()) if length is None else array


def _check_lengths(arrays: dict[str, Any]) -> None:
    if len({len(arrays[name]) for name in _NODES}) != 1:
        raise ValueError("arrays of nodes of different lengths")
    features = arrays["features"]
    if not 0 < len(features) <= _MAX_FEATURES:
        raise ValueError(f"{len(features)} features")
    points = features.view(np.uint32)
    if (
        (points > _LAST_CHARACTER) | ((points >= _SURROGATES[0]) & (points <= _SURROGATES[1]))
    ).any():
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
    if not ((cover >= _COVERS[0]) & (cover <= _COVERS[1])).all():
        raise ValueError("a node that no row has reached, or more than there are")
    if (arrays["missing_left"].view(np.uint8) > 1).any():
        raise ValueError("a truth that is neither")
    inner, owners = arrays["left"] != -1, arrays["owners"]
    reach = (
        (arrays["column"][inner], len(owners)),
        (owners, len(arrays["features"])),
        (arrays["roots"], len(arrays["left"])),
    )
    if any(((places < 0) | (places >= end)).any() for places, end in reach):
        raise ValueError("positions out of reach")


def _check_trees(arrays: dict[str, Any]) -> None:
    """Check that nodes form trees, so that each path ends, and soon."""
    left, right, level = arrays["left"], arrays["right"], arrays["roots"]
    n_nodes, places = len(left), np.arange(len(left))
    inner = left != -1
    for children in (left[inner], right[inner]):
        if ((children <= places[inner]) | (children >= n_nodes)).any():
            raise ValueError("a node whose child does not stand behind it")
        if (arrays["cover"][children] > arrays["cover"][inner] * _ROUNDED).any():
            raise ValueError("a node that more rows have reached than the one before it")
    if (right[~inner] != -1).any():
        raise ValueError("a node with one child")
    children = np.concatenate([left[inner], right[inner], level])
    if len(np.unique(children)) != len(children):
        raise ValueError("a node with more than one parent")
    if int((~inner).sum()) > MAX_LEAVES:
        raise ValueError(f"more than {MAX_LEAVES} leaves")
    for _ in range(MAX_DEPTH + 1):
        level = level[inner[level]]
        if not level.size:
            return
        level = np.concatenate([left[level], right[level]])
    raise ValueError(f"trees deeper than {MAX_DEPTH} questions")
