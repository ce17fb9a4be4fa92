"""What a config says of how quality is measured."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from regression_model.estimators.settings import Settings


class EvaluationConfig(Settings):
    """How quality is measured."""

    folds: Annotated[
        int, Field(ge=2, le=100, description="Parts of the table, each predicted from the others.")
    ] = 10
    repeats: Annotated[
        int, Field(ge=1, le=100, description="How often, each time with other folds.")
    ] = 1
    hold_out: Annotated[
        float, Field(gt=0, lt=0.9, description="Share of rows kept aside for a second opinion.")
    ] = 0.1
    inner_folds: Annotated[
        int,
        Field(
            ge=0,
            le=20,
            description="Folds within the training rows of each fold, to measure intervals "
            "honestly; 0 measures them with the residuals at hand, which is faster.",
        ),
    ] = 5
