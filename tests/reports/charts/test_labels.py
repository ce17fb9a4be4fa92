"""Texts in charts: cut to the room that there is."""

from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.visible_text import one_line
from regression_model.reports.charts.labels import fitting, text_width


@given(st.text(max_size=400), st.floats(20, 400))
def test_a_text_is_whole_or_cut_to_its_room(text: str, room: float) -> None:
    shown = fitting(text, room)
    assert "\n" not in shown
    if shown.endswith("…") and shown != one_line(text):
        assert text_width(shown[:-1]) <= room
        assert one_line(text).startswith(shown[:-1])
    else:
        assert one_line(text[:300]) == shown


def test_wide_characters_take_more_room() -> None:
    assert text_width("価格") > text_width("ab")
    assert fitting("x" * 1_000_000, 50) == "xxxxx…"
