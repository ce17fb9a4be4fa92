"""What is remembered of predictions until their truth comes: no features, and no names of rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.shown_values import short
from regression_model.reports.monitor.evidence import Sums
from regression_model.reports.monitor.looks import Looks, date_of
from regression_model.reports.monitor.rows import (
    NOT_YET,
    ROW,
    SHOWN,
    check_numbers,
    places_of,
    sums_of,
    united,
    with_truth,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from regression_model.arrays import Floats
    from regression_model.reports.monitor.rows import Rows

_MAX_ORIGINS = 60_000


class Settled(NamedTuple):
    """What is left of the rows of a day once no truth is taken for them any more.

    Attributes
    ----------
    n_rows : int
        With and without truth.
    sums : Sums
        Of those with.
    """

    n_rows: int
    sums: Sums


class Joined(NamedTuple):
    """What came of the rows of a file.

    Attributes
    ----------
    new : int
        Rows that say something new.
    known : int
        Those that say again what is known.
    unknown : int
        Truths of rows that no prediction is kept of: never predicted, or too long ago.
    without_interval : int
        New predictions that have not both ends of one.
    """

    new: int = 0
    known: int = 0
    unknown: int = 0
    without_interval: int = 0


@dataclass(frozen=True)
class State:
    """What is remembered; every change gives another one, so that nothing is changed by halves.

    Attributes
    ----------
    model : str
        Digest of the artifact.
    version : str
        Of the model.
    level : float
        Coverage that intervals were asked for.
    horizon : int
        For how many days truths are waited for.
    secret : bytes
        The key of all digests.
    origin : str
        The name of this state among those that are merged.
    judge : str
        The name of the state that all shards were begun like: it alone looks for drift.
    day : int
        The last on which it was written, counted from 1970.
    looks : Looks
        What is remembered of rows that were counted.
    origins : tuple of str
        All of which it has rows, in order.
    rows : ndarray of ROW, shape (n_rows,)
        Rows that truths are taken for, by id.
    settled : dict of (int, str) to Settled
        What is left of others, by day and origin.
    """

    model: str
    version: str
    level: float
    horizon: int
    secret: bytes
    origin: str
    judge: str
    day: int
    looks: Looks
    origins: tuple[str, ...] = ()
    rows: Rows = field(default_factory=lambda: np.empty(0, ROW))
    settled: dict[tuple[int, str], Settled] = field(default_factory=dict)

    def shard(self, origin: str, day: int) -> State:
        """Return a state that remembers nothing yet, and can be merged with this one.

        Raises
        ------
        DataError
            If the day is before the last one of this state.
        """
        self._check_clock(day)
        nothing, looks = np.empty(0, ROW), Looks(self.looks.until)
        begun = replace(self, origins=(), rows=nothing, settled={}, looks=looks)
        return replace(begun, origin=origin, day=day)

    def at(self, day: int) -> State:
        """Return the state of a day, in which what is older than the horizon is settled.

        Raises
        ------
        DataError
            If the day is before the last one.
        """
        self._check_clock(day)
        is_old = self.rows["day"] < day - self.horizon
        settled = dict(self.settled)
        old = self.rows[is_old]
        for key in sorted(set(zip(old["day"].tolist(), old["origin"].tolist(), strict=True))):
            rows = old[(old["day"] == key[0]) & (old["origin"] == key[1])]
            name = (key[0], self.origins[key[1]])
            left = Settled(len(rows), sums_of(rows))
            settled[name] = _fuller(settled.get(name, left), left)
        looks = self.looks.since(day - self.horizon)
        return replace(self, day=day, rows=self.rows[~is_old], settled=settled, looks=looks)

    def with_predictions(
        self, ids: Sequence[str], prediction: Floats, lower: Floats, upper: Floats
    ) -> tuple[State, Joined]:
        """Return the state with predictions of today.

        Parameters
        ----------
        ids : sequence of str
        prediction, lower, upper : ndarray of shape (n_samples,)
            In target units; NaN where there is no interval.

        Raises
        ------
        DataError
            If an id has another prediction already, or a prediction is no number.
        """
        check_numbers(ids, prediction, "prediction")
        origins = self.origins if self.origin in self.origins else (*self.origins, self.origin)
        rows = np.zeros(len(ids), ROW)
        rows["id"] = self._digests(ids)
        rows["prediction"], rows["lower"], rows["upper"] = prediction, lower, upper
        rows["answer"] = self._marks(np.column_stack([prediction, lower, upper]))
        rows["error"] = np.nan
        rows["missed"] = -1
        rows["day"], rows["came"] = self.day, NOT_YET
        rows["origin"] = origins.index(self.origin)
        rows, again = self._once(rows, "answer", ids, "prediction")
        places, is_known = places_of(self.rows, rows["id"])
        other = is_known.copy()
        other[is_known] = self.rows["answer"][places[is_known]] != rows["answer"][is_known]
        if other.any():
            self._refuse(rows["id"][other], ids, "prediction")
        new = rows[~is_known]
        both = np.concatenate([self.rows, new])
        joined = Joined(
            new=len(new),
            known=int(is_known.sum()) + again,
            without_interval=int((np.isnan(new["lower"]) | np.isnan(new["upper"])).sum()),
        )
        return replace(self, origins=origins, rows=both[np.argsort(both["id"])]), joined

    def with_truths(self, ids: Sequence[str], truth: Floats) -> tuple[State, Joined]:
        """Return the state with truths that have come today.

        Raises
        ------
        DataError
            If an id has another truth already, or a truth is no number.
        """
        check_numbers(ids, truth, "truth")
        given = np.zeros(len(ids), ROW)
        given["id"] = self._digests(ids)
        given["error"] = truth
        given["truth"] = self._marks(truth[:, None])
        given, again = self._once(given, "truth", ids, "truth")
        places, is_known = places_of(self.rows, given["id"])
        unknown = int((~is_known).sum())
        given, places = given[is_known], places[is_known]
        before = self.rows["truth"][places]
        other = (before != 0) & (before != given["truth"])
        if other.any():
            self._refuse(given["id"][other], ids, "truth")
        is_new = before == 0
        rows = self.rows.copy()
        rows[places[is_new]] = with_truth(rows[places[is_new]], given[is_new], self.day)
        joined = Joined(int(is_new.sum()), int((~is_new).sum()) + again, unknown)
        return replace(self, rows=rows), joined

    def merged(self, other: State) -> State:
        """Return what both remember: the same in whichever order, and however often.

        What was settled is settled by who knew most of it: a row belongs to the state that has
        first seen it, so two shards that are each given the same rows count them once only as long
        as these are not settled.

        Raises
        ------
        DataError
            If they are of different models or settings, have not the same secret, or say different
            things of a row.
        """
        self._check_kin(other)
        origins = tuple(sorted({*self.origins, *other.origins}))
        rows = np.concatenate([_renamed(self, origins), _renamed(other, origins)])
        rows = united(rows[np.lexsort([rows["came"], rows["id"]])])
        settled = dict(self.settled)
        for name, left in other.settled.items():
            settled[name] = _fuller(settled.get(name, left), left)
        looks = self.looks.merged(other.looks)
        both = replace(self, origins=origins, rows=rows, settled=settled, looks=looks)
        return both.at(max(self.day, other.day))

    def weeks(self) -> dict[int, Sums]:
        """Return the sums of rows with truth, by the week of their prediction."""
        weeks: dict[int, Sums] = {}
        joined = self.rows[self.rows["truth"] != 0]
        for day in np.unique(joined["day"]).tolist():
            sums = sums_of(joined[joined["day"] == day])
            weeks[day // 7] = weeks.get(day // 7, Sums()).plus(sums)
        for (day, _), left in sorted(self.settled.items()):
            if left.sums.n:
                weeks[day // 7] = weeks.get(day // 7, Sums()).plus(left.sums)
        return weeks

    def _check_clock(self, day: int) -> None:
        if day < self.day:
            last, given = date_of(self.day), date_of(day)
            raise DataError(
                f"the state was last written on {last}, and today is said to be {given}: a clock "
                "has gone back; set it right, or say --today YYYY-MM-DD; if it was ahead when the "
                "state was written, take the state of before from a backup"
            )

    def _digests(self, ids: Sequence[str]) -> list[bytes]:
        key = self.secret
        # half a character, as JSON may hold, is no text, and a name all the same
        texts = (name.encode(errors="surrogatepass") for name in ids)
        return [blake2b(text, digest_size=16, key=key).digest() for text in texts]

    def _marks(self, values: Floats) -> npt.NDArray[np.uint64]:
        """Return a keyed digest of each row of numbers, never 0."""
        whole = np.ascontiguousarray(values + 0.0)  # -0.0 is 0.0
        size, data = whole.shape[1] * 8, whole.tobytes()
        marks = bytearray()
        for start in range(0, len(data), size):
            part = data[start : start + size]
            marks += blake2b(part, digest_size=8, key=self.secret).digest()
        found = np.frombuffer(bytes(marks), "<u8").astype(np.uint64)
        found[found == 0] = 1
        return found

    def _once(self, rows: Rows, mark: str, ids: Sequence[str], what: str) -> tuple[Rows, int]:
        """Return rows of a file by id, each once, and how many say the same again."""
        ordered = rows[np.argsort(rows["id"], kind="stable")]
        same = ordered["id"][1:] == ordered["id"][:-1]
        other = same & (ordered[mark][1:] != ordered[mark][:-1])
        if other.any():
            self._refuse(ordered["id"][1:][other], ids, what)
        kept = np.concatenate([[True], ~same]) if len(ordered) else np.empty(0, bool)
        return ordered[kept], int(same.sum())

    def _refuse(self, digests: Sequence[bytes], ids: Sequence[str], what: str) -> None:
        meant = set(np.asarray(digests).tolist())
        # NumPy leaves zeros away at the end of bytes
        at = [i for i, own in enumerate(self._digests(ids)) if own.rstrip(b"\0") in meant]
        named = list(dict.fromkeys(ids[i] for i in at))
        raise DataError(
            f"{len(named)} ids have another {what} than before; an id should name one row for "
            "good: correct the file, or leave these rows out of it:",
            *(f"id {short(name)!r}" for name in named[:SHOWN]),
        )

    def _check_kin(self, other: State) -> None:
        mine = (self.model, self.version, self.level, self.horizon)
        if mine != (other.model, other.version, other.level, other.horizon):
            raise DataError(
                f"the states are of version {self.version}, level {self.level:g} and horizon "
                f"{self.horizon}, and of version {other.version}, level {other.level:g} and "
                f"horizon {other.horizon}, or of different models: only states of the same "
                "model and settings are merged"
            )
        if (self.secret, self.judge) != (other.secret, other.judge):
            raise DataError(
                "the states have not the same secret, so their rows cannot be told to be the same: "
                "begin the state of each shard with --like the first one"
            )
        if len({*self.origins, *other.origins}) > _MAX_ORIGINS:
            raise DataError(f"the states have rows of more than {_MAX_ORIGINS} states")


def _renamed(state: State, origins: tuple[str, ...]) -> Rows:
    """Return a state's rows with the positions that their origins have among others."""
    rows = state.rows.copy()
    if len(rows):
        now = np.array([origins.index(name) for name in state.origins], np.uint16)
        rows["origin"] = now[rows["origin"]]
    return rows


def _fuller(one: Settled, other: Settled) -> Settled:
    """Return what knows more of a day: of one state's own two, that is the later."""
    return max(one, other, key=lambda left: (left.sums.n, left.n_rows, left.sums))
