"""Coinbase Exchange's candles: at most 300 a call, newest first, none where nobody traded."""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.market.sources.answers import (
    Answer,
    bar_columns,
    cells,
    from_epoch,
    said,
)
from alphintra_desktop.market.sources.faults import Throttled, Unreadable, refused, unknown_symbol
from alphintra_desktop.market.sources.source import Ask, Page, Rate, Vendor, Wanted
from alphintra_desktop.market.timeframes import step_seconds

_GRANULARITIES = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600, "6h": 21600, "1d": 86400}
_MOST = 300


class Coinbase:
    """Pages are spans of 300 bars, one after the other, however many bars are in them."""

    vendor = Vendor(
        name="coinbase",
        title="Coinbase",
        base_url="https://api.exchange.coinbase.com",
        serves="spot pairs of the Coinbase exchange",
        markets=("crypto",),
        timeframes=tuple(_GRANULARITIES),
        prices="raw",
        events="There are none.",
        stamp="UTC start of the bar, in seconds; days begin at 00:00 UTC; no bar without a trade",
        terms="https://www.coinbase.com/legal/market_data",
        rate=Rate(8, 1.0),
        example="BTC-USD",
        since="2015-01-01",
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """The span that begins at the cursor; Coinbase includes both ends."""
        step = np.timedelta64(step_seconds(wanted.timeframe), "s")
        first = _start(wanted, cursor)
        last = min(first + (_MOST - 1) * step, wanted.end - np.timedelta64(1, "s"))
        params = {
            "granularity": str(_GRANULARITIES[wanted.timeframe]),
            "start": f"{first}Z",
            "end": f"{last}Z",
        }
        return Ask(f"/products/{wanted.in_path}/candles", params)

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """Rows of start, low, high, open, close, volume."""
        rows = answer.json()
        if isinstance(rows, dict):
            raise _fault(rows, wanted)
        if not isinstance(rows, list):
            raise Unreadable
        step = np.timedelta64(step_seconds(wanted.timeframe), "s")
        following = _start(wanted, cursor) + _MOST * step
        return Page(
            from_epoch(cells(rows, 0)),
            bar_columns(rows, (3, 2, 1, 4, 5)),
            next=str(following) if following < wanted.end else "",
        )


def _start(wanted: Wanted, cursor: str) -> np.datetime64:
    if cursor:
        return np.datetime64(cursor, "s")
    step = step_seconds(wanted.timeframe)
    first = int(wanted.first.astype("datetime64[s]").astype(np.int64))
    return np.datetime64(first // step * step, "s")


def _fault(told: dict[str, Any], wanted: Wanted) -> Exception:
    match told.get("message"):
        case "NotFound":
            return unknown_symbol("Coinbase", wanted.symbol, Coinbase.vendor.example)
        case str(message) if "rate limit" in message.lower():
            return Throttled("asks for fewer calls")
        case str(message):
            return refused("Coinbase", said(message), "Check symbol and period.")
        case _:
            return Unreadable()
