"""Keys that sign artifacts and prove it: PEM files of elliptic curves, or what else they are.

The curves are those of OpenSSF model signing. Whatever else a file may hold is refused with the
command that makes of it what is expected.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regression_model.artifact.regular_files import read_regular_file
from regression_model.exceptions import MissingExtraError, SignatureError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDSA,
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )

MAX_KEY_BYTES = 1 << 14
CURVES = {"secp256r1": ("P-256", "SHA256"), "secp384r1": ("P-384", "SHA384"),
          "secp521r1": ("P-521", "SHA512")}  # fmt: skip
"""Name and hash function of each curve, by what cryptography calls it."""
NEW_KEY = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY"

_EXPECTED = "expected a key of the curve P-256, P-384 or P-521 as a PEM file"
_ENCRYPTED = (b"BEGIN ENCRYPTED PRIVATE KEY", b"4,ENCRYPTED")


def read_private_key(file: Path) -> EllipticCurvePrivateKey:
    """Return the key in a file, that signs.

    Raises
    ------
    ArtifactError
        If there is no such file.
    SignatureError
        If it holds no such key.
    MissingExtraError
        If the extra ``sign`` is not installed.
    """
    data, name = _read(file)
    if b" PUBLIC KEY-----" in data:
        _refuse(name, "holds a public key, which signs nothing: give the private one")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key: EllipticCurvePrivateKey = _on_curve(_parsed(data, name, load_pem_private_key, None), name)
    return key


def read_public_key(given: str | Path | bytes) -> EllipticCurvePublicKey:
    """Return the key that proves who has signed.

    Parameters
    ----------
    given : str, Path or bytes
        A file, or what it holds.

    Raises
    ------
    ArtifactError, SignatureError, MissingExtraError
        As of `read_private_key`.
    """
    return _public_key(*_read(given))


def _public_key(data: bytes, name: str) -> EllipticCurvePublicKey:
    if b"PRIVATE KEY-----" in data:
        _refuse(
            name,
            "holds a private key; who verifies needs the public one alone, and nobody else should "
            "have yours: openssl pkey -in KEY -pubout -out KEY.pub",
        )
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key: EllipticCurvePublicKey = _on_curve(_parsed(data, name, load_pem_public_key), name)
    return key


def read_key_file(file: Path) -> bytes:
    """Return what the file of a public key holds, once it is known to be one.

    Raises
    ------
    ArtifactError, SignatureError, MissingExtraError
        As of `read_private_key`.
    """
    data, name = _read(file)
    _public_key(data, name)
    return data


def key_id(key: EllipticCurvePublicKey) -> str:
    """Return the SHA-256 of a public key's PEM file, as OpenSSF model signing names keys."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(pem).hexdigest()


def algorithm_of(key: EllipticCurvePublicKey) -> ECDSA:
    """Return how a key of this curve signs."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

    _, function = CURVES[key.curve.name]
    return ECDSA(getattr(hashes, function)())


def check_extra() -> None:
    """Check that what signs and verifies is installed.

    Raises
    ------
    MissingExtraError
        If not; the message has the command that installs it.
    """
    try:
        import cryptography  # noqa: F401
    except ImportError as problem:
        message = (
            "signing and verifying need cryptography, not installed; install the extra sign with: "
            'pip install "evergreen-regression[sign]"'
        )
        raise MissingExtraError(message) from problem


def _read(given: str | Path | bytes) -> tuple[bytes, str]:
    """Return what a key's file holds and how it is called, unless it is known not to be a key."""
    check_extra()
    if isinstance(given, bytes):
        data, name = given, "the key"
    else:
        data, name = read_regular_file(Path(given), "key", MAX_KEY_BYTES), str(given)
    if len(data) > MAX_KEY_BYTES:
        _refuse(name, f"has more than {MAX_KEY_BYTES} bytes, as no key has; {_EXPECTED}")
    if b"BEGIN CERTIFICATE-----" in data or b"BEGIN TRUSTED CERTIFICATE-----" in data:
        _refuse(
            name,
            "is a certificate; certificates are not supported, and so none is looked at whether it "
            "has expired: trust its key, which does not expire, with: openssl x509 -in "
            "CERTIFICATE -pubkey -noout -out KEY.pub",
        )
    if any(sign in data for sign in _ENCRYPTED):
        _refuse(
            name,
            "is protected by a passphrase, and none is asked for: write it without one to a place "
            "that you alone can read, with: openssl pkey -in KEY -out PLAIN_KEY",
        )
    if b"OPENSSH" in data or data.startswith((b"ssh-", b"ecdsa-sha2-")):
        _refuse(name, f"is a key for SSH; {_EXPECTED}, made with: {NEW_KEY}")
    return data, name


def _parsed(data: bytes, name: str, parse: Any, *arguments: Any) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return parse(data, *arguments)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # what the library says quotes its own insides, and helps nobody
        return _refuse(name, f"holds no key that can be read; {_EXPECTED}, made with: {NEW_KEY}")


def _on_curve(key: Any, name: str) -> Any:
    """Return a key if it is one of the curves that are supported."""
    curve = getattr(key, "curve", None)
    if curve is None:
        kind = type(key).__name__.removesuffix("PrivateKey").removesuffix("PublicKey")
        _refuse(name, f"is a key of another kind ({kind}); {_EXPECTED}, made with: {NEW_KEY}")
    elif curve.name not in CURVES:
        _refuse(name, f"is of the curve {curve.name}; {_EXPECTED}, made with: {NEW_KEY}")
    return key


def _refuse(name: str, why: str) -> None:
    message = f"{name} {why}"
    raise SignatureError(message)
