"""Models by name, of which one may be exchanged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from signing import write_keys, write_signature
from starlette.testclient import TestClient

from regression_model.exceptions import ArtifactError, SignatureError
from regression_model.predict import packaged_artifact
from regression_model.serving import app
from regression_model.serving.models import Models, Served, as_models, load_served

if TYPE_CHECKING:
    from regression_model.artifact.model import Model


def test_an_application_takes_what_a_trusted_key_has_signed_alone(
    model: Model, tmp_path: Path
) -> None:
    private, public = write_keys(tmp_path)
    path = tmp_path / "houses.zip"
    path.write_bytes(packaged_artifact().read_bytes())
    with pytest.raises(SignatureError, match="it is not signed"):
        app(models={"houses": path}, trusted_key=public)
    write_signature(path, private)
    for key in (public, str(public), public.read_bytes()):
        client = TestClient(app(models={"houses": path}, trusted_key=key))
        assert client.post("/predict", json={"OverallQual": 7}).status_code == 200
    with pytest.raises(ValueError, match="the model houses is loaded already; give the path of"):
        app(models={"houses": model}, trusted_key=public)
    with pytest.raises(SignatureError, match="it is not signed"):
        app(trusted_key=public)


def test_who_has_begun_keeps_the_model_that_he_has(model: Model) -> None:
    old, new = Served("houses", model), load_served("houses", packaged_artifact())
    models = Models([old, Served("other", model)])
    begun = models.first
    models.swap("houses", new)
    assert begun is old
    assert models.first is models.get("houses") is new
    assert models.names == ["houses", "other"]


def test_only_what_is_there_is_exchanged(model: Model) -> None:
    models = as_models({"houses": model})
    with pytest.raises(KeyError, match="nix"):
        models.swap("nix", models.first)
    assert models.get("nix") is None


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a b", "-a", "\u00e4", "a\n", "a" * 101]
)
def test_a_name_that_cannot_stand_in_an_address_is_refused(model: Model, name: str) -> None:
    with pytest.raises(ValueError, match=r"a model cannot be called .*: expected letters"):
        as_models({name: model})


def test_names_are_there_and_differ(model: Model) -> None:
    with pytest.raises(ValueError, match="there is no model to serve"):
        Models([])
    with pytest.raises(ValueError, match="two models are called 'a'"):
        Models([Served("a", model), Served("a", model)])


def test_an_artifact_that_is_not_there_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"cannot read the artifact .*nix.zip: No such file"):
        load_served("houses", tmp_path / "nix.zip")


def test_a_damaged_artifact_is_told_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "houses.zip"
    path.write_bytes(packaged_artifact().read_bytes()[:-1000])
    with pytest.raises(ArtifactError, match=str(path)):
        load_served("houses", path)
