"""Names of models: what they may be, and what they are where none is given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PACKAGED = "regression_model"
"""What the packaged model is called."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
"""Names of models: they stand in addresses and in metrics."""


def name_of_artifact(path: Path) -> str:
    """Return what a model is called that is given without a name: as its file, without version.

    Examples
    --------
    >>> from pathlib import Path
    >>> name_of_artifact(Path("models/cars_v1.2.0.zip"))
    'cars'
    >>> name_of_artifact(Path("car_value.zip"))
    'car_value'
    """
    stem, mark, version = path.stem.rpartition("_v")
    if not (stem and version[:1].isdigit()):
        stem += mark + version
    return stem.removesuffix("_output")


def check_names(names: Sequence[str]) -> None:
    """Check the names of models.

    Raises
    ------
    ValueError
        If there is none, one is used twice, or cannot stand in an address.
    """
    if not names:
        message = "there is no model to serve"
        raise ValueError(message)
    for name in names:
        if not _NAME.fullmatch(name):
            # it brings NumPy along, which the parent of workers does without
            from regression_model.processing.shown_values import short

            message = (
                f"a model cannot be called {short(name)!r}: expected letters, digits, _ . and -, "
                "100 at most, the first a letter or a digit; give it a name: NAME=ARTIFACT"
            )
            raise ValueError(message)
        if names.count(name) > 1:
            message = f"two models are called {name!r}; give each its name: NAME=ARTIFACT"
            raise ValueError(message)
