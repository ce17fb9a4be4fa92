"""Measurements that want a process of their own; each prints one JSON object.

Run as ``python child.py WHAT [ARGUMENT ...]``. ``reference`` and ``sklearn`` run in environments
that have other packages than ours.
"""

import json
import sys
import time

STARTED = time.perf_counter()


def cold_start() -> dict[str, float]:
    from regression_model.predict import make_prediction

    make_prediction(input_data={"LotArea": 8450, "OverallQual": 7})
    return {"seconds": time.perf_counter() - STARTED}


def cold_start_reference(test_file: str) -> dict[str, float]:
    import pandas as pd
    from regression_model.predict import make_prediction

    make_prediction(input_data=pd.read_csv(test_file, nrows=1))
    return {"seconds": time.perf_counter() - STARTED}


def memory(n_rows: str) -> dict[str, float]:
    import resource

    from benchmarks.measure import frame
    from regression_model.predict import make_prediction

    make_prediction(input_data={"LotArea": 8450})
    table = frame(int(n_rows), "clean")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123
        resident = int(statm.read().split()[1]) * resource.getpagesize() / 1024
    make_prediction(input_data=table)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"megabytes": max(0.0, after - min(before, resident)) / 1024}


def _one_row_and_many(predict: object, table: object, large: object) -> dict[str, float]:
    single = [table.iloc[i : i + 1] for i in range(len(table))]  # type: ignore[attr-defined]
    for row in single[:20]:
        predict(row)  # type: ignore[operator]
    times = []
    for row in single:
        start = time.perf_counter_ns()
        predict(row)  # type: ignore[operator]
        times.append((time.perf_counter_ns() - start) / 1000)
    times.sort()
    start = time.perf_counter()
    predict(large)  # type: ignore[operator]
    rate = len(large) / (time.perf_counter() - start)  # type: ignore[arg-type]
    return {
        "median": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)],
        "rows_per_second": rate,
    }


def reference(test_file: str, n_rows: str) -> dict[str, float]:
    import pandas as pd
    from regression_model.predict import make_prediction

    table = pd.read_csv(test_file)
    answered = make_prediction(input_data=table)
    large = table.sample(int(n_rows), replace=True, random_state=0)
    measured = _one_row_and_many(
        lambda rows: make_prediction(input_data=rows),
        table.dropna(subset=["MSZoning"])[:300],
        large,
    )
    return {**measured, "rows_in": len(table), "rows_out": len(answered["predictions"])}


def sklearn(test_file: str, n_rows: str) -> dict[str, float]:
    import pandas as pd

    from regression_model.config.core import config
    from regression_model.evaluation import fit
    from regression_model.pipeline import build_pipeline
    from regression_model.processing.data_manager import load_dataset
    from regression_model.train_pipeline import split_target

    pipeline = build_pipeline(config.model_config)
    fitted = fit(pipeline, *split_target(load_dataset(file_name="train.csv"), config))
    table = pd.read_csv(test_file)
    large = table.sample(int(n_rows), replace=True, random_state=0)
    return _one_row_and_many(fitted.predict, table[:300], large)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    print(json.dumps(globals()[what](*arguments)))
