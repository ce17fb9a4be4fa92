"""The bill of materials of a model: what it is made of, as CycloneDX 1.6, for programs to read.

It is made of the artifact alone: no clock time, nothing of the machine that writes it. So the same
artifact gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from regression_model.artifact.format import read_artifact_bytes
from regression_model.artifact.trust import trusted_bytes
from regression_model.exceptions import OutputError
from regression_model.processing.output_files import output_file
from regression_model.reports.card.purpose import given_words

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

_ENGINE = "evergreen-regression"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/evergreen-regression")
"""Of serial numbers, which are made of the artifact's digest."""
_SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
_MODEL, _DATA = "model", "training-data"
_WAYS = ("cross_validated_pooled", "cross_validated_mean_of_folds", "hold_out")
_DIGESTS = ("config_sha256", "folds_sha256", "python")
"""What provenance says that is no component of its own."""


def bill_of_materials(path: Path, *, trusted_key: Path | None = None) -> dict[str, Any]:
    """Return the bill of materials of an artifact.

    Parameters
    ----------
    path : Path
        The artifact.
    trusted_key : Path, optional
        A public key that must have signed it.

    Returns
    -------
    dict
        As JSON holds it. What an old artifact does not know is left out.

    Raises
    ------
    SignatureError
        If it is not signed with that key.
    ArtifactError
        If it cannot be read.
    """
    data = trusted_bytes(path, trusted_key)
    facts = read_artifact_bytes(data, str(path)).model
    digest = hashlib.sha256(data).hexdigest()
    parts = [_training_data(facts), *_members(facts), _engine(facts), *_libraries(facts)]
    components = [part for part in parts if part is not None]
    return {
        "$schema": _SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, digest)}",
        "version": 1,
        "metadata": {"component": _model(facts, digest)},
        "components": components,
        "dependencies": [{"ref": _MODEL, "dependsOn": [each["bom-ref"] for each in components]}],
    }


def bill_text(bill: dict[str, Any]) -> str:
    """Return a bill of materials as its file holds it."""
    return json.dumps(bill, indent=1, ensure_ascii=False) + "\n"


def bill_place(artifact: Path) -> Path:
    """Return where the bill of an artifact is put that is made with it."""
    return artifact.with_suffix(".cdx.json")


def write_bill_beside(artifact: Path) -> Path | None:
    """Write the bill of a model that was just made beside its artifact.

    Returns
    -------
    Path or None
        None where it was not written: the model is what was asked for, and the log says why.
    """
    place = bill_place(artifact)
    if not artifact.is_file():
        return None
    try:
        with output_file(place, inputs=[artifact]) as file:
            file.write(bill_text(bill_of_materials(artifact)).encode())
    except OutputError as problem:
        logger.warning("the model's bill of materials was not written: %s", problem)
        return None
    return place


def _model(facts: dict[str, Any], digest: str) -> dict[str, Any]:
    """Return the component that all is about, with its model card."""
    words = given_words(facts)
    target = facts["target"]["column"]
    component = {
        "type": "machine-learning-model",
        "bom-ref": _MODEL,
        "name": f"A model of {target}",
        "version": str(facts["model_version"]),
        "hashes": [_sha256(digest)],
        "modelCard": _card(facts, words),
        "properties": _properties(facts),
    }
    if words.get("owner"):
        component["supplier"] = {"name": words["owner"]}
    if words.get("license"):
        component["licenses"] = [{"license": {"name": words["license"]}}]
    return component


def _card(facts: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    columns = [f"{column['name']}: {column['kind']}" for column in facts["columns"]]
    parameters: dict[str, Any] = {
        "approach": {"type": "supervised"},
        "task": "regression",
        "inputs": [{"format": column} for column in columns],
        "outputs": [{"format": f"{facts['target']['column']}: number"}],
    }
    if "estimators" in facts.get("config", {}):
        kinds = {estimator["type"] for estimator in facts["config"]["estimators"].values()}
        parameters["modelArchitecture"] = ", ".join(sorted(kinds))
    if _data_digest(facts) is not None:
        parameters["datasets"] = [{"ref": _DATA}]
    card = {
        "modelParameters": parameters,
        "quantitativeAnalysis": {"performanceMetrics": _measured(facts.get("metrics", {}))},
    }
    considered = {
        "useCases": [words["intended_use"]] if words.get("intended_use") else [],
        "technicalLimitations": list(words.get("limits") or []),
    }
    considered = {name: texts for name, texts in considered.items() if texts}
    return {**card, "considerations": considered} if considered else card


def _measured(metrics: dict[str, Any]) -> list[dict[str, str]]:
    """Return each figure of quality, with the rows that it is of."""
    measured: list[dict[str, str]] = []
    for way in _WAYS:
        for name, value in metrics.get(way, {}).items():
            measured.append({"type": name, "value": str(value), "slice": way})
    intervals = metrics.get("intervals")
    if intervals:
        coverage = intervals["scaled"]["coverage"]
        kind = f"coverage of {intervals['level']:g} intervals"
        measured.append({"type": kind, "value": str(coverage), "slice": "cross_validated_pooled"})
    return measured


def _properties(facts: dict[str, Any]) -> list[dict[str, str]]:
    told = {"format_version": facts["format_version"]}
    told |= {key: value for key, value in _provenance(facts).items() if key in _DIGESTS}
    if "n_rows" in facts.get("metrics", {}):
        told["training_rows"] = facts["metrics"]["n_rows"]
    return [{"name": f"{_ENGINE}:{key}", "value": str(value)} for key, value in told.items()]


def _training_data(facts: dict[str, Any]) -> dict[str, Any] | None:
    digest = _data_digest(facts)
    if digest is None:
        return None
    return {
        "type": "data",
        "bom-ref": _DATA,
        "name": "training table",
        "description": "The digest is that of its encoded rows and target; see data_sha256",
        "hashes": [_sha256(digest)],
        "data": [{"type": "dataset", "name": "training table"}],
    }


def _members(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the artifact's zip holds beside ``model.json``."""
    return [
        {
            "type": "file",
            "bom-ref": f"member/{name}",
            "name": name,
            "hashes": [_sha256(described["sha256"])],
        }
        for name, described in sorted(facts["members"].items())
    ]


def _engine(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Return what answers with the model, of the version that has written it or any later one."""
    if "package_version" not in facts:
        return None
    return {**_library(_ENGINE, str(facts["package_version"])), "scope": "required"}


def _libraries(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what it was trained with; none of it is needed where one predicts with it."""
    used = sorted(_provenance(facts).get("libraries", {}).items())
    return [{**_library(name, version), "scope": "excluded"} for name, version in used]


def _library(name: str, version: str) -> dict[str, Any]:
    place = f"pkg:pypi/{quote(name.lower(), safe='')}@{quote(version, safe='')}"
    return {"type": "library", "bom-ref": place, "name": name, "version": version, "purl": place}


def _provenance(facts: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = facts.get("provenance", {})
    return known


def _data_digest(facts: dict[str, Any]) -> str | None:
    return _provenance(facts).get("data_sha256")


def _sha256(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}
