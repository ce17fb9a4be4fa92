"""Reports of drift: told anew only where counts have changed, once for all who ask at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from regression_model.config.core import DATASET_DIR
from regression_model.predict import load_model
from regression_model.serving.counting.service_counts import ServiceCounts
from regression_model.serving.counting.windows import Windows
from regression_model.serving.drift import reports
from regression_model.serving.drift.families import drift_families
from regression_model.serving.drift.reports import DriftReports
from regression_model.serving.drift.routes import Pages
from regression_model.serving.metrics import Metrics
from regression_model.serving.models import Models, Served
from regression_model.serving.parameters import PLAIN, Wanted
from regression_model.serving.rows_answered import answer_rows
from regression_model.serving.service import Service
from regression_model.serving.settings import Settings
from regression_model.serving.tables import Rows

if TYPE_CHECKING:
    from regression_model.serving.drift.reports import ModelDrift

HOUSES = pd.read_csv(DATASET_DIR / "test.csv").drop(columns="Id")
SERVED = Served("houses", load_model())
WEEK = 7 * 86_400.0


class Watched:
    """A service with a clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 1_000 * WEEK
        models = Models([SERVED])
        counts = ServiceCounts(models, Windows(7, now=lambda: self.seconds))
        self.service = Service(models, Settings(), Metrics(models.names), counts)
        self.reports = DriftReports(self.service)

    def answer(self, rows: pd.DataFrame, wanted: Wanted = PLAIN) -> None:
        columns = rows.astype(object).where(rows.notna(), None).to_dict("list")
        answer_rows(SERVED.model, Rows(columns), wanted, self.service.counts.of(SERVED))

    def told(self, n_askers: int = 1) -> list[ModelDrift]:
        async def ask() -> list[ModelDrift]:
            return await asyncio.gather(*(self.reports.of(SERVED) for _ in range(n_askers)))

        return asyncio.run(ask())

    def metrics(self) -> dict[str, float]:
        """Return what a scrape finds of drift."""
        families = asyncio.run(drift_families(self.service, self.reports))
        return {
            family.name.removeprefix("regression_model_") + labels: value
            for family in families
            for labels, value in family.samples
        }


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_what_has_not_changed_is_not_told_anew(watched: Watched) -> None:
    watched.answer(HOUSES.head(10))
    (first,), (second,) = watched.told(), watched.told()
    assert second.running is first.running
    watched.answer(HOUSES.head(1))
    (third,) = watched.told()
    assert (first.running.drift.n_rows, third.running.drift.n_rows) == (10, 11)


def test_who_asks_at_once_shares_what_is_told(watched: Watched) -> None:
    watched.answer(HOUSES.head(10))
    told = watched.told(n_askers=20)
    assert len({id(each.running) for each in told}) == 1


def test_where_rows_come_all_the_time_predictions_have_most_of_it(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks anew is told after a pause; the next window, of which nothing is told, at once."""
    monkeypatch.setattr(reports, "_PAUSE", 1e9)
    monkeypatch.setattr(reports, "_LONGEST_PAUSE", 1e9)
    watched.answer(HOUSES.head(10))
    watched.told()
    watched.answer(HOUSES.head(1))
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(watched.reports.of(SERVED), 0.01))
    watched.seconds += WEEK
    (told,) = watched.told()
    assert told.complete is not None
    assert (told.running.drift.n_rows, told.complete.drift.n_rows) == (0, 11)


def test_a_page_is_written_once_for_all_who_ask(watched: Watched) -> None:
    pages = Pages(watched.service)
    watched.answer(HOUSES.head(10))

    async def shown() -> set[int]:
        told = [await watched.reports.of(SERVED) for _ in range(5)]
        return {id(page) for page in await asyncio.gather(*map(pages.of, told))}

    async def look() -> list[set[int]]:
        found = [await shown(), await shown()]
        watched.answer(HOUSES.head(1))
        return [*found, await shown()]

    first, again, later = asyncio.run(look())
    assert len(first) == 1
    assert again == first
    assert later != first


def test_a_scrape_tells_of_the_last_complete_window(watched: Watched) -> None:
    assert watched.metrics() == {'drift_rows{model="houses"}': 0}
    rows = HOUSES.sample(600, random_state=0)
    rows["GrLivArea"] += 300
    watched.answer(rows, Wanted(interval=0.5))
    assert watched.metrics() == {'drift_rows{model="houses"}': 600}
    watched.seconds += WEEK
    watched.answer(HOUSES.head(2))
    found = watched.metrics()
    (told,) = watched.told()
    assert told.complete is not None
    assert asyncio.run(watched.reports.complete(SERVED)) is told.complete
    drift = told.complete.drift
    assert drift.loss is not None
    assert found == {
        'drift_rows{model="houses"}': 2,
        'drift_complete_rows{model="houses"}': 600,
        'drift_status{model="houses"}': 3,
        'drifted{model="houses"}': 1,
        'drift_size{model="houses",column="GrLivArea",what="values"}': drift.drifted[0].size,
        'expected_error{model="houses"}': drift.loss.error,
        'trained_error{model="houses"}': drift.loss.trained,
    }


def test_of_many_columns_the_most_important_have_a_series(watched: Watched) -> None:
    constant = HOUSES.assign(**{name: HOUSES[name].iloc[0] for name in HOUSES.columns})
    watched.answer(constant)
    watched.seconds += WEEK
    found = watched.metrics()
    sizes = [name for name in found if name.startswith("drift_size")]
    assert len(sizes) == 20
    assert found['drifted{model="houses"}'] > 20
    assert "GrLivArea" in sizes[0] + sizes[1] + sizes[2]
