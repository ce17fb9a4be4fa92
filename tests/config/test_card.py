"""What a config says for the card: read as it is, kept by the artifact, and not too long."""

from pathlib import Path

import pytest

from regression_model.config.core import load_config, parse_config
from regression_model.config.model import ModelConfig
from regression_model.exceptions import ConfigError
from regression_model.guessing.rewriting import settings_text

SMALL = Path(__file__).parents[1] / "small.yml"
CARD = """
card:
  owner: Pricing, pricing@example.com
  intended_use: |
    First offers.
    A person looks at them.
  limits:
    - 'No: barns'
    - Not <b>today</b>.
  license: MIT
"""


def _with_card(text: str = CARD) -> ModelConfig:
    return parse_config(SMALL.read_text(encoding="utf-8") + text, SMALL).model_config


def test_words_are_kept_as_they_are() -> None:
    card = _with_card().card
    assert card is not None
    assert card.owner == "Pricing, pricing@example.com"
    assert card.intended_use == "First offers.\nA person looks at them.\n"
    assert card.limits == ("No: barns", "Not <b>today</b>.")
    assert card.license == "MIT"


def test_without_the_section_nothing_is_known() -> None:
    assert load_config(SMALL).model_config.card is None
    card = _with_card("\ncard:\n  owner: me\n").card
    assert card is not None
    assert (card.intended_use, card.limits, card.license) == (None, (), None)


def test_what_an_artifact_keeps_is_written_as_yaml_again() -> None:
    settings = _with_card()
    text = settings_text(settings, "train.csv")
    assert parse_config(text, SMALL).model_config.card == settings.card


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\ncard:\n  licence: MIT\n", r"card\.licence: no such setting; did you mean license\?"),
        (f"\ncard:\n  owner: {'x' * 301}\n", r"card\.owner: .*at most 300 characters"),
        (
            "\ncard:\n  limits:\n" + "    - never\n" * 11,
            r"card\.limits: .*at most 10",
        ),
    ],
    ids=["unknown", "long", "many"],
)
def test_what_will_not_do_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        _with_card(text)
