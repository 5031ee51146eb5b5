"""How often a vendor may be called, kept for all processes of a user in one small database.

A call is written down before it is made. So two windows and a command together keep a vendor's
rate, and a budget of calls a day outlives the program. A day is the last 24 hours: vendors begin
theirs in zones that they do not tell.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.sources.source import Rate

_DAY = 86_400.0
_BUSY_SECONDS = 10.0


class CallBook:
    """The calls of the last 24 hours, by vendor."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def take(self, vendor: str, rate: Rate, a_day: int | None, now: float) -> float:
        """Write down one call at `now` (Unix seconds) and return 0; or how long to wait for it.

        Raises `AlphintraError` when the budget of the day is used up.
        """
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            wait = _wait(db, vendor, rate, now)
            used_up = wait <= 0 and _is_used_up(db, vendor, a_day, now)
            if wait <= 0 and not used_up:
                db.execute("INSERT INTO calls VALUES (?, ?)", (vendor, now))
            db.execute("COMMIT")
        if used_up:
            raise _used_up(vendor, a_day or 0)
        return max(wait, 0.0)

    def made(self, vendor: str, now: float) -> int:
        """How many calls were made in the 24 hours before `now`."""
        with self._opened() as db:
            return _count(db, vendor, now - _DAY, now)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            made = sqlite3.connect(self._file, timeout=_BUSY_SECONDS, isolation_level=None)
            with closing(made) as db:
                db.execute("PRAGMA synchronous = OFF")  # a lost note of a call harms nobody
                db.execute("CREATE TABLE IF NOT EXISTS calls (vendor TEXT, at REAL)")
                db.execute("CREATE INDEX IF NOT EXISTS calls_of ON calls (vendor, at)")
                yield db
        except (sqlite3.Error, OSError) as error:
            raise AlphintraError(
                f"The count of calls to vendors cannot be kept: {error}.",
                hint=f"Check that {self._file.parent} is writable, or delete {self._file.name}.",
            ) from error


def _wait(db: sqlite3.Connection, vendor: str, rate: Rate, now: float) -> float:
    # Calls after now are of a clock that was put back since; they would block for ever.
    db.execute("DELETE FROM calls WHERE at < ? OR at > ?", (now - _DAY, now + rate.seconds))
    recent = db.execute(
        "SELECT at FROM calls WHERE vendor = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?",
        (vendor, now - rate.seconds, rate.calls - 1),
    ).fetchone()
    return float(recent[0]) + rate.seconds - now if recent else 0.0


def _is_used_up(db: sqlite3.Connection, vendor: str, a_day: int | None, now: float) -> bool:
    return a_day is not None and _count(db, vendor, now - _DAY, now + _DAY) >= a_day


def _count(db: sqlite3.Connection, vendor: str, after: float, until: float) -> int:
    sql = "SELECT count(*) FROM calls WHERE vendor = ? AND at > ? AND at <= ?"
    return int(db.execute(sql, (vendor, after, until)).fetchone()[0])


def _used_up(vendor: str, a_day: int) -> AlphintraError:
    return AlphintraError(
        f"The budget of {a_day:,} calls to {vendor} in 24 hours is used up.",
        hint="Go on tomorrow: what was loaded so far is kept. If your plan allows more, raise it"
        " with --calls-a-day.",
    )
