"""What looks wrong in a series that a vendor gave."""

from __future__ import annotations

from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.snapshots import Series, are_bars
from alphintra_desktop.market.suspicions import Watched, listed, suspicions

_MOST = 10


def looks_wrong(series: Series) -> list[str]:
    """Sentences about rows that are no bars, and about suspected splits, spikes and gaps."""
    whole = are_bars(series.columns)
    watched = Watched(
        series.timestamps[whole],
        {name: series.columns[name][whole] for name in (*PRICES, "volume")},
        series.columns["split"][whole] != 1.0,
        series.intraday,
    )
    said = [(series.symbol, text) for text in suspicions(watched)]
    found = [f"{series.symbol}: {text}" for text in listed(said, 1, _MOST)]
    if whole.all():
        return found
    first = str(series.timestamps[~whole][0])[:16].replace("T00:00", "")
    return [
        f"{series.symbol}: {(~whole).sum():,} rows are no bars, such as that of {first}. They are"
        " kept as the vendor gave them, and strategies are not given them.",
        *found,
    ]
