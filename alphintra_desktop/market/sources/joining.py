"""Loaded pages made into a series, and a series joined to the one that is stored.

Stored are prices as traded, splits and dividends; the factor follows from them and is computed
anew. So a dividend of today changes no stored price, and a price that the vendor now gives
otherwise is a price that it rewrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bars import PRICES, Booleans, Floats
from alphintra_desktop.market.corporate_actions import factor_of_events
from alphintra_desktop.market.snapshots import Series, Stamps, are_bars
from alphintra_desktop.market.sources.download import Downloaded
from alphintra_desktop.market.sources.source import Event, Vendor
from alphintra_desktop.market.timeframes import step_seconds
from alphintra_desktop.market.times import shown

BAR = (*PRICES, "volume")
STORED = (*BAR, "split", "dividend")
# Vendors round, and some keep 32-bit floats: closer than this is the same price.
_SAME = 2e-5
_DIGITS = 7


@dataclass(frozen=True, eq=False)
class Piece:
    """Bars in order of time, `columns` (R,) as `STORED` names them, prices as traded."""

    stamps: Stamps
    columns: Mapping[str, Floats]
    notes: tuple[str, ...] = ()

    def picked(self, rows: object) -> Piece:
        """Only those rows."""
        columns = {name: values[rows] for name, values in self.columns.items()}  # type: ignore[call-overload]
        return Piece(self.stamps[rows], columns, self.notes)  # type: ignore[call-overload]


def piece_of(loaded: Downloaded, vendor: Vendor) -> Piece:
    """The finished bars of what was wanted, each time once, with their events."""
    wanted = loaded.wanted
    stamps = loaded.stamps
    columns = {
        name: np.concatenate([np.empty(0), *(p.columns[name] for p in loaded.pages if p.columns)])
        for name in BAR
    }
    order = np.argsort(stamps, kind="stable")
    last_said = np.append(np.diff(stamps[order]) > np.timedelta64(0), True)[: len(order)]
    rows = order[last_said]
    piece = Piece(stamps[rows], {name: values[rows] for name, values in columns.items()})
    piece = _as_traded(piece, loaded.events, vendor)
    inside = (piece.stamps >= wanted.first) & (piece.stamps < wanted.end)
    piece = piece.picked(inside & _is_finished(piece.stamps, wanted.timeframe, _now(loaded)))
    return Piece(piece.stamps, piece.columns, _all_notes(loaded, vendor))


def _now(loaded: Downloaded) -> np.datetime64:
    """By this machine's clock or the vendor's, whichever is behind: a bar must be over by both."""
    if loaded.clock is None:
        return loaded.wanted.now
    return min(loaded.wanted.now, np.datetime64(int(loaded.clock.timestamp()), "s"))


def _is_finished(stamps: Stamps, timeframe: str, now: np.datetime64) -> Booleans:
    return np.asarray(stamps + np.timedelta64(step_seconds(timeframe), "s") <= now)


def _as_traded(piece: Piece, events: tuple[Event, ...], vendor: Vendor) -> Piece:
    """Undo the division by later splits where a vendor makes it; put events to their bars."""
    columns = dict(piece.columns)
    later = np.ones(len(piece.stamps))
    split, dividend = np.ones(len(later)), np.zeros(len(later))
    for event in events:
        row = int(np.searchsorted(piece.stamps, event.at))
        if vendor.prices == "splits":
            later[:row] *= event.split
        if row < len(later):
            split[row] *= event.split
            dividend[row] += event.dividend
    if vendor.prices == "splits" and (later != 1).any():
        for name in PRICES:
            columns[name] = _rounded(columns[name] * later)
        columns["volume"] = columns["volume"] / later
        dividend = _rounded(dividend * later)
    return Piece(piece.stamps, {**columns, "split": split, "dividend": dividend})


def _rounded(values: Floats) -> Floats:
    return np.array([float(f"{value:.{_DIGITS}g}") for value in values.tolist()])


def _all_notes(loaded: Downloaded, vendor: Vendor) -> tuple[str, ...]:
    notes = list(loaded.notes)
    asked = loaded.wanted.symbol
    if loaded.symbol and loaded.symbol.casefold() != asked.casefold():
        notes.append(
            f"{vendor.title} answers for {asked} with {loaded.symbol}: it was renamed. It is kept"
            f" under {asked}."
        )
    return tuple(notes)


# ---------------------------------------------------------------- stored and new


def rewritten(stored: Piece, fresh: Piece, timeframe: str) -> str:
    """What the vendor now says otherwise of a time that is stored; empty if nothing."""
    both, old, new = np.intersect1d(stored.stamps, fresh.stamps, return_indices=True)
    for name in (*PRICES, "split", "dividend"):
        before, after = stored.columns[name][old], fresh.columns[name][new]
        same = np.isclose(before, after, rtol=_SAME, atol=1e-12, equal_nan=True)
        if name in ("split", "dividend") and len(same):
            same[0] = True  # a vendor may leave out what happened at the edge of a period
        if not same.all():
            row = int(np.argmin(same))
            when = shown(both[row], intraday=is_intraday(timeframe))
            return f"{name} of {when} was {before[row]:g} and is {after[row]:g}"
    return ""


def joined(stored: Piece, fresh: Piece) -> Piece:
    """The stored bars as they are, and the fresh ones of other times."""
    new = ~np.isin(fresh.stamps, stored.stamps)
    stamps = np.concatenate([stored.stamps, fresh.stamps[new]])
    order = np.argsort(stamps, kind="stable")
    columns = {
        name: np.concatenate([stored.columns[name], fresh.columns[name][new]])[order]
        for name in STORED
    }
    return Piece(stamps[order], columns, fresh.notes)


def series_of(symbol: str, timeframe: str, piece: Piece) -> Series:
    """The series to store, with the factor that its events make."""
    whole = are_bars(piece.columns)
    sound = piece.picked(whole)
    factor = np.ones(len(piece.stamps))
    if whole.any():
        events = sound.columns["split"], sound.columns["dividend"]
        made = factor_of_events(sound.columns["close"], *events)
        factor = made[np.maximum(np.cumsum(whole) - 1, 0)]
    columns = {name: np.ascontiguousarray(piece.columns[name]) for name in STORED}
    return Series(symbol, piece.stamps, {**columns, "adj_factor": factor}, is_intraday(timeframe))
