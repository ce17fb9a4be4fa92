"""Two models beside each other: each kind of change, and none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from altered import KEPT, altered

from regression_model.artifact.format import read_artifact
from regression_model.artifact.model import Model
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import DataError
from regression_model.predict import load_model
from regression_model.reports.comparison.change import Change
from regression_model.reports.comparison.comparing import Comparison, compare
from regression_model.reports.comparison.declared import differences_of
from regression_model.reports.comparison.plain import to_dict

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
OTHER = ARTIFACTS / "format_2.zip"
TEST = DATASET_DIR / "test.csv"


def _reasons(comparison: Comparison, change: Change) -> list[str]:
    return [reason.text for reason in comparison.reasons if reason.change is change]


@pytest.fixture(scope="module")
def other() -> Model:
    """Return a model of ten columns."""
    return load_model(OTHER)


@pytest.mark.parametrize("name", ["format_1", "format_2", "newest"])
def test_a_model_compared_with_itself_is_a_patch(name: str, small_path: Path) -> None:
    path = small_path if name == "newest" else ARTIFACTS / f"{name}.zip"
    comparison = compare(load_model(path), load_model(path))
    assert comparison.change is Change.PATCH
    assert comparison.reasons == []
    assert comparison.tried.changes == []
    assert comparison.moves is not None
    assert comparison.moves.n_rows >= 20
    assert comparison.moves.n_moved == comparison.moves.n_refused == 0
    assert comparison.explained == []
    assert differences_of(comparison.pairs) == []


def test_what_is_kept_for_people_is_no_change_to_callers(small_path: Path) -> None:
    less = altered(small_path, without=KEPT, model_version="9.9")
    assert compare(less, load_model(small_path)).reasons == []
    assert compare(load_model(small_path), less).reasons == []


@pytest.mark.parametrize(
    ("columns", "change", "said"),
    [
        (
            {"GrLivArea": {"minimum": 400}},
            Change.MAJOR,
            "the least that is allowed is 400",
        ),
        (
            {"GrLivArea": {"required": None}},
            Change.MINOR,
            "answered now, refused before: GrLivArea is required",
        ),
        (
            {"LotFrontage": {"required": True}},
            Change.MAJOR,
            "refused now, answered before: LotFrontage is required",
        ),
        (
            {"LotFrontage": {"name": "lot frontage"}},
            Change.MAJOR,
            "LotFrontage seems to be renamed: it is not read any more, lot frontage is new",
        ),
        (
            {"OverallQual": {"kind": "number"}},
            Change.MINOR,
            "answered now, refused before: OverallQual is 12.5, which is not a whole number",
        ),
        (
            {"Neighborhood": {"closed": True}},
            Change.MAJOR,
            "which is not one of its levels",
        ),
        (
            {"YearBuilt": {"aliases": ["built"]}},
            Change.MINOR,
            "YearBuilt is known as built, too",
        ),
    ],
    ids=["limit", "not-required", "required", "renamed", "kind", "closed", "alias"],
)  # fmt: skip
def test_each_change_of_a_column_is_a_reason(
    other: Model, columns: dict[str, Any], change: Change, said: str
) -> None:
    comparison = compare(other, altered(OTHER, columns=columns))
    assert comparison.change is change
    assert any(said in text for text in _reasons(comparison, change))


@pytest.mark.parametrize(
    ("target", "change", "said", "compared"),
    [
        (
            {"column": "Rent"},
            Change.MAJOR,
            "another target: Rent instead of SalePrice",
            "not compared",
        ),
        ({"unit": "euros"}, Change.MAJOR, "another unit: euros instead of dollars", "not compared"),
        (
            {"prediction": "median"},
            Change.MAJOR,
            "answers are the median of what is expected, and were the mean",
            "compared",
        ),
        (
            {"transform": "sqrt"},
            Change.MAJOR,
            "contributions count on another scale (sqrt instead of log)",
            "compared",
        ),
        (
            {"minimum": 0.0},
            Change.MINOR,
            "the least that is answered is 0, and was not bounded",
            "compared",
        ),
    ],
    ids=["target", "unit", "median", "scale", "bound"],
)
def test_each_change_of_the_answer_is_a_reason(
    other: Model, target: dict[str, Any], change: Change, said: str, compared: str
) -> None:
    comparison = compare(other, altered(OTHER, target=target))
    assert comparison.change is change
    assert said in _reasons(comparison, change)
    is_compared = compared == "compared"
    assert (comparison.moves is not None) is is_compared
    assert bool(comparison.not_compared) is not is_compared
    assert ("not_compared" in to_dict(comparison)) is not is_compared


def test_intervals_and_explanations_that_are_gone_are_major(other: Model) -> None:
    gone = ("intervals.onnx", "explain.onnx", "explain.npz")
    poor = altered(
        OTHER, without=gone, intervals={"reason": "none"}, explanations={"reason": "too large"}
    )
    comparison = compare(other, poor)
    assert _reasons(comparison, Change.MAJOR) == [
        "intervals of 50%, 80%, 90%, 95%, 99% are refused, and were answered",
        "explanations are refused, and were answered",
    ]
    back = compare(poor, other)
    assert back.change is Change.MINOR
    assert "explanations are answered, and were refused" in _reasons(back, Change.MINOR)


def test_intervals_alone_that_change_are_minor(other: Model) -> None:
    table = read_artifact(OTHER).model["intervals"]
    wider = {**table, "upper": [2 * end for end in table["upper"]]}
    comparison = compare(other, altered(OTHER, intervals=wider))
    assert _reasons(comparison, Change.MINOR) == ["intervals change, while predictions stay"]
    assert comparison.change is Change.MINOR


def test_predictions_that_move_are_told_with_their_contributions(small_model: Model) -> None:
    comparison = compare(load_model(ARTIFACTS / "format_1.zip"), small_model, TEST)
    moves = comparison.moves
    assert moves is not None
    assert (moves.source, moves.n_rows) == ("of test.csv", 1459)
    assert moves.n_moved > 1000
    changes = np.abs(moves.changes)
    sizes = [abs(row.after - row.before) for row in comparison.explained]
    assert sizes == sorted(changes.tolist(), reverse=True)[:10]
    quantiles = moves.quantiles()
    assert quantiles[0.5] == pytest.approx(np.median(moves.changes))
    # the first format has no explanations
    assert all(row.contributions == [] for row in comparison.explained)
    explained = compare(load_model(OTHER), small_model, TEST).explained
    assert all(row.contributions for row in explained)
    feature, _, before, after = explained[0].contributions[0]
    assert feature
    assert (before, after) != (None, None)


def test_a_file_with_the_truth_tells_how_far_both_are_off(small_model: Model) -> None:
    told = to_dict(compare(load_model(OTHER), small_model, DATASET_DIR / "train.csv"))
    assert told["on_file"]["after"]["rmse"] != told["on_file"]["before"]["rmse"]
    without = to_dict(compare(load_model(OTHER), small_model, TEST))
    assert "on_file" not in without


def test_rows_that_are_refused_now_are_a_reason(other: Model) -> None:
    narrow = altered(OTHER, columns={"GrLivArea": {"maximum": 2000}})
    comparison = compare(other, narrow, TEST)
    assert comparison.moves is not None
    assert comparison.moves.n_refused > 100
    said = _reasons(comparison, Change.MAJOR)[0]
    assert said.startswith(f"{comparison.moves.n_refused} of 1,459 rows of test.csv were answered")
    assert "the most that is allowed is 2000" in said


def test_the_test_of_folds_is_made_where_folds_are_the_same(other: Model) -> None:
    losses = read_artifact(OTHER).model["fold_losses"]
    better = {scale: [each / 4 for each in told] for scale, told in losses.items()}
    quality = compare(other, altered(OTHER, fold_losses=better)).quality
    assert quality is not None
    assert quality.test is not None
    assert quality.test.verdict == "clearly better"
    assert quality.test.after == pytest.approx(quality.test.before / 2)
    quality = compare(altered(OTHER, fold_losses=better), other).quality
    assert quality is not None
    assert quality.test is not None
    assert quality.test.verdict == "clearly worse"


@pytest.mark.parametrize("changed", ["data_sha256", "folds_sha256", "repeats"])
def test_losses_of_other_columns_rows_or_folds_are_never_tested(other: Model, changed: str) -> None:
    facts = read_artifact(OTHER).model
    provenance, losses = facts["provenance"], facts["fold_losses"]
    if changed == "repeats":
        losses = {scale: told * 2 for scale, told in losses.items()}
    else:
        provenance = {**provenance, changed: "0" * 64}
    new = altered(OTHER, provenance=provenance, fold_losses=losses)
    for before, after in ((other, new), (new, other)):
        quality = compare(before, after).quality
        assert quality is not None
        assert quality.test is None
        assert quality.no_test == "losses of folds are of other rows, other columns or other folds"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format_1", "format_2", "the old artifact, of format 1, keeps no losses of folds"),
        ("format_2", "format_1", "the new artifact, of format 1, keeps no losses of folds"),
        ("format_2", "model_v0.6.0", "losses of folds are of other rows, other columns or other"),
    ],
)
def test_where_there_is_no_test_it_is_said_why(old: str, new: str, said: str) -> None:
    quality = compare(load_model(ARTIFACTS / f"{old}.zip"), load_model(ARTIFACTS / f"{new}.zip"))
    assert quality.quality is not None
    assert said in quality.quality.sentence()


def test_models_of_nothing_in_common_are_refused(other: Model) -> None:
    names = {name: {"name": f"x{i}"} for i, name in enumerate(other.schema.names)}
    foreign = altered(OTHER, columns=names, target={"column": "Rent"})
    with pytest.raises(DataError, match=r"nothing in common: one predicts SalePrice, the other R"):
        compare(other, foreign)


def test_a_file_that_lacks_columns_is_refused(other: Model, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("LotFrontage\n12\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"lacks.*GrLivArea"):
        compare(other, other, path)


def test_equal_models_are_compared_alike(small_model: Model) -> None:
    once, twice = (to_dict(compare(load_model(OTHER), small_model)) for _ in range(2))
    assert once == twice
