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
    """Return how far the process's peak rises above what it holds with the frame in memory."""
    from benchmarks.measure import frame
    from regression_model.predict import make_prediction

    make_prediction(input_data={"LotArea": 8450})
    table = frame(int(n_rows), "clean")
    with open("/proc/self/clear_refs", "w", encoding="ascii") as peak:  # noqa: PTH123
        peak.write("5")  # from here on, VmHWM is the peak
    before = _status("VmRSS")
    make_prediction(input_data=table)
    return {"megabytes": (_status("VmHWM") - before) / 1024}


def _status(field: str) -> int:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        return next(int(line.split()[1]) for line in status if line.startswith(field))


def _one_row_and_many(predict: object, table: object, large: object) -> dict[str, float]:
    single = [table.iloc[i : i + 1] for i in range(len(table))]  # type: ignore[arg-type, attr-defined]
    for row in single[:20]:
        predict(row)  # type: ignore[operator]
    times = []
    for row in single:
        row_start = time.perf_counter_ns()
        predict(row)  # type: ignore[operator]
        times.append((time.perf_counter_ns() - row_start) / 1000)
    times.sort()
    start = time.perf_counter()
    predict(large)  # type: ignore[operator]
    rate = len(large) / (time.perf_counter() - start)  # type: ignore[arg-type]
    return {
        "median": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)],
        "rows_per_second": rate,
    }


def _answers(make_prediction: object, row: object) -> bool:
    """Tell whether the reference package answers a row at all; it raises on some."""
    try:
        make_prediction(input_data=row)  # type: ignore[operator]
    except ValueError:
        return False
    return True


def reference(test_file: str, n_rows: str) -> dict[str, float]:
    import pandas as pd
    from regression_model.predict import make_prediction

    table = pd.read_csv(test_file)
    answered = make_prediction(input_data=table)
    large = table.sample(int(n_rows), replace=True, random_state=0)
    answered_alone = [i for i in range(300) if _answers(make_prediction, table[i : i + 1])]
    measured = _one_row_and_many(
        lambda rows: make_prediction(input_data=rows), table.iloc[answered_alone], large
    )
    return {**measured, "rows_in": len(table), "rows_out": len(answered["predictions"])}


def sklearn(test_file: str, n_rows: str) -> dict[str, float]:
    import pandas as pd

    from regression_model.config.core import config
    from regression_model.pipeline import build_pipeline
    from regression_model.processing.data_manager import load_dataset
    from regression_model.train_pipeline import split_target
    from regression_model.training.fitting import fit
    from regression_model.training.sample import Sample

    pipeline = build_pipeline(config.model_config)
    fitted = fit(pipeline, Sample(*split_target(load_dataset(file_name="train.csv"), config)))
    table = pd.read_csv(test_file)
    large = table.sample(int(n_rows), replace=True, random_state=0)
    return _one_row_and_many(fitted.predict, table[:300], large)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    print(json.dumps(globals()[what](*arguments)))
