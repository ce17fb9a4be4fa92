"""Answer with every artifact that was ever released, and print how far from what it answered then.

Run by .ci/matrix.py in environments that have what predicts alone.
"""

import csv
import json
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from regression_model.predict import load_model, packaged_artifact
from regression_model.processing.csv_files import read_columns

ROOT = Path(__file__).parent.parent
ARTIFACTS = ROOT / "tests" / "artifacts"
TABLE = ROOT / "regression_model" / "datasets" / "test.csv"
LIBRARIES = ("numpy", "onnxruntime", "pydantic")

Pair = tuple[float | None, float | None]


def numbers_of_tables() -> Iterator[Pair]:
    """Yield each prediction of a table, with what was expected of that version."""
    table = read_columns(TABLE)
    for expected in sorted(ARTIFACTS.glob("expected_v*.csv")):
        name = expected.stem.replace("expected", "model")
        path = ARTIFACTS / f"{name}.zip"
        if not path.exists():
            path = packaged_artifact()
        model = load_model(path)
        if f"model_v{model.version}" != name:
            raise SystemExit(f"there is no artifact {name}.zip in {ARTIFACTS}")
        answers = model.predict(table, from_file=True)["predictions"]
        with expected.open(encoding="utf-8", newline="") as file:
            told = [float(row["prediction"]) for row in csv.DictReader(file)]
        yield from zip(told, answers, strict=True)


def numbers_of_examples() -> Iterator[Pair]:
    """Yield each number of examples: predictions, and where kept intervals and explanations."""
    for path in sorted(ARTIFACTS.glob("*.json")):
        model = load_model(path.with_suffix(".zip"))
        for example in json.loads(path.read_text(encoding="utf-8")):
            options: dict[str, Any] = {}
            if "interval" in example:
                options = {"interval": example["interval"], "explain": True}
            answer = model.predict([example["record"]], from_file=True, **options)
            yield example["prediction"], answer["predictions"][0]
            if not options:
                continue
            yield example["lower"], answer["lower"][0]
            yield example["upper"], answer["upper"][0]
            yield from numbers_of_explanation(example["explanation"], answer["explanations"][0])


def numbers_of_explanation(expected: Any, found: Any) -> Iterator[Pair]:
    """Yield score and contributions, in proportion to the score."""
    if expected is None or found is None:
        yield (None if expected is None else 0.0), (None if found is None else 0.0)
        return
    size = max(abs(expected["score"]), 1.0)
    yield expected["score"], found["score"]
    if expected["contributions"].keys() != found["contributions"].keys():
        raise SystemExit("an explanation names other features than then")
    for name, part in expected["contributions"].items():
        # a part near zero is the rest of large ones: it is right to as many digits as the score
        yield size + part, size + found["contributions"][name]


def distance(expected: float | None, found: float | None) -> float:
    """Return by how much a number differs, as a share; infinity where there is none of two."""
    if expected is None or found is None:
        return 0.0 if expected is found else float("inf")
    return abs(found - expected) / max(abs(expected), abs(found), 1e-300)


def main() -> None:
    pairs = [*numbers_of_tables(), *numbers_of_examples()]
    said = {
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "n_artifacts": len({*ARTIFACTS.glob("*.zip"), packaged_artifact()}),
        "n_numbers": len(pairs),
        "largest": max(distance(*pair) for pair in pairs),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
