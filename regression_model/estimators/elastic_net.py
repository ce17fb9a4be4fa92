"""``elastic_net``: least squares with a mixture of an L1 and an L2 penalty."""

from typing import Annotated, Any, Literal

from pydantic import Field

from regression_model.estimators.linear import PENALTY, LinearEstimator, linear_classes
from regression_model.estimators.settings import Count, LinearSettings, Positive


class ElasticNetSettings(LinearSettings):
    """Least squares with a mixture of both penalties."""

    type: Literal["elastic_net"]
    alpha: Annotated[Positive, Field(description=PENALTY)] = 0.001
    l1_ratio: Annotated[float, Field(gt=0, le=1, description="Share of the L1 penalty.")] = 0.5
    max_iter: Annotated[Count, Field(description="Passes over the features.")] = 10_000
    tol: Annotated[Positive, Field(description="Where the fit stops.")] = 0.001


class ElasticNetEstimator(LinearEstimator[ElasticNetSettings]):
    """scikit-learn's `ElasticNet`."""

    name = "elastic_net"
    settings = ElasticNetSettings
    classes = linear_classes("ElasticNet")

    def build_plain(self, settings: ElasticNetSettings, seed: int) -> Any:
        """Return an unfitted `ElasticNet`."""
        from sklearn.linear_model import ElasticNet

        return ElasticNet(**self.parameters(settings), random_state=seed)
