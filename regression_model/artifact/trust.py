"""Whether an artifact is what a caller has asked for, before anything of it is read."""

from __future__ import annotations

from pathlib import Path

from regression_model.artifact.format import read_artifact_file


def trusted_bytes(path: Path, trusted_key: str | Path | bytes | None) -> bytes:
    """Return the bytes of an artifact, which are not looked at before a key has signed them.

    Parameters
    ----------
    path : Path
    trusted_key : str, Path, bytes or None
        As of `regression_model.load_model`; without one any file will do.

    Raises
    ------
    SignatureError
        If the key has not signed them.
    ArtifactError
        If there is no such file.
    """
    data = read_artifact_file(path)
    check_trust(data, str(path), path, trusted_key=trusted_key)
    return data


def check_trust(
    data: bytes,
    name: str,
    file: Path | None,
    *,
    sha256: str | None = None,
    trusted_key: str | Path | bytes | None = None,
    signature: str | Path | bytes | None = None,
) -> None:
    """Check digest and signature of an artifact's bytes, where a caller names them.

    Parameters
    ----------
    data : bytes
    name : str
        What the artifact is called in errors.
    file : Path or None
        Where the bytes came from, beside which the signature is by default.
    sha256, trusted_key, signature
        As of `regression_model.load_model`.

    Raises
    ------
    SignatureError
        If they are not as expected.
    ValueError
        If a signature is given without a key, or a key without a signature.
    """
    # who neither signs nor names a digest loads nothing of this
    from regression_model.artifact.signatures import check_digest, signature_path, verify

    if sha256 is not None:
        check_digest(data, name, sha256)
    if trusted_key is None:
        if signature is not None:
            message = "a signature is given and no trusted_key; give the key that it is to be of"
            raise ValueError(message)
        return
    if signature is None:
        if file is None:
            message = f"{name} is given as bytes, beside which no signature is; give signature="
            raise ValueError(message)
        signature = signature_path(file)
    verify(data, name, Path(signature) if isinstance(signature, str) else signature, trusted_key)
