"""Keys and signatures for tests."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from regression_model.artifact.signatures import sign, signature_path


def pem_of(key: ec.EllipticCurvePrivateKey) -> tuple[bytes, bytes]:
    """Return the PEM files of a private key and of its public one."""
    public = key.public_key()
    return (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )


def write_keys(folder: Path, name: str = "key") -> tuple[Path, Path]:
    """Write a new private key and its public one."""
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    contents = pem_of(ec.generate_private_key(ec.SECP256R1()))
    private.write_bytes(contents[0])
    public.write_bytes(contents[1])
    return private, public


def write_signature(artifact: Path, private: Path) -> Path:
    """Sign an artifact, and put the signature beside it."""
    place = signature_path(artifact)
    place.write_bytes(sign(artifact.read_bytes(), artifact.name, private))
    return place
