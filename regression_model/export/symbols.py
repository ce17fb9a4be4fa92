"""What stands for a column of a frame while a graph is built.

It is one of two things. A *vector* is a column of some tensor, kept with a factor and a shift that
are applied only where they must be: a linear model takes them into its coefficients. A *lookup* is
a function of one encoded categorical column, see `regression_model.export.lookups`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from regression_model.export.lookups import Lookup

if TYPE_CHECKING:
    import numpy.typing as npt

    from regression_model.arrays import Floats
    from regression_model.export.tensors import Tensor


@dataclass(frozen=True)
class Vector:
    """``factor * tensor[:, position] + shift``; `feature` is the feature that it comes from."""

    tensor: Tensor
    position: int
    factor: float = 1.0
    shift: float = 0.0
    feature: str = field(default="", compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether it is a column of the tensor as that stands there."""
        return self.factor == 1 and self.shift == 0


Symbol = Vector | Lookup
Frame = dict[str, Symbol]
Places = dict[Symbol, int]


@dataclass(frozen=True)
class Layout:
    """Which of the changed columns stands at each position of a tensor; None for none of them."""

    owners: tuple[int | None, ...]

    def align(self, values: npt.ArrayLike, neutral: float) -> Floats:
        """Return values in the order of the tensor, `neutral` where no changed column stands."""
        array = np.asarray(values, dtype=np.float64)
        return np.array([neutral if i is None else array[i] for i in self.owners])
