"""Commands as at a terminal of 100 columns without colours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WIDTH = 100
_LINES = 50  # without it rich takes a terminal without colours to have 80 columns


class Terminal:
    """A shell whose folder and exit status last from one command to the next.

    Parameters
    ----------
    folder : Path
        Where it starts.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status = 0

    def run(self, command: str) -> str:
        """Run a command and return what its terminal shows."""
        folder_out, folder_in = os.pipe()
        screen, terminal = os.openpty()
        script = f"(exit {self.status})\n{command}\nstatus=$?\npwd >&{folder_in}\nexit $status\n"
        with subprocess.Popen(
            ["/bin/bash", "-c", script],
            cwd=self.folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            pass_fds=[folder_in],
        ) as process:
            os.close(terminal)
            os.close(folder_in)
            shown = _read_all(screen)
            folder = _read_all(folder_out).rstrip("\n")
        self.status = process.returncode
        if folder:
            self.folder = Path(folder)
        return shown.replace("\r\n", "\n")


def _environment() -> dict[str, str]:
    """Return variables by which our commands are found and nothing is coloured."""
    commands = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": os.pathsep.join([commands, os.environ.get("PATH", os.defpath)]),
        "TERM": "dumb",
        "COLUMNS": str(WIDTH),
        "LINES": str(_LINES),
        "PYTHONIOENCODING": "utf-8",
    }


def _read_all(file: int) -> str:
    """Return what is written until nobody can write any more."""
    chunks = []
    with open(file, "rb", buffering=0) as source:
        while True:
            try:
                chunk = source.read(65536)
            except OSError:  # so Linux says that the last program at a terminal has ended
                break
            if not chunk:
                break
            chunks.append(chunk)
    return b"".join(chunks).decode()
