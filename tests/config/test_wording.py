"""What a wrong setting is told: what was expected, what came, the nearest word; never a class."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.config.core import ModelConfig, load_config, parse_config
from regression_model.config.wording import MAP, closest, shortened
from regression_model.estimators.registry import ESTIMATOR_SETTINGS
from regression_model.exceptions import ConfigError

PATH = Path("some.yml")
TOP = ", ".join(sorted(ModelConfig.model_fields))
PARTS = "year, month, day, weekday, days, hour"
NO_SYMMETRIC = (
    "there is no symmetric_boosting any more; write catboost, with n_estimators as iterations, "
    "max_depth as depth, l2_regularization as l2_leaf_reg, max_bins as border_count and "
    "max_features as rsm; the other settings stay"
)
BASE = """\
files:
  training_data: train.csv
target:
  column: y
columns:
  a: number
  b: integer
estimators:
  linear:
    type: ridge
"""


def said(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, PATH)
    return [line.removeprefix("some.yml, line ") for line in str(caught.value).splitlines()]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("min", "minimum"), ("max", "maximum"), ("miss", "missing"), ("lr", "learning_rate"),
        ("colum", "columns"), ("Minimum", "minimum"), ("qqq", None), ("", None),
        ("x" * 10**6, None),
    ],
)  # fmt: skip
def test_a_word_is_meant_that_begins_so_is_abbreviated_so_or_looks_so(
    word: str, meant: str | None
) -> None:
    words = ["missing", "maximum", "minimum", "missing_values", "learning_rate", "columns"]
    if word == "miss":
        words.remove("missing_values")
    assert closest(word, words) == meant


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "  a: number\n  b: integer\n",
            "a: number\nb:\n  kind: integer\n",
            [
                f"5: columns: {MAP}, got nothing",
                "6: a: no such setting; if it is a column, indent it by 2 spaces below columns:",
                "7: b: no such setting; if it is a column, indent it by 2 spaces below columns:",
            ],
        ),
        (
            "  b: integer\n",
            "  b: date\nqqq: 1\nzzz: 2\n",
            [
                f"8: qqq: no such setting; known: {TOP}, files",
                "9: zzz: no such setting",
            ],
        ),
        (
            "  b: integer\n",
            "  b:\n    kind: date\n    parts:\n      - mon\n",
            [f"10: columns.b.parts.0: expected one of {PARTS}, got 'mon'; did you mean month?"],
        ),
        (
            "  b: integer\n",
            "  b:\n    kind: ordered\n    scale: qq\nscales:\n  quality:\n    - x\n    - y\n",
            ["9: columns.b.scale: no scale 'qq'; known: quality"],
        ),
        (
            "  b: integer\n",
            "  b:\n    kind: ordered\n    scale: qq\n",
            ["9: columns.b.scale: no scale 'qq'; list the levels"],
        ),
        (
            "  b: integer\n",
            "  b: integer\n  a: number\n",
            ["8: columns.a: a was already given in line 6; keep one of the two"],
        ),
        (
            "type: ridge",
            "type: symmetric_boosting\n    n_estimators: 9",
            [f"10: estimators.linear.type: {NO_SYMMETRIC}"],
        ),
        ("  column: y\n", "  column:\n", ["4: target.column: a name is missing behind the colon"]),
        ("  b: int", "  '': int", ["7: columns.'': a name is missing before the colon"]),
        ("col", "group_column:\ncol", ["5: group_column: a name is missing behind the colon"]),
    ],
)
def test_nothing_is_told_twice_and_what_follows_from_another_fault_is_not_told(
    old: str, new: str, expected: list[str]
) -> None:
    before, found, after = BASE.rpartition(old)
    assert found
    assert said(before + new + after) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            BASE.replace("a: number", "a:\n    kind: number\n    min: 0"),
            "8: columns.a.min: no such setting; did you mean minimum?",
        ),
        (
            BASE + "derived:\n  ratio: displ / cyl\n",
            "12: derived.ratio: a derived feature has an operation, such as ratio, and of, a list",
        ),
        (
            BASE.replace("  column: y", "  column y"),
            f"3: target: {MAP}, got 'column y'",
        ),
        (
            BASE.replace("  training_data: train.csv", "  training_data train.csv"),
            f"1: files: {MAP}, got 'training_data train.csv'",
        ),
        (BASE.replace("  a: number\n  b: integer", ""), "5: columns: expected settings in"),
        (
            BASE.replace("    type: ridge", "    alpha: 1"),
            "9: estimators.linear: its type is missing",
        ),
        (BASE + "seed:\n", "11: seed: expected a whole number, got nothing"),
        (BASE + "seed:\n  - 1\n", "11: seed: expected a whole number, got a list"),
    ],
)
def test_what_newcomers_write_is_told_what_to_write(text: str, expected: str) -> None:
    (found,) = said(text)
    assert found.startswith(expected)


def test_of_many_problems_the_first_are_told_and_the_rest_counted() -> None:
    unknown = "".join(f"k{i}: 1\n" for i in range(2_000))
    lines = said(BASE + unknown)
    assert len(lines) == 21
    assert lines[0].startswith("11: k0: no such setting; known: ")
    assert lines[-1] == "31: and at least 1,980 problems more"
    assert sum(map(len, lines)) < 8000


def test_what_is_long_is_shown_in_part() -> None:
    (found,) = said(BASE + f"seed: {'x' * 100_000}\n")
    assert len(found) < 120
    (found,) = said(BASE + f"{'x' * 900}: 1\n")
    assert len(found) < 500
    assert shortened({"a": 1}) == "a map"


WORDS = st.sampled_from(
    ["1", "-1", "1e400", "nan", "", "true", "x", "number", "a", "y", "ridge", "[]", "9" * 5000]
)
VALUES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
PLACES = [
    "target", "columns", "estimators", "seed", "evaluation", "derived", "scales", "elapsed",
    "left_out", "difficulty", "weight_column", "group_column", "time_column", "average", "files",
    "target.column", "target.transform", "columns.a.kind", "columns.a.minimum", "columns.a.parts",
    "columns.a.required", "columns.a.levels", "columns.a.scale", "columns.a.missing_values",
    "evaluation.folds", "evaluation.hold_out", "estimators.linear", "estimators.linear.type",
    *(f"estimators.linear.{name}" for kind in ESTIMATOR_SETTINGS.values()
      for name in kind.model_fields),
    "derived.d", "derived.d.operation", "derived.d.of", "elapsed.columns", "elapsed.reference",
]  # fmt: skip


def written(value: object, indent: int) -> str:
    """Return block-style YAML of nested maps, lists and texts."""
    space = " " * indent
    if isinstance(value, dict):
        pairs = (f"{space}'{key}':{written(v, indent + 2)}" for key, v in value.items())
        return "\n" + "\n".join(pairs)
    if isinstance(value, list):
        return "\n" + "\n".join(f"{space}-{written(item, indent + 2)}" for item in value)
    return f" '{value}'"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), VALUES)
def test_no_message_speaks_of_classes_or_of_valid_inputs(place: str, value: object) -> None:
    data: dict[str, object] = {
        "files": {"training_data": "t.csv"},
        "target": {"column": "y"},
        "columns": {"a": {"kind": "number"}},
        "estimators": {"linear": {"type": "ridge"}},
    }
    *parents, last = place.split(".")
    inside = data
    for name in parents:
        inside = inside.setdefault(name, {})  # type: ignore[assignment]
    inside[last] = value
    try:
        parse_config(written(data, 0), PATH)
    except ConfigError as problem:
        for line in str(problem).splitlines():
            assert re.match(r"some\.yml(, line \d+)?: ", line)
            assert not re.search(r"Input should|valid |instance of|[a-z]Config|[a-z]Settings", line)
            assert len(line) < 400


def test_the_packaged_config_is_read_from_its_text() -> None:
    config = load_config()
    path = config.folder / "config.yml"
    assert parse_config(path.read_text(encoding="utf-8"), path) == config
