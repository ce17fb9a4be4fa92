"""Try every released artifact under each Python that is here, with oldest and newest libraries.

Prints the table that stands in docs/explanation/longevity.md. Needs a package index.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
VERSIONS = ((3, 11), (3, 12), (3, 13), (3, 14))
LIBRARIES = ("numpy", "onnxruntime", "pydantic")
# The first that have wheels for a Python, where the oldest that is allowed has none.
FIRST_WHEELS = {
    (3, 13): {"numpy": "2.1.0"},
    (3, 14): {"numpy": "2.3.2", "pydantic": "2.12.0"},
}
ALLOWED = 1e-9


def pythons() -> dict[tuple[int, int], str]:
    """Return an interpreter of each version that is installed: on the path, or pyenv's."""
    found: dict[tuple[int, int], str] = {}
    # on Windows each is called python.exe, in a folder of its own
    everywhere = [str(Path(folder, "python")) for folder in os.get_exec_path()]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for major, minor in VERSIONS:
        name = f"{major}.{minor}"
        candidates = [sys.executable, f"python{name}", *everywhere]
        candidates += [str(path) for path in sorted(pyenv.glob(f"{name}.*/bin/python"))]
        for candidate in candidates:
            if version_of(candidate) == (major, minor):
                found[major, minor] = candidate
                break
    return found


def version_of(interpreter: str) -> tuple[int, ...] | None:
    code = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(  # noqa: S603
            [interpreter, "-c", code], check=False, capture_output=True, text=True
        )
    except OSError:
        return None
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def wanted(version: tuple[int, int], libraries: str) -> list[str]:
    """Return what pip is to install."""
    if libraries == "newest":
        return list(LIBRARIES)
    lines = subprocess.run(  # noqa: S603
        [sys.executable, ROOT / ".ci" / "oldest.py"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    oldest = dict(line.split("==") for line in lines)
    oldest |= FIRST_WHEELS.get(version, {})
    return [f"{name}=={oldest[name]}" for name in LIBRARIES]


def answers(interpreter: str, requirements: list[str], folder: Path) -> dict[str, Any]:
    """Return what .ci/answers.py says in an environment of its own."""
    subprocess.run([interpreter, "-m", "venv", folder], check=True)  # noqa: S603
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # compiled here a library would be another one than those that people have
    subprocess.run([*install, "--only-binary", ":all:", *requirements], check=True)  # noqa: S603
    done = subprocess.run(  # noqa: S603
        [python, ROOT / ".ci" / "answers.py"],
        check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def main() -> None:
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for version, interpreter in pythons().items():
            for libraries in ("oldest", "newest"):
                place = Path(folder, f"{version[0]}.{version[1]}-{libraries}")
                rows.append(answers(interpreter, wanted(version, libraries), place))
    print(f"On {platform.system()}, {platform.machine()}:\n")
    print("| Python | NumPy | ONNX Runtime | pydantic | artifacts | numbers | largest difference |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        cells = [row[key] for key in ("python", *LIBRARIES, "n_artifacts", "n_numbers")]
        print("|", " | ".join(map(str, cells)), f"| {row['largest']:.1e} |")
    worst = max(row["largest"] for row in rows)
    if worst > ALLOWED:
        sys.exit(f"a number differs by {worst:.1e} of it; at most {ALLOWED:g} is allowed")


if __name__ == "__main__":
    main()
