"""What numbers promise, with the rules before 1.0.0."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.exceptions import ArtifactError
from regression_model.reports.comparison.change import Change
from regression_model.reports.comparison.versions import Version, check_version

NUMBERS = st.builds(Version, st.integers(0, 3), st.integers(0, 30), st.integers(0, 30))


@given(version=NUMBERS, change=st.sampled_from(Change))
def test_the_next_version_promises_enough(version: Version, change: Change) -> None:
    before = ".".join(map(str, version))
    checked = check_version(version.after(change), before, change)
    assert checked.holds
    assert checked.text == f"{version.after(change)} promises enough after {before}"


@pytest.mark.parametrize(
    ("number", "before", "change", "promise"),
    [
        ("1.4.1", "1.4.0", Change.PATCH, "enough"),
        ("1.4.1", "1.4.0", Change.MINOR, "too little"),
        ("1.5.0", "1.4.0", Change.MINOR, "enough"),
        ("1.5.0", "1.4.0", Change.MAJOR, "too little"),
        ("2.0.0", "1.4.0", Change.MAJOR, "enough"),
        ("2.0.0rc1", "1.4.0", Change.MAJOR, "enough"),
        ("1.10", "1.9", Change.MINOR, "enough"),
        ("0.5.0", "0.4.9", Change.MAJOR, "enough"),
        ("0.4.10", "0.4.9", Change.MINOR, "too little"),
        ("1.0.0", "0.4.9", Change.MAJOR, "enough"),
        ("1.4.0", "1.4.0", Change.PATCH, "too little"),
        ("1.3.9", "1.4.0", Change.PATCH, "too little"),
    ],
)
def test_a_number_must_promise_the_change(
    number: str, before: str, change: Change, promise: str
) -> None:
    checked = check_version(number, before, change)
    assert checked.holds is (promise == "enough")
    if not checked.holds:
        assert checked.text.endswith(f": take {Version.of(before).after(change)}")


@pytest.mark.parametrize("number", ["", "one", "1.2.x y", "1" * 50, "\x1b[31m"])
def test_what_is_no_version_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"is no version such as 1\.4\.0"):
        check_version(number, "1.0.0", Change.PATCH)
    with pytest.raises(ArtifactError, match=r"the old model's version cannot be compared"):
        check_version("1.0.0", number, Change.PATCH)
