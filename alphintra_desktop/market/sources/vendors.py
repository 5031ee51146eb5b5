"""The vendors there are."""

from __future__ import annotations

import difflib

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.sources.alpha_vantage import AlphaVantage
from alphintra_desktop.market.sources.binance import Binance
from alphintra_desktop.market.sources.coinbase import Coinbase
from alphintra_desktop.market.sources.fred import Fred
from alphintra_desktop.market.sources.kraken import Kraken
from alphintra_desktop.market.sources.polygon import Polygon
from alphintra_desktop.market.sources.source import BarSource
from alphintra_desktop.market.sources.stooq import Stooq
from alphintra_desktop.market.sources.tiingo import Tiingo
from alphintra_desktop.market.sources.yahoo import Yahoo

SOURCES: tuple[BarSource, ...] = (
    Yahoo(),
    Stooq(),
    AlphaVantage(),
    Polygon(),
    Tiingo(),
    Binance(),
    Coinbase(),
    Kraken(),
    Fred(),
)


def source_called(name: str) -> BarSource:
    """The source of that vendor. Raises `AlphintraError` if there is none."""
    named = {source.vendor.name: source for source in SOURCES}
    if name.lower() in named:
        return named[name.lower()]
    near = difflib.get_close_matches(name.lower(), named, n=1)
    meant = f"Did you mean '{near[0]}'? " if near else ""
    raise AlphintraError(
        f"There is no vendor '{name[:40]}'.", hint=f"{meant}There are {', '.join(named)}."
    )


def source_titled(title: str) -> BarSource | None:
    """The source whose title a stored series names as where it came from."""
    return next((source for source in SOURCES if source.vendor.title == title), None)
