"""Artifacts exchanged while they are served: the new one if it is right, else the old one."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from pathlib import Path

import pytest
from services import write_version
from signing import write_keys, write_signature

from regression_model import __version__
from regression_model.artifact.format import Artifact, read_artifact, write_artifact
from regression_model.artifact.signatures import signature_path
from regression_model.exceptions import ArtifactError, SignatureError
from regression_model.predict import packaged_artifact
from regression_model.serving.loading import Loader
from regression_model.serving.metrics import Metrics
from regression_model.serving.models import Models, load_served
from regression_model.serving.reloading import Reloader, state_of


class Watched:
    """A model, its file, and what looks at it."""

    def __init__(self, path: Path, trusted_key: bytes | None = None) -> None:
        self.path = path
        signed = trusted_key is not None
        states = {"houses": state_of(path, signed=signed)}
        loader = Loader(trusted_key=trusted_key)
        self.models = Models([loader.load("houses", path)])
        self.metrics = Metrics(["houses"])
        self.reloader = Reloader(self.models, self.metrics, loader, states, signed=signed)

    def look(self, times: int = 1) -> str:
        """Look so many times, and return the version that is served then."""

        async def look_on() -> None:
            for _ in range(times):
                await self.reloader.look()

        asyncio.run(look_on())
        return self.models.first.model.version

    def load_all(self) -> str:
        asyncio.run(self.reloader.load_all())
        return self.models.first.model.version

    def reloads(self, outcome: str) -> int:
        label = f'reloads_total{{model="houses",outcome="{outcome}"}} '
        return int(self.metrics.text({}).partition(label)[2].partition("\n")[0])


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    path = tmp_path / "houses.zip"
    shutil.copy(packaged_artifact(), path)
    return Watched(path)


def test_a_new_file_is_loaded_once_two_looks_find_it_the_same(watched: Watched) -> None:
    assert watched.look(3) == __version__
    write_version(packaged_artifact(), watched.path, "8.0.0")
    assert watched.look() == __version__
    write_version(packaged_artifact(), watched.path, "9.0.0")
    assert watched.look() == __version__
    assert watched.look() == "9.0.0"
    assert watched.look(3) == "9.0.0"
    assert watched.reloads("loaded") == 1
    assert watched.models.first.digest != load_served("old", packaged_artifact()).digest


def test_a_damaged_file_is_tried_once_and_the_old_model_stays(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    old = watched.models.first
    watched.path.write_bytes(packaged_artifact().read_bytes()[:-9])
    assert watched.look(5) == __version__
    assert watched.models.first is old
    assert watched.reloads("kept") == 1
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert str(watched.path) in vars(record)["fields"]["problem"]
    write_version(packaged_artifact(), watched.path, "9.0.0")
    assert watched.look(2) == "9.0.0"


def test_a_model_that_answers_otherwise_is_not_taken(watched: Watched) -> None:
    artifact = read_artifact(packaged_artifact())
    changed = json.loads(json.dumps({**artifact.model, "model_version": "9.0.0"}))
    changed["examples"][0]["prediction"] *= 1.001
    write_artifact(watched.path, Artifact(changed, artifact.members))
    with pytest.raises(ArtifactError, match="answers otherwise on this machine"):
        Loader().load("houses", watched.path)
    assert watched.look(2) == __version__
    assert watched.reloads("kept") == 1


def test_a_file_that_is_gone_changes_nothing_until_it_is_back(watched: Watched) -> None:
    watched.path.unlink()
    assert watched.look(3) == __version__
    assert watched.reloads("kept") == 0
    assert watched.load_all() == __version__
    assert watched.reloads("kept") == 1
    write_version(packaged_artifact(), watched.path, "9.0.0")
    assert watched.look(2) == "9.0.0"


def test_a_signal_loads_at_once_whatever_is_there(watched: Watched) -> None:
    write_version(packaged_artifact(), watched.path, "9.0.0")
    assert watched.load_all() == "9.0.0"
    assert watched.look(3) == "9.0.0"
    assert watched.reloads("loaded") == 1


@pytest.mark.parametrize("change", [{"column": "Rent"}, {"unit": "euros"}])
def test_a_model_of_something_else_does_not_take_the_name(
    watched: Watched, caplog: pytest.LogCaptureFixture, change: dict[str, str]
) -> None:
    artifact = read_artifact(packaged_artifact())
    target = {**artifact.model["target"], **change}
    changed = {**artifact.model, "model_version": "9.0.0", "target": target}
    write_artifact(watched.path, Artifact(changed, artifact.members))
    assert watched.look(2) == __version__
    assert watched.reloads("kept") == 1
    assert "expected SalePrice in dollars" in vars(caplog.records[0])["fields"]["problem"]


def test_a_storm_of_signals_loads_twice_at_most(watched: Watched) -> None:
    async def storm() -> None:
        await asyncio.gather(*(watched.reloader.load_all() for _ in range(50)))

    asyncio.run(storm())
    assert watched.reloads("loaded") in (1, 2)


def test_a_link_that_points_elsewhere_is_another_file(tmp_path: Path) -> None:
    link = tmp_path / "current.zip"
    other = tmp_path / "other.zip"
    link.symlink_to(packaged_artifact())
    watched = Watched(link)
    write_version(packaged_artifact(), other, "9.0.0")
    aside = tmp_path / "aside"
    aside.symlink_to(other)
    aside.replace(link)
    assert watched.look(2) == "9.0.0"


def test_where_a_key_is_trusted_a_new_file_waits_for_its_signature(tmp_path: Path) -> None:
    path = tmp_path / "houses.zip"
    shutil.copy(packaged_artifact(), path)
    private, public = write_keys(tmp_path)
    with pytest.raises(SignatureError, match="it is not signed"):
        Loader(trusted_key=public.read_bytes()).load("houses", path)
    write_signature(path, private)
    watched = Watched(path, public.read_bytes())
    write_version(packaged_artifact(), path, "9.0.0")
    assert watched.look(3) == __version__
    assert watched.reloads("kept") == 1
    write_signature(path, private)
    assert watched.look(2) == "9.0.0"
    write_version(packaged_artifact(), path, "9.1.0")
    write_signature(path, write_keys(tmp_path, "other")[0])
    assert watched.look(3) == "9.0.0"
    assert watched.load_all() == "9.0.0"
    signature_path(path).unlink()
    assert watched.load_all() == "9.0.0"
