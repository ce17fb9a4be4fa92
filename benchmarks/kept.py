"""What it costs to keep a profile, a report and conformance vectors: in training, bytes, loading.

Run as ``python -m benchmarks.kept`` on a quiet machine. It trains the packaged config with and
without ``profile``, in CPU seconds of all processes, and loads both artifacts.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from regression_model.artifact.contents import KEPT
from regression_model.artifact.format import read_artifact, write_artifact
from regression_model.artifact.model import Model
from regression_model.config.core import Config, load_config
from regression_model.predict import load_model
from regression_model.train_pipeline import run_training

_LOADS = 50


def train(profile: str, path: Path) -> None:
    config = load_config()
    settings = config.model_config.model_copy(update={"profile": profile})
    result = run_training(Config(config.app_config, settings, config.folder))
    write_artifact(path, result.artifact)


def cpu_seconds_of_training(profile: str, path: Path) -> float:
    """Train in a process of its own, whose workers have ended when it has."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "benchmarks.kept", "--train", profile, "--to", str(path)]
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def milliseconds_of_loading(path: Path) -> float:
    best = float("inf")
    for _ in range(_LOADS):
        started = time.process_time()
        load_model(path)
        best = min(best, time.process_time() - started)
    return best * 1000


def milliseconds_of_reading(path: Path, name: str) -> float:
    model = Model(read_artifact(path))
    started = time.process_time()
    getattr(model, name.removesuffix(".json"))
    return (time.process_time() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", help="train with this profile, and nothing else")
    parser.add_argument("--to", type=Path)
    options = parser.parse_args()
    if options.train:
        train(options.train, options.to)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = {profile: Path(folder, f"{profile}.zip") for profile in ("none", "aggregates")}
        for profile, path in paths.items():
            seconds = cpu_seconds_of_training(profile, path)
            loading = milliseconds_of_loading(path)
            print(
                f"profile: {profile:10} {seconds:5.1f} CPU s of training, loads in {loading:.2f} ms"
            )
        members = read_artifact(paths["aggregates"]).members
        for name in KEPT:
            reading = milliseconds_of_reading(paths["aggregates"], name)
            print(f"{name:18} {len(members[name]):7,} bytes, first read in {reading:.2f} ms")


if __name__ == "__main__":
    main()
