"""The command ``serve``: models behind HTTP.

What it does is imported when it runs: ``--help`` loads no server.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input
from regression_model.cli.options import TrustedKeyOption
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
TokenFileOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="Let in who brings the token in this file, or in REGRESSION_MODEL_TOKEN of the "
        "environment: Authorization: Bearer TOKEN.",
    ),
]
NoAuthOption = Annotated[
    bool,
    typer.Option(
        "--no-auth", help="Let everybody in, also where other machines can reach the address."
    ),
]
OriginsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--cors-origin",
        metavar="ORIGIN",
        help="Let pages of this origin read answers, e.g. https://example.org; once for each.",
    ),
]
BytesOption = Annotated[
    int, typer.Option("--max-bytes", min=1, help="Of a body, also once it is unpacked.")
]
RowsOption = Annotated[int, typer.Option("--max-rows", min=1, help="Of one request.")]
RequestsOption = Annotated[
    int, typer.Option("--max-requests", min=1, help="At once, for each worker.")
]
SecondsOption = Annotated[float, typer.Option("--max-seconds", min=0.1, help="For one request.")]
DriftOption = Annotated[
    float,
    typer.Option(
        "--drift-days",
        min=0,
        max=365,
        help="Count rows in windows of so many days, of which /drift tells; 0: count none.",
    ),
]

_ORIGIN = re.compile(r"\*|https?://[a-z0-9.-]+(:[0-9]+)?|https?://\[[0-9a-f:]+\](:[0-9]+)?")
"""Scheme, host in small letters, and port, with nothing behind."""
_MORE_THAN_HOST = re.compile(r".*//.*|[^:]+:[0-9]*|\[.*")
"""What has a scheme or a port, as addresses in browsers have; those of IPv6 have colons, too."""


@command(in_projects=True)
def serve(
    context: typer.Context,
    artifacts: ArtifactsArgument = None,
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    workers: WorkersOption = 1,
    token_file: TokenFileOption = None,
    no_auth: NoAuthOption = False,
    cors_origin: OriginsOption = None,
    trusted_key: TrustedKeyOption = None,
    max_bytes: BytesOption = 32 << 20,
    max_rows: RowsOption = 100_000,
    max_requests: RequestsOption = 64,
    max_seconds: SecondsOption = 30.0,
    drift_days: DriftOption = 7.0,
) -> None:
    """Serve models over HTTP: POST rows to /predict; /docs says what else there is.

    Only this machine reaches the service, unless --host says otherwise, which takes a token.
    """
    from regression_model.serving.extra import check_extra

    check_extra()
    from regression_model.serving.plan import Plan
    from regression_model.serving.running import run
    from regression_model.serving.settings import Settings

    _check_host(host)
    settings = Settings(
        max_bytes=max_bytes,
        max_waiting_bytes=4 * max_bytes,
        max_rows=max_rows,
        max_requests=max_requests,
        max_seconds=max_seconds,
        drift_days=drift_days,
        token=_token(token_file, host, no_auth=no_auth),
        cors_origins=_origins(cors_origin or []),
    )
    named = tuple(_named(artifacts or [], context.obj))
    plan = Plan(
        artifacts=named,
        settings=settings,
        trusted_key=_trusted(trusted_key),
        host=host,
        port=port,
        workers=workers,
    )
    run(plan)


def _check_host(host: str) -> None:
    if _MORE_THAN_HOST.fullmatch(host):
        message = f"{host!r} is more than a host; give the port with --port: 127.0.0.1 --port 8000"
        raise typer.BadParameter(message, param_hint="--host")


def _trusted(file: Path | None) -> bytes | None:
    """Return the key that is trusted for as long as the service runs, whatever becomes of it."""
    if file is None:
        return None
    from regression_model.artifact.signing_keys import read_key_file

    return read_key_file(file)


def _token(file: Path | None, host: str, *, no_auth: bool) -> str | None:
    """Return the token that callers must bring; to let other machines in without one is refused."""
    from regression_model.serving.tokens import TOKEN_VARIABLE, is_loopback, read_token

    if no_auth:
        if file is not None:
            message = "--no-auth and --token-file exclude each other"
            raise typer.BadParameter(message)
        if os.environ.get(TOKEN_VARIABLE):  # one who has set it takes the door for closed
            message = (
                f"it lets everybody in, though {TOKEN_VARIABLE} has a token: leave one of them out"
            )
            raise typer.BadParameter(message, param_hint="--no-auth")
        return None
    token = read_token(file)
    if token is None and not is_loopback(host):
        message = (
            f"other machines may reach {host}, and there is no token: give one with --token-file "
            f"FILE or in {TOKEN_VARIABLE}, or say --no-auth to let everybody in"
        )
        raise typer.BadParameter(message, param_hint="--host")
    return token


def _origins(given: list[str]) -> tuple[str, ...]:
    """Return origins as browsers send them: what is written otherwise would never match."""
    for origin in given:
        if not _ORIGIN.fullmatch(origin):
            message = f"{origin!r} is no origin; expected https://example.org, or * for all"
            raise typer.BadParameter(message, param_hint="--cors-origin")
    return tuple(given)


def _named(artifacts: list[str], package: PackageFolder | None) -> list[tuple[str, Path]]:
    """Return names and paths of artifacts; the packaged one where none is given."""
    from regression_model.serving.naming import PACKAGED, check_names, name_of_artifact

    if not artifacts:
        if package is None:
            return [(PACKAGED, packaged_artifact())]
        return [(package.name, package.artifact())]
    named: list[tuple[str, Path]] = []
    for given in artifacts:
        name, equals, file = given.partition("=")
        if equals and "/" not in name:
            named.append((name, Path(file)))
        else:
            named.append((name_of_artifact(Path(given)), Path(given)))
    try:
        check_names([name for name, _ in named])
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="ARTIFACT") from problem
    for _, path in named:
        check_input(path, "ARTIFACT")
    return named
