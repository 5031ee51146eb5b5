"""Yahoo Finance: the chart endpoint, whose prices are divided by every split there has been since.

So that they can be multiplied again, every answer must know the splits until today: days are always
asked for until now, and before intraday spans comes one page for the events alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.sources.answers import (
    Answer,
    cells,
    found,
    from_epoch,
    numbers,
    record,
    rows_of,
    said,
)
from alphintra_desktop.market.sources.faults import Unreadable, refused, unknown_symbol
from alphintra_desktop.market.sources.local_times import dates_in, zone_called
from alphintra_desktop.market.sources.source import Ask, Event, Page, Rate, Vendor, Wanted

_INTERVALS = {"1m": "1m", "5m": "5m", "15m": "15m", "30m": "30m", "1h": "60m", "1d": "1d"}
_DAYS_A_PAGE = {"1m": 7, "5m": 50, "15m": 50, "30m": 50, "1h": 700}
_DAY = np.timedelta64(1, "D")
_PRICES = ("open", "high", "low", "close")


class Yahoo:
    """One page of days; or one of events and then spans of intraday bars."""

    vendor = Vendor(
        name="yahoo",
        title="Yahoo Finance",
        base_url="https://query1.finance.yahoo.com",
        serves="shares, funds and indexes of most exchanges, currencies, futures, crypto;"
        " 1m of the last 30 days, 5m to 30m of 60, 1h of 730",
        markets=("us_equities", "fx", "futures", "crypto"),
        timeframes=tuple(_INTERVALS),
        prices="splits",
        events="Splits and dividends come with the bars; prices are made as traded with them.",
        stamp="UTC start of the session or bar, in seconds, with the exchange's zone",
        terms="https://legal.yahoo.com/us/en/yahoo/terms/product-atos/apiforydn/index.html",
        rate=Rate(60, 60.0),
        a_day=2000,
        example="AAPL, ^GSPC or EURUSD=X",
        marks=(("*=X", "fx"), ("*=F", "futures"), ("*-USD", "crypto")),
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """A cursor is the start of a span, in seconds."""
        daily = wanted.timeframe == "1d" or not cursor
        first, end = _span(wanted, cursor)
        params = {
            "period1": str(_seconds(first)),
            "period2": str(_seconds(end)),
            "interval": "1d" if daily else _INTERVALS[wanted.timeframe],
            "events": "div,splits",
            "includePrePost": "false",
        }
        return Ask(f"/v8/finance/chart/{wanted.in_path}", params)

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """`timestamp` beside `indicators.quote`, and `events`."""
        data = answer.json()
        told = record(found(data, "chart")).get("error")
        if told:
            raise _fault(told, wanted)
        chart = record(found(data, "chart", "result", 0))
        symbol = str(record(found(chart, "meta")).get("symbol") or "")
        if wanted.timeframe != "1d" and not cursor:
            following = str(_seconds(wanted.first))
            return Page(events=_events(chart, wanted), next=following, symbol=symbol)
        page_end = _span(wanted, cursor)[1]
        more = wanted.timeframe != "1d" and page_end < wanted.end
        stamps, columns = _bars(chart, wanted)
        return Page(
            stamps,
            columns,
            _events(chart, wanted) if wanted.timeframe == "1d" else (),
            next=str(_seconds(page_end)) if more else "",
            symbol=symbol,
        )


def _span(wanted: Wanted, cursor: str) -> tuple[np.datetime64, np.datetime64]:
    if wanted.timeframe == "1d" or not cursor:
        return wanted.first - _DAY, wanted.now + _DAY
    first = np.datetime64(int(cursor), "s")
    return first, min(first + _DAYS_A_PAGE[wanted.timeframe] * _DAY, wanted.end)


def _seconds(moment: np.datetime64) -> int:
    return int(moment.astype("datetime64[s]").astype(np.int64))


def _bars(chart: Any, wanted: Wanted) -> tuple[Stamps, dict[str, Any]]:
    if chart.get("timestamp") is None:  # nothing happened in the period
        return from_epoch([]), {name: numbers([]) for name in (*_PRICES, "volume")}
    stamps = _stamped(from_epoch(rows_of(chart, "timestamp")), chart, wanted)
    quote = found(chart, "indicators", "quote", 0)
    # Prices are 32-bit floats: after seven digits there is only noise.
    columns = {name: _seven_digits(rows_of(quote, name)) for name in _PRICES}
    columns["volume"] = numbers(rows_of(quote, "volume"))
    if any(len(values) != len(stamps) for values in columns.values()):
        raise Unreadable
    # A day without trading has a time and no prices.
    traded = ~np.isnan(columns["close"]) | ~np.isnan(columns["open"])
    return stamps[traded], {name: values[traded] for name, values in columns.items()}


def _seven_digits(values: list[Any]) -> Any:
    return np.array([float(f"{value:.7g}") for value in numbers(values).tolist()])


def _stamped(moments: Stamps, chart: Any, wanted: Wanted) -> Stamps:
    if wanted.timeframe != "1d":
        return moments
    return dates_in(zone_called(found(chart, "meta", "exchangeTimezoneName")), moments)


def _events(chart: Any, wanted: Wanted) -> tuple[Event, ...]:
    given = record(chart.get("events"))
    splits = list(record(given.get("splits")).values())
    dividends = list(record(given.get("dividends")).values())
    days = _stamped(from_epoch(cells(splits, "date")), chart, wanted)
    ratios = numbers(cells(splits, "numerator")) / numbers(cells(splits, "denominator"))
    if not (ratios > 0).all():
        raise Unreadable
    made = [Event(day, split=ratio) for day, ratio in zip(days, ratios.tolist(), strict=True)]
    days = _stamped(from_epoch(cells(dividends, "date")), chart, wanted)
    cash = numbers(cells(dividends, "amount")).tolist()
    made += [Event(day, dividend=paid) for day, paid in zip(days, cash, strict=True) if paid > 0]
    return tuple(made)


def _fault(told: Any, wanted: Wanted) -> Exception:
    code = told.get("code") if isinstance(told, dict) else None
    text = str(told.get("description", "")) if isinstance(told, dict) else str(told)
    if code == "Not Found" or "delisted" in text:
        return unknown_symbol("Yahoo Finance", wanted.symbol, Yahoo.vendor.example)
    return refused(
        "Yahoo Finance",
        said(text),
        "Bars of minutes reach back 30 days, of 5 to 30 minutes 60, of an hour 730.",
    )
