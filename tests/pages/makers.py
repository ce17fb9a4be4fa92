"""What makes pages in docs/, which is beside the package and not in it."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from pages.page import ROOT


def page_maker(name: str) -> ModuleType:
    """Import a module of docs/ from its file."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
