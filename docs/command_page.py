"""The page of all commands, made from the commands themselves.

``python -m docs.command_page``, at the top of the repository, writes
``docs/reference/commands.md``.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import typer.main

from regression_model.cli import app
from regression_model.cli.app import add_commands_of_projects, new_application

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).with_name("reference") / "commands.md"

_HEAD = """\
# The command line

<!-- Made by: python -m docs.command_page -->

`regression-model COMMAND ...`, or `python -m regression_model COMMAND ...`. The package of a
project of your own, [made by `new`](#new), is a command, too, about its own model: it has
{in_projects}.

What is asked for goes to stdout, what is said about it to stderr; `--json` prints what a program
may read. A terminal gets tables as wide as it is, a file or a pipe as wide as they need to be. An
output that exists is replaced only with `--force` (when a model is, says [`train`](#train)), and
never a file that was read; it is written beside its place and moved there when it is complete.

| exit status | meaning |
| --- | --- |
| 0 | done |
| 1 | wrong content of a file, a model that is refused, or an output that cannot be written |
| 2 | wrong usage: an unknown option, a file that is not there, an output that exists |
| 141 | nobody reads stdout any more |
| 128 and a signal's number | ended by that signal (130: Ctrl-C); what is left is said |

Before the command's name:
"""
_WORDS = {Path: "FILE", int: "NUMBER", float: "NUMBER", str: "TEXT"}


def command_page() -> str:
    """Return the page as Markdown.

    Returns
    -------
    str
    """
    commands = typer.main.get_group(app)
    names = [f"`{name}`" for name in _names_in_projects()]
    lines = [_HEAD.format(in_projects=f"{', '.join(names[:-1])} and {names[-1]}")]
    lines += _options(commands)
    lines += ["", "| command | what it does |", "| --- | --- |"]
    for name, command in commands.commands.items():
        lines.append(f"| [`{name}`](#{name}) | {_paragraphs(command)[0]} |")
    for name, command in commands.commands.items():
        lines += _section(name, command)
    return "\n".join(lines) + "\n"


def _names_in_projects() -> list[str]:
    """Return the commands that a package of one's own has."""
    application = new_application("package", "")
    add_commands_of_projects(application)
    return list(typer.main.get_group(application).commands)


def _section(name: str, command: Any) -> Iterator[str]:
    """Describe one command."""
    arguments = [
        p.metavar if p.required else f"[{p.metavar}]" for p in command.params if _is_argument(p)
    ]
    needed = [_spelled(p, command) for p in command.params if _is_option(p) and p.required]
    yield f"\n## `{name}`\n"
    yield f"`{' '.join(['regression-model', name, *arguments, *needed])}`\n"
    yield "\n\n".join(_paragraphs(command))
    if command.params:
        yield ""
        yield from _options(command)


def _is_argument(parameter: Any) -> bool:
    return not parameter.opts[0].startswith("-")


def _is_option(parameter: Any) -> bool:
    return not _is_argument(parameter)


def _paragraphs(command: Any) -> list[str]:
    """Return what a command's help says, without the ends of its lines."""
    return [" ".join(text.split()) for text in inspect.cleandoc(command.help).split("\n\n")]


def _options(command: Any) -> Iterator[str]:
    """Return the table of a command's arguments and options."""
    yield "| option | default | meaning |"
    yield "| --- | --- | --- |"
    for parameter in command.params:
        meaning = _declared(parameter, command).__metadata__[0].help
        yield f"| `{_spelled(parameter, command)}` | {_default(parameter)} | {meaning} |"


def _declared(parameter: Any, command: Any) -> Any:
    """Return an option's annotation, which says the same in every release of typer."""
    return get_type_hints(command.callback, include_extras=True)[parameter.name]


def _spelled(parameter: Any, command: Any) -> str:
    """Return an option as it is typed, such as ``--output``, ``-o FILE``."""
    if _is_argument(parameter):
        return str(parameter.metavar)
    spellings = "`, `".join([*parameter.opts, *parameter.secondary_opts])
    return spellings if parameter.is_flag else f"{spellings} {_value(parameter, command)}"


def _value(parameter: Any, command: Any) -> str:
    """Return what stands behind an option: its own word, its choices, or its kind."""
    if parameter.metavar is not None:
        return str(parameter.metavar)
    kind = _declared(parameter, command).__origin__
    if get_origin(kind) is Literal:
        return r"\|".join(get_args(kind))
    return next(word for known, word in _WORDS.items() if known in (kind, *get_args(kind)))


def _default(parameter: Any) -> str:
    """Say what holds where an option is not given, if its meaning does not say it."""
    if parameter.required:
        return "needed"
    if parameter.secondary_opts:
        return f"`{parameter.opts[0] if parameter.default else parameter.secondary_opts[0]}`"
    return "" if parameter.default in (None, False) else f"`{parameter.default}`"


def main() -> None:
    """Write the page into the source tree."""
    PAGE.write_text(command_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
