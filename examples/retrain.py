"""Train again on the table of today; a clearly worse model does not take the old one's place.

From the top of the clone, once `used_cars.yml` is there (README.md, "From a table to a model"):

    pip install ".[train]"
    python examples/retrain.py used_cars.yml used_cars.zip --model-version 1.1.0

and every Monday at three, by cron:

    0 3 * * 1  cd /srv/cars && python retrain.py used_cars.yml used_cars.zip 2>> retrain.log

The exit status is 0 where a new model is in place, 1 where the old one stays as the new one is
clearly worse, and 2 where nothing could be trained: then the table or the config must be mended.
"""

import argparse
import logging
import sys
from pathlib import Path

from regression_model.config.core import load_config
from regression_model.exceptions import RegressionModelError, WorseModelError
from regression_model.train_pipeline import run_training

logger = logging.getLogger("retrain")

REPLACED, KEPT, FAILED = range(3)


def main() -> int:
    """Read the options and retrain."""
    parser = argparse.ArgumentParser(description="Train again; keep the old model if it is better.")
    parser.add_argument("config", type=Path, help="the YAML file, which names the table")
    parser.add_argument("artifact", type=Path, help="the model in place, or to be")
    parser.add_argument("--model-version", help="what the new model's answers name")
    options = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    return retrain(options.config, options.artifact, options.model_version)


def retrain(config: Path, artifact: Path, model_version: str | None = None) -> int:
    """Train, and replace the artifact by the new model unless that is clearly worse."""
    try:
        # The file is exchanged in one step at the very end: readers see one model or the other.
        result = run_training(
            load_config(config), artifact_path=artifact, model_version=model_version
        )
    except WorseModelError as refusal:
        logger.warning("the old model stays: %s", refusal)
        return KEPT
    except RegressionModelError as problem:
        logger.error("%s", problem)
        return FAILED
    if result.comparison is not None:
        logger.info("%s", result.comparison.sentence())
    return REPLACED


if __name__ == "__main__":
    sys.exit(main())
