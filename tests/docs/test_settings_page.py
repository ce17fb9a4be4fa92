"""The page of all settings that is made from the models, and that it is up to date."""

from typing import TYPE_CHECKING

from pages.makers import page_maker

from regression_model.config.core import AppConfig, ColumnConfig, ModelConfig
from regression_model.estimators.registry import ESTIMATOR_SETTINGS

if TYPE_CHECKING:
    from regression_model.estimators.settings import Settings

REMEDY = "stale; run: python -m docs.settings_page"
MAKER = page_maker("settings_page")


def test_the_committed_page_is_up_to_date() -> None:
    assert MAKER.PAGE.read_text(encoding="utf-8") == MAKER.settings_page(), REMEDY


def test_every_setting_is_on_the_page_with_a_meaning() -> None:
    page = MAKER.settings_page()
    sections: list[type[Settings]] = [AppConfig, ColumnConfig, ModelConfig]
    for settings in (*sections, *ESTIMATOR_SETTINGS.values()):
        for name in settings.model_fields.keys() - {"type"}:
            lines = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
            assert lines, name
            assert all(line.rsplit("|", 2)[1].strip() for line in lines), name


def test_every_row_of_a_table_is_one_line() -> None:
    sections = MAKER.settings_page().partition("| --- | --- | --- |\n")[2].partition("\n\n")[0]
    assert len(sections.splitlines()) == len(ModelConfig.model_fields) + 1  # and the files


def test_every_estimator_has_a_section_with_its_own_settings() -> None:
    sections = MAKER.settings_page().split("\n### ")
    titles = {section.splitlines()[0].strip("`") for section in sections[1:]}
    assert titles == ESTIMATOR_SETTINGS.keys()
    huber = next(section for section in sections if section.startswith("`huber`"))
    assert "`epsilon` | number from 1 | `1.35`" in huber
    assert "weight" not in huber
