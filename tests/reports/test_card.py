"""The card: of every format, whatever names and texts say, equal bytes, nothing loaded or run."""

import base64
import copy
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from regression_model.artifact.format import Artifact, artifact_bytes, read_artifact
from regression_model.artifact.kept import read_member
from regression_model.artifact.model import Model
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import ArtifactError
from regression_model.predict import load_model
from regression_model.reports.blocks import Figure
from regression_model.reports.card.report import card
from regression_model.reports.files import report_files
from regression_model.reports.page import page
from regression_model.train_pipeline import TrainingResult

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
SVG = "{http://www.w3.org/2000/svg}"
HTML_TAGS = {
    "a", "b", "body", "dd", "desc", "details", "div", "dl", "dt", "figcaption", "figure", "g", "h1",
    "h2", "h3", "head", "header", "html", "i", "li", "main", "meta", "nav", "p", "section", "span",
    "style", "summary", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
SVG_TAGS = {"svg", "title", "desc", "g", "path", "line", "rect", "circle", "text", "style"}
HOSTILE = "<script>alert(1)</script>\"'&amp; | [x](javascript:y) `z` \u202e\x1b[31m **b**"


def _model(name: str, small_model: Model) -> Model:
    return small_model if name == "newest" else load_model(ARTIFACTS / f"{name}.zip")


@pytest.fixture(params=["format_1", "format_2", "newest"])
def model(request: pytest.FixtureRequest, small_model: Model) -> Model:
    return _model(request.param, small_model)


def _changed(artifact: Artifact, **facts: Any) -> Model:
    """Return a model whose artifact says something else."""
    members = artifact.members
    return load_model(artifact_bytes(Artifact({**artifact.model, **facts}, members)))


@pytest.fixture
def hostile(small_path: Path) -> Model:
    """Return a model whose names, levels, unit and words are markup of every kind."""
    artifact = read_artifact(small_path)
    facts = json.loads(json.dumps(artifact.model))
    facts["target"] |= {"column": HOSTILE, "unit": HOSTILE}
    facts["model_version"] = HOSTILE
    facts["config"]["card"] = {
        "owner": HOSTILE, "intended_use": f"{HOSTILE}\n# {HOSTILE}",
        "limits": [HOSTILE], "license": HOSTILE,
    }  # fmt: skip
    branches = facts["config"]["estimators"]
    branches[HOSTILE] = branches.pop(next(iter(branches)))
    named = facts["columns"][0]["name"]
    facts["columns"][0]["name"] = HOSTILE
    for column in facts["columns"]:
        if column.get("levels"):
            column["levels"] = [f"{HOSTILE}{i}" for i in range(len(column["levels"]))]
    facts["examples"] = []
    members = dict(artifact.members)
    members["report.json"] = members["report.json"].replace(
        json.dumps(named).encode(), json.dumps(HOSTILE).encode()
    )
    members.pop("conformance.json")
    members.pop("profile.json")
    return load_model(artifact_bytes(Artifact(facts, members)))


def _parsed(text: str) -> ET.Element:
    """Return a page as the tree that it is: what is made here is XML too."""
    assert text.startswith("<!DOCTYPE html>\n")
    return ET.fromstring(text.partition("\n")[2])


def _inside(element: ET.Element) -> str:
    return "".join(element.itertext())


def test_a_page_loads_and_runs_nothing(model: Model) -> None:
    text = page(card(model))
    root = _parsed(text)
    policies = [m.attrib["content"] for m in root.iter("meta") if "http-equiv" in m.attrib]
    styles = ["".join(style.itertext()) for style in root.iter("style")]
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    for element in root.iter():
        assert not {name for name in element.attrib if name.startswith(("on", "src", "style"))}
        assert element.attrib.get("href", "#").startswith("#")
    assert "url(" not in styles[0]
    assert "@import" not in styles[0]


def test_a_page_has_no_elements_but_those_made_here(model: Model) -> None:
    for element in _parsed(page(card(model))).iter():
        assert element.tag in HTML_TAGS | {SVG + name for name in SVG_TAGS}


def test_ids_are_there_once_and_links_lead_to_them(model: Model) -> None:
    root = _parsed(page(card(model)))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    for link in root.iter("a"):
        assert link.attrib["href"].removeprefix("#") in ids
    for drawn in root.iter(f"{SVG}svg"):
        assert set(drawn.attrib["aria-labelledby"].split()) <= set(ids)


def test_every_figure_has_a_title_a_description_and_its_numbers(model: Model) -> None:
    root = _parsed(page(card(model)))
    figures = list(root.iter("figure"))
    assert figures or model.facts["format_version"] == 1
    for figure in figures:
        drawn = figure.find(f"{SVG}svg")
        assert drawn is not None
        assert drawn.attrib["role"] == "img"
        title, described = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
        assert title is not None
        assert described is not None
        assert title.text == _inside(figure.find("figcaption/h3"))  # type: ignore[arg-type]
        assert len(described.text or "") > 20
        assert list(figure.iterfind("details/div/table/tbody/tr"))


def test_equal_input_gives_equal_bytes(model: Model) -> None:
    again = copy.deepcopy(model)
    for name in ("card.html", "card.md"):
        assert report_files(card(model), Path(name)) == report_files(card(again), Path(name))


def test_a_card_is_small(model: Model) -> None:
    assert len(page(card(model)).encode()) < 150_000


def test_what_is_not_kept_is_named() -> None:
    said = _inside(_parsed(page(card(load_model(ARTIFACTS / "format_1.zip")))))
    assert "Not kept by this artifact, which is of format 1; a model trained again keeps it" in said
    for absent in ("the importance of the columns", "what it is made of", "where it is worse"):
        assert absent in said


def test_a_newest_artifact_keeps_all(small_model: Model) -> None:
    names = [figure.name for figure in card(small_model).figures]
    assert {"predicted-actual", "residuals", "coverage", "fifths", "importance", "effect-1",
            "learning", "folds", "weights"} <= set(names)  # fmt: skip
    assert "missing" not in [section.name for section in card(small_model).sections]


def test_what_nobody_has_said_is_unknown(small_model: Model) -> None:
    report = card(small_model)
    pairs = dict(next(s for s in report.sections if s.name == "purpose").blocks[0].pairs)  # type: ignore[union-attr]
    assert [pairs[name] for name in ("Owner", "Intended use", "Licence")] == [None] * 3
    assert _inside(_parsed(page(report))).count("unknown") >= 3


@pytest.mark.parametrize("odd", [None, 7, "text", [1], {"hold_out": "x"}], ids=str)
def test_settings_of_another_kind_are_unknown(small_path: Path, odd: object) -> None:
    artifact = read_artifact(small_path)
    names = ("evaluation", "left_out", "derived", "time_column", "profile")
    config = {**artifact.model["config"], **dict.fromkeys(names, odd)}
    report = card(_changed(artifact, config=config))
    pairs = dict(next(s for s in report.sections if s.name == "validation").blocks[1].pairs)  # type: ignore[union-attr]
    assert pairs["Hold-out"] is None


def test_what_its_makers_say_is_shown(small_path: Path) -> None:
    artifact = read_artifact(small_path)
    words = {"owner": "A. B.", "intended_use": "Offers.", "limits": ["No barns."], "license": "MIT"}
    config = {**artifact.model["config"], "card": words}
    report = card(_changed(artifact, config=config))
    said = _inside(_parsed(page(report)))
    assert all(word in said for word in ("A. B.", "Offers.", "No barns.", "MIT"))
    assert 'license: "mit"' in report.metadata


def test_hostile_texts_are_shown_as_they_are(hostile: Model) -> None:
    root = _parsed(page(card(hostile)))
    for element in root.iter():
        assert element.tag in HTML_TAGS | {SVG + name for name in SVG_TAGS}
    shown = HOSTILE.replace("\u202e", "\\u202e").replace("\x1b", "\\u001b")
    places = {
        "heading": _inside(root.find("body/header/h1")),  # type: ignore[arg-type]
        "words": _inside(root.find("body/main/section")),  # type: ignore[arg-type]
    }
    for place, text in places.items():
        assert shown[:60] in text, place
    cells = [_inside(cell) for cell in root.iter("td")]
    assert any(cell.startswith(shown[:60]) for cell in cells)
    labels = [_inside(text) for text in root.iter(f"{SVG}text")]
    assert any(label.startswith("<script>") for label in labels)


def test_hostile_texts_are_no_markdown_either(hostile: Model) -> None:
    files = report_files(card(hostile), Path("card.md"))
    text = files[Path("card.md")]
    _, metadata, body = text.split("---\n", 2)
    read = yaml.safe_load(metadata)
    assert read["license"] == "other"
    assert read["license_name"].startswith("<script>alert(1)</script>\"'&amp;")
    tokens = list(_all_tokens(MarkdownIt("gfm-like", {"linkify": False}).parse(body)))
    assert {token.tag for token in tokens} <= {
        "", "h1", "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "br",
        "img", "em",
    }  # fmt: skip
    own = {"<br>", "<details>", "<summary>", "</summary>", "</details>"}
    html = [token.content for token in tokens if token.type.startswith("html")]
    for piece in html:
        assert set(re.findall(r"<[^>]+>", piece)) <= own
    pictures = {str(t.attrs["src"]) for t in tokens if t.type == "image"}
    assert pictures == {path.as_posix() for path in files if path.suffix == ".svg"}


def _all_tokens(tokens: Any) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _all_tokens(token.children or ())


def test_pictures_are_files_of_their_own(hostile: Model) -> None:
    files = report_files(card(hostile), Path("a folder/card.md"))
    pictures = {path: text for path, text in files.items() if path.suffix == ".svg"}
    assert pictures
    assert "](card_files/" in files[Path("a folder/card.md")]
    for path, text in pictures.items():
        assert path.parent == Path("a folder/card_files")
        root = ET.fromstring(text)
        assert {element.tag for element in root.iter()} <= {SVG + name for name in SVG_TAGS}
        assert "prefers-color-scheme: dark" in text


def _wide(artifact: Artifact, n_columns: int) -> dict[str, Any]:
    """Return facts of a model that eats so many columns, which nobody could ask."""
    names = [f"{'&' * 95}{i}" for i in range(n_columns)]
    level = '"' * 100
    columns = [
        {"name": name, "kind": "category", "levels": [f"{level}{i}" for i in range(9)]}
        for name in names
    ]
    return {**artifact.model, "columns": columns}


def test_a_card_of_very_many_columns_is_small(small_model: Model, small_path: Path) -> None:
    artifact = read_artifact(small_path)
    report = json.loads(artifact.members["report.json"])
    facts = _wide(artifact, 2_000)
    names = [column["name"] for column in facts["columns"]]
    importance = {name: {"mean": 1.0, "deviation": 0.1} for name in names}
    report["importance"]["columns"] = importance
    report["effects"] = []
    report["slices"] = {"error": 1.0, "looked_at": 0, "of_one": [], "of_two": []}
    wide = _Pretended(facts, report, small_model)
    assert len(page(card(wide)).encode()) < 300_000  # type: ignore[arg-type]


class _Pretended:
    """Stands for a model of which only what it says of itself is asked for."""

    def __init__(self, facts: dict[str, Any], report: dict[str, Any], model: Model) -> None:
        self.facts, self.report = facts, report
        self.schema = type(model.schema).from_dict(facts["columns"])


def test_a_target_of_one_bin_is_drawn(small_path: Path) -> None:
    artifact = read_artifact(small_path)
    report = json.loads(artifact.members["report.json"])
    report["predicted"] = report["predicted"][:1]
    report["residuals"]["bins"] = report["residuals"]["bins"][:1]
    report["coverage"] = report["coverage"][:1]
    members = {**artifact.members, "report.json": json.dumps(report).encode()}
    text = page(card(load_model(artifact_bytes(Artifact(artifact.model, members)))))
    drawn = _figure(text, "predicted-actual")
    (dot,) = drawn.iter(f"{SVG}circle")
    assert 0 < float(dot.attrib["cx"]) < 420


def _figure(text: str, name: str) -> ET.Element:
    return next(f for f in _parsed(text).iter("figure") if f.attrib["id"] == name)


def _places(told: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where everything stands in what JSON holds."""
    items = told.items() if isinstance(told, dict) else enumerate(told)
    for key, value in items:
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*place, key))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_a_report_may_say_can_be_drawn(small_model: Model, data: st.DataObject) -> None:
    assert small_model.report is not None
    report = json.loads(json.dumps(small_model.report))
    for _ in range(data.draw(st.integers(1, 4))):
        *way, last = data.draw(st.sampled_from(list(_places(report))))
        holder = report
        for key in way:
            holder = holder[key]
        value = data.draw(st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 99))
        holder[last] = value if isinstance(holder[last], int | float) else []
    try:
        read_member("report.json", json.dumps(report).encode(), small_model.facts["columns"])
    except ArtifactError:
        return
    text = page(card(_Pretended(small_model.facts, report, small_model)))  # type: ignore[arg-type]
    assert "NaN" not in text
    _parsed(text)


def test_numbers_of_a_figure_are_those_of_the_report(small_model: Model) -> None:
    report = small_model.report
    assert report is not None
    figures = {figure.name: figure for figure in card(small_model).figures}
    assert isinstance(figures["predicted-actual"], Figure)
    assert len(figures["predicted-actual"].numbers.rows) == len(report["predicted"])
    levels = [row[1] for row in figures["coverage"].numbers.rows]
    assert levels[0] == "50%"
    shown = [row[0] for row in figures["importance"].numbers.rows]
    means = {name: each["mean"] for name, each in report["importance"]["columns"].items()}
    assert [means[name] for name in shown] == sorted(means.values(), reverse=True)[: len(shown)]


def test_a_notebook_shows_the_card_in_a_frame_that_runs_nothing(small_model: Model) -> None:
    frame = ET.fromstring(small_model._repr_html_())
    assert frame.tag == "iframe"
    assert frame.attrib["sandbox"] == ""
    assert "Content-Security-Policy" in frame.attrib["srcdoc"]
    assert small_model.facts["target"]["column"] in frame.attrib["srcdoc"]


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    """Return a file of rows with their truth."""
    table = (DATASET_DIR / "train.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "new <b>rows.csv"
    path.write_text("".join(table[:301]), encoding="utf-8")
    return path


def test_a_file_stands_beside_training(small_model: Model, sold: Path) -> None:
    report = card(small_model, sold)
    figures = {figure.name: figure for figure in report.figures}
    for name in ("predicted-actual", "residuals", "coverage"):
        series = {row[0] for row in figures[name].numbers.rows}
        assert series == {"out of fold at training", sold.name}
    said = _inside(_parsed(page(report)))
    assert "300 rows in the file, of which 300 are judged." in said


@pytest.mark.parametrize(("name", "has_coverage"), [("format_1", False), ("format_2", True)])
def test_a_file_stands_alone_where_nothing_is_kept_of_training(
    sold: Path, *, name: str, has_coverage: bool
) -> None:
    report = card(load_model(ARTIFACTS / f"{name}.zip"), sold)
    figures = {figure.name: figure for figure in report.figures}
    assert ("coverage" in figures) == has_coverage
    assert {row[0] for row in figures["predicted-actual"].numbers.rows} == {sold.name}
    _parsed(page(report))


def test_a_training_result_shows_the_card_of_its_model(small_result: TrainingResult) -> None:
    model = load_model(artifact_bytes(small_result.artifact))
    assert small_result._repr_html_() == model._repr_html_()
