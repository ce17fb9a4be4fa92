"""Signatures of artifacts: a file of its own beside the artifact, about all of its bytes.

It is what OpenSSF model signing writes and reads with a key: a bundle of Sigstore, with a DSSE
envelope around an in-toto statement that names the file's SHA-256. Nothing of an artifact is looked
at before that is known to be what somebody trusted has signed, and nothing of the statement before
the envelope's signature holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regression_model.artifact.regular_files import read_regular_file
from regression_model.artifact.signing_keys import (
    algorithm_of,
    key_id,
    read_private_key,
    read_public_key,
)
from regression_model.artifact.strict_json import read_json
from regression_model.exceptions import SignatureError
from regression_model.processing.interruptions import pass_on
from regression_model.processing.shown_values import short

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

MAX_SIGNATURE_BYTES = 1 << 16
_MAX_SIGNATURES = 16
"""Of one envelope, each of which is tried."""
_SUFFIX = ".sig"
_BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
_PAYLOAD = "application/vnd.in-toto+json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://model_signing/signature/v1.0"
_WHOLE_FILE = "."
"""What model signing calls the one file of a model that is a file."""


def signature_path(artifact: Path) -> Path:
    """Return where the signature of an artifact is, unless another place is named.

    Examples
    --------
    >>> signature_path(Path("cars.zip")).name
    'cars.zip.sig'
    """
    return artifact.with_name(artifact.name + _SUFFIX)


def sign(data: bytes, name: str, key_file: Path) -> bytes:
    """Return the signature of an artifact, as its file holds it.

    Parameters
    ----------
    data : bytes
        The artifact.
    name : str
        Of its file; it is told, and means nothing when the signature is verified.
    key_file : Path
        The private key: PEM, one of the curves P-256, P-384 and P-521, without a passphrase.

    Raises
    ------
    ArtifactError
        If the key cannot be read.
    MissingExtraError
        If the extra ``sign`` is not installed.
    """
    key = read_private_key(key_file)
    payload = json.dumps(_statement(data, name)).encode()
    signed = key.sign(_signed_bytes(_PAYLOAD, payload), algorithm_of(key.public_key()))
    bundle = {
        "mediaType": _BUNDLE,
        "verificationMaterial": {
            "publicKey": {"hint": key_id(key.public_key())},
            "tlogEntries": [],
        },
        "dsseEnvelope": {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": _PAYLOAD,
            "signatures": [{"sig": base64.b64encode(signed).decode(), "keyid": ""}],
        },
    }
    return json.dumps(bundle).encode() + b"\n"


def verify(data: bytes, name: str, signature: Path | bytes, trusted_key: str | Path | bytes) -> str:
    """Check that somebody who has the trusted key has signed these very bytes.

    Parameters
    ----------
    data : bytes
        The artifact.
    name : str
        What it is called in errors.
    signature : Path or bytes
        Its signature, as a file or what that holds.
    trusted_key : str, Path or bytes
        The public key: a PEM file, or what that holds.

    Returns
    -------
    str
        SHA-256 of the artifact, in hexadecimal digits.

    Raises
    ------
    SignatureError
        If it is not signed, not by this key, or another file's signature, or the key is none.
    MissingExtraError
        If the extra ``sign`` is not installed.
    """
    key = read_public_key(trusted_key)
    where = f"the signature {signature}" if isinstance(signature, Path) else "the signature"
    envelope = _envelope(_signature_bytes(signature, name), where)
    payload = _decoded(envelope["payload"], where)
    if not _is_signed_by(key, envelope, payload, where):
        message = (
            f"{name} is refused: {where} was not made with the key that is trusted "
            f"({key_id(key)[:16]}), or was changed; get both from who made the artifact, and "
            "compare the key on another way"
        )
        raise SignatureError(message)
    signed_name, expected = _subject(payload, where)
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        message = (
            f"{name} is refused: it is not the file that was signed; the trusted signature is of "
            f"{short(signed_name)} with the SHA-256 {expected}, and this file has {digest}: it was "
            "changed since, or the signature is another file's"
        )
        raise SignatureError(message)
    return digest


def check_digest(data: bytes, name: str, sha256: str) -> None:
    """Check that bytes have the digest that a caller knows.

    Raises
    ------
    SignatureError
        If not.
    ValueError
        If what is given is no such digest.
    """
    expected = sha256.strip().lower()
    if len(expected) != 2 * hashlib.sha256().digest_size or not _is_hexadecimal(expected):
        message = f"sha256 is {short(sha256)!r}; expected 64 hexadecimal digits, as sha256sum says"
        raise ValueError(message)
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        message = f"{name} is refused: its SHA-256 is {digest}; expected {expected}"
        raise SignatureError(message)


def _is_hexadecimal(text: str) -> bool:
    return set(text) <= set("0123456789abcdef")


def _statement(data: bytes, name: str) -> dict[str, Any]:
    """Return what is signed: the file's digest, and of all files of the model, which is one."""
    digest = hashlib.sha256(data)
    return {
        "_type": _STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": _of_all([digest.digest()])}}],
        "predicateType": _PREDICATE,
        "predicate": {
            "serialization": {
                "method": "files",
                "hash_type": "sha256",
                "allow_symlinks": False,
                "ignore_paths": [],
            },
            "resources": [
                {"name": _WHOLE_FILE, "algorithm": "sha256", "digest": digest.hexdigest()}
            ],
        },
    }


