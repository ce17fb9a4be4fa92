"""The page of a monitor: what it says, equal bytes, and no name that is taken for markup."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from markdown_it import MarkdownIt

from regression_model.artifact.format import Artifact, artifact_bytes, read_artifact
from regression_model.artifact.model import Model
from regression_model.batch.counted import Counted, write_counts
from regression_model.config.core import DATASET_DIR
from regression_model.predict import load_model
from regression_model.reports.drift.shifts import Shift
from regression_model.reports.files import report_files
from regression_model.reports.monitor.evidence import Sums
from regression_model.reports.monitor.monitor import Monitor
from regression_model.reports.monitor.page import monitor_report
from regression_model.reports.monitor.prometheus import prometheus_text
from regression_model.reports.monitor.promise import promise_from
from regression_model.reports.monitor.reading import Numbers
from regression_model.reports.monitor.state_file import read_state, write_state
from regression_model.reports.monitor.weeks import weekly_figures
from regression_model.reports.page import page

HOSTILE = "<script>alert(1)</script>\"'&amp; | [x](javascript:y) `z` \u202e\x1b[31m\n**b**"
DAY = 20_601


@pytest.fixture
def hostile(small_path: Path) -> Model:
    """Return a model whose target and unit are markup."""
    artifact = read_artifact(small_path)
    facts = json.loads(json.dumps(artifact.model))
    facts["target"] |= {"column": HOSTILE, "unit": HOSTILE}
    return load_model(artifact_bytes(Artifact(facts, artifact.members)))


def _watched(model: Model, folder: Path, n_weeks: int = 6, off: float = 1.0) -> Monitor:
    """Return a monitor of some weeks, the second half of which are off by a factor."""
    monitor = Monitor.begin(model, day=DAY)
    houses = pd.read_csv(DATASET_DIR / "train.csv")
    for week in range(n_weeks):
        monitor.at(DAY + 7 * week)
        ids = [f"{week} {number}" for number in range(60)]
        answers = np.linspace(1e5, 2e5, 60)
        monitor.predicted(Numbers(ids, np.column_stack([answers, answers - 2e4, answers + 2e4]), 0))
        found = model.drift(houses[week * 150 : week * 150 + 150])
        write_counts(folder / "counts.json", Counted(found.counts, found.summary), model)
        monitor.counts_from(folder / "counts.json")
        monitor.look()
        truths = answers * (off if week >= n_weeks / 2 else 1.0) + 1e3 * np.cos(np.arange(60))
        monitor.at(DAY + 7 * week + 3)
        monitor.joined(Numbers(ids, truths[:, None], 0))
    return monitor


def test_it_shows_promises_weeks_lateness_and_looks(small_model: Model, tmp_path: Path) -> None:
    report = monitor_report(_watched(small_model, tmp_path, off=1.4), "houses.json")
    assert [section.name for section in report.sections] == [
        "promises", "drift", "shifts", "weeks", "truth", "tested",
    ]  # fmt: skip
    names = [figure.name for figure in report.figures]
    assert names[-4:] == ["coverage", "error", "bias", "late"]
    assert "expected" in names
    assert "errors are larger than training promised, most clearly since 2026-06-" in report.summary
    weeks = next(figure for figure in report.figures if figure.name == "error").numbers
    assert len(weeks.rows) == 6
    late = next(figure for figure in report.figures if figure.name == "late").numbers
    assert late.rows[-1] == ("3", "360")


def test_a_state_without_rows_has_a_page(small_model: Model) -> None:
    report = monitor_report(Monitor.begin(small_model, day=DAY), "empty.json")
    assert report.figures == []
    assert "No truth has come yet." in page(report)
    assert "Whether rows have shifted" not in page(report)


def test_years_of_weeks_are_cut(small_model: Model) -> None:
    monitor = Monitor.begin(small_model, day=DAY, horizon=3)
    for week in range(110):
        monitor.at(DAY + 7 * week)
        answers = np.array([[1e5, 9e4, 1.1e5]])
        monitor.predicted(Numbers([f"{week}"], answers, 0))
        monitor.joined(Numbers([f"{week}"], answers[:, :1], 0))
    report = monitor_report(monitor, "old.json")
    assert "The last 104 of 110 weeks with truth." in page(report)
    assert all(len(figure.numbers.rows) <= 104 for figure in report.figures)


def test_equal_states_are_equal_pages(small_path: Path, tmp_path: Path) -> None:
    monitor = _watched(load_model(small_path), tmp_path)
    write_state(tmp_path / "state.json", monitor.state)
    again = Monitor(load_model(small_path), read_state(tmp_path / "state.json"))
    assert page(monitor_report(monitor, "a.json")) == page(monitor_report(again, "a.json"))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attributes)


def test_no_name_is_taken_for_markup(hostile: Model, tmp_path: Path) -> None:
    monitor = _watched(hostile, tmp_path, off=1.4)
    last = monitor.state.looks.last
    assert last is not None
    shift = Shift(HOSTILE, "values", 0.2, 0.0001, verdict="drift", moved=1.0)
    told = replace(last, drifted=(shift,), n_drifted=1, status=3)
    looks = replace(monitor.state.looks, looks={last.day: told})
    monitor.state = replace(monitor.state, looks=looks)
    report = monitor_report(monitor, HOSTILE)
    tags = _Tags()
    tags.feed(page(report))
    assert not tags.seen & {"script", "iframe", "object", "img", "base", "form"}
    assert all(link.startswith("#") for link in tags.links)
    files = report_files(report, tmp_path / "page.md")
    for path, text in files.items():
        if path.suffix == ".svg":
            assert "script" not in {each.tag for each in ET.fromstring(text).iter()}
    rendered = MarkdownIt("commonmark").enable("table").render(files[tmp_path / "page.md"])
    assert "<script" not in rendered
    assert "javascript:" not in rendered.replace("[x](javascript:y)", "")
    for line in prometheus_text(monitor).splitlines():
        assert line.startswith(("# ", "regression_model_monitor_"))


def test_no_series_is_told_twice(small_path: Path, tmp_path: Path) -> None:
    monitor = _watched(load_model(small_path), tmp_path, off=1.4)
    last = monitor.state.looks.last
    assert last is not None
    names = ["x" * 150 + end for end in "12"]
    shifts = tuple(Shift(name, "values", 0.2, 0.0001, verdict="drift") for name in names)
    looks = replace(monitor.state.looks, looks={last.day: replace(last, drifted=shifts)})
    monitor.state = replace(monitor.state, looks=looks)
    series = [line.rpartition(" ")[0] for line in prometheus_text(monitor).splitlines()]
    assert len(set(series)) == len(series)


def test_weeks_that_lie_centuries_apart_are_no_long_axis() -> None:
    weeks = {week: Sums(40, 4e4, 5e5, 1e10, 40, 4) for week in (-100_000, 0, 400_000)}
    promise = promise_from(level=0.9, n_residuals=100, mae=1e4, rmse=2e4, bias=0.0, n_rows=100)
    for figure in weekly_figures(weeks, promise, "dollars"):
        assert len(figure.numbers.rows) == len(weeks)
