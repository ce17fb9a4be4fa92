"""What ``model.json`` may say: what any exporter wrote passes, everything else is refused."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

import pytest
from onnx import helper
from pydantic import ValidationError

from regression_model.artifact.contents import GRAPH, MAX_GRAPH_BYTES, MAX_LEVELS
from regression_model.artifact.facts import check_facts, needed_format
from regression_model.artifact.format import read_artifact
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.exceptions import ArtifactError
from regression_model.predict import packaged_artifact
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import Schema

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
OLD = {version: read_artifact(ARTIFACTS / f"format_{version}.zip") for version in (1, 2)}

BARE = {key: value for key, value in OLD[2].model.items() if key != "examples"} | {
    "format_version": FORMAT_VERSION
}
NUMBER = {"required", "missing_means", "training_range", "minimum", "maximum", "number_format"}
LEVELS = {"required", "missing_means", "levels", "closed"}
KEYS = {
    "number": NUMBER,
    "integer": NUMBER,
    "ordered": LEVELS,
    "category": LEVELS,
    "boolean": {"required", "missing_means"},
    "date": {"required", "training_range", "date_order"},
}
"""What config can say of each kind, or training learns."""

Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize("version", OLD)
def test_an_old_file_carries_the_lowest_format_that_it_needs(version: int) -> None:
    kept = OLD[version]
    check_facts(kept.model)
    facts = {key: value for key, value in kept.model.items() if key != "format_version"}
    assert needed_format(facts, kept.members) == version


def test_what_is_trained_today_carries_the_third_format(small_path: Path) -> None:
    for path in (small_path, packaged_artifact()):
        kept = read_artifact(path)
        assert kept.model["format_version"] == needed_format(kept.model, kept.members) == 3


def test_a_key_of_the_third_format_opens_it_and_is_refused_before() -> None:
    facts = copy.deepcopy(OLD[2].model)
    facts["columns"][0]["number_format"] = "1.000,5"
    assert needed_format(facts, OLD[2].members) == FORMAT_VERSION == 3
    check_facts({**facts, "format_version": 3})
    with pytest.raises(ArtifactError, match=r"format 2 .*columns\.0\.number_format: Extra"):
        check_facts(facts)


def test_bounds_of_the_target_open_the_third_format_and_are_refused_before() -> None:
    facts = copy.deepcopy(OLD[2].model)
    facts["target"] |= {"minimum": 0.0, "maximum": 9.5}
    assert needed_format(facts, OLD[2].members) == 3
    check_facts({**facts, "format_version": 3})
    with pytest.raises(ArtifactError, match=r"format 2 .*target\.minimum: Extra"):
        check_facts(facts)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"minimum": 2.0, "maximum": 2.0}, "target: the least is not below the most"),
        ({"minimum": None}, r"target\.minimum"),
        ({"maximum": float("inf")}, r"target\.maximum"),
        ({"maximum": "9"}, r"target\.maximum"),
    ],
)
def test_bounds_of_the_target_that_cannot_be_are_refused(bounds: dict[str, Any], said: str) -> None:
    facts = copy.deepcopy(OLD[2].model)
    facts["target"] |= bounds
    with pytest.raises(ArtifactError, match=said):
        check_facts({**facts, "format_version": 3})


def with_aliases(*aliases: Any) -> dict[str, Any]:
    """Return facts in which some columns have other names, from the first column on."""
    facts: dict[str, Any] = copy.deepcopy(OLD[2].model)
    for column, names in zip(facts["columns"], aliases, strict=False):
        column["aliases"] = names
    return {**facts, "format_version": 3}


def test_aliases_open_the_third_format_and_are_refused_before() -> None:
    facts = with_aliases(["other"])
    check_facts(facts)
    assert needed_format(facts, OLD[2].members) == 3
    assert Schema.from_dict(facts["columns"]).columns[0].aliases == ("other",)
    with pytest.raises(ArtifactError, match=r"format 2 .*columns\.0\.aliases: Extra"):
        check_facts({**facts, "format_version": 2})


@pytest.mark.parametrize(
    "aliases",
    [
        [["a", "a"]],
        [["a"], ["a"]],
        [[OLD[2].model["columns"][0]["name"]]],
        [[OLD[2].model["columns"][1]["name"]]],
        [[" padded"]],
        [[""]],
        [[1]],
        [["x" * 1_001]],
        [[f"name {i}" for i in range(21)]],
        ["text"],
        [None],
    ],
)
def test_aliases_that_cannot_be_told_apart_are_refused(aliases: list[Any]) -> None:
    with pytest.raises(ArtifactError, match="has it: columns"):
        check_facts(with_aliases(*aliases))


def test_the_aliases_of_all_columns_are_bounded() -> None:
    facts = with_aliases()
    facts["columns"] = [
        {"name": f"c{i}", "kind": "number", "aliases": [f"c{i} {j}" for j in range(20)]}
        for i in range(1_001)
    ]
    with pytest.raises(ArtifactError, match="20,020 aliases, 20,000 are allowed"):
        check_facts(facts)


def test_keys_of_the_second_format_are_refused_in_the_first() -> None:
    with pytest.raises(ArtifactError, match=r"format 1 has it: .*; and [0-9]+ more"):
        check_facts({**OLD[2].model, "format_version": 1})


def test_no_format_has_operators_of_the_first_beside_keys_of_the_second() -> None:
    table = [helper.make_tensor_value_info(name, 11, ["N", 1]) for name in ("x", "score")]
    nodes = [helper.make_node("Greater", ["x", "x"], ["score"])]
    graph = helper.make_model(helper.make_graph(nodes, "g", table[:1], table[1:]))
    members = {GRAPH: graph.SerializeToString()}
    assert needed_format(OLD[1].model, members) == 1
    with pytest.raises(ArtifactError, match="no format has all of these operators: Greater"):
        needed_format(OLD[2].model, members)


def key(*path: Any, value: Any = None) -> Change:
    """Exchange what stands at a place."""

    def change(facts: dict[str, Any]) -> None:
        outer: Any = facts
        for part in path[:-1]:
            outer = outer[part]
        outer[path[-1]] = value

    return change


def gone(*path: Any) -> Change:
    def change(facts: dict[str, Any]) -> None:
        outer: Any = facts
        for part in path[:-1]:
            outer = outer[part]
        del outer[path[-1]]

    return change


TRIED: dict[str, list[Any]] = {
    "missing_means": ["none"],
    "required": [True],
    "minimum": [0.0, -1e15, 1e300],
    "maximum": [1.0],
    "levels": [["a"], [None], [None, "b", "1"]],
    "closed": [True],
    "training_range": [[0.0, 1.0]],
    "date_order": ["dmy"],
    "number_format": ["1.000,5"],
    "aliases": [["other"]],
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_column_that_is_read_has_a_record_model(kind: str) -> None:
    said = [[(key, value) for value in values] for key, values in TRIED.items()]
    pairs = [*combinations(said, 2), *([each] for each in said)]
    read = set[str]()
    for settings in chain.from_iterable(product(*pair) for pair in pairs):
        column: dict[str, Any] = {"name": "c", "kind": kind, **dict(settings)}
        try:
            check_facts({**BARE, "columns": [column]})
        except ArtifactError:
            continue
        read |= dict(settings).keys()
        record_model = Schema.from_dict([column]).record_model
        assert record_model.model_json_schema()["title"] == "Record"
        with suppress(ValidationError):
            record_model.model_validate({"c": 1})
    assert read == KEYS[kind] | {"aliases"}


CATEGORY = 7
"""The position of a column with levels."""
CHANGES: dict[str, tuple[Change, str]] = {
    "an unknown section": (key("extra", value=1), "extra: Extra inputs"),
    "no target": (gone("target"), "target: Field required"),
    "a target without transform": (gone("target", "transform"), "target.transform"),
    "a transform that is not known": (key("target", "transform", value="cube"), "target.transform"),
    "a version that is a number": (key("model_version", value=1), "model_version"),
    "a version without end": (key("model_version", value="1" * 101), "at most 100"),
    "no metrics": (gone("metrics"), "metrics: Field required"),
    "a metric that is text": (
        key("metrics", "hold_out", "rmse", value="low"), "metrics.hold_out.rmse"
    ),
    "intervals that were not measured": (gone("metrics", "intervals"), "not measured"),
    "a column without a name": (gone("columns", 0, "name"), "columns.0.name: Field"),
    "a column with an empty name": (key("columns", 0, "name", value=""), "at least 1"),
    "a column of an unknown kind": (key("columns", 0, "kind", value="text"), "columns.0.kind"),
    "two columns of one name": (key("columns", 0, "name", value="Alley"), "a name stands twice"),
    "a level twice": (key("columns", CATEGORY, "levels", value=["a", "a"]), "level stands twice"),
    "a level that is a number": (key("columns", CATEGORY, "levels", value=[1]), "levels.0"),
    "levels of a number": (key("columns", 0, "levels", value=["a"]), "levels of a column that"),
    "a limit that is text": (key("columns", 0, "minimum", value="1"), "columns.0.minimum"),
    "a limit that is true": (key("columns", 0, "minimum", value=True), "columns.0.minimum"),
    "limits the wrong way round": (key("columns", 0, "maximum", value=-5.0), "above the most"),
    "a range the wrong way round": (
        key("columns", 0, "training_range", value=[2.0, 1.0]), "training range is none"
    ),
    "a range of one number": (key("columns", 0, "training_range", value=[2.0]), "at least 2"),
    "a share beyond one": (key("columns", 0, "missing_share", value=1.5), "missing_share"),
    "a date range beyond all dates": (
        key("columns", 0, value={"name": "d", "kind": "date", "training_range": [0.0, 1e300]}),
        "training range is none",
    ),
    "an unknown key of a column": (key("columns", 0, "colour", value="red"), "colour: Extra"),
    "ranks out of order": (
        lambda f: f["intervals"]["ranks"].reverse(), "table does not fit together"
    ),
    "ends out of order": (
        lambda f: f["intervals"]["lower"].reverse(), "table does not fit together"
    ),
    "too few residuals": (key("intervals", "n_residuals", value=3), "does not fit together"),
    "intervals that are not there": (
        key("intervals", value={"reason": "none"}), "intervals are told of and absent"
    ),
    "explanations that are not there": (
        key("explanations", value={"reason": "none"}), "explanations are told of and absent"
    ),
    "explanations without end": (key("explanations", "numbers_per_row", value=10**9), "explanat"),
    "an example of another column": (
        key("examples", 0, "record", value={"zzz": 1}), "a column that there is not"
    ),
    "an example with a list": (
        key("examples", 0, "record", "Alley", value=[1]), r"examples\.0\.record\.Alley"
    ),
    "an interval without ends": (gone("examples", 0, "lower"), "interval without ends"),
    "losses of other folds": (
        lambda f: f["fold_losses"]["score"].pop(), "losses of another number"
    ),
    "negative losses": (key("fold_losses", "target", 0, value=-1.0), "fold_losses.target"),
    "losses without provenance": (gone("provenance"), "losses of unknown folds"),
    "a config without estimators": (gone("config", "estimators"), "config.estimators: Field"),
    "an estimator without weight": (
        key("config", "estimators", "linear", "weight", value=0.0), "config.estimators.linear.w"
    ),
    "graphs too large for one engine": (
        key("members", GRAPH, "size", value=MAX_GRAPH_BYTES), r"graphs of 25,\d{3},\d{3} bytes"
    ),
    "levels beyond number, in two columns": (
        lambda f: [
            f["columns"][place].update(levels=[f"{i}" for i in range(MAX_LEVELS // 2 + 1)])
            for place in (CATEGORY, CATEGORY + 1)
        ],
        r"250,\d{3} levels, 250,000 are allowed",
    ),
    "an unknown member": (
        key("members", "evil.pkl", value={"size": 1, "sha256": "0"}), "evil.pkl: Extra"
    ),
    "no graph": (gone("members", GRAPH), "holds no model.onnx"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
def test_what_no_exporter_writes_is_refused(case: str) -> None:
    change, said = CHANGES[case]
    facts = json.loads(json.dumps(OLD[2].model))
    change(facts)
    with pytest.raises(ArtifactError, match=said):
        check_facts(facts)
