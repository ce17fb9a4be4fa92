"""The page of versions says what requirements and code say."""

import re

from pages.page import ROOT

from regression_model.config.evaluation import FORMER_SETTINGS
from regression_model.config.files import FORMER_NAMES

PAGE = (ROOT / "docs" / "reference" / "versions.md").read_text(encoding="utf-8")


def test_every_required_library_is_listed() -> None:
    required: set[str] = set()
    for name in ("requirements.txt", "train_requirements.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        required.update(re.findall(r"(?m)^[\w-]+>=[\d.]+", text))
    assert set(re.findall(r"`([\w-]+>=[\d.]+)`", PAGE)) == required


def test_every_former_name_is_listed() -> None:
    told = re.findall(r"(?m)^\| `(\w+)` \| `(\w+)` \|$", PAGE)
    assert {former: present for present, former in told} == FORMER_NAMES
    assert all(f"`evaluation.{name}`" in PAGE for name in FORMER_SETTINGS)
