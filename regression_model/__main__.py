"""``python -m regression_model``: the same as the command ``regression-model``."""

import sys

from regression_model.processing.interruptions import signals_held

_INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ends, as a shell gives it."""


def main() -> None:
    """Import the command line, which takes a moment that Ctrl-C may end, and run it."""
    try:
        with signals_held():
            from regression_model.cli import main as run
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
