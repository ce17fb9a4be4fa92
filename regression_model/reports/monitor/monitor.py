"""Whether a model keeps its promises, from predictions and from truths that come late."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.identity import digest_of
from regression_model.exceptions import DataError
from regression_model.metrics import rounded
from regression_model.reports.drift.drift import DRIFT, NOTHING, TOO_FEW, WORSE
from regression_model.reports.monitor.evidence import ALARM, Sums
from regression_model.reports.monitor.judging import evidence_of, likeliest_start
from regression_model.reports.monitor.looking import drift_of_look, looked_at, with_counts
from regression_model.reports.monitor.looks import Looks, date_of
from regression_model.reports.monitor.promise import promise_of
from regression_model.reports.monitor.reading import Numbers, read_given_truths, read_predictions
from regression_model.reports.monitor.state import Joined, State
from regression_model.reports.monitor.state_file import read_state
from regression_model.reports.monitor.state_schema import MOST_HORIZON

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from regression_model.artifact.model import Model
    from regression_model.reports.drift.drift import Drift, FailOn
    from regression_model.reports.monitor.promise import Promise

LEAST_ROWS = 100
"""With fewer truths, silence says nothing: half of all falls of coverage to 80 % go unnoticed."""
_SECRET_BYTES = 32
_NAME_BYTES = 8


@dataclass(frozen=True)
class Finding:
    """A promise, and the evidence against it.

    Attributes
    ----------
    name : {"coverage", "error", "bias"}
    promised, found : float
        A share, or in target units; `found` is over all truths since the state was begun.
    evidence : float
        An e-value: `ALARM` and more is proof.
    n_rows : int
        How many truths it is of.
    since : int or None
        Where it is broken: the day, counted from 1970, of the first prediction from which on the
        evidence is strongest, give or take a week.
    """

    name: str
    promised: float
    found: float
    evidence: float
    n_rows: int
    since: int | None = None

    @property
    def verdict(self) -> str:
        """One of "broken", "kept" and "too few rows"."""
        if self.evidence >= ALARM:
            return "broken"
        return "kept" if self.n_rows >= LEAST_ROWS else "too few rows"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "name": self.name,
            "promised": rounded(self.promised),
            "found": rounded(self.found) if self.n_rows else None,
            "evidence": rounded(self.evidence),
            "n_rows": self.n_rows,
            "verdict": self.verdict,
            "since": None if self.since is None else date_of(self.since),
        }


class Monitor:
    """A model and what is remembered of its predictions.

    Parameters
    ----------
    model : Model
    state : State
        Of this model.

    Raises
    ------
    DataError
        If the state is of another model.

    Examples
    --------
    >>> from regression_model import load_model
    >>> monitor = Monitor.begin(load_model(), day=20_000)
    >>> n = monitor.predicted(Numbers(["a", "b"], np.array([[1e5, 9e4, 2e5], [2e5, 1e5, 3e5]]), 0))
    >>> monitor.at(20_030)
    >>> came = monitor.joined(Numbers(["b"], np.array([[2.1e5]]), 0))
    >>> came.new, [test.verdict for test in monitor.tests()]
    (1, ['too few rows', 'too few rows', 'too few rows'])
    """

    def __init__(self, model: Model, state: State) -> None:
        if state.model != digest_of(model):
            raise DataError(
                f"the state is of another model of version {state.version}, and asked is one of "
                f"version {model.version}: name the state's with --model ARTIFACT, without which "
                "the packaged one is asked, or begin a state for this model with another name"
            )
        self.model = model
        self.state = state
        self.promise: Promise = promise_of(model, state.level)

    @classmethod
    def begin(cls, model: Model, *, day: int, level: float = 0.9, horizon: int = 90) -> Monitor:
        """Begin to remember.

        Parameters
        ----------
        model : Model
        day : int
            Today, in days since 1970.
        level : float
            Coverage that intervals are asked for.
        horizon : int
            For how many days truths are waited for.

        Raises
        ------
        DataError
            If there is no such level or horizon.
        """
        if not (0 < level < 1 and 1 <= horizon <= MOST_HORIZON):
            raise DataError(
                f"a state is of a level between 0 and 1, and of a horizon from 1 to "
                f"{MOST_HORIZON:,} days; got {level:g} and {horizon}"
            )
        origin = secrets.token_hex(_NAME_BYTES)
        state = State(
            model=digest_of(model),
            version=model.version,
            level=level,
            horizon=horizon,
            secret=secrets.token_bytes(_SECRET_BYTES),
            origin=origin,
            judge=origin,
            day=day,
            looks=Looks(until=day - 1),
        )
        return cls(model, state)

    @classmethod
    def like(cls, model: Model, path: Path, *, day: int) -> Monitor:
        """Begin a shard, which can be merged with the state in a file later.

        Raises
        ------
        DataError
            If that cannot be read, is of another model, or was written on a later day.
        """
        return cls(model, read_state(path).shard(secrets.token_hex(_NAME_BYTES), day))

    def at(self, day: int) -> None:
        """Go on to a day; what is older than the horizon is settled."""
        self.state = self.state.at(day)

    def predicted(self, given: Numbers) -> Joined:
        """Remember predictions of today, with the ends of their intervals, NaN where there is none.

        Raises
        ------
        DataError
            If an id has another prediction already, or a prediction is no number; nothing is
            remembered then.
        """
        self.state, joined = self.state.with_predictions(given.ids, *given.values.T)
        return joined

    def joined(self, given: Numbers) -> Joined:
        """Join truths that have come today.

        Raises
        ------
        DataError
            If an id has another truth already, or a truth is no number; nothing is joined then.
        """
        self.state, joined = self.state.with_truths(given.ids, given.values[:, 0])
        return joined

    def merge(self, other: State) -> None:
        """Take over what another state remembers; see `State.merged`."""
        self.state = self.state.merged(other)

    def predictions_from(self, path: Path, name: str) -> tuple[Joined, int]:
        """Remember a file of `predict`; also return how many of its rows have no prediction."""
        given = read_predictions(path, name, self.model.version)
        return self.predicted(given), given.n_without

    def truths_from(self, path: Path, name: str, target: str | None = None) -> tuple[Joined, int]:
        """Join a file of truths; also return how many of its rows have none."""
        given = read_given_truths(path, name, self.model, target)
        return self.joined(given), given.n_without

    def counts_from(self, path: Path) -> int:
        """Add a file of counts that ``predict --profile`` has written; return its new rows."""
        self.state, n_rows = with_counts(self.state, self.model, path)
        return n_rows

    def look(self) -> None:
        """Look whether rows that were counted have shifted, if it is time; see `looked_at`."""
        self.state = looked_at(self.state, self.model)

    def drift(self) -> Drift | None:
        """Return what the last look has told, None where there was none within the horizon.

        Raises
        ------
        DataError
            If what is kept of it is damaged.
        """
        last = self.state.looks.last
        return None if last is None else drift_of_look(last, self.model)

    def tests(self) -> list[Finding]:
        """Hold all truths so far against what was promised."""
        weeks = self.state.weeks()
        total = Sums()
        for week in sorted(weeks):
            total = total.plus(weeks[week])
        promise, n = self.promise, max(total.n, 1)
        held = {
            "coverage": (promise.level, 1 - total.misses / max(total.n_judged, 1), total.n_judged),
            "error": (promise.mae, total.absolute / n, total.n),
            "bias": (promise.bias, total.error / n, total.n),
        }
        findings = []
        for name, evidence in evidence_of(weeks, promise).items():
            promised, found, n_rows = held[name]
            since = None
            if evidence >= ALARM:
                since = 7 * likeliest_start(weeks, promise, name)
            findings.append(Finding(name, promised or 0.0, found, evidence, n_rows, since))
        return findings

    def status(self, fail_on: FailOn = "drift") -> int:
        """Return an exit status: 0, 3 drift, coverage or bias, 4 a larger error, 5 too few rows.

        Parameters
        ----------
        fail_on : {"none", "drift", "loss"}
            What is not to be 0.
        """
        if fail_on == "none":
            return NOTHING
        verdicts = {test.name: test.verdict for test in self.tests()}
        last = self.state.looks.last
        seen = NOTHING if last is None else last.status
        if verdicts["error"] == "broken" or seen == WORSE:
            return WORSE
        if fail_on == "drift" and ("broken" in verdicts.values() or seen == DRIFT):
            return DRIFT
        return TOO_FEW if verdicts["error"] == "too few rows" else NOTHING

    def days_late(self) -> npt.NDArray[np.int32]:
        """Return how many days each truth came after its prediction, of rows still waited for."""
        rows = self.state.rows
        late: npt.NDArray[np.int32] = (rows["came"] - rows["day"])[rows["truth"] != 0]
        return late

    def counts(self) -> dict[str, Any]:
        """Say how many rows are remembered, how late truths are, and which share never came."""
        rows, settled = self.state.rows, self.state.settled.values()
        has_truth = rows["truth"] != 0
        late = self.days_late()
        n_settled = sum(left.n_rows for left in settled)
        n_never = sum(left.n_rows - left.sums.n for left in settled)
        return {
            "predicted": len(rows) + n_settled,
            "with_truth": int(has_truth.sum()) + n_settled - n_never,
            "waiting": int((~has_truth).sum()),
            "settled": n_settled,
            "never_came": n_never,
            "share_never_came": rounded(n_never / n_settled) if n_settled else None,
            "days_late_median": float(np.median(late)) if len(late) else None,
            "days_late_most": int(late.max()) if len(late) else None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "status": self.status(),
            "model_version": self.model.version,
            "day": date_of(self.state.day),
            "horizon_days": self.state.horizon,
            "rows": self.counts(),
            "alarm_at": ALARM,
            "tests": [test.to_dict() for test in self.tests()],
            "drift": self.state.looks.to_dict(),
        }
