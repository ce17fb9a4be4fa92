"""Predictions for a Dask DataFrame, where its partitions are.

The artifact travels as a task of its own: no file is shipped and no disk shared. A worker needs
this package, of the same version as the one that asks.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from regression_model.processing.cells import type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.artifact.model import Model
    from regression_model.batch.scorer import Scorer


def predict(
    ddf: Any, model: Model, *, interval: float | None = None, keep: Sequence[str] = ()
) -> Any:
    """Predict every row of a Dask DataFrame, lazily, in the partitions that it has.

    A row with an error has no prediction, and costs no other row its own.

    Parameters
    ----------
    ddf : dask.dataframe.DataFrame of n rows
    model : Model
    interval : float, optional
        Adds ``lower`` and ``upper``, between which this share of the truths lies.
    keep : sequence of str
        Columns of `ddf` that stand beside the answers.

    Returns
    -------
    dask.dataframe.DataFrame of n rows
        With the index of `ddf`: the kept columns, ``prediction``, the ends of intervals,
        ``error_code``, ``error`` and ``model_version``; missing where there is none.

    Raises
    ------
    DataError
        If `ddf` has not a kept column.
    ValueError
        If the artifact does not allow this interval, or a kept column is called as an answer.
    TypeError
        If `ddf` is no DataFrame of Dask.
    """
    dd = sys.modules.get("dask.dataframe")  # which a frame has brought along
    if dd is None or not isinstance(ddf, dd.DataFrame):
        message = f"ddf is a {type_name(ddf)}; expected a DataFrame of Dask"
        raise TypeError(message)
    scorer = model.scorer(interval=interval, keep=keep, on_one_thread=True)
    names = list(ddf.columns)
    scorer.check_kept(names)
    if len(set(names)) == len(names):  # else Dask cannot take some of them
        ddf = ddf.iloc[:, scorer.taken(names)]
    # a task of its own, so that its bytes go to each worker once, and not with each partition
    sent = sys.modules["dask"].delayed(scorer, pure=True, traverse=False)
    # without `meta` Dask would call the scorer with made-up rows to see what it answers
    return ddf.map_partitions(_answered, sent, meta=scorer.pandas(ddf._meta))  # noqa: SLF001 - Dask's own way


def _answered(frame: Any, scorer: Scorer) -> Any:
    return scorer.pandas(frame)
