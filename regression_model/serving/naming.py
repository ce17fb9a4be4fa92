"""What models are called that are given without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PACKAGED = "regression_model"
"""What the packaged model is called."""


def name_of_artifact(path: Path) -> str:
    """Return what a model is called that is given without a name: as its file, without version.

    Examples
    --------
    >>> from pathlib import Path
    >>> name_of_artifact(Path("models/cars_v1.2.0.zip"))
    'cars'
    """
    stem = path.stem.rpartition("_v")[0] or path.stem
    return stem.removesuffix("_output")
