"""Commands by which people trust a file: ``sign``, ``verify`` and ``reproduce``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input, check_output, writing_bytes
from regression_model.cli.notes import is_quiet, say
from regression_model.cli.options import TABLES, ForceOption, JsonOption, by_package
from regression_model.cli.terminal import progress_bar, show, show_json
from regression_model.predict import packaged_artifact
from regression_model.processing.interruptions import signals_held

if TYPE_CHECKING:
    from regression_model.training.reproducing import Reproduction

SignedArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="ARTIFACT",
        callback=by_package(lambda package: package.artifact_path),
        help="The packaged one by default.",
    ),
]
PrivateKeyOption = Annotated[
    Path,
    typer.Option(
        "--key",
        metavar="FILE",
        help="Your private key: PEM, of the curve P-256, P-384 or P-521, without a passphrase.",
    ),
]
PublicKeyOption = Annotated[
    Path, typer.Option("--key", metavar="FILE", help="The public key that you trust: PEM.")
]
SignatureOption = Annotated[
    Path | None,
    typer.Option(
        "--signature", metavar="FILE", help="The artifact's name with .sig behind it by default."
    ),
]
ReproducedArgument = Annotated[
    Path, typer.Argument(metavar="ARTIFACT", help="The model that is to be trained again.")
]
TableOption = Annotated[
    Path,
    typer.Option("--data", metavar="TABLE", help=f"The table that it was trained on: {TABLES}."),
]


@command(in_projects=True)
def sign(
    artifact: SignedArgument = None,
    *,
    key: PrivateKeyOption,
    signature: SignatureOption = None,
    force: ForceOption = False,
) -> None:
    """Sign an artifact: the signature is a file beside it, in the form of OpenSSF model signing.

    Only what can be loaded as an artifact is signed.
    """
    from regression_model.artifact.format import read_artifact_bytes, read_artifact_file
    from regression_model.artifact.signatures import sign as signature_of
    from regression_model.artifact.signatures import signature_path

    place = packaged_artifact() if artifact is None else artifact
    check_input(key, "--key")
    out = signature_path(place) if signature is None else signature
    check_output(out, "--signature", force=force, inputs=[place, key])
    data = read_artifact_file(place)
    read_artifact_bytes(data, str(place))
    signed = signature_of(data, place.name, key)
    with writing_bytes(out, is_text=False, inputs=[place, key]) as file:
        file.write(signed)
    say(f"wrote {out}")


@command(in_projects=True)
def verify(
    artifact: SignedArgument = None,
    *,
    key: PublicKeyOption,
    signature: SignatureOption = None,
) -> None:
    """Check that an artifact is what the owner of a key has signed; nothing of it is read before.

    The status is 1 where it is not.
    """
    from regression_model.artifact.format import read_artifact_file
    from regression_model.artifact.signatures import signature_path
    from regression_model.artifact.signatures import verify as digest_of

    place = packaged_artifact() if artifact is None else artifact
    check_input(key, "--key")
    beside = signature_path(place) if signature is None else signature
    digest = digest_of(read_artifact_file(place), str(place), beside, key)
    show(f"{place} is what was signed with {key}: SHA-256 {digest}")


@command(in_projects=False)
def reproduce(
    artifact: ReproducedArgument, *, data: TableOption, as_json: JsonOption = False
) -> None:
    """Train a model again from the config in its artifact, and say what is different.

    Nothing is written. The status is 1 where the two files are not the same, byte by byte.
    """
    check_input(artifact, "ARTIFACT")
    check_input(data, "--data")
    with signals_held():
        from regression_model.training.reproducing import reproduce as reproduce_model

    with progress_bar(hidden=is_quiet()) as progress:
        made = reproduce_model(artifact, data, progress=progress)
    if as_json:
        show_json(made.to_dict())
    else:
        _show_reproduction(artifact, made)
    if not made.is_equal:
        raise typer.Exit(1)


def _show_reproduction(artifact: Path, made: Reproduction) -> None:
    if made.is_equal:
        show(f"{artifact} is reproduced, byte by byte: SHA-256 {made.now}")
        return
    show(f"{artifact} is not reproduced byte by byte: SHA-256 {made.then}, now {made.now}")
    show(f"different: {', '.join(made.parts) or 'how the file is packed'}")
    for cause in made.causes:
        show(f"because of: {cause}")
    show(
        f"predictions of {made.n_rows} rows: largest difference {made.largest:.1e}, "
        f"median {made.median:.1e} (relative)"
    )
