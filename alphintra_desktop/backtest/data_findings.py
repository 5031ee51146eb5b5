"""What the strategy asks of its data and the data cannot give, in sentences."""

from __future__ import annotations

import numpy as np

from alphintra_desktop.backtest.result import Finding, Severity
from alphintra_desktop.ir.markets import MARKETS
from alphintra_desktop.ir.ops import Dataset
from alphintra_desktop.market.store import LoadedBars


def data_findings(data: Dataset, loaded: LoadedBars) -> list[Finding]:
    """Everything suspicious about the bars as the strategy reads them."""
    found = (_other_market(data, loaded), _splits_in_raw_prices(data, loaded))
    return [finding for finding in found if finding is not None]


def _other_market(data: Dataset, loaded: LoadedBars) -> Finding | None:
    """Annualised figures by the sessions of another market than the one the bars are from."""
    if loaded.market == data.market or loaded.market not in MARKETS:
        return None
    said, known = MARKETS[data.market], MARKETS[loaded.market]
    return Finding(
        "other_market",
        Severity.WARNING,
        f"The strategy annualises by {said.title} ({said.sessions} sessions a year), and "
        f"{', '.join(data.symbols[:3])} was imported as {known.title} ({known.sessions}).",
        f"Set 'market' of the Market data node to {loaded.market}.",
    )


def _splits_in_raw_prices(data: Dataset, loaded: LoadedBars) -> Finding | None:
    """On prices as traded, an indicator takes a split for a crash."""
    split = loaded.bars["split"]
    rows, columns = np.nonzero(~np.isnan(split) & (split != 1.0))
    if data.adjusted or len(rows) == 0:
        return None
    day = np.datetime_as_string(loaded.bars.timestamps[rows[0]], unit="D")
    symbol, ratio = loaded.bars.symbols[columns[0]], split[rows[0], columns[0]]
    return Finding(
        "splits_in_raw_prices",
        Severity.WARNING,
        f"{len(rows)} {'split lies' if len(rows) == 1 else 'splits lie'} in the period "
        f"({symbol}, {ratio:g} for 1 on {day}), and the prices are as traded: the account is "
        "right, but every indicator sees the price jump.",
        "Use adjusted prices for signals that look back over a split.",
    )
