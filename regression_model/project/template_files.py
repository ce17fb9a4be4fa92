"""The files that every project has, filled in from the templates beside this module."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from regression_model._version import package_version
from regression_model.processing.table_formats.registry import format_of
from regression_model.project.engine_wheel import ENGINE, first_breaking

if TYPE_CHECKING:
    from regression_model.project.source import ProjectSource

_SHOWN_CHARACTERS = 80
"""How much of the target's name is repeated: it stands in headings and in one-line descriptions."""


def write_template_files(root: Path, name: str, source: ProjectSource) -> None:
    """Write all files that come from templates into a project's folder."""
    values = _values(name, source)
    shipped = resources.files("regression_model.project") / "templates" / "project"
    with resources.as_file(shipped) as templates:
        for template in sorted(templates.rglob("*.template")):
            path = root / _place(template.relative_to(templates).with_suffix(""), name)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = Template(template.read_text(encoding="utf-8")).substitute(values)
            path.write_text(text.rstrip() + "\n", encoding="utf-8")


def _values(name: str, source: ProjectSource) -> dict[str, str]:
    """Return what takes the place of ``${...}`` in the templates."""
    breaking = first_breaking(package_version())
    return {
        "name": name,
        "target": _one_line(source.target),
        "engine": ENGINE,
        "engine_range": f">={package_version()},<{breaking}",
        "breaking": str(breaking),
        "table_reader": format_of(source.table).requirement,
    }


def _place(template: Path, name: str) -> Path:
    """Return where a template without its suffix goes, as seen from the project's folder."""
    if template.parts[0] == "package":
        return Path(name, *template.parts[1:])
    if template.name == "gitignore":  # with its dot it would count for this repository
        return template.with_name(".gitignore")
    return template


def _one_line(target: str) -> str:
    """Return what Python, INI and Markdown files may hold of a column's name."""
    # Letters and digits of any script, and signs that end no string, comment or link there.
    harmless = re.sub(r"[^\w .,()%/-]", " ", target)
    words = " ".join(harmless.split())
    return words[:_SHOWN_CHARACTERS].strip() or "the target"
