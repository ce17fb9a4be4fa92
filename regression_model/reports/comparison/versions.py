"""What a version number promises, and which one a change calls for."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from regression_model.exceptions import ArtifactError
from regression_model.processing.shown_values import shown
from regression_model.reports.comparison.change import Change

_FORM = re.compile(r"v?([0-9]{1,9}(?:\.[0-9]{1,9}){0,5})([-+._a-z][-+._a-z0-9]{0,50})?")
"""Numbers with dots, then what Python's versions may end in: ``rc1``, ``.post2``, ``+local``."""
_BEFORE_RELEASE = re.compile(r"[-._]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-._]?[0-9]*")
"""Such an end where the number itself is still to come."""


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


def is_older(number: str, before: str) -> bool:
    """Tell whether a version is older than another; of what is no version nobody can tell.

    Examples
    --------
    >>> is_older("1.3.9", "1.4.0"), is_older("2.0.0rc1", "2.0.0"), is_older("one", "1.4.0")
    (True, True, False)
    """
    try:
        return Version.of(number) < Version.of(before) or _is_release_of(before, number)
    except ValueError:
        return False


def _is_release_of(number: str, before: str) -> bool:
    """Tell whether a number is the one that the other was only a candidate for."""
    end, end_before = _end(number), _end(before)
    is_candidate = _BEFORE_RELEASE.fullmatch(end_before) is not None
    return is_candidate and end == "" and Version.of(number) == Version.of(before)


def _end(number: str) -> str:
    found = _FORM.fullmatch(number)
    return "" if found is None else found[2] or ""


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
    # a candidate promised nothing yet
    released = _is_release_of(number, before)
    promise = Change.MAJOR if released else earlier.promise(later)
    wanted = earlier.after(change)
    if promise is None:
        return Check(holds=False, text=f"{number} is not later than {before}: take {wanted}")
    if promise < change:
        text = f"{number} promises {_article(promise)} after {before}, and there is"
        return Check(holds=False, text=f"{text} {_article(change)}: take {wanted}")
    return Check(holds=True, text=f"{number} promises enough after {before}")


def _article(change: Change) -> str:
    return "a patch" if change is Change.PATCH else f"a {change.word} change"
