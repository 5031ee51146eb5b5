"""Tiingo: daily prices as traded with their events, and intraday bars of the IEX exchange."""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.market.sources.answers import (
    Answer,
    bar_columns,
    cells,
    from_iso,
    numbers,
    said,
)
from alphintra_desktop.market.sources.faults import (
    Throttled,
    Unreadable,
    bad_key,
    refused,
    unknown_symbol,
)
from alphintra_desktop.market.sources.source import (
    Ask,
    Event,
    KeyUse,
    Page,
    Rate,
    Vendor,
    Wanted,
)

_INTRADAY = {"1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "1h": "1hour"}
# An intraday answer ends at 10,000 rows; so many days stay under it, however long a session is.
_DAYS_A_PAGE = {"1m": 10, "5m": 50, "15m": 150, "30m": 300, "1h": 600}
_BAR = ("open", "high", "low", "close", "volume")


class Tiingo:
    """One page holds all days; intraday pages are spans of days."""

    vendor = Vendor(
        name="tiingo",
        title="Tiingo",
        base_url="https://api.tiingo.com",
        serves="US and Chinese shares and funds; intraday of the IEX exchange",
        markets=("us_equities",),
        timeframes=("1d", *_INTRADAY),
        prices="raw",
        events="Each day has its split factor and cash dividend; intraday bars have none.",
        stamp="the exchange's date; intraday the UTC start of the bar",
        terms="https://www.tiingo.com/about/terms",
        rate=Rate(50, 3600.0),
        key=KeyUse("header", "Authorization", "https://www.tiingo.com/account/api/token", "Token "),
        a_day=1000,
        example="AAPL",
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """Both dates are included."""
        first, last = _span(wanted, cursor)
        params = {"startDate": str(first), "endDate": str(last), "format": "json"}
        if wanted.timeframe == "1d":
            return Ask(f"/tiingo/daily/{wanted.in_path}/prices", params)
        frequency = {"resampleFreq": _INTRADAY[wanted.timeframe], "columns": ",".join(_BAR)}
        return Ask(f"/iex/{wanted.in_path}/prices", {**params, **frequency})

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """A list of bars, each with its names."""
        rows = answer.json()
        if isinstance(rows, dict):
            raise _fault(rows, wanted)
        if not isinstance(rows, list):
            raise Unreadable
        stamps = from_iso(cells(rows, "date"))
        last = _span(wanted, cursor)[1]
        return Page(
            stamps,
            bar_columns(rows, _BAR),
            _events(stamps, rows) if wanted.timeframe == "1d" else (),
            next="" if last >= _last_day(wanted) else str(last + 1),
        )


def _last_day(wanted: Wanted) -> np.datetime64:
    return np.datetime64(str(wanted.end - np.timedelta64(1, "s")), "D")


def _span(wanted: Wanted, cursor: str) -> tuple[np.datetime64, np.datetime64]:
    first = np.datetime64(cursor or str(wanted.first), "D")
    if wanted.timeframe == "1d":
        return first, _last_day(wanted)
    return first, min(first + (_DAYS_A_PAGE[wanted.timeframe] - 1), _last_day(wanted))


def _events(stamps: Any, rows: list[Any]) -> tuple[Event, ...]:
    splits, dividends = numbers(cells(rows, "splitFactor")), numbers(cells(rows, "divCash"))
    return tuple(
        Event(at, split if split > 0 else 1.0, dividend if dividend > 0 else 0.0)
        for at, split, dividend in zip(stamps, splits.tolist(), dividends.tolist(), strict=True)
        if (split > 0 and split != 1.0) or dividend > 0
    )


def _fault(told: dict[str, Any], wanted: Wanted) -> Exception:
    text = str(told.get("detail", ""))
    low = text.lower()
    if "not found" in low or "not supported" in low:
        return unknown_symbol("Tiingo", wanted.symbol, Tiingo.vendor.example)
    if "over your" in low or "limit" in low:
        return Throttled("says that the calls of this hour or day are used up")
    if "token" in low:
        return bad_key("Tiingo", "tiingo")
    if text:
        return refused("Tiingo", said(text), "Check symbol and period.")
    return Unreadable()
