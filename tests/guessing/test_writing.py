"""What is written is what `load_config` reads, whatever names and levels a table has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.config.core import load_config
from regression_model.config.source import read_source
from regression_model.guessing.guesses import (
    ColumnGuess,
    EstimatorGuess,
    EvaluationGuess,
    Guesses,
    LeftOut,
    TargetGuess,
)
from regression_model.guessing.writing import quote, write_config
from regression_model.processing.blanks import clean_name

TRICKY = [
    "No", "yes", "ON", "null", "~", "None", "true", "007", "1e5", "0x1F", "1_000", ".5", "-1",
    "+2", "12:30", "2019-01-01", ".inf", "NaN", "a: b", "a:", ": a", "a #b", "#a", "- a", "-",
    "--", "---", "...", "?", "? a", "!a", "&a", "*a", "%a", "@a", "`a`", "{a}", "[a]", "a, b",
    "|", ">", "=", "<<", "'", "''", '"', 'say "no"', "it's", "\\", "a\\nb", " a", "a ", "", " ",
    "a  b", "1stFlrSF", "a.b", "a/b", "x%", "Größe", "価格", "🏠", "a\nb", "a\tb", "a\r", "\x00",
    "\x85", "\u2028", "\ufeff", "\xa0", "key: value # note", "files", "columns", "e", "1.", "1e",
    "0o17", "0b1", "._", "+.inf",
]  # fmt: skip
texts = st.one_of(st.sampled_from(TRICKY), st.text(max_size=12))
names = texts.map(clean_name).filter(bool)
ESTIMATORS = (EstimatorGuess("linear", "a note: 'x' # y", {"type": "ridge", "alpha": 10}),)


def guesses(
    target: str,
    columns: tuple[ColumnGuess, ...],
    left_out: tuple[LeftOut, ...] = (),
    scales: dict[str, tuple[str, ...]] | None = None,
) -> Guesses:
    return Guesses(
        n_rows=100,
        target=TargetGuess(target, "auto", "as it is skewed", ("from 1 to 2",)),
        columns=columns,
        left_out=left_out,
        evaluation=EvaluationGuess(5, 3, 0.1, "few rows"),
        estimators=ESTIMATORS,
        scales=scales or {},
    )


@settings(deadline=None, max_examples=100)
@given(text=texts)
def test_a_quoted_text_is_read_as_itself_as_value_item_and_key(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "quoted.yml"
    scalar = quote(text)
    path.write_text(f"value: {scalar}\nitems:\n  - {scalar}\nkeys:\n  {scalar}: x\n", "utf-8")
    keys = {clean_name(text): "x"}
    assert read_source(path).data == {"value": text, "items": [text], "keys": keys}


@pytest.mark.parametrize("text", TRICKY)
def test_a_quoted_text_stays_a_text_for_readers_that_know_types(text: str) -> None:
    scalar = quote(text)
    if scalar == text:
        assert text.casefold() not in {
            "yes",
            "no",
            "on",
            "off",
            "true",
            "false",
            "null",
            "~",
            "none",
        }
        with pytest.raises(ValueError, match="could not convert"):
            float(text.replace("_", ""))


@settings(deadline=None, max_examples=40)
@given(
    words=st.lists(names, min_size=6, max_size=6, unique=True),
    levels=st.lists(texts, min_size=2, max_size=4, unique=True),
    missing=st.lists(texts, max_size=2, unique=True),
    rest=st.tuples(texts, names),
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    words: list[str],
    levels: list[str],
    missing: list[str],
    rest: tuple[str, str],
) -> None:
    note, table = rest
    target, number, ordered, scaled, category, gone = words
    given_guesses = guesses(
        target,
        (
            ColumnGuess(
                number, "number", note, also_missing=tuple(missing), number_format="$1,234.5"
            ),
            ColumnGuess(ordered, "ordered", note, levels=tuple(levels)),
            ColumnGuess(scaled, "ordered", note, levels=tuple(levels), scale="quality"),
            ColumnGuess(category, "category", note, missing="none"),
        ),
        (LeftOut(gone, note),),
        {"quality": tuple(levels)},
    )
    path = tmp_path_factory.getbasetemp() / "written.yml"
    path.write_text(write_config(given_guesses, table), encoding="utf-8", newline="")
    config = load_config(path)
    columns = config.model_config.columns
    assert config.app_config.training_data == table
    assert config.model_config.target.column == target
    assert config.model_config.target.transform == "auto"
    assert columns[number].number_format == "$1,234.5"
    assert set(columns) == {number, ordered, scaled, category}
    assert [columns[n].kind for n in (number, ordered, scaled, category)] == [
        "number", "ordered", "ordered", "category",
    ]  # fmt: skip
    assert columns[number].also_missing == tuple(missing)
    assert columns[ordered].levels == tuple(levels)
    assert columns[scaled].scale == "quality"
    assert columns[category].missing == "none"
    assert config.model_config.scales == {"quality": tuple(levels)}
    assert config.model_config.left_out == (gone,)
    assert config.model_config.evaluation.repeats == 3
    assert config.model_config.target.prediction == "mean"
    assert list(config.model_config.estimators) == ["linear"]


def test_a_note_stands_behind_its_line_or_above_it() -> None:
    short = ColumnGuess("area", "number", "1 to 2")
    long = ColumnGuess("place", "category", "many words " * 15)
    lines = write_config(guesses("price", (short, long)), "t.csv").splitlines()
    assert "  area: number               # 1 to 2" in lines
    at = lines.index("  place: category")
    above = " ".join(line.removeprefix("  # ") for line in lines[at - 2 : at])
    assert above.split() == ["many", "words"] * 15
    assert max(map(len, lines)) <= 100


def test_columns_are_grouped_by_kind_in_the_order_of_the_table() -> None:
    kinds = {"place": "category", "area": "number", "new": "boolean", "age": "number"}
    columns = tuple(ColumnGuess(name, kind, "") for name, kind in kinds.items())
    text = write_config(guesses("y", columns), "t.csv")
    found = [text.index(f"\n  {name}: {kind}\n") for name, kind in kinds.items()]
    place, area, new, age = found
    assert area < age < new < place
