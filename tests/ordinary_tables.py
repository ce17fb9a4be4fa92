"""Ordinary tables by seed, and the way that each goes: from CSV to answers, by the command line.

Used by ``test_ordinary_tables.py`` and, for many tables, by ``python -m benchmarks.ordinary``.
"""

from __future__ import annotations

import csv
import json
import math
import re
import traceback
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import parallel_config
from typer.testing import CliRunner

from regression_model.cli import app
from regression_model.guessing.writing import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = (20, 24, 30, 45, 60, 80, 120, 200, 400, 800, 2000)
GAPS = ("nowhere", "at random", "late", "early", "in one group", "mostly")
KINDS = ("number", "integer", "boolean", "date", "category", "ordered", "code")
TARGETS = (
    "plain", "positive", "counts", "zero-inflated", "centred", "negative", "tiny", "small",
    "large", "huge", "far from zero",
)  # fmt: skip
NAMES = (
    "area", "length [m]", "Größe", "yes", "no", "null", "on", "off", "true", "1e3", "12", "007",
    "it's", 'the "real" one', "a: b", "#tag", "- dash", "{x}", "[/h]", "a,b", "self", "cls", "x",
    "score", "prediction", "row", "error", "class", "model_config", "schema", "copy", "json",
    "column_0", "base", "estimator", "%", "*", "&a", "!tag", "@at", "`b`", "|", ">", "?", "~", "=",
    "日本", "two words", "under_score", "_missing", "x_missing", "y", "N", "lower", "upper", "id2",
    "days", "remainder", "nan", "None", "a" * 60, "0.5", "-1", "é è", "weight of it", "T [°C]",
    "tab\tbed", "two\nlines", "[bold]", "constructor", "__init__", "a.b", "a/b", "\\n", "'", '"',
    "x" * 200, "ﬁ", "İ", "\U0001f600", "year", "age", "items", "fit", "None_missing",
)  # fmt: skip
PAIRED = {
    "number": ("{}_missing", "{}_missing_2"),
    "integer": ("{}_missing",),
    "date": ("{}_year", "{}_days", "{}_month_sin", "{}_weekday_cos"),
    "category": ("{}_count", "{}_0.0", "{}_nan", "{}_-1.0"),
}
LEVELS = (
    "red", "[green]", "[/b]", "blau grün", "no", "off", "1e3", "it's", 'so "called"', "a: b", "#1",
    "-x", "~", "007", "null and void", "A", "a", "B", "Z", "ß", "x,y", "z=1", "<b>", "100%",
)  # fmt: skip
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y", "%Y-%m-%dT%H:%M", "%d %b %Y", "%m/%d/%Y %H:%M")
SCALES = (
    ("low", "medium", "high"), ("Poor", "Fair", "Good", "Excellent"), ("XS", "S", "M", "L", "XL"),
    ("never", "rarely", "sometimes", "often", "always"),
)  # fmt: skip
ESTIMATORS = {
    "ridge": {"alpha": 1},
    "lasso": {},
    "elastic_net": {},
    "huber": {"alpha": 1},
    "gradient_boosting": {"n_estimators": 6, "max_depth": 3, "min_samples_leaf": 3},
    "hist_gradient_boosting": {"max_iter": 6, "min_samples_leaf": 3},
    "symmetric_boosting": {"n_estimators": 8, "max_depth": 3},
    "lightgbm": {"n_estimators": 6, "num_leaves": 6, "min_child_samples": 3},
    "catboost": {"iterations": 6, "depth": 3},
    "random_forest": {"n_estimators": 4, "max_depth": 4},
    "extra_trees": {"n_estimators": 4, "max_depth": 4},
}
_LINEAR = ("ridge", "lasso", "elastic_net", "huber")
_IMPUTED = ("gradient_boosting", "random_forest", "extra_trees")

Random = np.random.Generator
Cells = list[str]


