"""The bill of materials: what the schema allows, and the same bytes for the same artifact."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from regression_model.predict import load_model, packaged_artifact
from regression_model.reports.bill import bill_of_materials, bill_text, write_bill_beside

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
ALL = [packaged_artifact(), *sorted(ARTIFACTS.glob("*.zip"))]


def component(bill: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (each for each in bill["components"] if each["name"] == name)
    return dict(found)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_it_is_what_the_schema_says(path: Path) -> None:
    text = bill_text(bill_of_materials(path))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_it_says_what_the_model_is_made_of() -> None:
    bill, facts = bill_of_materials(packaged_artifact()), load_model().facts
    model = bill["metadata"]["component"]
    digest = hashlib.sha256(packaged_artifact().read_bytes()).hexdigest()
    assert model["hashes"] == [{"alg": "SHA-256", "content": digest}]
    card = model["modelCard"]
    assert card["modelParameters"]["inputs"][0] == {"format": "MoSold: integer"}
    assert len(card["modelParameters"]["inputs"]) == len(facts["columns"])
    assert card["modelParameters"]["datasets"] == [{"ref": "training-data"}]
    rmse = {"type": "rmse", "value": "28033.9", "slice": "hold_out"}
    assert rmse in card["quantitativeAnalysis"]["performanceMetrics"]
    assert "All homes are of one town" in card["considerations"]["technicalLimitations"][1]
    trained_on = component(bill, "training table")
    assert trained_on["hashes"][0]["content"] == facts["provenance"]["data_sha256"]
    for name, version in facts["provenance"]["libraries"].items():
        found = component(bill, name)
        assert (found["version"], found["scope"]) == (version, "excluded")
    for name, described in facts["members"].items():
        assert component(bill, name)["hashes"][0]["content"] == described["sha256"]


def test_the_same_artifact_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        copy = tmp_path / folder / f"{folder}.zip"
        copy.parent.mkdir()
        copy.write_bytes(packaged_artifact().read_bytes())
        write_bill_beside(copy)
    first = (tmp_path / "one" / "one.cdx.json").read_bytes()
    assert first == (tmp_path / "two" / "two.cdx.json").read_bytes()
    assert first == bill_text(bill_of_materials(packaged_artifact())).encode()


def test_nothing_beside_what_cannot_be_written_to(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert write_bill_beside(tmp_path / "nix.zip") is None
    copy = tmp_path / "model.zip"
    copy.write_bytes(packaged_artifact().read_bytes())
    (tmp_path / "model.cdx.json").mkdir()
    assert write_bill_beside(copy) is None
    assert "the model's bill of materials was not written" in caplog.text


def test_info_prints_it(command: Command) -> None:
    done = command("info", "--sbom")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == bill_of_materials(packaged_artifact())
    assert done.out == bill_text(bill_of_materials(packaged_artifact()))
    assert command("info", "--sbom", "--json").status == 2
