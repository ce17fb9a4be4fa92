"""What is known of a row stays with it."""

import numpy as np
import pandas as pd

from regression_model.training.sample import Sample


def test_what_is_known_of_rows_is_taken_and_told() -> None:
    sample = Sample(
        pd.DataFrame({"area": [50, 70, 90]}),
        np.array([1.0, 4.0, 9.0]),
        weights=np.array([1.0, 2.0, 3.0]),
        times=np.array([5.0, 6.0, 7.0]),
    )
    for rows in (np.array([True, False, True]), np.array([0, 2])):
        some = sample.take(rows)
        assert len(some) == 2
        assert some.X["area"].tolist() == [50, 90]
        assert some.y.tolist() == [1, 9]
        assert some.times is not None
        assert some.times.tolist() == [5, 7]
        assert some.groups is None
        told = {name: value.tolist() for name, value in some.fit_parameters().items()}
        assert told == {"model__sample_weight": [1, 3]}
    assert Sample(sample.X, sample.y).fit_parameters() == {}
