"""Features computed from others: elapsed times, sums, differences, products, ratios, presence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.base import OneToOneFeatureMixin

from regression_model.transformers.base import (
    AppendingTransformer,
    FrameTransformer,
    Variables,
    replaced,
    resolve,
)
from regression_model.transformers.operations import OPERATIONS, bound

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from regression_model.arrays import Floats


class TemporalVariableTransformer(OneToOneFeatureMixin, FrameTransformer):  # type: ignore[misc]
    """Replace each variable by the time elapsed from it to the reference.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to replace; all but the reference by default.
    reference_variable : column name or position, optional
        The column whose time the others are measured to; the last one by default.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"built": [1961, 2008], "sold": [2010, 2010]})
    >>> TemporalVariableTransformer(["built"], "sold").fit_transform(sales)["built"].tolist()
    [49.0, 2.0]
    """

    def __init__(
        self, variables: Variables = None, reference_variable: Hashable | None = None
    ) -> None:
        self.variables = variables
        self.reference_variable = reference_variable

    def _fit(self, frame: pd.DataFrame) -> None:
        reference = self.reference_variable
        self.reference_ = resolve([frame.columns[-1] if reference is None else reference], frame)[0]
        resolved = resolve(self.variables, frame)
        self.variables_ = [
            v for v in resolved if v != self.reference_ or self.variables is not None
        ]

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        values = frame[self.variables_].to_numpy(np.float64)
        reference = frame[self.reference_].to_numpy(np.float64)
        elapsed = reference[:, None] - values
        return replaced(frame, self.variables_, elapsed)


class DerivedFeatures(AppendingTransformer):
    """Append features computed from others; a feature may build on those before it.

    Parameters
    ----------
    features : dict of name to (operation, parents), optional
        Operations: ``sum`` and ``product`` of two or more, ``difference`` and ``ratio`` of two,
        ``presence`` of one (1 where it is more than zero). Missing in, missing out; so is a ratio
        to zero. Products and ratios are kept within ±1e30.

    Examples
    --------
    >>> import pandas as pd
    >>> house = pd.DataFrame({"up": [800.0], "down": [900.0]})
    >>> DerivedFeatures({"all": ("sum", ["up", "down"])}).fit_transform(house)["all"].tolist()
    [1700.0]
    """

    def __init__(
        self, features: Mapping[str, tuple[str, Sequence[Hashable]]] | None = None
    ) -> None:
        self.features = features

    def _fit(self, frame: pd.DataFrame) -> None:
        known = frame.iloc[:0].copy()
        self.features_ = dict(self.features or {})
        for name, (_, parents) in self.features_.items():
            resolve(parents, known)
            known[name] = 0.0

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        derived: dict[Hashable, Floats] = {}
        for name, (word, parents) in self.features_.items():
            operation = OPERATIONS[word]
            values = [
                derived[p] if p in derived else frame[p].to_numpy(np.float64) for p in parents
            ]
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                result = operation.compute(values)
            derived[name] = bound(result) if operation.is_bounded else result
        added = pd.DataFrame(derived, index=frame.index, dtype=np.float64)
        return pd.concat([frame, added], axis=1)

    def appended(self) -> list[str]:
        """Return the names of the derived features."""
        return list(self.features_)
