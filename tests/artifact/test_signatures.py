"""Signatures: what is signed loads, and whatever else is refused before it is read."""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from signing import pem_of, write_keys, write_signature

from regression_model.artifact.signatures import check_digest, sign, signature_path, verify
from regression_model.exceptions import ArtifactError, SignatureError
from regression_model.predict import load_model

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
OLD_DATE = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Path, Path]:
    """An artifact with its signature, and the public key."""
    artifact = tmp_path / "model.zip"
    artifact.write_bytes((ARTIFACTS / "format_2.zip").read_bytes())
    private, public = write_keys(tmp_path)
    write_signature(artifact, private)
    return artifact, public


def envelope_of(artifact: Path) -> dict[str, Any]:
    bundle: dict[str, Any] = json.loads(signature_path(artifact).read_text("utf-8"))
    return bundle


def test_what_is_signed_loads(signed: tuple[Path, Path], tmp_path: Path) -> None:
    artifact, public = signed
    expected = load_model(artifact).facts
    for key in (public, str(public), public.read_bytes()):
        assert load_model(artifact, trusted_key=key).facts == expected
    moved = tmp_path / "of_another_name.zip"
    moved.write_bytes(artifact.read_bytes())
    for signature in (signature_path(artifact), signature_path(artifact).read_bytes()):
        assert load_model(moved, trusted_key=public, signature=signature).facts == expected
    data, beside = artifact.read_bytes(), str(signature_path(artifact))
    assert load_model(data, trusted_key=public, signature=beside).facts == expected


def test_the_statement_is_that_of_model_signing(signed: tuple[Path, Path]) -> None:
    bundle = envelope_of(signed[0])
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    assert bundle["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json"
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://model_signing/signature/v1.0"
    assert statement["subject"][0]["name"] == "model.zip"


def test_a_signature_that_model_signing_has_written_is_taken() -> None:
    public = ARTIFACTS / "model_signing.pub"
    signature = ARTIFACTS / "model_signing.sig"
    model = load_model(ARTIFACTS / "format_1.zip", trusted_key=public, signature=signature)
    assert model.facts["format_version"] == 1


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, bytes]:
    """An artifact, its signature and the public key, which many examples share."""
    private, public = write_keys(tmp_path_factory.mktemp("keys"))
    data = (ARTIFACTS / "format_1.zip").read_bytes()
    return data, sign(data, "format_1.zip", private), public.read_bytes()


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_any_bit_that_changes_is_seen_before_a_byte_is_parsed(
    kept: tuple[bytes, bytes, bytes], place: int, bit: int
) -> None:
    data, signature, public = bytearray(kept[0]), kept[1], kept[2]
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(SignatureError, match="it is not the file that was signed"):
        load_model(data, trusted_key=public, signature=signature)


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_signature_that_changes_never_lets_another_file_in(
    kept: tuple[bytes, bytes, bytes], place: int, bit: int
) -> None:
    data, signature, public = kept[0] + b" ", bytearray(kept[1]), kept[2]
    signature[place % len(signature)] ^= 1 << bit
    with pytest.raises(SignatureError):
        verify(data, "model.zip", bytes(signature), public)


def test_bytes_that_are_no_artifact_are_refused_by_their_signature(
    signed: tuple[Path, Path],
) -> None:
    artifact, public = signed
    artifact.write_bytes(b"no zip at all")
    with pytest.raises(SignatureError, match="changed since, or the signature is another file's"):
        load_model(artifact, trusted_key=public)


def test_another_key_is_refused(signed: tuple[Path, Path], tmp_path: Path) -> None:
    _, other = write_keys(tmp_path, "other")
    with pytest.raises(SignatureError, match="was not made with the key that is trusted"):
        load_model(signed[0], trusted_key=other)


def test_a_key_of_another_curve_is_refused_as_another_key(signed: tuple[Path, Path]) -> None:
    _, other = pem_of(ec.generate_private_key(ec.SECP521R1()))
    with pytest.raises(SignatureError, match="was not made with the key that is trusted"):
        load_model(signed[0], trusted_key=other)


def test_no_signature_is_refused(signed: tuple[Path, Path]) -> None:
    artifact, public = signed
    signature_path(artifact).unlink()
    with pytest.raises(SignatureError, match=r"it is not signed, there is no .*model\.zip\.sig"):
        load_model(artifact, trusted_key=public)


def test_the_signature_of_another_file_is_refused(
    signed: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes((ARTIFACTS / "format_1.zip").read_bytes())
    signature = signature_path(signed[0])
    with pytest.raises(SignatureError, match=r"the trusted signature is of model\.zip"):
        load_model(other, trusted_key=signed[1], signature=signature)


def _without_signatures(bundle: dict[str, Any]) -> None:
    bundle["dsseEnvelope"]["signatures"] = []


def _with_many(bundle: dict[str, Any]) -> None:
    bundle["dsseEnvelope"]["signatures"] *= 17


def _of_another_type(bundle: dict[str, Any]) -> None:
    bundle["dsseEnvelope"]["payloadType"] = "text/plain"


def _not_base64(bundle: dict[str, Any]) -> None:
    bundle["dsseEnvelope"]["payload"] = "é"


def _without_envelope(bundle: dict[str, Any]) -> None:
    del bundle["dsseEnvelope"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without_signatures, "not 1 to 16 signatures"),
        (_with_many, "not 1 to 16 signatures"),
        (_of_another_type, "not about an in-toto statement"),
        (_not_base64, "not in base64"),
        (_without_envelope, "no bundle with a DSSE envelope"),
    ],
)
def test_what_is_no_signature_is_refused(
    signed: tuple[Path, Path], change: Callable[[dict[str, Any]], None], said: str
) -> None:
    artifact, public = signed
    bundle = envelope_of(artifact)
    change(bundle)
    signature_path(artifact).write_text(json.dumps(bundle), encoding="utf-8")
    with pytest.raises(SignatureError, match=said):
        load_model(artifact, trusted_key=public)


