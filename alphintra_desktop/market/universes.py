"""Point-in-time universes: who was a member from when to when, and what was lost at a delisting.

A universe is kept as a table of events, versioned and named by content like any other, so that a
run pins it. Its rows say when a symbol joins (`member` 1) and when its last day has come (`member`
0). A last day on a weekend is taken as the Friday before it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.ir.universe import DELISTING, MEMBER, TABLES
from alphintra_desktop.market.event_store import (
    EventTable,
    event_tables,
    event_versions,
    load_events,
    store_events,
)
from alphintra_desktop.market.events import Events, ordered

SYMBOLS = ("symbol", "ticker")
FIRST = ("from", "member_from", "start", "first_day", "added")
LAST = ("to", "member_to", "end", "last_day", "removed", "until")
LOST = (DELISTING, "delisting", "dlret")


@dataclass(frozen=True)
class Member:
    """One membership. `last` is its last day, empty while it lasts.

    `delisting_return` is the return from the last close to what was got for a share after it: -1
    where nothing was left, None where the symbol is still traded.
    """

    symbol: str
    first: str
    last: str = ""
    delisting_return: float | None = None


def import_universe(path: Path, name: str) -> EventTable:
    """Make a CSV the current version of a universe, whole or not at all.

    Columns: symbol, from, to (empty while it lasts), delisting_return (may be absent). Raises
    `AlphintraError` that names the line.
    """
    return store_universe(name, read_members(path), path.name)


def store_universe(name: str, members: Sequence[Member], source: str) -> EventTable:
    """Make these memberships the current version of a universe."""
    if not name or name.startswith(TABLES):
        raise AlphintraError(
            f"{name!r} cannot be the name of a universe.", hint="Call it sp500, or the like."
        )
    _refuse_overlaps(members)
    return store_events(TABLES + name, _events(members), source)


def universes() -> tuple[EventTable, ...]:
    """The current version of every universe."""
    return tuple(table for table in event_tables() if table.name.startswith(TABLES))


def load_universe(name: str, *, sha256: str = "") -> tuple[Member, ...]:
    """The memberships of a universe, by symbol and first day; of that version if one is named."""
    if not event_versions(TABLES + name):
        known = ", ".join(table.name.removeprefix(TABLES) for table in universes()) or "none yet"
        raise AlphintraError(
            f"There is no universe '{name}'.",
            hint=f"There are: {known}. Import one with `alphintra data universe import`.",
            place=Place(param="universe"),
        )
    return members_of(load_events(TABLES + name, sha256=sha256))


def members_on(members: Iterable[Member], day: str) -> tuple[Member, ...]:
    """Those who were members on a day. Raises `AlphintraError` if it is none."""
    asked = _day(day, "--on")
    return tuple(one for one in members if one.first <= asked <= (one.last or asked))


def members_of(events: Events) -> tuple[Member, ...]:
    """The memberships that a universe's events tell of."""
    found: list[Member] = []
    rows = sorted(
        zip(
            events.symbols.tolist(),
            events.times.astype("datetime64[D]").astype(str).tolist(),
            (-events.fields[MEMBER]).tolist(),
            events.fields[DELISTING].tolist(),
            strict=True,
        )
    )
    for symbol, day, minus_member, lost in rows:
        if minus_member:
            found.append(Member(symbol, day))
        else:
            found[-1] = Member(symbol, found[-1].first, day, None if np.isnan(lost) else lost)
    return tuple(found)


def _events(members: Iterable[Member]) -> Events:
    """Two rows a membership: from its first day on, and from its last on."""
    known, times, symbols, flags, lost = [], [], [], [], []
    for one in members:
        for day, flag in ((one.first, 1.0), (one.last, 0.0)):
            if day:
                weekday = np.busday_offset(day, 0, roll="backward") if flag == 0.0 else day
                known.append(max(np.datetime64(weekday), np.datetime64(one.first)))
                times.append(np.datetime64(day))
                symbols.append(one.symbol)
                flags.append(flag)
                given = one.delisting_return if flag == 0.0 else None
                lost.append(np.nan if given is None else given)
    return ordered(
        np.array(known, "datetime64[ns]"),
        np.array(times, "datetime64[ns]"),
        np.array(symbols, np.str_),
        {MEMBER: np.array(flags), DELISTING: np.array(lost)},
    )


def _refuse_overlaps(members: Sequence[Member]) -> None:
    rows = sorted(members, key=lambda one: (one.symbol, one.first))
    for before, after in pairwise(rows):
        if before.symbol == after.symbol and not "" < before.last < after.first:
            raise AlphintraError(
                f"{after.symbol} joins on {after.first} and is a member already, since"
                f" {before.first}.",
                hint="Let one membership end before the next of the same symbol begins.",
            )


# ---------------------------------------------------------------- reading


def read_members(path: Path) -> tuple[Member, ...]:
    """The memberships in a CSV. Raises `AlphintraError` that names the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AlphintraError(
            f"{path.name} cannot be read: {error}.", hint="It has to be CSV in UTF-8."
        ) from error
    heads = [text.strip().lower() for text in rows[0]] if rows else []
    places = [next((heads.index(n) for n in names if n in heads), -1) for names in _NAMES]
    if min(places[:3]) < 0:
        raise AlphintraError(
            f"{path.name} does not say who was a member from when to when.",
            hint="It needs the columns symbol, from and to; delisting_return may be there.",
        )
    if len(rows) < 2:
        raise AlphintraError(f"{path.name} has no rows.", hint="A row is a membership.")
    return tuple(
        _member([row[p].strip() if 0 <= p < len(row) else "" for p in places], path.name, line)
        for line, row in enumerate(rows[1:], start=2)
        if any(text.strip() for text in row)
    )


_NAMES = (SYMBOLS, FIRST, LAST, LOST)


def _member(cells: list[str], name: str, line: int) -> Member:
    symbol, first, last, lost = cells
    where = f"Line {line} of {name}"
    if not symbol:
        raise AlphintraError(f"{where} has no symbol.", hint="Name it, or take the line away.")
    first, last = _day(first, where), _day(last, where) if last else ""
    if last and last < first:
        raise AlphintraError(
            f"{where}: {symbol} leaves on {last}, before it joins on {first}.",
            hint="Swap the two days.",
        )
    return Member(symbol, first, last, _lost(lost, where) if lost else None)


def _day(text: str, where: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise AlphintraError(
            f"{where}: '{text[:40]}' is not a day.", hint="Write days as 2010-01-31."
        ) from None


def _lost(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -1.0 <= value < float("inf"):
        raise AlphintraError(
            f"{where}: '{text[:40]}' is not a delisting return.",
            hint="Write a fraction of -1 or more: -0.3 for a loss of 30 percent.",
        )
    return value
