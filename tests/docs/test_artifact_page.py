"""The specification of artifacts says what the code reads."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from pages.page import ROOT

from regression_model.artifact.contents import (
    MAX_ALL_ALIASES,
    MAX_ARRAY_BYTES,
    MAX_CARD_LIMITS,
    MAX_CARD_NAME,
    MAX_CARD_TEXT,
    MAX_COLUMNS,
    MAX_GRAPH_BYTES,
    MAX_KEPT_BYTES,
    MAX_LEVELS,
    MAX_WORK,
    MEMBERS,
    MODEL,
)
from regression_model.artifact.explanation_arrays import unpack_arrays
from regression_model.artifact.format import MAX_FILE_BYTES, read_artifact
from regression_model.artifact.inspection import graphs, trees
from regression_model.artifact.inspection.operators import OPERATORS
from regression_model.artifact.kept_keys import CONFORMANCE_KEYS, PROFILE_KEYS, REPORT_KEYS
from regression_model.artifact.keys import COLUMN_KEYS, FIXED_KEYS, TARGET_KEYS
from regression_model.artifact.sections import FORMAT_VERSION, Key
from regression_model.artifact.shapley import MAX_LEAVES
from regression_model.artifact.strict_json import MAX_BYTES, MAX_DEPTH, MAX_ITEMS
from regression_model.predict import load_model, packaged_artifact
from regression_model.processing.column_description import MAX_ALIASES
from regression_model.processing.kinds.registry import KINDS

PAGE = (ROOT / "docs" / "reference" / "artifact.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return what stands between a heading and the next."""
    found = re.search(rf"(?ms)^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", PAGE)
    assert found is not None, title
    return found[1]


def table(title: str) -> list[list[str]]:
    """Return the cells of the rows of a section's first table."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [re.split(r" *\| *", line.strip("| ")) for line in lines[2:]]


def sections_and_members() -> dict[str, Key]:
    """Return the keys of ``model.json`` that `FIXED_KEYS` has not, as they have keys themselves."""
    return dict.fromkeys(("target", "columns", "members"), Key({"type": "any"}, required=True))


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("`model.json`", FIXED_KEYS | sections_and_members()),
        ("`columns`", COLUMN_KEYS),
        ("`target`", TARGET_KEYS),
    ],
)
def test_every_key_is_listed_with_its_format(title: str, keys: dict[str, Key]) -> None:
    told = {cells[0].strip("`"): (int(cells[1]), cells[2]) for cells in table(title)}
    read = {name: (key.since, "needed" if key.required else "") for name, key in keys.items()}
    assert told == read


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("`profile.json`", PROFILE_KEYS),
        ("`report.json`", REPORT_KEYS),
        ("`conformance.json`", CONFORMANCE_KEYS),
    ],
)
def test_every_key_of_what_is_kept_for_people_is_listed(title: str, keys: dict[str, Key]) -> None:
    told = {cells[0].strip("`"): cells[1] for cells in table(title)}
    assert told == {name: "needed" if key.required else "" for name, key in keys.items()}


def test_every_inner_key_of_what_is_kept_is_told_of() -> None:
    model = load_model(packaged_artifact())
    told = set(re.findall("`(.+?)`", section("`profile.json`") + section("`report.json`")))
    assert model.profile is not None
    assert model.report is not None
    names = set(model.schema.names)
    assert told >= set(_keys(model.profile)) - names
    assert told >= set(_keys(model.report)) - names


def test_every_member_is_listed_with_its_format() -> None:
    told = {cells[0].strip("`"): int(cells[1]) for cells in table("Members")}
    assert told == {MODEL: 1, **MEMBERS}


def test_every_format_is_listed() -> None:
    assert [int(cells[0]) for cells in table("Formats")] == [*range(1, FORMAT_VERSION + 1)]


def test_every_operator_is_listed_with_its_formats() -> None:
    read: dict[str, list[str]] = defaultdict(list)
    for name, operator in OPERATORS.items():
        read[", ".join(map(str, sorted(operator.formats)))].append(f"`{name}`")
    assert {formats: names.split(", ") for formats, names in table("Operators")} == read


def test_every_kind_of_column_has_its_encoding() -> None:
    told = re.findall("`(.+?)`", " ".join(cells[0] for cells in table("Encoding")))
    assert sorted(told) == sorted(KINDS)


def test_every_key_that_an_artifact_has_is_told_of() -> None:
    facts = load_model(packaged_artifact()).facts
    told = set(re.findall("`(.+?)`", PAGE))
    for name in ("metrics", "provenance", "intervals"):
        assert told >= set(_keys(facts[name])) - set(facts[name].get("libraries", ()))
    example = facts["examples"][0]
    assert told >= {*example, *example["explanation"]}


def _keys(value: Any) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield key
        yield from _keys(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _keys(inner)


def test_every_array_of_explanations_is_listed() -> None:
    members = read_artifact(packaged_artifact()).members
    told = re.findall("`(.+?)`", " ".join(cells[0] for cells in table("Explanations")))
    assert sorted(told) == sorted(unpack_arrays(members["explain.npz"]))


def test_every_limit_is_that_of_the_code() -> None:
    told = [number for cells in table("Limits") for number in re.findall(r"\d[\d,]*", cells[1])]
    assert [int(number.replace(",", "")) for number in told] == [
        MAX_FILE_BYTES,
        1 << 24, 100,  # of zips
        MAX_BYTES, MAX_ITEMS, MAX_DEPTH,
        MAX_COLUMNS,
        MAX_LEVELS,
        MAX_ALIASES, MAX_ALL_ALIASES,
        MAX_CARD_NAME, MAX_CARD_TEXT, MAX_CARD_LIMITS,
        MAX_GRAPH_BYTES,
        graphs.MAX_NUMBERS,
        graphs.MAX_WORK,
        trees.MAX_DEPTH,
        trees.MAX_SEARCHED,
        MAX_ARRAY_BYTES,
        MAX_LEAVES,
        MAX_WORK,
        MAX_KEPT_BYTES,
    ]  # fmt: skip
