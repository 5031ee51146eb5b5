"""Fetching from a vendor of the tests, and looking at what came into the library."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import read_columns
from alphintra_desktop.market.sources.access import Access, access_to
from alphintra_desktop.market.sources.fetch import fetch
from alphintra_desktop.market.sources.order import Fetched, Order
from alphintra_desktop.market.sources.retry import Patience
from alphintra_desktop.market.sources.source import Rate
from alphintra_desktop.report import Report
from tests.market.sources.fake_vendors import Fake
from tests.market.sources.vendor_server import VendorServer

QUICK = Patience(first_s=0.005, longest_s=0.02, all_s=4.0)
PERIOD = {"start": "2024-02-26", "end": "2024-03-15"}


def access(fake: Fake, server: VendorServer | str, **changes: Any) -> Access:
    """Quick, without a rate or a cache."""
    url = server if isinstance(server, str) else server.url
    settings = {
        "base_url": url,
        "rate": Rate(10_000, 1.0),
        "a_day": None,
        "fresh_s": 0.0,
        "silent_s": 5.0,
        "patience": QUICK,
        **changes,
    }
    return replace(access_to(fake.source.vendor, fake.key), **settings)


def fetched(
    fake: Fake,
    server: VendorServer,
    order: dict[str, Any] | None = None,
    report: Report | None = None,
    **changes: Any,
) -> Fetched:
    """Fetch the fake's symbol into the dataset `mine`."""
    chosen = {"symbols": (fake.symbol,), "dataset": "mine", **PERIOD, **(order or {})}
    return fetch(fake.source, Order(**chosen), access(fake, server, **changes), report or Report())


def stored(
    symbol: str, timeframe: str = "1d", dataset: str = "mine"
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Stamps and columns of what the library has now."""
    version = Catalog(library().catalog).found(dataset, timeframe, (symbol,))[symbol]
    return read_columns(library().snapshot(version.sha256), symbol)


def nothing_is_stored() -> bool:
    return not Catalog(library().catalog).series()
