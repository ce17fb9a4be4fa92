"""The page of all commands that is made from them, and that it is up to date."""

import re

import typer.main
from pages.makers import page_maker

from regression_model.cli import app

MAKER = page_maker("command_page")


def test_the_committed_page_is_up_to_date() -> None:
    committed = MAKER.PAGE.read_text(encoding="utf-8")
    assert committed == MAKER.command_page(), "stale; run: python -m docs.command_page"


def test_every_option_of_every_command_is_in_its_section_with_a_meaning() -> None:
    sections = dict(re.findall(r"(?ms)^## `(.+?)`\n(.*?)(?=^## |\Z)", MAKER.command_page()))
    commands = typer.main.get_group(app).commands
    assert list(sections) == list(commands)
    for name, command in commands.items():
        for parameter in command.params:
            spelled = parameter.opts[0] if parameter.opts[0][0] == "-" else parameter.metavar
            line = rf"\| `{re.escape(str(spelled))}(?!\w).*\| [A-Z].*\. \|\n"
            assert re.search(line, sections[name]), spelled
