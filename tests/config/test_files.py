"""The section of files: the names that users know, and the former ones."""

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from regression_model.config import core
from regression_model.config.core import AppConfig, load_config, parse_config
from regression_model.config.files import FORMER_NAMES
from regression_model.config.json_schema import config_json_schema
from regression_model.exceptions import ConfigError
from regression_model.guessing.rewriting import with_package_name, with_table
from regression_model.guessing.writing import quote

PATH = Path("some.yml")
REST = "target:\n  column: y\ncolumns:\n  a: number\nestimators:\n  linear:\n    type: ridge\n"
PRESENT_NAMES = list(FORMER_NAMES.values())
FORMER_OF = {present: former for former, present in FORMER_NAMES.items()}

FILES = st.fixed_dictionaries(
    {"training_data_file": st.text(min_size=1, max_size=9)},
    optional={name: st.text(min_size=1, max_size=9) for name in PRESENT_NAMES[1:]},
).filter(lambda files: all(text.isprintable() for text in files.values()))


def text_of(files: dict[str, str]) -> str:
    lines = "".join(f"  {name}: {quote(value)}\n" for name, value in files.items())
    return f"files:\n{lines}{REST}"


def test_the_packaged_config_has_the_names_that_users_know() -> None:
    files = core.config.app_config
    assert files.package_name == "regression_model"
    assert files.training_data_file == "train.csv"
    assert files.test_data_file == "test.csv"
    assert files.pipeline_save_file == "regression_model_output_v"


@given(FILES, st.sets(st.sampled_from(PRESENT_NAMES)))
def test_a_config_with_former_names_is_the_one_with_present_names(
    files: dict[str, str], renamed: set[str]
) -> None:
    old = {FORMER_OF[name] if name in renamed else name: files[name] for name in files}
    present, former = parse_config(text_of(files), PATH), parse_config(text_of(old), PATH)
    assert former == present
    of_former_names: dict[tuple[str | int, ...], int] = {
        ("files", FORMER_OF[name]): present.lines["files", name] for name in renamed & files.keys()
    }
    assert former.lines == dict(present.lines) | of_former_names
    assert AppConfig(**old) == AppConfig(**files) == present.app_config
    for name, former_name in FORMER_OF.items():
        assert getattr(former.app_config, former_name) == getattr(present.app_config, name)


def test_each_former_name_is_noted_once_with_its_line(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    path = tmp_path / "old.yml"
    path.write_text(text_of({"training_data": "a.csv", "artifact_name": "m_v"}), encoding="utf-8")
    load_config(path)
    renamed = {
        2: "files.training_data is now called training_data_file",
        3: "files.artifact_name is now called pipeline_save_file",
    }
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, f"{path}, line {line}: {what}; write that instead")
        for line, what in renamed.items()
    ]


def test_present_names_are_not_noted(caplog: pytest.LogCaptureFixture) -> None:
    load_config()
    AppConfig.model_validate({"training_data": "a.csv"})
    assert not caplog.records


def test_both_names_of_one_file_are_an_error_with_both_lines() -> None:
    text = text_of({"test_data": "a.csv", "training_data_file": "b.csv", "test_data_file": "c.csv"})
    with pytest.raises(ConfigError) as caught:
        parse_config(text, PATH)
    assert str(caught.value) == (
        "some.yml, line 2: files.test_data: it is the former name of test_data_file, which line 4 "
        "gives; keep that one"
    )
    with pytest.raises(ValidationError, match="the former name of test_data_file; give one"):
        AppConfig.model_validate({"training_data": "a", "test_data": "b", "test_data_file": "c"})


def test_a_wrong_value_under_a_former_name_has_its_line() -> None:
    text = text_of({"training_data": "a.csv"}).replace(
        "training_data: a.csv", "training_data:\n    - a"
    )
    with pytest.raises(ConfigError, match=r"line 2: files\.training_data_file: expected a text"):
        parse_config(text, PATH)


def test_a_table_is_exchanged_under_present_names() -> None:
    old = "# mine\nfiles:\n  training_data: a.csv  # old\n  test_data: b.csv # kept\n" + REST
    text = with_table(old.replace("  a: number", "  test_data: number"), "new.csv")
    assert "files:\n  training_data_file: new.csv\n  test_data_file: b.csv # kept\n" in text
    assert "columns:\n  test_data: number\n" in text
    assert parse_config(text, PATH).app_config.training_data_file == "new.csv"


def test_a_package_is_named_where_no_name_is_given() -> None:
    text = with_package_name("files:\n  # mine\n  training_data_file: a.csv\n" + REST, "rents")
    assert text.startswith("files:\n  # mine\n  package_name: rents\n  training_data_file: a.csv\n")
    assert parse_config(text, PATH).app_config.package_name == "rents"
    assert with_package_name(text, "flats") == text


def test_an_editor_takes_either_name_of_a_file_and_marks_the_former() -> None:
    files = config_json_schema()["$defs"]["AppConfig"]
    for former, present in FORMER_NAMES.items():
        assert files["properties"][former]["deprecated"] is True
        assert files["properties"][former]["type"] == files["properties"][present]["type"]
        assert {"required": [former, present]} in files["not"]["anyOf"]
    names = [way["required"] for way in files["allOf"][0]["anyOf"]]
    assert names == [["training_data_file"], ["training_data"]]
    assert "deprecated" not in json.dumps(config_json_schema(former_names=False))
