"""Kraken's public candles: the latest 720 bars and never an older one, whatever is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.sources.answers import (
    Answer,
    bar_columns,
    cells,
    found,
    from_epoch,
    record,
    rows_of,
    said,
)
from alphintra_desktop.market.sources.faults import (
    Passing,
    Throttled,
    Unreadable,
    refused,
    unknown_symbol,
)
from alphintra_desktop.market.sources.source import Ask, Page, Rate, Vendor, Wanted
from alphintra_desktop.market.timeframes import step_seconds

_MINUTES = {"1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240, "1d": 1440, "1w": 10080}
_MOST = 720
_BUSY = ("EService:Unavailable", "EService:Busy", "EService:Market in cancel_only mode")


class Kraken:
    """Pages go forward by the `last` of each answer, until one brings nothing newer."""

    vendor = Vendor(
        name="kraken",
        title="Kraken",
        base_url="https://api.kraken.com",
        serves="spot pairs of the Kraken exchange, the latest 720 bars",
        markets=("crypto",),
        timeframes=tuple(_MINUTES),
        prices="raw",
        events="There are none.",
        stamp="UTC start of the bar, in seconds; the last bar is still going on and is left out",
        terms="https://www.kraken.com/legal",
        rate=Rate(1, 1.0),
        example="XBTUSD",
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """Bars after the cursor, in seconds, which Kraken excludes."""
        since = cursor or str(int(wanted.first.astype("datetime64[s]").astype(np.int64)) - 1)
        params = {
            "pair": wanted.symbol,
            "interval": str(_MINUTES[wanted.timeframe]),
            "since": since,
        }
        return Ask("/0/public/OHLC", params)

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """Rows of start, open, high, low, close, average, volume, count, under the pair's name."""
        data = answer.json()
        errors = found(data, "error")
        if errors:
            raise _fault(errors, wanted)
        result = record(found(data, "result"))
        pair = next((name for name in result if name != "last"), "")
        rows = rows_of(result, pair)
        stamps = from_epoch(cells(rows, 0))
        last = str(found(result, "last"))
        more = len(rows) > 0 and last != cursor and _is_behind(stamps.max(), wanted)
        return Page(
            stamps,
            bar_columns(rows, (1, 2, 3, 4, 6)),
            next=last if more else "",
            notes=() if cursor else _said_of_cap(stamps, wanted),
        )


def _is_behind(newest: np.datetime64, wanted: Wanted) -> bool:
    """Whether whole bars that are wanted come after the newest one of an answer."""
    step = np.timedelta64(step_seconds(wanted.timeframe), "s")
    return bool(newest + 2 * step <= min(wanted.end, wanted.now))


def _said_of_cap(stamps: Stamps, wanted: Wanted) -> tuple[str, ...]:
    """Whether the cap cut off what was asked for."""
    late = wanted.first + np.timedelta64(step_seconds(wanted.timeframe), "s")
    if len(stamps) < _MOST or stamps.min() <= late:
        return ()
    first = stamps.min().astype("datetime64[m]")
    return (
        f"Kraken gives the latest {_MOST} bars only: {wanted.symbol} begins at {first}. Fetch"
        " again before as many more have gone by, or import Kraken's own files for the past.",
    )


def _fault(errors: Any, wanted: Wanted) -> Exception:
    if not isinstance(errors, list):
        return Unreadable()
    text = str(errors[0])
    if "Unknown asset pair" in text or "Invalid asset pair" in text:
        return unknown_symbol("Kraken", wanted.symbol, Kraken.vendor.example)
    if "Rate limit" in text or "Too many requests" in text or "Throttled" in text:
        return Throttled("asks for fewer calls")
    if text in _BUSY or text.startswith("EGeneral:Internal"):
        return Passing("has trouble of its own")
    return refused("Kraken", said(text), "Check symbol, timeframe and period.")
