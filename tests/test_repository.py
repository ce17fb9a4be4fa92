"""What lies around the package for hosts, citations and commits: well-formed, and still true."""

import re
import tomllib
from typing import Any

import pytest
import yaml
from loading import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(
    path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"
)
OTHERS = [
    ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml",
    ROOT / ".pre-commit-config.yaml",
    ROOT / "CITATION.cff",
]


def _read(path: Any) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _steps(workflow: Any) -> list[Any]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", [*WORKFLOWS, *FORMS, *OTHERS], ids=lambda path: path.name)
def test_the_file_is_a_map_in_yaml(path: Any) -> None:
    assert isinstance(_read(path), dict)


def test_there_are_workflows_and_forms() -> None:
    assert {path.stem for path in WORKFLOWS} == {"ci", "matrix", "platforms"}
    assert {path.stem for path in FORMS} == {"bug", "idea"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_its_actions_are_pinned_to_a_major_version(path: Any) -> None:
    workflow = _read(path)
    assert workflow["permissions"] == {"contents": "read"}
    actions = [step["uses"] for step in _steps(workflow) if "uses" in step]
    assert actions
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in actions)


def test_one_workflow_runs_what_must_hold_and_the_other_the_wheel_on_every_system() -> None:
    runs = {path.stem: [step.get("run") for step in _steps(_read(path))] for path in WORKFLOWS}
    assert ".ci/run" in runs["ci"]
    assert "python -m tox -e test_package" in runs["platforms"]
    [job] = _read(ROOT / ".github" / "workflows" / "platforms.yml")["jobs"].values()
    systems = {"ubuntu-latest", "windows-latest", "macos-latest"}
    assert set(job["strategy"]["matrix"]["os"]) == systems


def test_the_versions_of_python_that_are_tested_are_those_that_the_package_claims() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    claimed = re.findall(r":: (3\.\d+)$", "\n".join(project["classifiers"]), flags=re.MULTILINE)
    [job] = _read(ROOT / ".github" / "workflows" / "platforms.yml")["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == claimed
    assert project["requires-python"] == f">={claimed[0]}"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_asks_questions_that_can_be_told_apart(path: Any) -> None:
    form = _read(path)
    assert form["name"]
    assert form["description"]
    questions = [field for field in form["body"] if field["type"] != "markdown"]
    identities = [field["id"] for field in questions]
    assert len(set(identities)) == len(identities) > 0
    assert all(field["attributes"]["label"] for field in questions)


def test_before_a_commit_the_checks_of_tox_run() -> None:
    config = _read(ROOT / ".pre-commit-config.yaml")
    entries = {hook["entry"].split()[0] for repo in config["repos"] for hook in repo["hooks"]}
    checks = (ROOT / "tox.ini").read_text(encoding="utf-8").partition("[testenv:checks]")[2]
    assert entries == set(re.findall(r"^    (ruff|mypy|lint-imports)\b", checks, re.MULTILINE))


def test_the_citation_names_the_package_and_its_licence() -> None:
    citation = _read(ROOT / "CITATION.cff")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["title"].startswith(project["name"])
    assert citation["license"] == project["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in project["authors"]
    ]
