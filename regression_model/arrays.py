"""The kinds of arrays that all of the package passes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

ArrayOrTensor = Any
"""A NumPy array, or a tensor of a graph under construction, for which NumPy's functions write
nodes. What is computed of it is one definition for both; only functions that `export.tensors`
lists may be used there."""
