"""What comparable tools do with one pipeline, and with one bad row of three: the README's table.

It runs without this package, in an environment of its own; a tool that is not installed is left
out:

    python -m venv comparable
    comparable/bin/pip install mlflow-skinny vetiver skops autogluon.tabular
    comparable/bin/python benchmarks/comparable.py
"""

from __future__ import annotations

import importlib.metadata
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "regression_model" / "datasets" / "train.csv"
COLUMNS = ["GrLivArea", "OverallQual", "Neighborhood"]
SHOWN = 150
"""How many characters of an error are shown."""


def main() -> None:
    warnings.simplefilter("ignore")
    for distribution, tries in TOOLS.items():
        try:
            version = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            print(f"\n{distribution} is not installed")
            continue
        print(f"\n{distribution} {version}")
        with tempfile.TemporaryDirectory() as folder:
            for what, attempt in tries.items():
                print(f"  {what}: {_outcome(attempt, Path(folder) / 'model')}")


def _outcome(attempt: Callable[[Path], object], path: Path) -> str:
    try:
        return str(attempt(path))
    except Exception as problem:  # noqa: BLE001 - what a tool raises is the finding
        return f"{type(problem).__name__}: {' '.join(str(problem).split())[:SHOWN]}"


def _table() -> Any:
    import pandas as pd

    return pd.read_csv(TABLE)


def _pipeline() -> Any:
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    levels = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    encoder = make_column_transformer((levels, ["Neighborhood"]), remainder="passthrough")
    table = _table()
    return make_pipeline(encoder, HistGradientBoostingRegressor()).fit(
        table[COLUMNS], table["SalePrice"]
    )


def _three_rows() -> Any:
    """Return three rows, of which the second has a text where a number belongs."""
    rows = _table()[COLUMNS].head(3).astype(object)
    rows.loc[1, "GrLivArea"] = "big"
    return rows


def _files(path: Path) -> list[str]:
    folder = path if path.is_dir() else path.parent
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def mlflow_saves(path: Path) -> list[str]:
    import mlflow

    mlflow.sklearn.save_model(_pipeline(), path)
    return _files(path)


def mlflow_saves_a_pickle(path: Path) -> list[str]:
    import mlflow

    signature = mlflow.models.infer_signature(_table()[COLUMNS], _table()["SalePrice"])
    path = path.with_name("pickled")
    mlflow.sklearn.save_model(
        _pipeline(), path, signature=signature, serialization_format="cloudpickle"
    )
    return _files(path)


def mlflow_predicts(path: Path) -> object:
    import mlflow

    return mlflow.pyfunc.load_model(path.with_name("pickled")).predict(_three_rows())


def skops_saves(path: Path) -> list[str]:
    import skops.io

    skops.io.dump(_pipeline(), path.with_suffix(".skops"))
    return _files(path)


def skops_loads(path: Path) -> object:
    import skops.io

    return skops.io.load(path.with_suffix(".skops"))


def vetiver_saves(path: Path) -> list[str]:
    from pins import board_folder
    from vetiver import VetiverModel, vetiver_pin_write

    board = board_folder(path, versioned=False, allow_pickle_read=True)
    vetiver_pin_write(board, VetiverModel(_pipeline(), "houses", prototype_data=_table()[COLUMNS]))
    return _files(path)


def vetiver_predicts(_: Path) -> object:
    from fastapi.testclient import TestClient
    from vetiver import VetiverAPI, VetiverModel

    model = VetiverModel(_pipeline(), "houses", prototype_data=_table()[COLUMNS])
    answer = TestClient(VetiverAPI(model).app).post(
        "/predict", json=_three_rows().to_dict(orient="records")
    )
    return f"{answer.status_code} {' '.join(answer.text.split())[:SHOWN]}"


def autogluon_saves(path: Path) -> list[str]:
    from autogluon.tabular import TabularPredictor

    forest = {"RF": {"n_estimators": 20}}
    table = _table()[[*COLUMNS, "SalePrice"]]
    TabularPredictor("SalePrice", path=str(path), verbosity=0).fit(table, hyperparameters=forest)
    return _files(path)


def autogluon_predicts(path: Path) -> object:
    from autogluon.tabular import TabularPredictor

    return TabularPredictor.load(str(path)).predict(_three_rows())


TOOLS: dict[str, dict[str, Callable[[Path], object]]] = {
    "mlflow-skinny": {
        "saves in its default format": mlflow_saves,
        "saves as asked": mlflow_saves_a_pickle,
        "three rows, one bad": mlflow_predicts,
    },
    "skops": {"saves": skops_saves, "loads": skops_loads},
    "vetiver": {"saves": vetiver_saves, "three rows, one bad": vetiver_predicts},
    "autogluon.tabular": {"saves": autogluon_saves, "three rows, one bad": autogluon_predicts},
}

if __name__ == "__main__":
    main()
