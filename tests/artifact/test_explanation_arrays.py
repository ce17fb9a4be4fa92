"""Arrays of explanations: known by their headers before they are made, and trees that end."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.explanation_arrays import pack_arrays, unpack_arrays
from regression_model.artifact.format import EXPLANATION, read_artifact
from regression_model.artifact.inspection.trees import MAX_DEPTH
from regression_model.artifact.shapley import MAX_LEAVES, TreeExplainer
from regression_model.exceptions import ArtifactError

KEPT = read_artifact(Path(__file__).parent.parent / "artifacts" / "format_2.zip").members[
    EXPLANATION
]


def chains(depth: int, count: int = 1, columns: int = 1) -> dict[str, Any]:
    """Return trees of so many questions, each behind the one before, of ever other columns."""
    size = 2 * depth + 1
    inner = np.arange(0, size - 1, 2)
    left, right = np.full(size, -1), np.full(size, -1)
    left[inner], right[inner] = inner + 1, inner + 2
    column = np.zeros(size, int)
    column[inner] = np.arange(depth) % columns
    starts = np.repeat(np.arange(count) * size, size)
    sides = {
        name: np.where(np.tile(side, count) < 0, -1, np.tile(side, count) + starts)
        for name, side in (("left", left), ("right", right))
    }
    whole = {"roots": np.arange(count) * size, "column": np.tile(column, count), **sides}
    ones = {name: np.ones(size * count) for name in ("threshold", "cover", "value")}
    return {
        **{name: array.astype(np.int32) for name, array in whole.items()},
        **ones,
        "missing_left": np.zeros(size * count, np.bool_),
        "features": np.array([f"f{i}" for i in range(columns)]),
        "owners": np.arange(columns, dtype=np.int32),
        "means": np.zeros(0),
        "constant": np.array(0.0),
    }


def test_arrays_come_back_as_they_were() -> None:
    # headers of the zip differ between releases of Python, what is in it does not
    assert members_of(pack_arrays(unpack_arrays(KEPT))) == members_of(KEPT)


def members_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_trees_may_be_as_deep_as_graphs_may() -> None:
    assert unpack_arrays(pack_arrays(chains(MAX_DEPTH)))["left"].shape == (2 * MAX_DEPTH + 1,)
    with pytest.raises(ArtifactError, match="trees deeper than 1000 questions"):
        unpack_arrays(pack_arrays(chains(MAX_DEPTH + 1)))


def test_there_are_not_too_many_leaves_to_look_at() -> None:
    arrays = chains(1, count=MAX_LEAVES // 2 + 1)
    with pytest.raises(ArtifactError, match="more than 200000 leaves"):
        unpack_arrays(pack_arrays(arrays))
    with pytest.raises(ArtifactError, match="explanations of 200002 leaves"):
        TreeExplainer(arrays, arrays["owners"], 1)


def test_explanations_that_would_take_too_long_are_refused_before_they_are_begun() -> None:
    arrays = unpack_arrays(pack_arrays(chains(400, count=3, columns=400)))
    with pytest.raises(ArtifactError, match="more than 20,000,000 numbers for a row"):
        TreeExplainer(arrays, arrays["owners"], 400)
    assert TreeExplainer(chains(400), np.zeros(1, int), 1).work == 401


EXTREME = st.sampled_from(
    [0.0, -1.0, 5e-324, 1e-310, 1e-100, 1e-30, 1e30, 1e100, 1e200, 1.7e308, np.inf, np.nan]
)


@settings(deadline=None, max_examples=200)
@given(
    name=st.sampled_from(["cover", "value", "means", "constant", "threshold"]),
    places=st.sets(st.integers(0, 200), min_size=1),
    number=EXTREME | EXTREME.map(lambda number: -number),
    seed=st.integers(0, 99),
)
def test_explanations_of_arrays_that_are_read_are_finite(
    name: str, places: set[int], number: float, seed: int
) -> None:
    arrays = unpack_arrays(KEPT)
    changed = arrays[name].copy()
    np.put(changed, sorted(places), number, mode="wrap")
    try:
        read = unpack_arrays(pack_arrays({**arrays, name: changed}))
    except ArtifactError:
        return
    trees = TreeExplainer(read, read["owners"], len(read["features"]))
    x = np.random.default_rng(seed).choice([-1e15, 0.0, 7.0, 2000.0, 1e15, np.nan], (9, 99))
    total = trees.base + read["constant"] + np.abs(read["means"]).sum()
    assert np.isfinite(total + np.abs(trees.contributions(x)).sum(axis=1)).all()


def replaced(name: str, data: bytes) -> bytes:
    """Exchange the bytes of one array."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(KEPT)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            new.writestr(member, data if member == f"{name}.npy" else old.read(member))
    return file.getvalue()


