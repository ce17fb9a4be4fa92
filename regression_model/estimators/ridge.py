"""``ridge``: least squares with an L2 penalty."""

from typing import Annotated, Any, Literal

from pydantic import Field

from regression_model.estimators.linear import LinearEstimator, linear_classes
from regression_model.estimators.settings import LinearSettings, Positive


class RidgeSettings(LinearSettings):
    """Least squares with an L2 penalty."""

    type: Literal["ridge"]
    alpha: Annotated[Positive, Field(description="Strength of the penalty.")] = 10.0


class RidgeEstimator(LinearEstimator[RidgeSettings]):
    """scikit-learn's `Ridge`."""

    name = "ridge"
    settings = RidgeSettings
    classes = linear_classes("Ridge")

    def build_plain(self, settings: RidgeSettings, seed: int) -> Any:
        """Return an unfitted `Ridge`."""
        from sklearn.linear_model import Ridge

        return Ridge(**self.parameters(settings), random_state=seed)
