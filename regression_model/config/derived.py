"""What a config says of features that are computed from columns."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from regression_model.estimators.settings import Settings
from regression_model.transformers.operations import OperationName


class ElapsedConfig(Settings):
    """Columns that are replaced by the time from them to a reference column."""

    reference: Annotated[str, Field(description="The column that time is counted up to.")]
    columns: Annotated[tuple[str, ...], Field(description="The columns that are replaced.")]


class DerivedConfig(Settings):
    """A new feature, computed from columns or from derived features above it."""

    operation: Annotated[OperationName, Field(description="What is computed.")]
    of: Annotated[
        tuple[str, ...], Field(description="From which columns, or derived features above it.")
    ]
