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
    missing = [name for name in _LIBRARIES if _is_missing(name)]
    if missing:
        message = (
            f"serving needs {' and '.join(missing)}, not installed; install the extra serve with: "
            'pip install "evergreen-regression[serve]"'
        )
        raise MissingExtraError(message)


def _is_missing(name: str) -> bool:
    """Tell whether a library is not installed, without the time that importing it takes."""
    try:
        return find_spec(name) is None
    except ModuleNotFoundError:  # what finds modules may say so itself
        return True
