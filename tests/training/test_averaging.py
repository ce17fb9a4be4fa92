"""The weights of an average come closest to the truth, and few rows move them little."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from regression_model.training.averaging import convex_weights

Floats = npt.NDArray[np.float64]


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10_000), n_estimators=st.integers(1, 4))
def test_no_other_average_comes_closer(seed: int, n_estimators: int) -> None:
    random = np.random.default_rng(seed)
    y = random.normal(size=40) * 100
    predictions = y[:, None] + random.normal(size=(40, n_estimators)) * random.uniform(
        1, 50, n_estimators
    )
    weights = convex_weights(predictions, y)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert (weights >= 0).all()

    def loss(w: Floats) -> float:
        return float(np.mean(np.square(predictions @ w - y)))

    best = minimize(
        loss,
        np.full(n_estimators, 1 / n_estimators),
        bounds=[(0, 1)] * n_estimators,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
    )
    small_weights_cost = 0.05 * loss(np.full(n_estimators, 1 / n_estimators))
    assert loss(weights) <= best.fun * (1 + 1e-6) + small_weights_cost


def test_few_rows_leave_weights_near_equal_and_many_do_not() -> None:
    random = np.random.default_rng(6)
    y = random.normal(size=20_000)
    predictions = y[:, None] + random.normal(size=(20_000, 2)) * [1.0, 1.3]
    best = convex_weights(predictions, y)[0]
    drawn = {n: convex_weights(predictions[:n], y[:n], prior_rows=50)[0] for n in (10, 20_000)}
    assert drawn[20_000] == pytest.approx(best, abs=0.01)
    assert drawn[10] == pytest.approx(0.5, abs=0.1)
    useless = np.column_stack([y[:60] + 0.01, 100 + y[:60]])
    assert convex_weights(useless, y[:60], prior_rows=50).tolist() == [1.0, 0.0]


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    n_samples=st.sampled_from([12, 100, 2_000]),
    n_others=st.integers(1, 5),
    power=st.integers(2, 9),
)
def test_one_that_is_far_better_than_the_others_has_all_of_the_weight(
    seed: int, n_samples: int, n_others: int, power: int
) -> None:
    random = np.random.default_rng(seed)
    y = random.lognormal(3, 2, n_samples)
    errors = random.normal(size=(n_samples, 1 + n_others))
    errors[:, 1:] = 10.0**power * (0.3 + errors[:, 1:])
    weights = convex_weights(y[:, None] + errors, y, prior_rows=50)
    assert weights.tolist() == [1.0, *[0.0] * n_others]
