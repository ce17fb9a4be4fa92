"""Twenty ordinary tables, all the way; ``python -m benchmarks.ordinary`` runs any number."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ordinary_tables import ESTIMATORS, TARGETS, fall_short, make_table, small_config

N_TABLES = 20
MOST_ROWS = 120


@pytest.mark.parametrize("seed", range(N_TABLES))
def test_an_ordinary_table_goes_all_the_way(seed: int, tmp_path: Path) -> None:
    assert fall_short(seed, tmp_path, most_rows=MOST_ROWS) == ""


def _tables_with(holds: Callable[[int], bool]) -> int:
    return sum(map(holds, range(N_TABLES)))


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_every_estimator_is_among_them(kind: str) -> None:
    def holds(seed: int) -> bool:
        table = make_table(seed, most_rows=MOST_ROWS)
        return f"type: {kind}\n" in small_config("\nestimators:", table, seed)

    assert _tables_with(holds) > 1


@pytest.mark.parametrize("kind", TARGETS)
def test_every_target_is_among_them(kind: str) -> None:
    def holds(seed: int) -> bool:
        return make_table(seed, most_rows=MOST_ROWS).story.endswith(f"target {kind}")

    assert _tables_with(holds)


def test_a_seed_is_a_table() -> None:
    assert make_table(7) == make_table(7)
    assert make_table(7) != make_table(8)
