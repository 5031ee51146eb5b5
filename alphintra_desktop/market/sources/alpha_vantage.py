"""Alpha Vantage: days as traded, then splits, then dividends; intraday a month a page.

It answers with status 200 to everything. That it wants fewer calls, no other key or more money
stands in a `Note` or an `Information`, that it does not know a symbol in an `Error Message`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.market.sources.answers import (
    Answer,
    cells,
    found,
    from_iso,
    numbers,
    rows_of,
    said,
)
from alphintra_desktop.market.sources.faults import (
    Refused,
    Throttled,
    Unreadable,
    bad_key,
    refused,
    unknown_symbol,
)
from alphintra_desktop.market.sources.local_times import in_utc, zone_called
from alphintra_desktop.market.sources.source import (
    Ask,
    Event,
    KeyUse,
    Page,
    Rate,
    Vendor,
    Wanted,
)

_INTRADAY = {"1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "1h": "60min"}
_BAR = {
    **{"open": "1. open", "high": "2. high", "low": "3. low", "close": "4. close"},
    "volume": "5. volume",
}
_HUNDRED_DAYS = np.timedelta64(130, "D")  # of trading, by the calendar
_SPLITS, _DIVIDENDS = "SPLITS", "DIVIDENDS"


class AlphaVantage:
    """Pages: all days, splits, dividends; or one month of intraday bars after the other."""

    vendor = Vendor(
        name="alphavantage",
        title="Alpha Vantage",
        base_url="https://www.alphavantage.co",
        serves="shares of the US and many other exchanges",
        markets=("us_equities",),
        timeframes=("1d", *_INTRADAY),
        prices="raw",
        events="Splits and dividends come from functions of their own; intraday bars have none.",
        stamp="the exchange's date; intraday New York time of the start of the bar",
        terms="https://www.alphavantage.co/terms_of_service/",
        rate=Rate(5, 60.0),
        key=KeyUse("query", "apikey", "https://www.alphavantage.co/support/#api-key"),
        a_day=25,
        example="IBM",
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """By function; a cursor is a function, or a month."""
        if wanted.timeframe != "1d":
            month = cursor or str(wanted.first.astype("datetime64[M]"))
            details = {
                "interval": _INTRADAY[wanted.timeframe],
                "month": month,
                "adjusted": "false",
                "outputsize": "full",
            }
            return _asked("TIME_SERIES_INTRADAY", wanted, details)
        if cursor:
            return _asked(cursor, wanted, {})
        # The last hundred days are free, the whole history may not be.
        few = wanted.now - wanted.first < _HUNDRED_DAYS
        size = "compact" if few else "full"
        return _asked("TIME_SERIES_DAILY", wanted, {"outputsize": size})

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """A document by date, or a list of events."""
        data = answer.json()
        if not isinstance(data, dict):
            raise Unreadable
        _check(data, wanted)
        if cursor in (_SPLITS, _DIVIDENDS):
            following = _DIVIDENDS if cursor == _SPLITS else ""
            return Page(events=_events(cursor, rows_of(data, "data")), next=following)
        if wanted.timeframe == "1d":
            return _bars(data, "Time Series (Daily)", next_page=_SPLITS)
        name = f"Time Series ({_INTRADAY[wanted.timeframe]})"
        return _bars(data, name, next_page=_next_month(wanted, cursor))


def _asked(function: str, wanted: Wanted, details: dict[str, str]) -> Ask:
    return Ask("/query", {"function": function, "symbol": wanted.symbol, **details})


def _bars(data: dict[str, Any], name: str, *, next_page: str) -> Page:
    by_time = found(data, name)
    facts = found(data, "Meta Data")
    if not isinstance(by_time, dict) or not isinstance(facts, dict):
        raise Unreadable
    stamps = from_iso(list(by_time))
    if name != "Time Series (Daily)":
        zone = next((facts[key] for key in facts if key.endswith("Time Zone")), None)
        stamps = in_utc(zone_called(zone), stamps)
    rows = list(by_time.values())
    columns = {column: numbers(cells(rows, key)) for column, key in _BAR.items()}
    return Page(stamps, columns, next=next_page, symbol=str(facts.get("2. Symbol", "")))


def _next_month(wanted: Wanted, cursor: str) -> str:
    month = np.datetime64(cursor or str(wanted.first), "M") + 1
    return str(month) if month.astype("datetime64[s]") < wanted.end else ""


def _events(function: str, rows: list[Any]) -> tuple[Event, ...]:
    if function == _SPLITS:
        days = from_iso(cells(rows, "effective_date"))
        ratios = numbers(cells(rows, "split_factor")).tolist()
        return tuple(Event(day, split=r) for day, r in zip(days, ratios, strict=True) if r > 0)
    days = from_iso(cells(rows, "ex_dividend_date"))
    cash = numbers(cells(rows, "amount")).tolist()
    return tuple(Event(day, dividend=c) for day, c in zip(days, cash, strict=True) if c > 0)


def _check(data: dict[str, Any], wanted: Wanted) -> None:
    """Raise what a document says that is no answer."""
    if "Error Message" in data:
        text = str(data["Error Message"])
        if "apikey" in text.lower():
            raise bad_key("Alpha Vantage", "alphavantage")
        raise unknown_symbol("Alpha Vantage", wanted.symbol, AlphaVantage.vendor.example)
    text = str(data.get("Note") or data.get("Information") or "")
    low = text.lower()
    if not text:
        return
    if "premium" in low and "rate limit" not in low and "per day" not in low:
        raise Refused(
            f"Alpha Vantage gives that to paying users only: {said(text)}",
            hint="Take another vendor, or a paid plan of Alpha Vantage.",
        )
    if "per day" in low:
        raise Throttled("has had its number of calls for today", 86_400.0, "Go on tomorrow.")
    if "call frequency" in low or "per minute" in low or "per second" in low or "limit" in low:
        raise Throttled("asks for fewer calls")
    if "api key" in low or "apikey" in low:
        raise bad_key("Alpha Vantage", "alphavantage")
    raise refused("Alpha Vantage", said(text), "Check symbol and period.")
