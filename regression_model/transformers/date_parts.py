"""Features from dates: year, month, day, weekday, hour, elapsed days, and the circles they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from regression_model.processing.dates import (
    DEFAULT_PARTS,
    MAX_SECONDS,
    MIN_SECONDS,
    PERIODS,
    date_features,
)
from regression_model.transformers.base import FrameTransformer, Variables, resolve

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from regression_model.arrays import ArrayOrTensor, Floats

DAY = 86_400.0
GRID = 2.0**30


class DateParts(FrameTransformer):
    """Replace each date, in seconds since 1970, by its parts.

    Parts that begin again (month, weekday, hour) bring the sine and cosine of their circle.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to replace; all by default.
    parts : dict of column to list of str, optional
        Which of year, month, day, weekday (0 for Monday), days (since 1970) and hour; all but the
        hour by default.
    reserved : sequence of str
        Names besides those of the input's columns that no part may be given.

    Attributes
    ----------
    features_ : dict of column to dict of str to str
        What each part, and each end of its circle, is called.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"sold": [86400.0]})
    >>> parts = DateParts(parts={"sold": ["year", "weekday"]}).fit_transform(sales)
    >>> parts.round(3).to_dict("list")["sold_weekday"], list(parts)[2:]
    ([4.0], ['sold_weekday_sin', 'sold_weekday_cos'])
    """

    def __init__(
        self,
        variables: Variables = None,
        parts: Mapping[Any, Sequence[str]] | None = None,
        reserved: Sequence[str] = (),
    ) -> None:
        self.variables = variables
        self.parts = parts
        self.reserved = reserved

    def _fit(self, frame: pd.DataFrame) -> None:
        self.variables_ = resolve(self.variables, frame)
        parts = self.parts or {}
        self.parts_ = {name: tuple(parts.get(name, DEFAULT_PARTS)) for name in self.variables_}
        taken = [*map(str, frame.columns), *self.reserved]
        self.features_ = date_features(self.parts_, taken)

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        places = self.compute(frame[self.variables_].to_numpy(np.float64))
        columns: dict[Hashable, Floats] = {}
        for name in frame.columns:
            if name not in self.parts_:
                columns[name] = frame[name].to_numpy(np.float64)
                continue
            for feature in self.features_[name].values():
                values, position = places[feature]
                columns[feature] = values[:, position]
        return pd.DataFrame(columns, index=frame.index)

    def compute(self, dates: ArrayOrTensor) -> dict[str, tuple[ArrayOrTensor, int]]:
        """Compute the parts of all dates at once.

        Parameters
        ----------
        dates : ndarray or Tensor of shape (n_samples, n_variables)
            In seconds since 1970.

        Returns
        -------
        dict of str to (ndarray or Tensor, int)
            For each feature, in which array it stands and in which column of that.
        """
        parts = calendar(dates)
        places: dict[str, tuple[ArrayOrTensor, int]] = {}
        for i, name in enumerate(self.variables_):
            for part in self.parts_[name]:
                places[self.features_[name][part]] = parts[part], i
        wanted = {part for of_date in self.parts_.values() for part in of_date}
        circled = {part: parts[part] for part in PERIODS if part in wanted}
        if not circled:
            return places
        points = circles(list(circled.values()), [PERIODS[part] for part in circled])
        width = len(self.variables_)
        for i, name in enumerate(self.variables_):
            for k, part in enumerate(circled):
                if part in self.parts_[name]:
                    features = self.features_[name]
                    places[features[f"{part}_sin"]] = points, k * width + i
                    places[features[f"{part}_cos"]] = points, (len(circled) + k) * width + i
        return places

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Return the names of the columns, those of parts in the place of dates.

        Parameters
        ----------
        input_features : array-like of str, optional
            Names of the input columns, where it has none of its own.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        own = getattr(self, "feature_names_in_", None)
        names = input_features if own is None else own
        if names is None:
            names = [f"x{i}" for i in range(self.n_features_in_)]
        keys = list(names) if own is not None else range(len(names))
        called = dict(zip(keys, names, strict=True))
        dates = {called[key]: parts for key, parts in self.parts_.items()}
        features = date_features(dates, [*map(str, names), *self.reserved])
        out = [feature for name in names for feature in features.get(name, {"": name}).values()]
        return np.array(out, dtype=object)


def calendar(seconds: ArrayOrTensor) -> dict[str, ArrayOrTensor]:
    """Return the parts of dates, each of the shape of `seconds`; NaN where a date is NaN.

    The civil calendar by arithmetic alone, so that a graph can do the same (H. Hinnant,
    "chrono-compatible low-level date algorithms", 2013): years begin in March, eras have 400 years.
    """
    seconds = np.clip(seconds, MIN_SECONDS, MAX_SECONDS)
    days = np.floor(seconds / DAY)
    shifted = days + 719_468.0
    era = np.floor(shifted / 146_097.0)
    of_era = shifted - era * 146_097.0
    leap = np.floor(of_era / 1460.0) - np.floor(of_era / 36_524.0) + np.floor(of_era / 146_096.0)
    years = np.floor((of_era - leap) / 365.0)
    of_year = of_era - (years * 365.0 + np.floor(years / 4.0) - np.floor(years / 100.0))
    march_month = np.floor((of_year * 5.0 + 2.0) / 153.0)
    next_year = np.floor(march_month / 10.0)
    before_month = np.floor((march_month * 153.0 + 2.0) / 5.0)
    monday = days + 3.0
    return {
        "year": years + era * 400.0 + next_year,
        "month": march_month + 3.0 - next_year * 12.0,
        "day": of_year - before_month + 1.0,
        "weekday": monday - np.floor(monday / 7.0) * 7.0,
        "days": seconds / DAY,
        "hour": np.floor((seconds - days * DAY) / 3600.0),
    }


def circles(parts: Sequence[ArrayOrTensor], periods: Sequence[float]) -> ArrayOrTensor:
    """Return sines of all parts on their circles side by side, then all cosines.

    They are rounded to 30 binary digits: so months that have the same sine have it to the last
    bit, whoever works it out, and no tree tells them apart by what rounding left. All sines are
    taken in one go, a cosine as the sine a quarter of the circle on.

    Parameters
    ----------
    parts : sequence of ndarray or Tensor of shape (n_samples, n_dates)
    periods : sequence of float
        After how many units each part begins again.
    """
    angles = [part * (2 * np.pi / period) for part, period in zip(parts, periods, strict=True)]
    quarter_on = [angle + np.pi / 2 for angle in angles]
    sines = np.sin(np.concatenate([*angles, *quarter_on], axis=1))
    return np.floor(sines * GRID + 0.5) / GRID
