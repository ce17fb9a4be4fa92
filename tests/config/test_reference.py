"""The page and the JSON Schema that are made from the models, and that they are up to date."""

from regression_model.config.core import AppConfig, ColumnConfig, ModelConfig
from regression_model.config.reference import PAGE, reference_page
from regression_model.estimators.registry import ESTIMATOR_SETTINGS

REMEDY = "stale; run: python -m regression_model.config.reference"


def test_the_committed_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), REMEDY


def test_every_setting_is_on_the_page_with_a_meaning() -> None:
    page = reference_page()
    for settings in (AppConfig, ColumnConfig, ModelConfig, *ESTIMATOR_SETTINGS.values()):
        for name in settings.model_fields.keys() - {"type"}:
            lines = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
            assert lines, name
            assert all(line.rsplit("|", 2)[1].strip() for line in lines), name


def test_every_estimator_has_a_section_with_its_own_settings() -> None:
    sections = reference_page().split("\n### ")
    titles = {section.splitlines()[0].strip("`") for section in sections[1:]}
    assert titles == ESTIMATOR_SETTINGS.keys()
    huber = next(section for section in sections if section.startswith("`huber`"))
    assert "`epsilon` | number from 1 | `1.35`" in huber
    assert "weight" not in huber
