"""The container file: what it copies is enough for the package, and what it runs answers.

No container is built here: its steps are taken one by one, in this environment.
"""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from loading import ROOT
from services import begun, running

from regression_model import __version__

BACKEND = "from setuptools.build_meta import build_wheel; build_wheel('.')"
LINES = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()


def instructions(word: str) -> list[str]:
    return [line.removeprefix(word).strip() for line in LINES if line.startswith(f"{word} ")]


def words_of(word: str) -> list[str]:
    """Return the words of the last instruction of a kind, which is in the form of a JSON list."""
    words: list[str] = json.loads(re.sub(r"^[^\[]*", "", instructions(word)[-1]))
    return words


def test_a_wheel_of_what_is_copied_has_all_of_the_package(tmp_path: Path) -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    left_out = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    for name in [line[1:] for line in lines if line.startswith("!")]:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns(*left_out)
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(
        [sys.executable, "-c", BACKEND], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        members = set(archive.namelist())
    package = ROOT / "regression_model"
    files = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and not any(fnmatch.filter(path.parts, pattern) for pattern in left_out)
    }
    assert files <= members
    assert f"regression_model/trained_models/regression_model_output_v{__version__}.zip" in members


def test_the_image_has_the_extra_that_serves_and_nobody_is_root() -> None:
    assert any('".[serve]"' in line for line in instructions("RUN"))
    assert instructions("USER") == ["65534:65534"]


def test_the_image_answers_its_own_health_check(monkeypatch: pytest.MonkeyPatch) -> None:
    program, serve, *arguments = words_of("ENTRYPOINT")
    assert (program, serve) == ("regression-model", "serve")
    check = words_of("HEALTHCHECK")
    monkeypatch.setenv("REGRESSION_MODEL_TOKEN", "a token that nobody can guess")
    with running(*arguments) as service:
        of_port = check[-1].replace(":8000/", f":{service.port}/")
        command = [sys.executable, *check[1:-1], of_port]
        assert subprocess.run(command, check=False).returncode == 0
        assert service.get("/metrics")[0] == 401
        assert service.end() == 0
    gone = subprocess.run(command, check=False, capture_output=True)
    assert gone.returncode == 1


def test_the_image_lets_nobody_in_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGRESSION_MODEL_TOKEN", raising=False)
    with begun(*words_of("ENTRYPOINT")[2:]) as (process, log):
        assert process.wait(30) == 2
    assert "there is no token" in " ".join(log.others)


def test_the_image_tests_its_model_before_it_is_ready() -> None:
    assert instructions("RUN")[-1] == '["regression-model", "self-test"]'
