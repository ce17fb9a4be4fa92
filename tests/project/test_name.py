"""What a package of one's own may be called."""

import sys
from pathlib import Path

import pytest

from regression_model.exceptions import ProjectError
from regression_model.project.name import check_name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Car", "is no name for a package.*; car would do"),
        ("car-price", "; car_price would do"),
        ("1car", "beginning with a letter$"),
        ("prägung", "beginning with a letter$"),
        ("class", "is no name for a package"),
        ("", "is no name for a package"),
        ("_car", "; car would do"),
        ("car_", "; car would do"),
        ("car__price", "; car_price would do"),
        ("x" * 65, "is too long"),
        ("folder/car", "is a path"),
        ("car/", "is a path"),
        ("json", "would hide a part of Python"),
        ("tests", "would hide a part of Python or of the project"),
        ("regression_model", "would hide a part of Python or of the project"),
        ("numpy", "installed module"),
        ("scikit_learn", "would replace the installed distribution scikit-learn"),
        (Path(sys.executable).stem, "hide"),
    ],
)
def test_a_name_that_will_not_do(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    with pytest.raises(ProjectError, match=said):
        check_name(name)


@pytest.mark.parametrize("name", ["car_price", "match", "a1_2b", "x" * 64])
def test_a_name_that_will_do(name: str) -> None:
    check_name(name)
