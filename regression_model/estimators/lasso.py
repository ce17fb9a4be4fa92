"""``lasso``: least squares with an L1 penalty."""

from typing import Annotated, Any, Literal

from pydantic import Field

from regression_model.estimators.linear import PENALTY, LinearEstimator, linear_classes
from regression_model.estimators.settings import Count, LinearSettings, Positive


class LassoSettings(LinearSettings):
    """Least squares with an L1 penalty, which leaves features out."""

    type: Literal["lasso"]
    alpha: Annotated[Positive, Field(description=PENALTY)] = 0.0006
    max_iter: Annotated[Count, Field(description="Passes over the features.")] = 10_000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.001


class LassoEstimator(LinearEstimator[LassoSettings]):
    """scikit-learn's `Lasso`."""

    name = "lasso"
    settings = LassoSettings
    classes = linear_classes("Lasso")

    def build_plain(self, settings: LassoSettings, seed: int) -> Any:
        """Return an unfitted `Lasso`."""
        from sklearn.linear_model import Lasso

        return Lasso(**self.parameters(settings), random_state=seed)
