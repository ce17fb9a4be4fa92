"""A project gets the wheel that pip was given for the engine, where that is still there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from projects import write_wheel

from regression_model import __version__
from regression_model.config.core import PACKAGE_ROOT

ADD = """
from pathlib import Path
from regression_model.project.engine_wheel import add_engine
print(add_engine(Path("wheels"), None))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as pip installs it, with no source around it."""
    site = tmp_path_factory.mktemp("site")
    ignored = shutil.ignore_patterns("__pycache__", "datasets", "trained_models")
    shutil.copytree(PACKAGE_ROOT, site / PACKAGE_ROOT.name, ignore=ignored)
    return site


@pytest.mark.parametrize(
    ("given", "is_added"),
    [
        pytest.param("wheel", True, id="a wheel"),
        pytest.param("older", False, id="a wheel that is another one by now"),
        pytest.param("absent", False, id="a wheel that is gone"),
        pytest.param("https", False, id="a server"),
        pytest.param("folder", False, id="a folder without the source"),
        pytest.param(None, False, id="an index"),
    ],
)
def test_the_wheel_is_where_pip_notes_that_it_was(
    site: Path,
    tmp_path: Path,
    given: str | None,
    is_added: bool,  # noqa: FBT001
) -> None:
    wheel = write_wheel(tmp_path)
    notes = site / f"evergreen_regression-{__version__}.dist-info"
    notes.mkdir(exist_ok=True)
    (notes / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: evergreen-regression\nVersion: {__version__}\n", "utf-8"
    )
    origins = {
        "wheel": wheel.as_uri(),
        "older": write_wheel(tmp_path, "0.0.1").as_uri(),
        "absent": (tmp_path / "elsewhere" / wheel.name).as_uri(),
        "https": f"https://example.org/{wheel.name}",
        "folder": tmp_path.as_uri(),
    }
    note = notes / "direct_url.json"
    note.unlink(missing_ok=True)
    if given is not None:
        note.write_text(json.dumps({"url": origins[given]}), "utf-8")
    (tmp_path / "wheels").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", ADD],
        check=True, capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
    )  # fmt: skip
    assert done.stdout == f"{is_added}\n"
    assert [path.name for path in (tmp_path / "wheels").iterdir()] == [wheel.name] * is_added