@pytest.mark.parametrize("data", [b"", b"[]", b"[" * 70_000, b"\xff", b'{"dsseEnvelope": 1}'])
def test_bytes_of_any_kind_are_no_signature(signed: tuple[Path, Path], data: bytes) -> None:
    with pytest.raises(SignatureError, match="is none that can be read"):
        load_model(signed[0], trusted_key=signed[1], signature=data)


def test_a_statement_of_another_kind_is_refused_though_it_is_signed() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    payload = b'{"_type": "mine", "subject": [], "predicate": {"resources": []}}'
    kind = "application/vnd.in-toto+json"
    signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": kind,
        "signatures": [{"sig": base64.b64encode(signature).decode()}],
    }
    bundle = json.dumps({"dsseEnvelope": envelope}).encode()
    with pytest.raises(SignatureError, match="its statement is not about one file"):
        verify(b"data", "model.zip", bundle, pem_of(key)[1])


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "expired")])
    built = (x509.CertificateBuilder(name, name, key.public_key(), 1, OLD_DATE, OLD_DATE)).sign(
        key, hashes.SHA256()
    )
    return built.public_bytes(Encoding.PEM)


def _public(key: Any) -> bytes:
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def _plain(key: Any) -> bytes:
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem


def _with_passphrase() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


UNUSABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "certificate": (_certificate, "certificates are not supported"),
    "passphrase": (_with_passphrase, "is protected by a passphrase, and none is asked for"),
    "text": (lambda: b"no key", "holds no key that can be read"),
    "empty": (lambda: b"", "holds no key that can be read"),
    "large": (lambda: bytes(20_000), "has more than 16384 bytes"),
    "ssh": (lambda: b"ssh-ed25519 AAAA me", "is a key for SSH"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_is_no_key_neither_signs_nor_verifies(
    signed: tuple[Path, Path], tmp_path: Path, kind: str
) -> None:
    make, said = UNUSABLE[kind]
    file = tmp_path / "odd.pem"
    file.write_bytes(make())
    with pytest.raises(SignatureError, match=said):
        load_model(signed[0], trusted_key=file)
    with pytest.raises(SignatureError, match=said):
        sign(b"data", "model.zip", file)


@pytest.mark.parametrize("curve", ["rsa", "ed25519", "secp256k1"])
def test_keys_of_another_kind_are_refused(
    signed: tuple[Path, Path], tmp_path: Path, curve: str
) -> None:
    keys: dict[str, Callable[[], Any]] = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    }
    key = keys[curve]()
    file = tmp_path / "odd.pem"
    said = "expected a key of the curve P-256, P-384 or P-521"
    file.write_bytes(_plain(key))
    with pytest.raises(SignatureError, match=said):
        sign(b"data", "model.zip", file)
    with pytest.raises(SignatureError, match=said):
        load_model(signed[0], trusted_key=_public(key))


def test_private_and_public_keys_are_told_apart(signed: tuple[Path, Path], tmp_path: Path) -> None:
    private, public = write_keys(tmp_path)
    with pytest.raises(SignatureError, match="holds a private key; who verifies needs"):
        load_model(signed[0], trusted_key=private)
    with pytest.raises(SignatureError, match="holds a public key, which signs nothing"):
        sign(b"data", "model.zip", public)


def test_a_key_that_is_not_there_is_an_error(signed: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"cannot read the key .*nix\.pub"):
        load_model(signed[0], trusted_key=tmp_path / "nix.pub")
    with pytest.raises(ArtifactError, match="it is a directory"):
        load_model(signed[0], trusted_key=tmp_path)


def test_every_curve_that_is_supported_signs_and_verifies(tmp_path: Path) -> None:
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
        private, public = pem_of(ec.generate_private_key(curve))
        file = tmp_path / "key.pem"
        file.write_bytes(private)
        assert len(verify(b"data", "a", sign(b"data", "a", file), public)) == 64


def test_a_digest_that_is_known_is_compared(signed: tuple[Path, Path]) -> None:
    digest = hashlib.sha256(signed[0].read_bytes()).hexdigest()
    assert load_model(signed[0], sha256=digest.upper()).facts
    with pytest.raises(SignatureError, match=f"its SHA-256 is {digest}; expected 0000"):
        load_model(signed[0], sha256="0" * 64)
    with pytest.raises(ValueError, match="expected 64 hexadecimal digits"):
        check_digest(b"data", "model.zip", "abc")


def test_half_of_what_is_needed_is_refused(signed: tuple[Path, Path]) -> None:
    artifact, public = signed
    with pytest.raises(ValueError, match="is given as bytes, beside which no signature is"):
        load_model(artifact.read_bytes(), trusted_key=public)
    with pytest.raises(ValueError, match="a signature is given and no trusted_key"):
        load_model(artifact, signature=signature_path(artifact))


def test_a_missing_extra_is_named() -> None:
    code = (
        "import sys\n"
        "sys.modules['cryptography'] = None\n"
        "from regression_model import load_model\n"
        "from regression_model.exceptions import MissingExtraError\n"
        "load_model()\n"
        "try:\n"
        "    load_model(trusted_key=b'', signature=b'')\n"
        "except MissingExtraError as problem:\n"
        "    print(problem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert 'pip install "evergreen-regression[sign]"' in done.stdout
