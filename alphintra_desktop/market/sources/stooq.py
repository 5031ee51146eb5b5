"""Stooq's CSV files of days. What is no CSV is a sentence, and that too has status 200."""

from __future__ import annotations

import csv

import numpy as np

from alphintra_desktop.market.sources.answers import Answer, from_iso, numbers, said
from alphintra_desktop.market.sources.faults import (
    Throttled,
    Unreadable,
    nothing_there,
    refused,
)
from alphintra_desktop.market.sources.source import Ask, Page, Rate, Vendor, Wanted

_INTERVALS = {"1d": "d"}
_HEAD = ["Date", "Open", "High", "Low", "Close"]


class Stooq:
    """One page holds everything."""

    vendor = Vendor(
        name="stooq",
        title="Stooq",
        base_url="https://stooq.com",
        serves="shares and indexes of the US, Europe and Japan, currencies, commodities",
        markets=("us_equities", "fx", "futures", "crypto"),
        timeframes=tuple(_INTERVALS),
        prices="all",
        events="Prices are adjusted already; the events themselves are not given.",
        stamp="the exchange's date",
        terms="https://stooq.com/about/",
        rate=Rate(1, 1.0),
        a_day=200,
        example="aapl.us",
        marks=(("*.F", "futures"), ("*.V", "crypto")),
    )

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """Both dates are included."""
        last = wanted.end - np.timedelta64(1, "s")
        params = {
            "s": wanted.symbol.lower(),
            "d1": _digits(wanted.first),
            "d2": _digits(last),
            "i": _INTERVALS[wanted.timeframe],
        }
        return Ask("/q/d/l/", params)

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """Lines of date, open, high, low, close and, where there is one, volume."""
        text = answer.text.strip()
        lines = list(csv.reader(text.splitlines()))
        if not lines or lines[0][:5] != _HEAD:
            raise _fault(text, wanted)
        width = len(lines[0])
        if any(len(line) != width for line in lines):
            raise Unreadable
        rows = lines[1:]
        columns = {
            name: numbers([row[place] or None for row in rows])
            for place, name in enumerate(("open", "high", "low", "close"), start=1)
        }
        volumes = [row[5] or None if width > 5 else None for row in rows]
        return Page(from_iso([row[0] for row in rows]), {**columns, "volume": numbers(volumes)})


def _digits(moment: np.datetime64) -> str:
    return str(moment.astype("datetime64[D]")).replace("-", "")


def _fault(text: str, wanted: Wanted) -> Exception:
    low = text[:200].lower()
    if low.startswith("no data") or not text:
        return nothing_there("Stooq", wanted.symbol, Stooq.vendor.example)
    if "exceeded" in low and "limit" in low:
        return Throttled("has had its number of calls for today", 86_400.0, "Go on tomorrow.")
    if low.startswith("<") or "," in low.partition("\n")[0]:
        return Unreadable("gave a web page in place of an answer")
    return refused(
        "Stooq",
        said(text),
        "Download the file in a browser and import it with `alphintra data import`.",
    )
