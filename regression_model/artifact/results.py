"""What a prediction is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from regression_model.processing.validation import Entry


class Explanation(TypedDict):
    """Why a row has its score: ``base`` and all ``contributions`` add up to ``score``.

    Attributes
    ----------
    base : float
        The mean score of the training rows, on the model's scale.
    score : float
        The row's score; a prediction is a score in target units, within the target's bounds where
        it has any. The score itself has no bounds, so that contributions add up to it.
    contributions : dict of str to float
        What each feature adds, by the names that config gives to columns and derived features.
    effect : dict of str to float
        For a target on a log scale: the factor by which each feature multiplies the prediction.
    """

    base: float
    score: float
    contributions: dict[str, float]
    effect: NotRequired[dict[str, float]]


class PredictionResult(TypedDict):
    """What `make_prediction` returns; ``json.dumps(result, allow_nan=False)`` takes it as it is.

    Attributes
    ----------
    predictions : list of (float or None)
        In target units and within the target's bounds, one for each input row, in order; None where
        the row has an error.
    version : str
        The model's version.
    errors : list of dict or None
        Why rows have no prediction: ``row`` (0-based, None for all rows), ``column``, ``code``,
        ``value`` and ``message``. A row that failed has 1 to 20; ``further_errors`` counts the
        rest.
    warnings : list of dict or None
        The same shape, about what does not keep a row from its prediction: 1,000 of one code in one
        column; ``further_warnings`` counts the rest. Long texts are shortened in both lists.
    lower, upper : list of (float or None)
        With ``interval``: the ends of each row's interval, in target units and within its bounds.
    explanations : list of (dict or None)
        With ``explain``: why each row has its score; None where it is no finite number.
    """

    predictions: list[float | None]
    version: str
    errors: list[Entry] | None
    warnings: list[Entry] | None
    lower: NotRequired[list[float | None]]
    upper: NotRequired[list[float | None]]
    explanations: NotRequired[list[Explanation | None]]
