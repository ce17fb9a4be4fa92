"""MLflow's server with the packaged config's pipeline; takes a folder to save it in, and a port.

It runs in an environment that holds MLflow and what training needs, and answers as
``mlflow models serve`` does: with this application on uvicorn, in one worker.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd

from regression_model.config.core import DATASET_DIR, config
from regression_model.pipeline import build_pipeline


def save(folder: Path) -> Path:
    """Fit the pipeline on the packaged table, and save it as MLflow's users do."""
    import mlflow

    table = pd.read_csv(DATASET_DIR / "train.csv")
    X, y = table.drop(columns=["Id", "SalePrice"]), table["SalePrice"]
    pipeline = build_pipeline(config.model_config).fit(X, y)
    signature = mlflow.models.infer_signature(X, y)
    path = folder / "model"
    mlflow.sklearn.save_model(
        pipeline, path, signature=signature, serialization_format="cloudpickle"
    )
    return path


def main() -> None:
    import uvicorn
    from mlflow.pyfunc import scoring_server

    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    os.environ[scoring_server._SERVER_MODEL_PATH] = str(save(folder))  # noqa: SLF001
    uvicorn.run(
        "mlflow.pyfunc.scoring_server.app:app", port=port, access_log=False, log_level="error"
    )


if __name__ == "__main__":
    main()
