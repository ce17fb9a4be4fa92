"""Names that the package makes: whatever is called what, they are unlike all others."""

import re

from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.free_names import LevelNames, free_names

PARTS = st.sampled_from(["a", "b", "_", "missing", "count", "2", "3", "1.0", "0.0", "nan"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("_".join)


@given(wanted=st.lists(NAMES, max_size=8), taken=st.sets(NAMES))
def test_made_names_are_unlike_all_others_and_as_wanted_where_that_is_free(
    wanted: list[str], taken: set[str]
) -> None:
    made = free_names(wanted, taken)
    assert len(set(made)) == len(wanted)
    assert not taken & set(made)
    for i, (name, wish) in enumerate(zip(made, wanted, strict=True)):
        assert (name == wish) == (wish not in {*taken, *made[:i]})
        assert name == wish or re.fullmatch(re.escape(wish) + r"_\d+", name)


@given(features=st.sets(NAMES, min_size=1, max_size=6), others=st.sets(NAMES))
def test_columns_of_levels_are_unlike_each_other_and_all_others(
    features: set[str], others: set[str]
) -> None:
    names = LevelNames(frozenset(features | others))
    made = [names(feature, level) for feature in features for level in ("0.0", "1.0", "nan")]
    assert len(set(made)) == len(made)
    assert not (features | others) & set(made)
