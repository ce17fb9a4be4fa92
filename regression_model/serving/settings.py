"""What a service allows: limits of requests, and whom it lets in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Limits and doors of a service; the defaults suit a worker of a few hundred megabytes.

    Parameters
    ----------
    max_bytes : int
        Bytes of a body, unpacked.
    max_waiting_bytes : int
        Bytes of all bodies that are held at once.
    max_rows, max_columns : int
        Of the table that a body holds.
    max_cells : int
        Rows times columns, or what else takes memory once it is read.
    max_text : int
        Characters of a text in a cell, or of a name.
    max_requests : int
        Requests with a body that are worked on at once; further ones are told to come again.
    max_seconds : float
        For one request, from its headers to the end of its answer.
    n_threads : int
        Threads that compute what is too large for the event loop.
    drift_days : float
        Of each window in which rows are counted, of which drift is told; 0: none are counted.
    token : str, optional
        What callers must bring as ``Authorization: Bearer TOKEN``.
    cors_origins : tuple of str
        Origins of pages that browsers may let read answers, such as ``https://example.org``.
    """

    max_bytes: int = 32 << 20
    max_waiting_bytes: int = 128 << 20
    max_rows: int = 100_000
    max_columns: int = 10_000
    max_cells: int = 4_000_000
    max_text: int = 10_000
    max_requests: int = 64
    max_seconds: float = 30.0
    n_threads: int = 2
    drift_days: float = 7.0
    token: str | None = field(default=None, repr=False)
    cors_origins: tuple[str, ...] = ()
