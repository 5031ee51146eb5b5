"""What brings a dataset up to date: one order for each vendor and timeframe that is in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.event_store import event_versions
from alphintra_desktop.market.library import library
from alphintra_desktop.market.sources.order import RELEASES, Order
from alphintra_desktop.market.sources.source import BarSource
from alphintra_desktop.market.sources.vendors import source_titled


@dataclass(frozen=True)
class Update:
    """An order and the source it goes to."""

    source: BarSource
    order: Order


def updates_of(dataset: str, *, repair: bool = False, full: bool = False) -> tuple[Update, ...]:
    """The orders for what in a dataset, or a table of events, came from a vendor.

    Raises `AlphintraError` if there is no such dataset, or nothing in it came from a vendor.
    """
    versions = Catalog(library().catalog).series_of(dataset)
    tables = event_versions(dataset)[:1]
    if not versions and not tables:
        raise AlphintraError(
            f"There is no dataset '{dataset[:64]}'.", hint="`alphintra data list` lists them."
        )
    symbols: dict[tuple[str, str], list[str]] = defaultdict(list)
    for version in versions:
        symbols[version.source, version.timeframe].append(version.symbol)
    for table in tables:
        symbols[table.source, RELEASES] += table.symbols
    made = tuple(
        Update(source, Order(tuple(names), dataset, timeframe, repair=repair, full=full))
        for (title, timeframe), names in symbols.items()
        if (source := source_titled(title)) is not None
    )
    if not made:
        raise AlphintraError(
            f"Nothing in the dataset '{dataset}' came from a vendor.",
            hint="Import a newer file, or fetch into another dataset: `alphintra data fetch`.",
        )
    return made
