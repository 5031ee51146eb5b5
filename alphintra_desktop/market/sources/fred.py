"""FRED: economic series as they were published, every revision with the day it came out (ALFRED).

A value belongs to the period that its date begins and is known from `realtime_start` on, which is a
day without a clock. We take it as known once that day is over in Chicago, where FRED is at home, so
that no bar of the day of publication has it. An answer has at most 2,000 days of publication, so
revisions are asked for in spans of five years; a value that a span merely carries over is no news
and is dropped when the pages are joined.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.sources.answers import (
    Answer,
    cells,
    found,
    from_iso,
    numbers,
    rows_of,
    said,
)
from alphintra_desktop.market.sources.faults import bad_key, refused, unknown_symbol
from alphintra_desktop.market.sources.source import (
    Ask,
    KeyUse,
    Page,
    Rate,
    Vendor,
    Wanted,
)

_MOST = 100_000
_SPAN_YEARS = 5
_FIRST_SPAN = 1776
_FIRST_SPANS_END = 1995
# The day after, at 06:00 UTC, is midnight in Chicago, or one o'clock in summer.
_DAY_IS_OVER = np.timedelta64(30, "h")


class Fred:
    """A cursor is `YEAR OFFSET`: the span of publication, and how many of its rows are there."""

    vendor = Vendor(
        name="fred",
        title="FRED",
        base_url="https://api.stlouisfed.org",
        serves="economic series with the day on which every value was published and revised",
        markets=(),
        timeframes=("releases",),
        prices="raw",
        events="There are none.",
        stamp="the first day of the period; known from the day after publication, 06:00 UTC",
        terms="https://fred.stlouisfed.org/docs/api/terms_of_use.html",
        rate=Rate(100, 60.0),
        key=KeyUse("query", "api_key", "https://fredaccount.stlouisfed.org/apikeys"),
        gives="releases",
        since="1776-07-04",
        example="GDP, UNRATE or CPIAUCSL",
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """All observations of the period, as published within the cursor's span."""
        first, last, offset = _span(wanted, cursor)
        params = {
            "series_id": wanted.symbol,
            "file_type": "json",
            "realtime_start": first,
            "realtime_end": last,
            "observation_start": str(wanted.first.astype("datetime64[D]")),
            "observation_end": str((wanted.end - np.timedelta64(1, "s")).astype("datetime64[D]")),
            "limit": str(_MOST),
            "offset": str(offset),
        }
        return Ask("/fred/series/observations", params)

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """`observations`: date, value ("." where there is none) and when it was published."""
        data = answer.json()
        if isinstance(data, dict) and "error_message" in data:
            if _is_before_the_series(data, wanted):
                return Page(next=_next_span(wanted, cursor))
            raise _fault(data, wanted)
        rows = rows_of(data, "observations")
        first, _, offset = _span(wanted, cursor)
        read = offset + len(rows)
        total = found(data, "count")
        more = isinstance(total, int) and bool(rows) and read < total
        values = [None if value == "." else value for value in cells(rows, "value")]
        published = from_iso(cells(rows, "realtime_start"))
        return Page(
            from_iso(cells(rows, "date")),
            {"value": numbers(values)},
            next=f"{first[:4]} {read}" if more else _next_span(wanted, cursor),
            known_from=published + _DAY_IS_OVER,
        )


def _year(cursor: str) -> int:
    return int(cursor.partition(" ")[0] or _FIRST_SPAN)


def _following(year: int) -> int:
    return _FIRST_SPANS_END if year == _FIRST_SPAN else year + _SPAN_YEARS


def _span(wanted: Wanted, cursor: str) -> tuple[str, str, int]:
    """First and last day of publication, and how many rows to pass over."""
    year = _year(cursor)
    today = wanted.now.astype("datetime64[D]")
    last = min(np.datetime64(f"{_following(year)}-01-01") - 1, today)
    first = "1776-07-04" if year == _FIRST_SPAN else f"{year}-01-01"
    return first, str(last), int(cursor.partition(" ")[2] or 0)


def _next_span(wanted: Wanted, cursor: str) -> str:
    year = _following(_year(cursor))
    begins = np.datetime64(f"{year}-01-01") <= wanted.now.astype("datetime64[D]")
    return f"{year} 0" if begins else ""


def joined(stamps: Stamps, values: Any, known_from: Stamps) -> tuple[Stamps, Any, Stamps]:
    """The rows that were news when they came, by period and then by when they were known."""
    order = np.lexsort((known_from, stamps))
    stamps, values, known_from = stamps[order], values[order], known_from[order]
    same_period = np.concatenate([[False], stamps[1:] == stamps[:-1]])
    before = np.concatenate([[np.nan], values[:-1]])
    same_value = (values == before) | (np.isnan(values) & np.isnan(before))
    news = ~(same_period & same_value)
    return stamps[news], values[news], known_from[news]


def _is_before_the_series(data: dict[str, Any], wanted: Wanted) -> bool:
    """Whether FRED complains that the series did not exist in the span of publication yet."""
    text = str(data.get("error_message", "")).lower()
    return "does not exist in alfred but may exist in fred" in text or "realtime_start" in text


def _fault(data: dict[str, Any], wanted: Wanted) -> Exception:
    text = str(data["error_message"])
    low = text.lower()
    if "api_key" in low or "api key" in low:
        return bad_key("FRED", "fred")
    if "does not exist" in low:
        return unknown_symbol("FRED", wanted.symbol, Fred.vendor.example)
    return refused("FRED", said(text), "Check the name of the series.")