def npy(array: Any, **header: str) -> bytes:
    """Return an array as NumPy writes it, with words of its header exchanged."""
    file = io.BytesIO()
    np.save(file, array)
    data = file.getvalue()
    for old, new in header.items():
        data = data.replace(old.encode(), new.encode())
    return data


REFUSED: dict[str, Callable[[], bytes]] = {
    "a shape that it does not have": lambda: npy(np.zeros(16)).replace(b"(16,)", b"(99,)"),
    "a shape beyond memory": lambda: npy(np.zeros(16)).replace(b"(16,), }   ", b"(9999999,), }"),
    "two dimensions": lambda: npy(np.zeros((4, 4))),
    "another order": lambda: npy(np.zeros(16)).replace(b"False", b"True "),
    "another order of bytes": lambda: npy(np.zeros(16, ">f8")),
    "complex numbers": lambda: npy(np.zeros(16, complex)),
    "several fields": lambda: npy(np.zeros(16, [("a", "f8")])),
    "an expression": lambda: npy(np.zeros(16)).replace(b"(16,)", b"(8+8,)"),
    "another version": lambda: npy(np.zeros(16)).replace(b"\x01\x00", b"\x02\x00", 1),
    "no header": lambda: b"",
    "more than it says": lambda: npy(np.zeros(16)) + b"\0",
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_array_of_another_kind_is_refused(case: str) -> None:
    assert unpack_arrays(replaced("means", npy(np.zeros(16))))["means"].tolist() == [0.0] * 16
    with pytest.raises(ArtifactError, match=r"explanation data cannot be read .means is"):
        unpack_arrays(replaced("means", REFUSED[case]()))


@pytest.mark.parametrize(
    ("name", "array", "said"),
    [
        ("features", np.array(["a"] * 12), "names of their own"),
        ("features", np.array(["", *"abcdefghijk"]), "names of their own"),
        ("features", np.array([*"abcdefghijk", "\ud800"]), "no text"),
        ("features", np.zeros(0, "<U1"), "longer or shorter|0 features"),
        ("missing_left", np.full(126, 7, np.uint8).view(np.bool_), "a truth that is neither"),
        ("right", np.zeros(126, np.int32), "does not stand behind it"),
        ("cover", np.full(126, 1e31), "or more than there are"),
        ("cover", np.arange(1.0, 127.0), "more rows have reached than the one before"),
        ("value", np.full(126, 1.7e308), "not finite"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name: str, array: Any, said: str) -> None:
    with pytest.raises(ArtifactError, match=said):
        unpack_arrays(pack_arrays({**unpack_arrays(KEPT), name: array}))


LEAF = int(np.flatnonzero(unpack_arrays(KEPT)["left"] < 0)[0])
INNER = int(np.flatnonzero(unpack_arrays(KEPT)["left"] >= 0)[0])


@pytest.mark.parametrize(
    ("name", "place", "number", "message"),
    [
        ("right", LEAF, LEAF + 1, "a node with one child"),
        ("roots", 1, 0, "a node with more than one parent"),
        ("roots", 0, 126, "positions out of reach"),
        ("roots", 0, -1, "positions out of reach"),
        ("owners", 0, 12, "positions out of reach"),
        ("column", INNER, 9999, "positions out of reach"),
        ("threshold", INNER, np.nan, "numbers that are not finite"),
    ],
)
def test_one_number_that_does_not_fit_is_refused(
    name: str, place: int, number: float, message: str
) -> None:
    arrays = unpack_arrays(KEPT)
    changed = arrays[name].copy()
    changed[place] = number
    with pytest.raises(ArtifactError, match=message):
        unpack_arrays(pack_arrays({**arrays, name: changed}))


def test_means_are_of_all_features_or_there_are_none() -> None:
    arrays = unpack_arrays(KEPT)
    with pytest.raises(ArtifactError, match="fewer means than features"):
        unpack_arrays(pack_arrays({**arrays, "means": arrays["means"][:11]}))
    none = unpack_arrays(pack_arrays({**arrays, "means": arrays["means"][:0]}))
    assert not len(none["means"])


def test_text_beyond_unicode_is_refused() -> None:
    data = npy(np.array(["a"] * 12))
    with pytest.raises(ArtifactError, match="names are no text"):
        unpack_arrays(replaced("features", data[:-4] + b"\xff\xff\xff\xff"))
