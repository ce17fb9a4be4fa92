"""Everything that a config may say, and everything that is said about a wrong one."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from regression_model.config import core
from regression_model.config.core import AppConfig, Config, ModelConfig, load_config
from regression_model.estimators.gradient_boosting import GradientBoostingSettings
from regression_model.estimators.ridge import RidgeSettings
from regression_model.exceptions import ConfigError, RegressionModelError

BASE = """\
files:
  training_data_file: train.csv
target:
  column: y
columns:
  a: number
  b: integer
  c: category
estimators:
  linear:
    type: ridge
"""


def changed(old: str, new: str) -> str:
    assert BASE.count(old) == 1
    return BASE.replace(old, new)


def load(folder: Path, text: str) -> Config:
    path = folder / "config.yml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def said_by_line(folder: Path, text: str) -> list[tuple[int, str]]:
    """Return (line, text) of every problem of a config, after checking that each names the file."""
    with pytest.raises(ConfigError, match=r"config\.yml, line \d+: ") as caught:
        load(folder, text)
    prefix = f"{folder / 'config.yml'}, line "
    lines = str(caught.value).splitlines()
    assert all(line.startswith(prefix) for line in lines)
    numbered = (line.removeprefix(prefix).partition(": ") for line in lines)
    return [(int(number), said) for number, _, said in numbered]


def minimal() -> dict[str, Any]:
    return {
        "target": {"column": "y"},
        "columns": {"a": "number", "b": {"kind": "integer"}, "c": "category"},
        "estimators": {"linear": {"type": "ridge"}},
    }


def test_the_packaged_config_loads() -> None:
    config = load_config()
    assert config.app_config.training_data == "train.csv"
    assert config.model_config.target.column == "SalePrice"
    assert len(config.model_config.columns) == len(config.model_config.input_schema) == 79


def test_the_module_resolves_the_packaged_config_once() -> None:
    assert core.config == load_config()
    assert core.config is core.config
    with pytest.raises(AttributeError, match="no attribute 'confg'"):
        _ = core.confg


def test_a_path_may_be_text(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text(BASE, encoding="utf-8")
    assert load_config(str(path)) == load_config(path)


def test_a_minimal_config_has_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, BASE)
    assert config.app_config == AppConfig(training_data_file="train.csv")
    settings = config.model_config
    assert (settings.seed, settings.evaluation.folds, settings.target.transform) == (0, 10, "none")
    assert (settings.elapsed, settings.derived, settings.left_out) == (None, {}, ())
    assert settings.input_schema.names == ("a", "b", "c")
    assert isinstance(settings.estimators["linear"], RidgeSettings)


def test_the_small_config_has_every_kind_of_setting(small_config: Config) -> None:
    settings = small_config.model_config
    schema = settings.input_schema
    assert {column.kind for column in schema.columns} == {
        "number", "integer", "boolean", "category", "ordered",
    }  # fmt: skip
    assert schema["GrLivArea"].required
    assert (schema["GrLivArea"].minimum, schema["GrLivArea"].maximum) == (0.0, 20000.0)
    assert schema["KitchenQual"].levels == ("Po", "Fa", "TA", "Gd", "Ex")
    assert schema["BsmtQual"].levels == (None, "Po", "Fa", "TA", "Gd", "Ex")
    assert (schema["Street"].levels, schema["Street"].closed) == (("Grvl", "Pave"), True)
    assert schema["TotalBsmtSF"].missing_means == "none"
    assert settings.derived["TotalArea"].of == ("TotalBsmtSF", "1stFlrSF", "2ndFlrSF")
    assert isinstance(settings.estimators["trees"], GradientBoostingSettings)


def test_settings_are_built_from_mappings() -> None:
    mapping = {"training_data": "a.csv", "artifact_name": "m_v"}
    app_config = AppConfig(**mapping)
    model_config = ModelConfig(**minimal())
    config = Config(app_config, model_config)
    assert config.app_config.artifact_name == "m_v"
    assert config.model_config.columns["a"].kind == "number"


def test_settings_are_built_again_from_their_own_dump(small_config: Config) -> None:
    for settings in (small_config.model_config, load_config().model_config):
        assert ModelConfig(**settings.model_dump()) == settings


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ModelConfig(**minimal()).seed = 3  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot assign"):
        load_config().app_config = AppConfig(training_data_file="b")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": "x"}, "valid integer"),
        ({"sed": 1}, "Extra inputs are not permitted"),
        ({"columns": {}}, "at least 1 item"),
        ({"columns": {"a": "number", "y": "number"}}, "the target cannot be a column as well"),
        ({"derived": {"d": {"operation": "sum", "of": ["a", "z"]}}}, "no column 'z'"),
    ],
)
def test_wrong_mappings_are_refused_by_pydantic(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ModelConfig(**{**minimal(), **change})


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("target:", "seeed: 3\ntarget:", 3, "seeed: no such setting; did you mean seed?"),
        ("  column: y", "  colunm: y", 4, "colunm: no such setting; did you mean column?"),
        ("a: number", "a:\n    knid: number", 7, "knid: no such setting; did you mean kind?"),
        ("type: ridge", "type: ridge\n    alhpa: 3", 12, "no such setting; did you mean alpha?"),
        ("type: ridge", "type: ridge\n    max_depth: 3", 12, "max_depth: no such setting; known: "),
        ("  training_data_file", "  traning_data_file", 2, "did you mean training_data_file?"),
        ("  training_data_file", "  traning_data", 2, "did you mean training_data_file?"),
        ("files:", "file:", 1, "file: no such setting; did you mean files?"),
        ("columns:", "colums:", 5, "colums: no such setting; did you mean columns?"),
        ("a: number", "a: nmber", 6, "got 'nmber'; did you mean number?"),
        ("a: number", "a:\n    kind: intger", 7, "got 'intger'; did you mean integer?"),
        ("type: ridge", "type: rigde", 11, "rigde.*did you mean ridge?"),
        ("column: y", "column: y\n  transform: lgo", 5, "got 'lgo'; did you mean log?"),
        ("a: number", "a:\n    kind: number\n    missing: nonee", 8, "did you mean none?"),
        ("type: ridge", "type: gradient_boosting\n    loss: hubr", 12, "did you mean huber?"),
    ],
)  # fmt: skip
def test_an_unknown_word_is_reported_with_the_nearest(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    problems = [text for at, text in said_by_line(tmp_path, changed(old, new)) if at == line]
    assert any(all(part in text for part in said.split(".*")) for text in problems)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("target:", "seed: many\ntarget:", 3, "seed: expected a whole number, got 'many'"),
        ("target:", "seed: 1.5\ntarget:", 3, "seed: expected a whole number, got '1.5'"),
        ("target:", "seed: -1\ntarget:", 3, "seed: expected 0 or more, got '-1'"),
        ("target:", "evaluation:\n  folds: 1\ntarget:", 4, "folds: expected 2 or more"),
        ("target:", "evaluation:\n  hold_out: 2\ntarget:", 4, "hold_out: expected less than 0.9"),
        ("a: number", "a:\n    kind: number\n    required: perhaps", 8, "expected true or false"),
        ("a: number", "a:\n    kind: number\n    minimum: low", 8, "minimum: expected a number"),
        ("a: number", "a:\n    kind: number\n    maximum: nan", 8, "maximum: expected a number"),
        ("a: number", "a:\n    - number", 6, "columns.a: expected settings in"),
        ("type: ridge", "type: ridge\n    weight: 0", 12, "weight: expected more than 0"),
        ("type: ridge", "type: ridge\n    clip_quantile: 0.5", 12, "expected less than 0.5"),
        ("  linear:\n    type: ridge", "  linear: ridge", 10, "linear: expected settings"),
        ("type: ridge", "alpha: 3", 10, "estimators.linear: "),
        ("target:\n  column: y", "target: y", 3, "target: expected settings in"),
        ("target:", "left_out: Id\ntarget:", 3, "left_out: expected a list"),
        ("target:", "scales: good\ntarget:", 3, "scales: expected settings in"),
    ],
)  # fmt: skip
def test_a_wrong_type_or_range_is_reported_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    problems = dict(said_by_line(tmp_path, changed(old, new)))
    assert said in problems[line]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("a: number", "y: number", 6, "columns.y: the target cannot be a column as well"),
        (
            "a: number",
            "a: ordered",
            6,
            "columns.a: an ordered column needs either levels or a scale",
        ),
        ("a: number", "a:\n    kind: ordered", 6, "needs either levels or a scale"),
        (
            "a: number",
            "a:\n    kind: ordered\n    levels:\n      - lo\n      - hi\n      - lo",
            6,
            "columns.a: the level 'lo' stands 2 times; keep one",
        ),
        (
            "target:",
            "scales:\n  size:\n    - S\n    - S\ntarget:",
            4,
            "scales.size: the level 'S' stands 2 times",
        ),
        (
            "a: number",
            "a:\n    kind: ordered\n    scale: size\n    levels:\n      - S",
            6,
            "needs either levels or a scale",
        ),
        ("a: number", "a:\n    kind: ordered\n    scale: size", 8, "no scale 'size'"),
        ("a: number", "a:\n    kind: number\n    levels:\n      - 1", 6, "not for the kind number"),
        ("a: number", "a:\n    kind: boolean\n    closed: true", 6, "not for the kind boolean"),
        ("a: number", "a:\n    kind: category\n    minimum: 1", 6, "not for the kind category"),
        ("a: number", "a:\n    kind: boolean\n    maximum: 1", 6, "not for the kind boolean"),
        (
            "a: number",
            "a:\n    kind: number\n    minimum: 5\n    maximum: 2",
            6,
            "columns.a: minimum is larger than maximum",
        ),
        (
            "a: number",
            "a:\n    kind: number\n    required: true\n    missing: none",
            6,
            "a required column cannot have a meaning for missing values",
        ),
        (
            "a: number",
            "a:\n    kind: number\n    required: yes\n    missing: none",
            6,
            "a required column cannot have a meaning for missing values",
        ),
        ("target:", "left_out:\n  - a\ntarget:", 4, "a is also among the columns"),
        ("target:", "left_out:\n  - z\n  - z\ntarget:", 3, "the column 'z' stands 2 times"),
        ("c: category", "a: integer", 8, "a was already given in line 6; keep one of the two"),
        ("target:", "columns:\n  z: number\ntarget:", 7, "columns was already given in line 3"),
    ],
)
def test_settings_that_contradict_each_other_are_reported(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    problems = dict(said_by_line(tmp_path, changed(old, new)))
    assert said in problems[line]


@pytest.mark.parametrize(
    ("operation", "parents", "line", "said"),
    [
        ("sum", ["a", "bb"], 17, "no column 'bb'; did you mean b?"),
        ("sum", ["a", "zzz"], 17, "no column 'zzz'"),
        ("sum", ["a", "y"], 17, "no column 'y'"),
        ("sum", ["c", "a"], 16, "c is a category; only numbers can be computed with"),
        ("sum", ["a"], 15, "sum takes 2 or more columns, got 1"),
        ("product", ["a"], 15, "product takes 2 or more columns, got 1"),
        ("difference", ["a", "b", "a"], 15, "difference takes 2 columns, got 3"),
        ("ratio", ["a"], 15, "ratio takes 2 columns, got 1"),
        ("presence", ["a", "b"], 15, "presence takes 1 columns, got 2"),
        ("smu", ["a", "b"], 14, "got 'smu'; did you mean sum?"),
        ("sum", ["a", "later"], 17, "no column 'later'"),
    ],
)
def test_a_derived_feature_that_cannot_be_computed_is_reported(
    tmp_path: Path, operation: str, parents: list[str], line: int, said: str
) -> None:
    of = "".join(f"      - {parent}\n" for parent in parents)
    later = "  later:\n    operation: sum\n    of:\n      - a\n      - b\n"
    derived = f"derived:\n  d:\n    operation: {operation}\n    of:\n{of}{later}"
    problems = said_by_line(tmp_path, BASE + derived)
    assert [text for number, text in problems if number == line and said in text]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [("a", "a is already the name of a column"), ("y", "y is already the name of a column")],
)
def test_a_derived_feature_needs_a_name_of_its_own(tmp_path: Path, name: str, said: str) -> None:
    text = f"{BASE}derived:\n  {name}:\n    operation: presence\n    of:\n      - b\n"
    assert [(line, said in text) for line, text in said_by_line(tmp_path, text)] == [(13, True)]


def test_a_derived_feature_may_use_those_above_it(tmp_path: Path) -> None:
    text = (
        BASE + "derived:\n"
        "  d:\n    operation: sum\n    of:\n      - a\n      - b\n"
        "  e:\n    operation: ratio\n    of:\n      - d\n      - a\n"
    )
    assert list(load(tmp_path, text).model_config.derived) == ["d", "e"]


@pytest.mark.parametrize(
    ("reference", "column", "line", "said"),
    [
        ("aa", "b", 13, "elapsed.reference: no column 'aa'; did you mean a?"),
        ("c", "b", 13, "elapsed.reference: c is a category"),
        ("a", "c", 15, "elapsed.columns.0: c is a category"),
        ("a", "zz", 15, "elapsed.columns.0: no column 'zz'"),
    ],
)
def test_elapsed_time_needs_known_numbers(
    tmp_path: Path, reference: str, column: str, line: int, said: str
) -> None:
    text = f"{BASE}elapsed:\n  reference: {reference}\n  columns:\n    - {column}\n"
    (found,) = said_by_line(tmp_path, text)
    assert found[0] == line
    assert said in found[1]


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("elapsed:\n  reference: a\n  columns: long\n", 14),
        ("derived:\n  d:\n    operation: sum\n    of: long\n", 15),
    ],
)
def test_a_text_where_a_list_belongs_is_one_problem(
    tmp_path: Path, section: str, line: int
) -> None:
    (found,) = said_by_line(tmp_path, BASE + section)
    assert found[0] == line
    assert "got 'long'" in found[1]


@pytest.mark.parametrize(
    "text",
    [
        changed("a: number", "a:\n    kind: ordered\n    scale:\n      - good"),
        BASE + "derived:\n  d:\n    operation: sum\n    of:\n      - - a\n      - b\n",
        BASE + "left_out:\n  - x: z\n",
        BASE + "elapsed:\n  reference:\n    - a\n  columns:\n    - b\n",
        BASE + "elapsed:\n  reference: a\n  columns:\n    - x: z\n",
        changed("column: y", "column:\n    - y"),
    ],
    ids=["scale", "of", "left_out", "reference", "elapsed", "target"],
)
def test_a_list_or_map_where_a_text_belongs_is_a_config_error(tmp_path: Path, text: str) -> None:
    assert said_by_line(tmp_path, text)


@pytest.mark.parametrize("section", ["files", "target", "columns", "estimators"])
def test_a_missing_section_is_named(tmp_path: Path, section: str) -> None:
    sections = {part.split(":")[0]: part for part in BASE.replace("\n  ", "\0  ").split("\n")}
    kept = [part.replace("\0", "\n") for name, part in sections.items() if name != section]
    (found,) = said_by_line(tmp_path, "\n".join(kept))
    assert found[1].startswith(f"{section}: ")


@pytest.mark.parametrize("section", ["files", "target", "columns", "estimators"])
def test_an_empty_section_is_named_with_its_line(tmp_path: Path, section: str) -> None:
    blocks = BASE.replace("\n  ", "\0  ").splitlines()
    cut = [f"{section}:" if block.startswith(section) else block for block in blocks]
    text = "\n".join(cut).replace("\0", "\n")
    (found,) = said_by_line(tmp_path, text)
    assert found == (text.splitlines().index(f"{section}:") + 1, found[1])
    assert found[1].startswith(f"{section}: ")


def test_ten_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = """\
files:
  training_dta: train.csv
