"""What a version number promises, and which one a change calls for."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from regression_model.exceptions import ArtifactError
from regression_model.processing.shown_values import shown
from regression_model.reports.comparison.change import Change

_FORM = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})(?:[-+._a-z][-+._a-z0-9]{0,50})?")
"""Numbers with dots, then what Python's versions may end in: ``rc1``, ``.post2``, ``+local``."""


class Version(NamedTuple):
    """The first three numbers of a version."""

    major: int
    minor: int
    patch: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a version.

        Raises
        ------
        ValueError
            If it does not begin with numbers.

        Examples
        --------
        >>> Version.of("1.4"), Version.of("v2.0.0rc1")
        (Version(major=1, minor=4, patch=0), Version(major=2, minor=0, patch=0))
        """
        found = _FORM.fullmatch(text)
        if found is None:
            message = f"{shown(text)!r} is no version such as 1.4.0"
            raise ValueError(message)
        numbers = [int(number) for number in found[1].split(".")]
        return cls(*(*numbers, 0, 0)[:3])

    def after(self, change: Change) -> str:
        """Return the next version that promises a change.

        Before 1.0.0 a minor version may also do what is reserved to a major one.

        Examples
        --------
        >>> Version(1, 4, 2).after(Change.MAJOR), Version(0, 4, 2).after(Change.MAJOR)
        ('2.0.0', '0.5.0')
        """
        if change is Change.PATCH:
            return f"{self.major}.{self.minor}.{self.patch + 1}"
        if change is Change.MINOR or self.major == 0:
            return f"{self.major}.{self.minor + 1}.0"
        return f"{self.major + 1}.0.0"

    def promise(self, later: Version) -> Change | None:
        """Return the largest change that a later version may be; None for one that is not later.

        Examples
        --------
        >>> Version(1, 4, 2).promise(Version(1, 5, 0)), Version(1, 4, 2).promise(Version(1, 4, 2))
        (<Change.MINOR: 1>, None)
        """
        if later <= self:
            return None
        if later.major > self.major:
            return Change.MAJOR
        if later.minor > self.minor:
            return Change.MAJOR if self.major == 0 else Change.MINOR
        return Change.PATCH


class Check(NamedTuple):
    """Whether a number promises as much change as there is.

    Attributes
    ----------
    holds : bool
    text : str
        A sentence without its stop.
    """

    holds: bool
    text: str


def check_version(number: str, before: str, change: Change) -> Check:
    """Hold the number of a new model against what changes since the old one.

    Parameters
    ----------
    number : str
        Of the new model.
    before : str
        Of the old one.
    change : Change

    Raises
    ------
    ValueError
        If `number` is no version.
    ArtifactError
        If `before` is none.

    Examples
    --------
    >>> check_version("1.4.1", "1.4.0", Change.MINOR).text
    '1.4.1 promises a patch after 1.4.0, and there is a minor change: take 1.5.0'
    """
    later = Version.of(number)
    try:
        earlier = Version.of(before)
    except ValueError as problem:
        message = f"the old model's version cannot be compared: {problem}"
        raise ArtifactError(message) from problem
    promise = earlier.promise(later)
    wanted = earlier.after(change)
    if promise is None:
        return Check(holds=False, text=f"{number} is not later than {before}: take {wanted}")
    if promise < change:
        text = f"{number} promises {_article(promise)} after {before}, and there is"
        return Check(holds=False, text=f"{text} {_article(change)}: take {wanted}")
    return Check(holds=True, text=f"{number} promises enough after {before}")


def _article(change: Change) -> str:
    return "a patch" if change is Change.PATCH else f"a {change.word} change"
