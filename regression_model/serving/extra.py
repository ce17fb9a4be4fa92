"""The extra that serving takes, reported by name where it is missing."""

from importlib.util import find_spec

from regression_model.exceptions import MissingExtraError

_LIBRARIES = ("starlette", "uvicorn")


def check_extra() -> None:
    """Check that what serves is installed.

    Raises
    ------
    MissingExtraError
        If not; the message has the command that installs it.
    """
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        message = (
            f"serving needs {' and '.join(missing)}, not installed; install the extra serve with: "
            'pip install "evergreen-regression[serve]"'
        )
        raise MissingExtraError(message)