target:
  column: y
  transform: logg
seed: x
columns:
  a: nmber
  b:
    kind: integer
    minimum: 9
    maximum: 3
  b: number
  c: category
  d:
    kind: ordered
    scale: qualty
  y: number
scales:
  quality:
    - bad
    - good
    - bad
derived:
  e:
    operation: sum
    of:
      - c
      - aa
estimators:
  linear:
    type: ridge
    alpah: 3
"""
    problems = said_by_line(tmp_path, text)
    expected = {
        1: "files.training_data_file: it is missing",
        2: "did you mean training_data_file?",
        5: "did you mean log?",
        6: "seed: expected a whole number",
        8: "did you mean number?",
        9: "columns.b: minimum is larger than maximum",
        13: "b was already given in line 9",
        17: "no scale 'qualty'; did you mean quality?",
        18: "the target cannot be a column as well",
        20: "the level 'bad' stands 2 times",
        28: "c is a category",
        29: "no column 'aa'; did you mean a?",
        33: "did you mean alpha?",
    }
    assert [line for line, _ in problems] == list(expected)
    wrong = {line: said for line, said in problems if expected[line] not in said}
    assert not wrong


def test_tricky_column_names_are_only_names(tmp_path: Path) -> None:
    names = [
        "1stFlrSF", "3", "2.5", "with space", "dotted.name", "it's", 'say "no"', "a: colon",
        "# hash", "Größe", "面積", "🏠", "true", "null", "kind", "-dash", "__init__", "self", "cls",
        "Überschuß (m²)", "%", "*", "a\\b",
    ]  # fmt: skip
    quoted = ["'{}'".format(name.replace("'", "''")) for name in names]
    columns = "".join(f"  {name}: number\n" for name in quoted)
    of = "".join(f"      - {name}\n" for name in quoted)
    text = BASE.replace("  a: number\n  b: integer\n  c: category\n", columns)
    text += f"derived:\n  d:\n    operation: sum\n    of:\n{of}"
    settings = load(tmp_path, text).model_config
    assert list(settings.columns) == names
    assert settings.input_schema.names == tuple(names)
    assert settings.derived["d"].of == tuple(names)


def test_plain_digits_first_names_need_no_quotes(tmp_path: Path) -> None:
    settings = load(tmp_path, changed("a: number", "1st Floor: number")).model_config
    assert settings.input_schema.names == ("1st Floor", "b", "c")


def test_a_problem_in_a_tricky_name_has_its_line(tmp_path: Path) -> None:
    text = changed("a: number", "'a.b: c': nmber")
    (found,) = said_by_line(tmp_path, text)
    assert found[0] == 6
    assert "columns.a.b: c.kind" in found[1]


def test_config_error_is_a_value_error_of_this_package() -> None:
    assert issubclass(ConfigError, RegressionModelError)
    assert issubclass(ConfigError, ValueError)


def test_names_are_those_of_columns_whichever_way_they_are_padded(tmp_path: Path) -> None:
    settings = minimal()
    settings["target"] = {"column": "\u00a0price"}
    settings["columns"] = {" area": "number", "sold\u200b": "date"}
    settings["weight_column"] = "weight "
    settings["left_out"] = ["\ufeffid"]
    settings["derived"] = {"double": {"operation": "sum", "of": ["area ", "area"]}}
    config = ModelConfig.model_validate(settings)
    assert config.target.column == "price"
    assert list(config.columns) == ["area", "sold"]
    assert (config.weight_column, config.left_out) == ("weight", ("id",))
    assert config.derived["double"].of == ("area", "area")
    text = "columns:\n  area: number\n  ' area': number\n"
    path = tmp_path / "config.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"line 3: .*area was already given in line 2"):
        load_config(path)
    settings["columns"] = {" area": "number", "area": "number"}
    with pytest.raises(ValidationError, match="'area' stands twice; rename one"):
        ModelConfig.model_validate(settings)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"kind": "category", "number_format": "1,234"}, "number_format is not for the kind"),
        ({"kind": "number", "number_format": "a lot"}, r"expected one number .* such as 1,234\.5"),
    ],
)
def test_a_number_format_is_checked(column: dict[str, str], said: str) -> None:
    settings = minimal()
    settings["columns"] = {"area": column}
    with pytest.raises(ValidationError, match=said):
        ModelConfig.model_validate(settings)


def test_a_number_format_that_is_absent_is_in_no_dump() -> None:
    config = ModelConfig.model_validate(minimal())
    assert "number_format" not in str(config.model_dump())
    assert "number_format" not in str(config.input_schema.to_dict())


def test_bounds_of_the_target_are_dumped_where_they_are_given() -> None:
    target = {"column": "y", "minimum": "0", "maximum": 9}
    dumped = ModelConfig.model_validate({**minimal(), "target": target}).model_dump()["target"]
    assert (dumped["minimum"], dumped["maximum"]) == (0.0, 9.0)
    absent = ModelConfig.model_validate(minimal()).model_dump()["target"]
    assert not absent.keys() & {"minimum", "maximum"}


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"minimum": 3, "maximum": 3}, "maximum should be larger than minimum"),
        ({"minimum": 3, "maximum": -3}, "maximum should be larger than minimum"),
        ({"minimum": "inf"}, "finite number"),
        ({"maximum": "a lot"}, "valid number"),
    ],
)
def test_bounds_of_the_target_are_checked(bounds: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ModelConfig.model_validate({**minimal(), "target": {"column": "y", **bounds}})


def test_linear_estimators_take_the_word_none() -> None:
    plain = {"type": "ridge", "clip_quantile": "none", "log_skewness": "none"}
    config = ModelConfig.model_validate({**minimal(), "estimators": {"lines": plain}})
    dumped = config.model_dump(mode="json")
    lines = dumped["estimators"]["lines"]
    assert (lines["clip_quantile"], lines["log_skewness"]) == ("none", "none")
    assert ModelConfig.model_validate(dumped) == config
    for name in ("clip_quantile", "log_skewness"):
        wrong = {"type": "ridge", name: "nothing"}
        with pytest.raises(ValidationError, match="valid number"):
            ModelConfig.model_validate({**minimal(), "estimators": {"lines": wrong}})


ALIASED = """\
files:
  training_data: train.csv
