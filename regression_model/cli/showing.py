"""Commands that show what there is: ``info``, ``self-test``, ``schema``, ``config-schema``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from typing import Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.options import JsonOption, ModelOption, TrustedKeyOption
from regression_model.cli.terminal import show, show_json, tell
from regression_model.predict import load_model, packaged_artifact

BillOption = Annotated[
    bool,
    typer.Option("--sbom", help="Print its bill of materials: CycloneDX 1.6, with a model card."),
]


@command(in_projects=True)
def info(
    *,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    as_json: JsonOption = False,
    sbom: BillOption = False,
) -> None:
    """Show what an artifact says of itself."""
    if sbom and as_json:
        message = "--sbom and --json exclude each other"
        raise typer.BadParameter(message)
    if sbom:
        from regression_model.reports.bill import bill_of_materials

        artifact = packaged_artifact() if model is None else model
        show_json(bill_of_materials(artifact, trusted_key=trusted_key))
        return
    from regression_model.cli.model_summary import show_summary

    loaded = load_model(model, trusted_key=trusted_key)
    if as_json:
        show_json(loaded.facts)
    else:
        show_summary(loaded)


@command("self-test", in_projects=True)
def self_test(*, model: ModelOption = None, trusted_key: TrustedKeyOption = None) -> None:
    """Answer an artifact's example rows again and compare with the answers that it keeps."""
    from regression_model.artifact.self_test import TOLERANCE, run_self_test

    tested = run_self_test(load_model(model, trusted_key=trusted_key))
    for problem in tested.problems:
        tell(problem)
    if not tested.n_rows:
        show("the artifact keeps no example rows (example_rows: none); nothing was compared")
    else:
        show(
            f"{tested.n_rows} example rows, {tested.n_numbers} numbers; largest difference "
            f"{tested.largest_difference:.1e} (allowed: {TOLERANCE:g})"
        )
    if tested.problems:
        raise typer.Exit(1)


@command(in_projects=True)
def schema(*, model: ModelOption = None, trusted_key: TrustedKeyOption = None) -> None:
    """Print the JSON Schema of one record that the model takes."""
    loaded = load_model(model, trusted_key=trusted_key)
    show_json(loaded.schema.record_model.model_json_schema())


@command(in_projects=False)
def config_schema() -> None:
    """Print the JSON Schema of the config, for editors that complete and check YAML."""
    from regression_model.config.json_schema import config_json_schema

    show_json(config_json_schema())