@dataclass
class Table:
    """An ordinary table.

    Attributes
    ----------
    columns : dict of str to list of str
        Cells as they stand in a file, the target's among them.
    target : str
        The column to predict.
    group : str or None
        A column that names groups, which the config may say.
    story : str
        What the table is like, in a line.
    """

    columns: dict[str, Cells]
    target: str
    group: str | None
    story: str

    @property
    def n_rows(self) -> int:
        """Rows of the table."""
        return len(self.columns[self.target])

    def write(self, path: Path) -> None:
        """Write the table as a CSV file."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.columns)
            writer.writerows(zip(*self.columns.values(), strict=True))


def make_table(seed: int, *, most_rows: int = ROWS[-1]) -> Table:
    """Make the table of a seed."""
    random = np.random.default_rng(seed)
    n_rows = int(random.choice([n for n in ROWS if n <= most_rows]))
    signal = np.zeros(n_rows)
    columns: dict[str, Cells] = {}
    story = [f"{n_rows} rows"]
    groups = random.integers(0, int(random.integers(3, 9)), n_rows)
    wide = 4 if seed % 25 == 13 else 1
    for i in range(wide * int(random.integers(1, 8))):
        kind = "number" if i == 0 else str(random.choice(KINDS))
        gap = "nowhere" if i == 0 else str(random.choice(GAPS))
        cells, effect = _column(kind, n_rows, random)
        is_gap = _gap(gap, groups, random)
        if sum(~is_gap) < 3:
            is_gap[:] = False
        columns[_name(columns, random)] = [
            "" if missing else cell for cell, missing in zip(cells, is_gap, strict=True)
        ]
        signal += np.where(is_gap, 0.5, effect)
        story.append(f"{kind} missing {gap}" if is_gap.any() else kind)
        if kind in PAIRED and random.random() < 0.4:
            name = str(random.choice(PAIRED[kind])).format(list(columns)[-1])
            if name not in columns:
                columns[name] = _numbers(random.normal(3, 2, n_rows), random)
    if random.random() < 0.15:
        weights = np.where(random.random(n_rows) < 0.1, 0.0, random.integers(1, 50, n_rows))
        columns["sample_weight"] = [repr(weight) for weight in weights.tolist()]
        story.append("weighted")
    group = None
    if random.random() < 0.4:
        group = _name(columns, random)
        columns[group] = [f"site {chr(65 + g)}" for g in groups]
    kind = TARGETS[seed % len(TARGETS)]
    target = _name(columns, random)
    y = _target(kind, signal + random.normal(0, 0.3, n_rows), random)
    columns[target] = ["" if math.isnan(value) else repr(value) for value in y.tolist()]
    story.append(f"target {kind}")
    names = list(columns)
    random.shuffle(names)
    return Table({name: columns[name] for name in names}, target, group, ", ".join(story))


def _name(taken: dict[str, Cells], random: Random) -> str:
    return str(random.choice([name for name in NAMES if name not in taken]))


def _column(kind: str, n_rows: int, random: Random) -> tuple[Cells, Any]:
    """Return cells of a kind, and what each adds to the target."""
    if kind == "number":
        values = random.normal(5, 2, n_rows) * 10.0 ** random.integers(-12, 13)
        return _numbers(values, random), (values - values.mean()) / (values.std() or 1)
    if kind == "integer":
        counts = random.poisson(3, n_rows)
        return [str(count) for count in counts], counts / 3
    if kind == "date":
        days = np.sort(random.integers(0, 900, n_rows))
        if random.random() < 0.5:
            random.shuffle(days)
        first, form = datetime(2021, 3, 1, 6), str(random.choice(DATES))
        return [(first + timedelta(day / 3)).strftime(form) for day in days.tolist()], days / 900
    if kind == "boolean":
        pairs = [("yes", "no"), ("true", "false"), ("0", "1"), ("on", "off"), ("Y", "N")]
        pair = pairs[int(random.integers(len(pairs)))]
        places = random.integers(0, 2, n_rows)
        return [pair[place] for place in places], places
    if kind == "ordered":
        scale = SCALES[int(random.integers(len(SCALES)))]
        places = random.integers(0, len(scale), n_rows)
        return [scale[place] for place in places], places / len(scale)
    many = [f"{random.integers(10**6):06d}" for _ in range(60)]
    words = many if kind == "code" else [str(w) for w in random.permutation(LEVELS)]
    n_levels = min(int(random.integers(2, len(words))), max(2, n_rows // 4))
    shares = random.dirichlet(np.full(n_levels, 0.6))
    places = random.choice(n_levels, n_rows, p=shares)
    effects = random.normal(0, 1, n_levels)
    return [words[place] for place in places], effects[places]


def _numbers(values: Any, random: Random) -> Cells:
    digits = int(random.integers(3, 16))
    return [f"{value:.{digits}g}" for value in values.tolist()]


def _gap(gap: str, groups: Any, random: Random) -> Any:
    n_rows = len(groups)
    rows = np.arange(n_rows)
    return {
        "nowhere": np.zeros(n_rows, dtype=bool),
        "at random": random.random(n_rows) < random.uniform(0.02, 0.6),
        "late": rows < random.uniform(0.3, 0.9) * n_rows,
        "early": rows > random.uniform(0.1, 0.7) * n_rows,
        "in one group": groups != groups[0],
        "mostly": ~np.isin(rows, random.choice(n_rows, max(3, n_rows // 30), replace=False)),
    }[gap]


def _target(kind: str, signal: Any, random: Random) -> Any:
    y = {
        "plain": 10 + 2 * signal,
        "positive": np.exp(signal),
        "counts": random.poisson(np.exp(np.clip(signal, -3, 3))).astype(float),
        "zero-inflated": np.where(random.random(len(signal)) < 0.7, 0.0, np.exp(signal)),
        "centred": signal - signal.mean(),
        "negative": -50 - signal,
        "tiny": (3 + signal) * 1e-20,
        "small": np.exp(signal) * 1e-9,
        "large": (10 + signal) * 1e12,
        "huge": signal * 1e25,
        "far from zero": 1e6 + signal,
    }[kind]
    if np.ptp(y) == 0:
        y[0] += 1.0
    if random.random() < 0.2:
        y[random.random(len(y)) < 0.05] = np.nan
    return y


def small_config(text: str, table: Table, seed: int) -> str:
    """Return a config that `init` wrote with few small trees, and a choice of estimators."""
    random = np.random.default_rng([seed, 1])
    text = text[: text.index("\nestimators:") + 1] + "\n".join(_estimators(seed, random)) + "\n"
    for name, value in (
        ("folds", 2 + seed % 2), ("repeats", 1),
    ):  # fmt: skip
        text = re.sub(rf"(?m)^  {name}: \d+", f"  {name}: {value}", text, count=1)
    if seed % 3 == 0:
        text = text.replace("average: learned", "average: weighted")
    n_groups = len(set(table.columns[table.group])) if table.group else 0
    has_role = re.search(r"(?m)^(group|time)_column:", text)
    if n_groups > 3 and not has_role:
        text += f"group_column: {quote(str(table.group))}\n"
    return text + "difficulty:\n  max_iter: 5\n  min_samples_leaf: 5\n"


def _estimators(seed: int, random: Random) -> Iterator[str]:
    kinds = list(ESTIMATORS)
    chosen = {kinds[seed % len(kinds)], *random.choice(kinds, 2, replace=False).tolist()}
    yield "estimators:"
    for kind in sorted(chosen):
        settings: dict[str, Any] = {"type": kind, **ESTIMATORS[kind]}
        if kind in _LINEAR:
            settings |= {"rare_level_count": 2, "max_levels": int(random.choice([1, 8, 60]))}
        else:
            settings["one_hot_levels"] = int(random.choice([0, 3, 50]))
            settings["level_counts"] = bool(random.random() < 0.5)
        if kind in _IMPUTED:
            settings["missing_indicators"] = bool(random.random() < 0.5)
        yield f"  the {kind}:"
        yield from (f"    {name}: {str(value).lower()}" for name, value in settings.items())


def fall_short(seed: int, folder: Path, *, small: bool = True, most_rows: int = ROWS[-1]) -> str:
    """Take the table of a seed all the way; return where and how it fell short, or nothing."""
    table = make_table(seed, most_rows=most_rows)
    journey = _Journey(folder, table)
    try:
        with parallel_config("sequential"), warnings.catch_warnings():
            warnings.simplefilter("error")
            journey.go((lambda text: small_config(text, table, seed)) if small else None)
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is reported with its table
        where = traceback.extract_tb(problem.__traceback__)[-1]
        what = f"{type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno})"
        return f"table {seed} ({table.story}), {journey.step}: {what}"
    return ""


class _Journey:
    """One table on its way."""

    def __init__(self, folder: Path, table: Table) -> None:
        self.table, self.step = table, "writing"
        self.csv, self.config = folder / "table.csv", folder / "table.yml"
        self.model, self.answers = folder / "table.zip", folder / "answers.csv"
        for path in (self.config, self.model, self.answers):
            path.unlink(missing_ok=True)
        table.write(self.csv)

    def go(self, edit: Callable[[str], str] | None) -> None:
        """Run all commands; raise at the first thing that is not as it should be."""
        self._run("init", self.csv, "--target", self.table.target, "--config", self.config)
        if edit is not None:
            text = self.config.read_text(encoding="utf-8")
            self.config.write_text(edit(text), encoding="utf-8")
        self._run("train", "--config", self.config)
        facts = json.loads(self._run("info", "--json", "--model", self.model))
        level = facts["metrics"]["intervals"]["level"]
        given = ("--model", self.model)
        self._run("predict", self.csv, *given, "--interval", repr(level), "--output", self.answers)
        self._check_answers()
        explained = json.loads(self._run("explain", self.csv, "--row", 0, *given, "--json"))
        self._check_explanation(explained["explanations"][0])
        evaluated = json.loads(self._run("evaluate", self.csv, *given, "--json"))
        _expect(evaluated["not_predicted"] == 0, "a row is not predicted")
        self._run("evaluate", self.csv, *given)
        self._run("explain", self.csv, "--row", 0, *given)
        self._run("self-test", *given)
        self._run("info", *given)

    def _run(self, *arguments: object) -> str:
        self.step = str(arguments[0])
        done = CliRunner().invoke(app, [*map(str, arguments)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        _expect(done.exit_code == 0, f"exit status {done.exit_code}: {done.output}")
        return done.stdout

    def _check_answers(self) -> None:
        with self.answers.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        _expect(len(rows) == self.table.n_rows, f"{len(rows)} answers")
        for i, row in enumerate(rows):
            _expect(row["error"] == "", f"row {i}: {row['error']}")
            low, middle, high = (float(row[name]) for name in ("lower", "prediction", "upper"))
            _expect(low <= middle <= high, f"row {i}: {low} {middle} {high}")

    def _check_explanation(self, found: dict[str, Any]) -> None:
        parts = list(found["contributions"].values())
        largest = max(map(abs, (found["score"], found["base"], *parts)))
        difference = abs(found["base"] + math.fsum(parts) - found["score"])
        _expect(difference <= 1e-9 * largest, f"the parts miss the score by {difference}")


def _expect(is_so: bool, otherwise: str) -> None:  # noqa: FBT001
    if not is_so:
        raise AssertionError(otherwise)
