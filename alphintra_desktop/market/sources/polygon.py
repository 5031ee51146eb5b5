"""Polygon: aggregate bars as traded, a `next_url` to each further page, then splits and dividends.

A cursor is `PART PATH?QUERY`: of what, and where its next page lies. Only path and query of a
`next_url` are used, so the key goes nowhere but to the address that is set.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import numpy as np

from alphintra_desktop.market.sources.answers import (
    Answer,
    bar_columns,
    cells,
    found,
    from_epoch,
    from_iso,
    numbers,
    record,
    rows_of,
    said,
)
from alphintra_desktop.market.sources.faults import (
    Unreadable,
    nothing_there,
    refused,
    unknown_symbol,
)
from alphintra_desktop.market.sources.local_times import dates_in, in_utc
from alphintra_desktop.market.sources.source import (
    Ask,
    Event,
    KeyUse,
    Page,
    Rate,
    Vendor,
    Wanted,
)

_SPANS = {
    **{"1m": (1, "minute"), "5m": (5, "minute"), "15m": (15, "minute"), "30m": (30, "minute")},
    **{"1h": (1, "hour"), "4h": (4, "hour"), "1d": (1, "day")},
}
_SPLITS, _DIVIDENDS = "splits", "dividends"
_NEW_YORK, _UTC = ZoneInfo("America/New_York"), ZoneInfo("UTC")
_WITHOUT_EVENTS = ("X:", "C:", "I:")


class Polygon:
    """All pages of bars, then all of splits, then all of dividends."""

    vendor = Vendor(
        name="polygon",
        title="Polygon",
        base_url="https://api.polygon.io",
        serves="US shares; currencies (C:EURUSD), crypto (X:BTCUSD) and indexes (I:SPX)",
        markets=("us_equities", "fx", "crypto"),
        timeframes=tuple(_SPANS),
        prices="raw",
        events="Splits and dividends come from endpoints of their own, by the ex-date.",
        stamp="UTC start of the bar, in milliseconds; days begin at midnight in New York, those of"
        " currencies and crypto at 00:00 UTC",
        terms="https://polygon.io/terms",
        rate=Rate(5, 60.0),
        key=KeyUse("header", "Authorization", "https://polygon.io/dashboard/keys", "Bearer "),
        example="AAPL",
        marks=(("C:*", "fx"), ("X:*", "crypto")),
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """The first page by its question, every other by where the last one said it is."""
        part, _, place = cursor.partition(" ")
        if place:
            address = urlsplit(place)
            return Ask(address.path, dict(parse_qsl(address.query)))
        if part:
            name = "execution_date" if part == _SPLITS else "ex_dividend_date"
            first = str(wanted.first.astype("datetime64[D]"))
            params = {"ticker": wanted.symbol, f"{name}.gte": first, "limit": "1000"}
            return Ask(f"/v3/reference/{part}", params)
        count, unit = _SPANS[wanted.timeframe]
        first, last = _edges(wanted)
        path = f"/v2/aggs/ticker/{wanted.in_path}/range/{count}/{unit}/{first}/{last}"
        return Ask(path, {"adjusted": "false", "sort": "asc", "limit": "50000"})

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """`results` of bars (t o h l c v), of splits or of dividends."""
        data = record(answer.json())
        if found(data, "status") not in ("OK", "DELAYED"):
            raise _fault(data, wanted)
        part = cursor.partition(" ")[0]
        rows = rows_of(data, "results") if data.get("results") is not None else []
        further = _further(part or "bars", data, wanted)
        if part in (_SPLITS, _DIVIDENDS):
            return Page(events=_events(part, rows, wanted), next=further)
        if not rows and not cursor:
            raise nothing_there("Polygon", wanted.symbol, self.vendor.example)
        stamps = from_epoch(cells(rows, "t"), "ms")
        if wanted.timeframe == "1d":
            stamps = dates_in(_zone(wanted), stamps)
        columns = bar_columns(rows, ("o", "h", "l", "c", "v"))
        return Page(stamps, columns, next=further, symbol=str(data.get("ticker") or ""))


def _edges(wanted: Wanted) -> tuple[str, str]:
    """Both are included: dates, or milliseconds when intraday."""
    last = wanted.end - np.timedelta64(1, "s")
    if wanted.timeframe == "1d":
        return str(wanted.first.astype("datetime64[D]")), str(last.astype("datetime64[D]"))
    first_ms, last_ms = (
        int(t.astype("datetime64[ms]").astype(np.int64)) for t in (wanted.first, last)
    )
    return str(first_ms), str(last_ms)


def _further(part: str, data: dict[str, Any], wanted: Wanted) -> str:
    if data.get("next_url"):
        address = urlsplit(str(data["next_url"]))
        kept = "&".join(
            pair for pair in address.query.split("&") if not pair.lower().startswith("apikey=")
        )
        return f"{part} {address.path}?{kept}"
    if wanted.symbol.startswith(_WITHOUT_EVENTS) or part == _DIVIDENDS:
        return ""
    return _DIVIDENDS if part == _SPLITS else _SPLITS


def _zone(wanted: Wanted) -> ZoneInfo:
    return _UTC if wanted.symbol.startswith(("X:", "C:")) else _NEW_YORK


def _events(part: str, rows: list[Any], wanted: Wanted) -> tuple[Event, ...]:
    name = "execution_date" if part == _SPLITS else "ex_dividend_date"
    days = from_iso(cells(rows, name))
    at = days if wanted.timeframe == "1d" else in_utc(_NEW_YORK, days)
    if part == _DIVIDENDS:
        cash = numbers(cells(rows, "cash_amount")).tolist()
        return tuple(
            Event(day, dividend=paid) for day, paid in zip(at, cash, strict=True) if paid > 0
        )
    ratios = numbers(cells(rows, "split_to")) / numbers(cells(rows, "split_from"))
    if not (ratios > 0).all():
        raise Unreadable
    return tuple(Event(day, split=ratio) for day, ratio in zip(at, ratios.tolist(), strict=True))


def _fault(data: dict[str, Any], wanted: Wanted) -> Exception:
    text = str(data.get("error") or data.get("message") or "")
    if data.get("status") == "NOT_FOUND" or "not found" in text.lower():
        return unknown_symbol("Polygon", wanted.symbol, Polygon.vendor.example)
    if text:
        return refused("Polygon", said(text), "Check symbol, period and plan.")
    return Unreadable()
