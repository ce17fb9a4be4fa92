"""The known words that are like another."""

from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.similar_words import Words, nearest


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=300, unique=True), st.data())
def test_a_known_word_is_nearest_to_itself(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    assert Words(words).nearest(word)[0].casefold() == word.casefold()


def test_the_nearest_of_many_is_found_beside_it_in_the_alphabet() -> None:
    words = [f"street {i:05}" for i in range(5000)] + ["Northampton"]
    assert nearest("northhampton", words) == ["Northampton"]
