"""``huber``: a robust loss with an L2 penalty."""

from typing import Annotated, Any, Literal

from pydantic import Field

from regression_model.estimators.linear import PENALTY, LinearEstimator, linear_classes
from regression_model.estimators.settings import Count, LinearSettings, Positive


class HuberSettings(LinearSettings):
    """A robust loss with an L2 penalty: rows far off count less."""

    type: Literal["huber"]
    alpha: Annotated[Positive, Field(description=PENALTY)] = 100.0
    epsilon: Annotated[
        float, Field(ge=1, description="Residuals larger than this many scales count less.")
    ] = 1.35
    max_iter: Annotated[Count, Field(description="Steps of the solver.")] = 5000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.00001


class HuberEstimator(LinearEstimator[HuberSettings]):
    """scikit-learn's `HuberRegressor`."""

    name = "huber"
    settings = HuberSettings
    classes = linear_classes("HuberRegressor")

    def build_plain(self, settings: HuberSettings, seed: int) -> Any:  # noqa: ARG002 - no chance
        """Return an unfitted `HuberRegressor`."""
        from sklearn.linear_model import HuberRegressor

        return HuberRegressor(**self.parameters(settings))
