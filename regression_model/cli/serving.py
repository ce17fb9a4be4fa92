"""The command ``serve``: models behind HTTP.

What it does is imported when it runs: ``--help`` loads no server.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.predict import packaged_artifact

if TYPE_CHECKING:
    from regression_model.project.folder import PackageFolder

ArtifactsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME=]ARTIFACT...", help="Models; by default the packaged one."),
]
HostOption = Annotated[str, typer.Option("--host", help="The address to listen on.")]
PortOption = Annotated[
    int, typer.Option("--port", min=0, max=65_535, help="The port; 0 for any that is free.")
]
WorkersOption = Annotated[
    int, typer.Option("--workers", min=1, max=256, help="Processes that answer.")
]


@command(in_projects=True)
def serve(
    context: typer.Context,
    artifacts: ArtifactsArgument = None,
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    workers: WorkersOption = 1,
) -> None:
    """Serve models over HTTP: POST rows to /predict; /docs says what else there is."""
    from regression_model.serving.extra import check_extra

    check_extra()
    from regression_model.serving.running import Plan, run
    from regression_model.serving.settings import Settings

    named = tuple(_named(artifacts or [], context.obj))
    run(Plan(artifacts=named, settings=Settings(), host=host, port=port, workers=workers))


def _named(artifacts: list[str], package: PackageFolder | None) -> list[tuple[str, Path]]:
    """Return names and paths of artifacts; the packaged one where none is given."""
    from regression_model.serving.naming import PACKAGED, name_of_artifact

    if not artifacts:
        if package is None:
            return [(PACKAGED, packaged_artifact())]
        return [(package.name, package.artifact())]
    named: list[tuple[str, Path]] = []
    for given in artifacts:
        name, equals, path = given.partition("=")
        if equals and "/" not in name:
            named.append((name, Path(path)))
        else:
            named.append((name_of_artifact(Path(given)), Path(given)))
    return named