target:
  column: y
columns:
  a:
    kind: number
    aliases:
      - {alias}
      - another
  b:
    kind: integer
    aliases:
      - other
  c: category
  sold: date
weight_column: w
group_column: g
left_out:
  - unused
derived:
  total:
    operation: sum
    of:
      - a
      - b
estimators:
  linear:
    type: ridge
"""


def test_a_column_may_have_aliases(tmp_path: Path) -> None:
    settings = load(tmp_path, ALIASED.format(alias='"\u200b Fläche "')).model_config
    assert settings.columns["a"].aliases == ("Fläche", "another")
    assert settings.input_schema["a"].aliases == ("Fläche", "another")
    assert settings.input_schema["c"].aliases == ()
    said = settings.model_dump()["columns"]
    assert [name for name, column in said.items() if "aliases" in column] == ["a", "b"]
    assert ModelConfig(**settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize(
    ("alias", "line", "said"),
    [
        ("a", 9, "a is the column's own name; leave it out"),
        ("another", 6, "columns.a: the alias 'another' stands 2 times; keep one"),
        ('"another "', 6, "the alias 'another' stands 2 times; keep one"),
        ("b", 9, "columns.a.aliases.0: b is already a column; choose another name"),
        ('"b\u00a0"', 9, "b is already a column"),
        ("y", 9, "y is already the target"),
        ("w", 9, "w is already the weight column"),
        ("g", 9, "g is already the group column"),
        ("unused", 9, "unused is already a column that is left out"),
        ("total", 9, "total is already a derived feature"),
        ("sold_year", 9, "sold_year is already a feature that a date becomes"),
        ('""', 9, "it is empty; a text is needed"),
        ("x" * 1_001, 9, "it is too long; at most 1000 characters are allowed"),
    ],
)
def test_an_alias_is_the_name_of_nothing_else(
    tmp_path: Path, alias: str, line: int, said: str
) -> None:
    (problem,) = said_by_line(tmp_path, ALIASED.format(alias=alias))
    assert problem[0] == line
    assert said in problem[1]


def test_an_alias_belongs_to_one_column(tmp_path: Path) -> None:
    (problem,) = said_by_line(tmp_path, ALIASED.format(alias="other"))
    assert problem == (
        14,
        "columns.b.aliases.0: other is already an alias of a; choose another name",
    )


def test_the_number_of_aliases_is_bounded(tmp_path: Path) -> None:
    many = "\n      - ".join(f"name {i}" for i in range(20))
    (problem,) = said_by_line(tmp_path, ALIASED.format(alias=many))
    assert problem == (8, "columns.a.aliases: 21 are too many; at most 20 are allowed")
