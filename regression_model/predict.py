"""Predictions: rows in, as many answers out, with what is to be said about them.

Importing this module is cheap; NumPy, pydantic and ONNX Runtime are loaded with the first model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from regression_model._version import package_version
from regression_model.artifact.once import Once, importing
from regression_model.artifact.results import Explanation, PredictionResult

if TYPE_CHECKING:
    from regression_model.artifact.model import Model


__all__ = ["Explanation", "PredictionResult", "load_model", "make_prediction"]


def packaged_artifact() -> Path:
    """Return the path of the one artifact of this version that the package ships.

    Raises
    ------
    ArtifactError
        If there is none, or more than one, or the package is imported from a zip archive.
    """
    from regression_model.exceptions import ArtifactError

    folder = Path(__file__).parent / "trained_models"
    if not folder.parent.is_dir():
        message = (
            f"regression_model is imported from inside a file ({folder.parent}), and the packaged "
            "model must be a file of its own: install the package, or load_model(path)"
        )
        raise ArtifactError(message)
    found = sorted(folder.glob(f"*_v{package_version()}.zip"))
    if len(found) != 1:
        message = (
            f"expected one artifact of version {package_version()} in {folder}, found "
            f"{[path.name for path in found]}; train it with: tox -e train"
        )
        raise ArtifactError(message)
    return found[0]


def load_model(
    path: str | Path | bytes | bytearray | memoryview | None = None,
    *,
    sha256: str | None = None,
    trusted_key: str | Path | bytes | None = None,
    signature: str | Path | bytes | None = None,
) -> Model:
    """Load a model; several may live in one process.

    Parameters
    ----------
    path : str, Path, bytes, bytearray or memoryview, optional
        An artifact, or the bytes of one; the packaged one if not given.
    sha256 : str, optional
        What the SHA-256 of its file must be, in hexadecimal digits.
    trusted_key : str, Path or bytes, optional
        A public key, as a PEM file or what that holds, that must have signed it: see
        ``regression-model sign``. It needs the extra ``sign``.
    signature : str, Path or bytes, optional
        The signature, as a file or what that holds; by default the file beside the artifact whose
        name has ``.sig`` behind the artifact's.

    Returns
    -------
    Model

    Raises
    ------
    SignatureError
        If digest or signature are not as expected, before anything of the artifact is read.
    ArtifactError
        If the file is missing, or what it holds is damaged, foreign or of a newer format.
    MissingExtraError
        If a key is given, and the extra ``sign`` is not installed.
    TypeError
        If it is given as something else.
    ValueError
        If `sha256` is none, or there is a signature to compare with no key, or a key with no
        signature.

    Examples
    --------
    >>> from regression_model import load_model
    >>> model = load_model()
    >>> model.schema["LotArea"].kind
    'number'
    """
    with importing():
        from regression_model.artifact.format import read_artifact_bytes, read_artifact_file
        from regression_model.artifact.model import Model
        from regression_model.processing.shown_values import shown

    if isinstance(path, bytes | bytearray | memoryview):
        file, data, name = None, bytes(path), "the artifact"
    else:
        try:
            file = packaged_artifact() if path is None else Path(path)
        except TypeError as problem:
            message = f"{shown(path)} is no model; expected a path or the bytes of an artifact"
            raise TypeError(message) from problem
        data, name = read_artifact_file(file), str(file)
    if (sha256, trusted_key, signature) != (None, None, None):
        from regression_model.artifact.trust import check_trust

        check_trust(data, name, file, sha256=sha256, trusted_key=trusted_key, signature=signature)
    return Model(read_artifact_bytes(data, name))


_packaged_model = Once(load_model)
"""The packaged model, loaded once, also when threads race for it."""


def make_prediction(
    *, input_data: object, interval: float | None = None, explain: bool = False
) -> PredictionResult:
    """Predict with the packaged model: one answer per input row, in order.

    Parameters
    ----------
    input_data : record, records or table
        One flat record (dict), a list of records, a mapping of column to list, a pandas or polars
        DataFrame, or an Arrow table. It is never changed. Columns may be absent, and missing values
        are spelled as you like: None, NaN, NA, an empty text.
    interval : float, optional
        Wanted coverage, for instance 0.9: adds ``lower`` and ``upper``, between which the truth of
        so many rows lies. From 0.5 up to what the artifact allows.
    explain : bool
        Whether to add ``explanations``: what each feature adds to a row's score.

    Returns
    -------
    PredictionResult
        ``predictions`` in target units, ``version``, ``errors`` and ``warnings``. A row with an
        error has the prediction None; the others get theirs.

    Raises
    ------
    TypeError
        If `input_data` is no table at all.
    ValueError
        If `interval` is not allowed; the message says what is.
    ArtifactError
        If the packaged artifact is damaged, or has no intervals or explanations.

    Examples
    --------
    >>> from regression_model import make_prediction
    >>> house = {"OverallQual": 7, "GrLivArea": 1710, "Neighborhood": "CollgCr"}
    >>> result = make_prediction(input_data=house)
    >>> len(result["predictions"]), result["errors"], result["warnings"]
    (1, None, None)
    """
    model = _packaged_model()
    if interval is None and not explain:
        return model.predict(input_data)
    return model.predict(input_data, interval=interval, explain=explain)
