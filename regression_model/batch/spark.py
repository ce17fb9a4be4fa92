"""Predictions for a Spark DataFrame, where its partitions are.

The artifact travels with the task: no file is shipped and no disk shared. A worker needs this
package with the extra `spark`, of the same version as the one that asks.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from regression_model.exceptions import MissingExtraError
from regression_model.processing.cells import type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

    from regression_model.artifact.model import Model
    from regression_model.batch.scorer import Scorer


def predict(
    df: Any, model: Model, *, interval: float | None = None, keep: Sequence[str] = ()
) -> Any:
    """Predict every row of a Spark DataFrame, lazily, in the partitions that it has.

    A row with an error has no prediction, and costs no other row its own.

    Parameters
    ----------
    df : pyspark.sql.DataFrame of n rows
    model : Model
    interval : float, optional
        Adds ``lower`` and ``upper``, between which this share of the truths lies.
    keep : sequence of str
        Columns of `df` that stand beside the answers.

    Returns
    -------
    pyspark.sql.DataFrame of n rows
        The kept columns, ``prediction``, the ends of intervals, ``error_code``, ``error`` and
        ``model_version``; null where there is none.

    Raises
    ------
    DataError
        If `df` has not a kept column.
    ValueError
        If the artifact does not allow this interval, or a kept column is called as an answer.
    TypeError
        If `df` is no DataFrame of Spark.
    MissingExtraError
        If Spark is not installed.
    """
    try:
        from pyspark.sql import DataFrame
        from pyspark.sql.types import DoubleType, StringType, StructType
    except ModuleNotFoundError as problem:
        message = (
            f"predictions for Spark need {problem.name}, which is not installed; install it with: "
            'pip install "evergreen-regression[spark]"'
        )
        raise MissingExtraError(message) from problem
    if not isinstance(df, DataFrame):
        message = f"df is a {type_name(df)}; expected a DataFrame of Spark"
        raise TypeError(message)
    scorer = model.scorer(interval=interval, keep=keep, on_one_thread=True)
    names = df.columns
    scorer.check_kept(names)
    schema = StructType([df.schema[name] for name in scorer.keep])
    for name in scorer.number_names:
        schema = schema.add(name, DoubleType())
    for name in scorer.text_names:
        schema = schema.add(name, StringType())
    taken = scorer.taken(names)
    # by position: Spark takes a dot in a name for a path, and differs on names in capitals
    df = df.toDF(*map(str, range(len(names)))).select([str(i) for i in taken])
    with warnings.catch_warnings():
        # Spark asks for pandas here, and warns of pandas 3, though no frame is made
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        return df.mapInArrow(_answering(scorer, [names[i] for i in taken]), schema)


def _answering(
    scorer: Scorer, names: list[str]
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what Spark calls with the batches of a partition; it is sent with the scorer in it."""

    def answer(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield scorer.arrow(batch.from_arrays(batch.columns, names=names))

    return answer
