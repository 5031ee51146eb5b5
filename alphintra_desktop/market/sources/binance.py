"""Binance's public spot candles: `GET /api/v3/klines`, a thousand a call, in order of time."""

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

_INTERVALS = {
    **{name: name for name in ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h")},
    **{"12h": "12h", "1d": "1d", "1w": "1w"},
}
_MOST = 1000
_BAD_SYMBOL, _TOO_MANY, _ILLEGAL = -1121, -1003, -1100


class Binance:
    """Pages go forward: the next begins one bar after the last."""

    vendor = Vendor(
        name="binance",
        title="Binance",
        base_url="https://api.binance.com",
        serves="spot pairs of the Binance exchange",
        markets=("crypto",),
        timeframes=tuple(_INTERVALS),
        prices="raw",
        events="There are none.",
        stamp="UTC start of the bar, in milliseconds; days begin at 00:00 UTC",
        terms="https://www.binance.com/en/terms",
        rate=Rate(1200, 60.0),
        example="BTCUSDT",
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """From the cursor (milliseconds) to the end, which Binance includes."""
        params = {
            "symbol": wanted.symbol,
            "interval": _INTERVALS[wanted.timeframe],
            "startTime": cursor or str(_milliseconds(wanted.first)),
            "endTime": str(_milliseconds(wanted.end) - 1),
            "limit": str(_MOST),
        }
        return Ask("/api/v3/klines", params)

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """Rows of start, open, high, low, close, volume and more."""
        rows = answer.json()
        if isinstance(rows, dict):
            raise _fault(rows, wanted)
        if not isinstance(rows, list):
            raise Unreadable
        stamps = from_epoch(cells(rows, 0), "ms")
        columns = bar_columns(rows, (1, 2, 3, 4, 5))
        more = len(rows) >= _MOST
        return Page(stamps, columns, next=_after(stamps.max(), wanted) if more else "")


def _after(last: np.datetime64, wanted: Wanted) -> str:
    following = last + np.timedelta64(step_seconds(wanted.timeframe), "s")
    return str(_milliseconds(following)) if following < wanted.end else ""


def _milliseconds(moment: np.datetime64) -> int:
    return int(moment.astype("datetime64[ms]").astype(np.int64))


def _fault(told: dict[str, Any], wanted: Wanted) -> Exception:
    match told.get("code"):
        case code if code in (_BAD_SYMBOL, _ILLEGAL):
            return unknown_symbol("Binance", wanted.symbol, Binance.vendor.example)
        case code if code == _TOO_MANY:
            return Throttled("asks for fewer calls")
        case int():
            return refused(
                "Binance",
                said(told.get("msg", "")),
                "In some countries Binance does not answer; Kraken and Coinbase may.",
            )
        case _:
            return Unreadable()
