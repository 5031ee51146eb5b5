"""Bars that should be there and are not, and bars where the market was closed.

The bars that a calendar promises are counted along time: `Promise.before(t)` is how many of them
start before t. Between two neighbouring bars there is a hole of as many bars as that count grew by,
beyond the one. So no list of expected bars is made, and only uneven steps are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.market.bars import Booleans
from alphintra_desktop.market.calendars import ALWAYS, WEEK, WEEKDAYS, Moments, Sessions
from alphintra_desktop.market.quality_finding import BarSpan, QualityFinding, Rows, Severity
from alphintra_desktop.market.quality_table import BarTable
from alphintra_desktop.market.times import shown

# So many sessions in a row are no slip but a hole; fewer are listed together.
BLOCK = 5
# So many bars in a row within a session are more than thin trading.
THIN_TRADING = 12
_MOST_BLOCKS = 20
# Above this share of bars, those outside of sessions are the market's longer hours.
_LONGER_HOURS = 0.02
_SELDOM = 0.2


@dataclass(frozen=True, eq=False)
class Promise:
    """The bars that a calendar promises: from `starts` (P,), `counts` (P,) of them every `step`."""

    starts: Moments
    counts: Moments
    step: int

    def before(self, moments: Moments) -> Moments:
        """How many promised bars start before each moment."""
        part = np.searchsorted(self.starts, moments, "right") - 1
        known = np.maximum(part, 0)
        within = -((self.starts[known] - moments) // self.step)  # rounded up
        total = np.concatenate([[0], np.cumsum(self.counts)])
        inside = np.clip(within, 0, self.counts[known])
        return np.where(part < 0, 0, total[known] + inside)

    def has(self, moments: Moments) -> Booleans:
        """Whether each moment lies in the time of the promised bars."""
        part = np.searchsorted(self.starts, moments, "right") - 1
        known = np.maximum(part, 0)
        stop = self.starts[known] + self.counts[known] * self.step
        return np.asarray((part >= 0) & (moments < stop), dtype=np.bool_)


def promised(table: BarTable, known: Sessions) -> Promise:
    """What a calendar promises of bars like those of the table."""
    if not table.intraday:
        starts = known.days.astype("datetime64[ns]").astype(np.int64)
        return Promise(starts, np.ones(len(starts), dtype=np.int64), table.step)
    phase = _phase(table)
    starts = known.opens - (known.opens - phase) % table.step
    if known.name == WEEK:
        return _usual_hours(
            table, Promise(starts, (known.closes - starts) // table.step, table.step)
        )
    return Promise(starts, -((starts - known.closes) // table.step), table.step)


def _phase(table: BarTable) -> int:
    """Where in a step bars start: hourly ones at the full hour or at half past."""
    phases, counts = np.unique(table.moments[:10_000] % table.step, return_counts=True)
    return int(phases[np.argmax(counts)])


def _usual_hours(table: BarTable, week: Promise) -> Promise:
    """Without the hours of the day at which hardly any session has bars: a market's daily break."""
    hour = 3_600 * 1_000_000_000
    stride = max(min(len(table) // 200_000, hour // table.step), 1)
    sample = table.moments[::stride]
    part = np.searchsorted(week.starts, sample, "right") - 1
    since = (sample - week.starts[np.maximum(part, 0)]) // hour
    inside = (part >= 0) & (since < 24)
    filled = np.unique(part[inside] * 24 + since[inside])
    sessions = max(len(np.unique(filled // 24)), 1)
    usual = np.bincount(filled % 24, minlength=24) > _SELDOM * sessions
    if usual.all() or table.step > hour:
        return week
    hours = np.flatnonzero(usual)
    starts = (week.starts[:, np.newaxis] + hours * hour).ravel()
    return Promise(starts, np.full(len(starts), hour // table.step), table.step)


def gap_findings(table: BarTable, known: Sessions) -> Iterator[QualityFinding]:
    """Missing sessions, holes within sessions, and bars outside of them."""
    if not len(known.days) or len(table) < 2:
        return
    promise = promised(table, known)
    rows = table.screen.uneven
    count = promise.before(table.moments[rows]) - promise.before(table.moments[rows - 1])
    missing = count - promise.has(table.moments[rows - 1])
    holes = Holes(table, known, rows[missing > 0], missing[missing > 0])
    yield from _missing_sessions(holes)
    if table.intraday:
        yield from _missing_bars(holes)
    yield from _outside(table, known, promise)


@dataclass(frozen=True, eq=False)
class Holes:
    """The rows after each hole, and how many promised bars it lacks."""

    table: BarTable
    known: Sessions
    rows: Rows
    missing: Moments

    def whole_sessions(self) -> tuple[Rows, Rows]:
        """For each hole the numbers of the first session in it and of the first after it."""
        if not self.table.intraday:
            days = self.known.days.astype("datetime64[ns]").astype(np.int64)
            before, after = self.table.moments[self.rows - 1], self.table.moments[self.rows]
            return np.searchsorted(days, before, "right"), np.searchsorted(days, after, "left")
        before = self.table.moments[self.rows - 1] + self.table.step
        first = np.searchsorted(self.known.first_opens, before, "left")
        after = np.searchsorted(self.known.last_closes, self.table.moments[self.rows], "right")
        return first, np.maximum(after, first)


def _missing_sessions(holes: Holes) -> Iterator[QualityFinding]:
    first, stop = holes.whole_sessions()
    lengths = stop - first
    long = np.flatnonzero(lengths >= BLOCK)
    for hole in long[np.argsort(-lengths[long], kind="stable")][:_MOST_BLOCKS]:
        days = holes.known.days[[first[hole], stop[hole] - 1]]
        count = int(lengths[hole])
        yield _missing(
            holes,
            "gap",
            (f"There is no bar from {days[0]} to {days[1]}, {count} sessions of", ""),
            _of_days(holes, days, count, holes.rows[[hole]]),
        )
    single = np.flatnonzero((lengths > 0) & (lengths < BLOCK))
    if len(single):
        numbers = np.concatenate([np.arange(first[hole], stop[hole]) for hole in single])
        days = holes.known.days[numbers]
        listed = ", ".join(str(day) for day in days[:5]) + (", …" if len(days) > 5 else "")
        sessions = "1 session" if len(days) == 1 else f"{len(days):,} single sessions"
        verb = "is" if len(days) == 1 else "are"
        yield _missing(
            holes,
            "missing_sessions",
            (f"{sessions} of", f" {verb} missing: {listed}"),
            _of_days(holes, days, len(days), holes.rows[single]),
        )


def _missing(holes: Holes, code: str, words: tuple[str, str], place: BarSpan) -> QualityFinding:
    return QualityFinding(
        code,
        Severity.WARNING,
        f"{words[0]} {title_of(holes.known.name)}{words[1]}.",
        "Import or update the missing bars; if the market was closed then, choose its calendar.",
        place,
    )


def _of_days(
    holes: Holes,
    days: np.ndarray,
    count: int,
    rows: Rows,
) -> BarSpan:
    found = holes.table.span(rows, count)
    return BarSpan(found.symbol, str(days[0]), str(days[-1]), count, found.rows)


def _missing_bars(holes: Holes) -> Iterator[QualityFinding]:
    """Holes within sessions. Short ones are what thin trading looks like."""
    first, stop = holes.whole_sessions()
    inner = stop == first
    for long, severity, code, words in (
        (True, Severity.WARNING, "missing_bars", "are missing within sessions of"),
        (False, Severity.INFO, "thin_trading", "are missing here and there in sessions of"),
    ):
        chosen = np.flatnonzero(inner & ((holes.missing > THIN_TRADING) == long))
        if not len(chosen):
            continue
        count = int(holes.missing[chosen].sum())
        rows, table = holes.rows[chosen], holes.table
        longest = chosen[np.argmax(holes.missing[chosen])]
        start = table.moments[holes.rows[longest] - 1] + table.step
        since = shown(np.datetime64(int(start), "ns"), intraday=True)
        bars = "1 bar" if count == 1 else f"{count:,} bars"
        yield QualityFinding(
            code,
            severity,
            f"{bars} {words} {title_of(holes.known.name)}, at {len(chosen):,} places; the longest"
            f" hole starts at {since} and lacks {int(holes.missing[longest]):,}.",
            "Import or update the missing bars. A market without trades writes none, too.",
            table.span(rows, count),
        )


def _outside(table: BarTable, known: Sessions, promise: Promise) -> Iterator[QualityFinding]:
    """Bars at times at which the market was closed."""
    if known.name == ALWAYS:
        return
    outside = (
        np.flatnonzero(~promise.has(table.moments))
        if not table.intraday
        else (_outside_parts(table, promise))
    )
    if not len(outside):
        return
    open_days = known.days
    days = table.stamps[outside].astype("datetime64[D]")
    closed = ~np.isin(days, open_days) if known.name != WEEK else np.zeros(len(days), np.bool_)
    if closed.any():
        rows = outside[closed]
        yield _closed(table, known, rows, len(np.unique(days[closed])))
    if table.intraday and not closed.all():
        yield _other_hours(table, known, outside[~closed])


def _outside_parts(table: BarTable, promise: Promise) -> Rows:
    """The rows between the ends of sessions and their next starts, found from the few edges."""
    stops = promise.starts + promise.counts * promise.step
    edges = np.searchsorted(
        table.moments,
        np.concatenate([[np.iinfo(np.int64).min], stops]),
    )
    nexts = np.searchsorted(
        table.moments, np.concatenate([promise.starts, [np.iinfo(np.int64).max]])
    )
    some = np.flatnonzero(nexts > edges)
    parts = [np.arange(edges[part], nexts[part]) for part in some]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _closed(table: BarTable, known: Sessions, rows: Rows, days: int) -> QualityFinding:
    holidays = "a day" if days == 1 else f"{days:,} days"
    bars = "1 bar is" if len(rows) == 1 else f"{len(rows):,} bars are"
    return QualityFinding(
        "bars_on_closed_days",
        Severity.WARNING,
        f"{bars} of {holidays} on which {title_of(known.name)} was closed, the first of"
        f" {table.time(rows[0])}.",
        "Such bars are often repetitions of the last price; if not, choose another calendar.",
        table.span(rows),
    )


def _other_hours(table: BarTable, known: Sessions, rows: Rows) -> QualityFinding:
    usual = len(rows) > _LONGER_HOURS * len(table)
    early = np.isin(table.stamps[rows].astype("datetime64[D]"), known.days[known.early])
    half = (
        f", {int(early.sum()):,} of them after the early close of a half day" if early.any() else ""
    )
    bars = "1 bar lies" if len(rows) == 1 else f"{len(rows):,} bars lie"
    return QualityFinding(
        "bars_outside_sessions",
        Severity.INFO,
        f"{bars} outside the regular sessions of {title_of(known.name)}{half}.",
        "These are the longer hours of the market: rules that count bars a day count them, too."
        if usual
        else "Check the time zone of the file if the market has no longer hours.",
        table.span(rows),
    )


def title_of(name: str) -> str:
    """A calendar in a sentence."""
    titles = {
        ALWAYS: "a market that never closes",
        WEEK: "the week of currencies",
        WEEKDAYS: "weekdays",
    }
    return titles.get(name, name)