def _of_all(digests: list[bytes]) -> str:
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _signed_bytes(payload_type: str, payload: bytes) -> bytes:
    """Return what a signature of an envelope is about (DSSE's pre-authentication encoding)."""
    head = f"DSSEv1 {len(payload_type)} {payload_type} {len(payload)} "
    return head.encode() + payload


def _signature_bytes(signature: Path | bytes, name: str) -> bytes:
    if isinstance(signature, bytes):
        return signature
    if not signature.exists():
        message = (
            f"{name} is refused: it is not signed, there is no {signature}; get it from who made "
            "the artifact, or sign with: regression-model sign ARTIFACT --key KEY"
        )
        raise SignatureError(message)
    return read_regular_file(signature, "signature", MAX_SIGNATURE_BYTES)


def _envelope(data: bytes, where: str) -> dict[str, Any]:
    """Return the envelope in a bundle, if it is of the form that is read here."""
    if len(data) > MAX_SIGNATURE_BYTES:
        raise _no_signature(where, f"it has more than {MAX_SIGNATURE_BYTES} bytes")
    try:
        envelope = read_json(data)["dsseEnvelope"]
        signatures = envelope["signatures"]
        are_texts = all(isinstance(each["sig"], str) for each in signatures)
        is_whole = isinstance(envelope["payload"], str) and isinstance(signatures, list)
    except (ValueError, KeyError, TypeError) as problem:
        pass_on(problem)
        raise _no_signature(where, "it is no bundle with a DSSE envelope") from problem
    if not is_whole or not are_texts or not 1 <= len(signatures) <= _MAX_SIGNATURES:
        raise _no_signature(where, f"its envelope has not 1 to {_MAX_SIGNATURES} signatures")
    if envelope.get("payloadType") != _PAYLOAD:
        raise _no_signature(where, "it is not about an in-toto statement")
    checked: dict[str, Any] = envelope
    return checked


def _decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise _no_signature(where, "it is not in base64") from problem


def _is_signed_by(
    key: EllipticCurvePublicKey, envelope: dict[str, Any], payload: bytes, where: str
) -> bool:
    """Tell whether one of the envelope's signatures is the key's."""
    from cryptography.exceptions import InvalidSignature

    for each in envelope["signatures"]:
        try:
            signed = _signed_bytes(_PAYLOAD, payload)
            key.verify(_decoded(each["sig"], where), signed, algorithm_of(key))
        except InvalidSignature:
            continue
        return True
    return False


def _subject(payload: bytes, where: str) -> tuple[str, str]:
    """Return name and SHA-256 of the one file that a statement, known to be signed, is about."""
    try:
        statement = read_json(payload)
        (subject,), (resource,) = statement["subject"], statement["predicate"]["resources"]
        kinds = (statement["_type"], statement["predicateType"], resource["algorithm"])
        named, digest = str(subject["name"]), str(resource["digest"])
        of_all = _of_all([bytes.fromhex(digest)])
        is_consistent = subject["digest"]["sha256"] == of_all
    except (ValueError, KeyError, TypeError) as problem:
        pass_on(problem)
        raise _no_signature(where, "its statement is not about one file") from problem
    if kinds != (_STATEMENT, _PREDICATE, "sha256") or not is_consistent:
        raise _no_signature(where, "its statement is of another kind than model signing's")
    return named, digest


def _no_signature(where: str, why: str) -> SignatureError:
    return SignatureError(
        f"{where} is none that can be read: {why}; expected what regression-model sign or OpenSSF "
        "model signing with a key writes"
    )
