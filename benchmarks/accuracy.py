"""What was tried on the training houses, and what it gave: ten folds, three seeds.

``python -m benchmarks.accuracy`` prints the root mean squared error of the log price for the
shipped config and for changes to it. The whole pipeline is fitted inside the folds. Pooled is over
all rows of a repeat, averaged over the seeds; the mean of folds stands beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from regression_model.config.core import ModelConfig, load_config
from regression_model.pipeline import build_pipeline
from regression_model.processing.data_manager import load_dataset
from regression_model.train_pipeline import split_target
from regression_model.training.fitting import fit_and_predict
from regression_model.training.folds import make_folds
from regression_model.training.quality import summarise
from regression_model.training.sample import Sample
from regression_model.training.workers import in_parallel

SEEDS = (1, 2, 3)
LINEAR = ("robust", "sparse")
TREES = ("trees", "wide_trees", "counting_trees")

Change = dict[str, Any]


def linear(**settings: Any) -> Change:
    """Change settings of both linear branches."""
    return {"estimators": dict.fromkeys(LINEAR, settings)}


def trees(**settings: Any) -> Change:
    """Change settings of all trees."""
    return {"estimators": dict.fromkeys(TREES, settings)}


def instead_of_trees(**estimators: Change) -> Change:
    """Replace all trees."""
    return {"estimators": {**dict.fromkeys(TREES), **estimators}}


def instead_of_the_first(**settings: Any) -> Change:
    """Replace one of the three ensembles of trees."""
    return {"estimators": {"trees": {"weight": 0.2, **settings}}}


def only(**estimators: Change) -> Change:
    """Replace all estimators."""
    return {"only": estimators}


LINEAR_STEPS: Change = {
    "clip_quantile": 0.01, "log_skewness": 0.5, "rare_level_count": 5, "missing_indicators": False,
}  # fmt: skip
AS_IN_0_5: Change = {
    "type": "gradient_boosting", "n_estimators": 150, "learning_rate": 0.085, "max_depth": 4,
    "max_features": 0.12, "min_samples_leaf": 1, "subsample": 0.7, "loss": "huber", "alpha": 0.95,
}  # fmt: skip
SLOW_CATBOOST: Change = {"type": "catboost", "rsm": 0.2}
VARIANTS: dict[str, Change] = {
    "shipped": {},
    "as in version 0.5.0: one ensemble of trees": instead_of_trees(
        robust={"alpha": 100}, one={**AS_IN_0_5, "weight": 0.6}
    ),
    "three of those, alike but for their seeds": instead_of_trees(
        one={**AS_IN_0_5, "weight": 0.2},
        two={**AS_IN_0_5, "weight": 0.2, "seed": 7},
        three={**AS_IN_0_5, "weight": 0.2, "seed": 8},
    ),
    "CatBoost, 1,000 x 6, in the place of all trees": instead_of_trees(
        one={**SLOW_CATBOOST, "weight": 0.6, "iterations": 1000, "learning_rate": 0.03},
    ),
    "CatBoost, 1,000 x 6, in the place of one ensemble": instead_of_the_first(
        **SLOW_CATBOOST, iterations=1000, learning_rate=0.03
    ),
    "CatBoost, 1,000 x 4, in the place of one ensemble": instead_of_the_first(
        **SLOW_CATBOOST, iterations=1000, depth=4, learning_rate=0.04
    ),
    "LightGBM, 250 x 8 leaves, in the place of one ensemble": instead_of_the_first(
        type="lightgbm", n_estimators=250, num_leaves=8, learning_rate=0.07, min_child_samples=5,
        colsample_bytree=0.2, subsample=0.7,
    ),
    "Huber with a penalty of 100": {"estimators": {"robust": {"alpha": 100}}},
    "Huber alone as the linear branch": {
        "estimators": {"robust": {"weight": 0.4}, "sparse": None},
    },
    "no clipping": linear(clip_quantile=0),
    "clipped at 0.5 %": linear(clip_quantile=0.005),
    "no logarithms": linear(log_skewness=1000),
    "logarithms above a skewness of 0.75": linear(log_skewness=0.75),
    "levels rare below 10 rows": linear(rare_level_count=10),
    "columns that say where a number was missing": linear(missing_indicators=True),
    "no derived features": {"derived": {}},
    "ridge in the place of both linear branches": {
        "estimators": {"robust": None, "sparse": {"type": "ridge", "weight": 0.4, "alpha": 20}}
    },
    "elastic net in the place of lasso": {
        "estimators": {"sparse": {"type": "elastic_net", "alpha": 0.001, "l1_ratio": 0.5}}
    },
    "half of the weight linear": linear(weight=0.3),
    "trees: squared error": trees(loss="squared_error"),
    "trees: three rows a leaf": trees(min_samples_leaf=3),
    "trees: 200, slower": trees(n_estimators=200, learning_rate=0.065),
    "trees: 300, slower still": trees(n_estimators=300, learning_rate=0.045),
    "lasso alone": only(a={"type": "lasso", "alpha": 0.0006, **LINEAR_STEPS}),
    "huber alone": only(a={"type": "huber", "alpha": 30, **LINEAR_STEPS}),
    "trees alone": {"estimators": {"robust": None, "sparse": None}},
    "histogram boosting in the place of the trees": instead_of_trees(
        histogram={"type": "hist_gradient_boosting", "weight": 0.6}
    ),
    "random forest alone": only(a={"type": "random_forest"}),
    "extra trees alone": only(a={"type": "extra_trees"}),
    "target: Yeo-Johnson": {"target": {"transform": "yeo_johnson"}},
}  # fmt: skip


def changed(shipped: dict[str, Any], change: Change) -> ModelConfig:
    """Return the shipped config with a change; None takes an estimator out."""
    settings = {**shipped, "estimators": dict(shipped["estimators"])}
    if "only" in change:
        settings["estimators"] = change["only"]
    for name, estimator in change.get("estimators", {}).items():
        before = settings["estimators"].pop(name, {})
        if estimator is None:
            continue
        if estimator.get("type", before.get("type")) != before.get("type"):
            before = {"weight": before.get("weight", 1), **LINEAR_STEPS}
            before = before if estimator["type"] in ("ridge", "elastic_net") else {}
        settings["estimators"][name] = {**before, **estimator}
    if "derived" in change:
        settings["derived"] = change["derived"]
    settings["target"] = {**shipped["target"], **change.get("target", {})}
    return ModelConfig(**settings)


def measure_variant(config: ModelConfig, sample: Sample) -> dict[str, float]:
    """Return the error of one config over all seeds."""
    pooled, of_folds = [], []
    started = time.perf_counter()
    for seed in SEEDS:
        folds = make_folds(sample, config.evaluation.model_copy(update={"repeats": 1}), seed)
        predictions = np.full((1, len(sample)), np.nan)
        pipeline = build_pipeline(config)
        results = in_parallel(fit_and_predict, ((pipeline, sample, fold) for fold in folds))
        for (_, test), predicted in zip(folds, results, strict=True):
            predictions[0, test] = predicted
        result = summarise(sample, np.maximum(predictions, 1.0), folds, log=True)
        pooled.append(result.pooled.rmse_log)
        of_folds.append(result.mean_of_folds.rmse_log)
    seconds = time.perf_counter() - started
    of_seeds = np.array(pooled, dtype=np.float64)
    return {
        "pooled": float(of_seeds.mean()),
        "mean_of_folds": float(np.array(of_folds, dtype=np.float64).mean()),
        "lowest_seed": float(of_seeds.min()),
        "highest_seed": float(of_seeds.max()),
        "seconds": seconds,
    }


def main() -> None:
    """Measure the wanted variants and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS), metavar="VARIANT")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    config = load_config()
    data = load_dataset(file_name=config.app_config.training_data_file, config=config)
    sample = Sample(*split_target(data, config))
    shipped = config.model_config.model_dump(mode="json", exclude_unset=True)
    found: dict[str, dict[str, float]] = {}
    print("| what | pooled | seeds | mean of folds | s |\n| --- | --- | --- | --- | --- |")
    for name in options.only or VARIANTS:
        figures = found[name] = measure_variant(changed(shipped, VARIANTS[name]), sample)
        seeds = f"{figures['lowest_seed']:.4f} to {figures['highest_seed']:.4f}"
        print(
            f"| {name} | {figures['pooled']:.4f} | {seeds} | {figures['mean_of_folds']:.4f} | "
            f"{figures['seconds']:.0f} |"
        )
        sys.stdout.flush()
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
